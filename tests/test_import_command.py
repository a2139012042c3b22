"""Importing through the command itself: all or nothing, one sentence, no traceback."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from recommender.events import all_events, history
from recommender.importing import import_events, import_users
from retrieval.catalogue import read_catalogue
from retrieval.command import main
from retrieval.database import database
from retrieval.errors import Problem
from retrieval.files.importing import import_items

FILMS = "id,title,year,genres\n" + "".join(f"{n},Film {n},19{n:02},Drama|Comedy\n" for n in range(1, 61))
SEEN = "user,item,time,rating\nada,1,100,5\nada,2,100,4\nbob,3,2020-01-01,\n"


@pytest.fixture
def started(tmp_path):
    """The command as it is given in a shell."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PENCHANT_")}
    environment["PENCHANT_HOME"] = "var"

    def run(*words, **more):
        command = [str(Path(sys.executable).parent / "penchant"), *map(str, words)]
        return subprocess.run(
            command, cwd=tmp_path, env=environment | more, capture_output=True, text=True, check=False
        )

    return run


@pytest.fixture
def penchant(tmp_path, monkeypatch, capsys):
    """The same in this process, where nothing has to be loaded."""

    def run(*words, **more):
        with monkeypatch.context() as here:
            here.chdir(tmp_path)
            for name in [one for one in os.environ if one.startswith("PENCHANT_")]:
                here.delenv(name)
            for name, value in {"PENCHANT_HOME": "var", **more}.items():
                here.setenv(name, value)
            here.setattr(sys, "argv", ["penchant", *map(str, words)])
            capsys.readouterr()
            with pytest.raises(SystemExit) as end:
                main()
            said = capsys.readouterr()
        return SimpleNamespace(returncode=end.value.code or 0, stdout=said.out, stderr=said.err)

    return run


def rows(home):
    with database(f"sqlite:///{home / 'var' / 'penchant.db'}") as engine:
        return dict(read_catalogue(engine)), list(all_events(engine))


def test_items_and_events_arrive_once_however_often_they_are_imported(started, penchant, tmp_path):
    (tmp_path / "films.csv").write_text(FILMS)
    (tmp_path / "seen.csv").write_text(SEEN)
    first = started("import", "items", "films.csv")
    assert (first.returncode, first.stdout) == (0, "imported 60 items (60 works), 0 replaced\n")
    assert "60 replaced" in penchant("import", "items", "films.csv").stdout
    assert "imported 3 events, 0 were there; 2 users now" in penchant("import", "events", "seen.csv").stdout
    once = rows(tmp_path)
    assert "imported 0 events, 3 were there" in penchant("import", "events", "seen.csv").stdout
    assert rows(tmp_path) == once
    with database(f"sqlite:///{tmp_path / 'var' / 'penchant.db'}") as engine:
        assert [(event.item, event.action) for event in history(engine, "ada")] == [("1", "rating"), ("2", "rating")]
        assert history(engine, "bob")[0].action == "view"


def test_the_command_says_what_is_wrong_in_a_sentence_without_a_traceback(started, tmp_path):
    (tmp_path / "a.csv").write_text(FILMS.replace("56,Film 56,1956", "56,Film 56,soon"))
    done = started("import", "items", "a.csv")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "penchant: nothing was imported from a.csv, it has 1 bad line:\n"
        "  line 57: year is 'soon': should be a valid integer, unable to parse string as an integer\n"
    )
    assert rows(tmp_path) == ({}, [])


@pytest.mark.parametrize(
    ("what", "content", "says"),
    [
        ("items", FILMS.replace("Film", "Movie").replace("56,Movie 56,1956", "56,Movie 56,soon"), "line 57: year is"),
        ("items", "id,year\n1,1979\n", "no column 'title'"),
        ("items", "id,title\n70,Alien\n71,Al\0ien\n", "line 3 holds a NUL byte"),
        ("items", "id,title\n70,Alien\n70,Brazil\n", "line 3: id '70' is there twice"),
        ("items", "id,title\n" + "".join(f"x{n},Film\n" for n in range(2500)) + "y\n", "line 2502: has 1 fields"),
        (
            "items",
            f"id,title\n70,Alien\n71,{'x' * 301}\n",
            "line 3: title is 'xxx.*has 301 characters",
        ),
        ("items", f"id,title\n{'7' * 201},Alien\n", "line 2: id is '777.*has 201 characters"),
        ("items", "id,title\n70,\u2028\t\n", "line 2: title is .*: is empty"),
        ("events", "user,item,time\ncy,1,5\ncy,999,6\n", "line 3: no item '999'"),
        ("events", "user,item,time\ncy,1,5\ncy,2,nan\n", "line 3: time is 'nan'"),
        ("users", "", "a.csv is empty"),
    ],
)
def test_a_bad_file_leaves_the_database_as_it_was(tmp_path, what, content, says):
    (tmp_path / "films.csv").write_text(FILMS)
    (tmp_path / "seen.csv").write_text(SEEN)
    (tmp_path / "a.csv").write_text(content)
    bring = {"items": import_items, "events": import_events, "users": import_users}
    with database(f"sqlite:///{tmp_path / 'var' / 'penchant.db'}") as engine:
        import_items(engine, tmp_path / "films.csv")
        import_events(engine, tmp_path / "seen.csv")
        before = rows(tmp_path)
        with pytest.raises(Problem, match=says):
            bring[what](engine, tmp_path / "a.csv")
        assert rows(tmp_path) == before


def test_a_title_is_one_line(tmp_path):
    (tmp_path / "a.csv").write_text('id,title\n1,"The\nEnd\t\u2028 of \r\n it"\n')
    with database(f"sqlite:///{tmp_path / 'var' / 'penchant.db'}") as engine:
        import_items(engine, tmp_path / "a.csv")
        assert read_catalogue(engine)["1"].title == "The End of it"


def test_events_before_the_items_are_told_to_wait_in_one_sentence(penchant, tmp_path):
    (tmp_path / "seen.csv").write_text(SEEN)
    said = penchant("import", "events", "seen.csv").stderr
    assert said == "penchant: the catalogue is empty; bring the items first: penchant import items FILE\n"


def test_a_folder_is_no_file(penchant):
    assert penchant("import", "items", ".").stderr == "penchant: . is a folder, not a file\n"


def test_ctrl_c_is_a_word_and_not_a_traceback(tmp_path):
    os.mkfifo(tmp_path / "a.csv")
    command = [str(Path(sys.executable).parent / "penchant"), "import", "items", "a.csv"]
    environment = os.environ | {"PENCHANT_HOME": "var"}
    process = subprocess.Popen(command, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True)
    with process, (tmp_path / "a.csv").open("w"):  # opens when the command has begun to read
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (130, "\npenchant: stopped\n")


def test_users_are_replaced_and_columns_that_were_not_used_are_named(penchant, tmp_path):
    (tmp_path / "people.csv").write_text("id,age,zip\nada,36,12345\nbob,17,12345\n")
    done = penchant("import", "users", "people.csv")
    assert done.stdout == "imported 2 users, 0 replaced; columns not used: zip\n"


def test_an_unknown_setting_and_an_unknown_data_set_are_named(penchant, tmp_path):
    (tmp_path / "penchant.toml").write_text('databse = "sqlite:///x.db"\n')
    done = penchant("models")
    assert done.returncode == 1
    assert "'databse'" in done.stderr
    assert "'database'" in done.stderr
    (tmp_path / "penchant.toml").unlink()
    assert "PENCHANT_HOMES" in penchant("models", PENCHANT_HOMES="x").stderr
    assert "no data set 'ml-2k'; there is: ml-100k" in penchant("fetch", "ml-2k").stderr


@pytest.mark.parametrize("secret", ['["hunter2"]', "12345678"])
def test_a_secret_that_is_no_text_is_not_printed(penchant, tmp_path, secret):
    (tmp_path / "penchant.toml").write_text(f"console_password = {secret}\n")
    said = penchant("models").stderr
    assert said == "penchant: the setting 'console_password' is not what it should be: input should be a valid string\n"


def test_a_folder_in_place_of_the_settings_is_a_sentence(penchant, tmp_path):
    (tmp_path / "penchant.toml").mkdir()
    assert penchant("models").stderr == "penchant: penchant.toml cannot be read: Is a directory\n"


@pytest.mark.parametrize("command", ["index", "models"])
def test_an_unknown_index_is_named_with_the_known_ones(penchant, command):
    for unknown in ("faiss:", "chroma:there", "chroma+http://", "chroma+ftp://host", "chroma+http://host:8000/path"):
        said = penchant(command, PENCHANT_INDEX=unknown).stderr
        assert said.startswith(
            f"penchant: the setting 'index' is {unknown!r}: it must be chroma:, exact:, or chroma+http"
        )


def test_the_models_are_listed_with_size_licence_and_source(started):
    done = started("models", COLUMNS="80", HF_HOME="nowhere")
    assert done.returncode == 0, done.stderr
    for word in ("smollm2-135m-instruct", "all-minilm-l6-v2", "Apache-2.0", "MB", "no"):
        assert word in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80
