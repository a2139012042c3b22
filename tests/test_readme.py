"""What the README says can be done, done: its commands and its Python session, on the small world with the fakes."""

import csv
import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from films import films, viewings

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PENCHANT = Path(sys.executable).with_name("penchant")


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def commands():
    """Those that go on from each other together, and each that judges by itself."""
    told = [block.splitlines() for block in blocks("sh")]
    judging = [[line] for lines in told for line in lines if line.startswith("penchant eval ")]
    return [*filter(None, ([line for line in lines if [line] not in judging] for lines in told)), *judging]


@pytest.fixture
def desk(tmp_path, workspace):
    """A folder with the README's files in it, and an environment that names the small world and the fakes."""
    with (tmp_path / "items.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["id", "title", "year", "genres", "description"])
        rows.writerows([i.id, i.title, i.year, "|".join(i.facet("genre")), ""] for i in films())
    with (tmp_path / "events.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["user", "item", "time", "action", "value"])
        rows.writerows([e.user, e.item, e.time, e.action, e.value] for e in viewings(films()))
    lines = {}
    for event in viewings(films()):
        lines.setdefault(event.user, [event.user]).append(event.item)
    (tmp_path / "sequences.txt").write_text("".join(f"{' '.join(line)}\n" for line in lines.values()))
    told = [{"id": i.id, "title": i.title, "genres": i.facet("genre")} for i in films()]
    (tmp_path / "items.jsonl").write_text("".join(f"{json.dumps(one)}\n" for one in told))
    (tmp_path / "talks.jsonl").write_text("".join(f"{json.dumps(talk(i))}\n" for i in films()))
    named = {"PENCHANT_HOME": workspace.home, "PENCHANT_EMBEDDER": "hashing:", "PENCHANT_LANGUAGE": "scripted:"}
    return tmp_path, {**os.environ, **{name: str(value) for name, value in named.items()}}


def talk(item):
    """Somebody asks for what the film is, and is told of it."""
    said = (("seeker", f"something with {' and '.join(item.facet('genre'))}"), ("recommender", f"try @{item.id}"))
    return {"conversation_id": f"about {item.id}", "messages": [{"role": who, "text": text} for who, text in said]}


def run(command, desk):
    folder, environment = desk
    words = [str(PENCHANT) if word == "penchant" else word for word in command]
    return subprocess.run(words, cwd=folder, env=environment, capture_output=True, text=True, timeout=240)


@pytest.mark.parametrize("lines", commands(), ids=lambda lines: lines[0])
def test_every_command_of_the_readme_runs(lines, desk):
    for line in lines:
        done = run(shlex.split(line), desk)
        assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"
        assert "Traceback" not in done.stderr
        if "--json" in line and line.startswith("penchant ask"):
            turn = json.loads(done.stdout)
            assert turn["items"]
            assert turn["sentences"]
        if "--json next-item.json" in line:
            assert json.loads((desk[0] / "next-item.json").read_text())["rows"]


def test_the_readme_has_commands_that_talk_and_that_judge():
    lines = [line for lines in commands() for line in lines]
    assert sorted(lines) == sorted(line for block in blocks("sh") for line in block.splitlines())
    assert {"penchant train --all", "penchant eval next-item --json next-item.json"} <= set(lines)


def test_the_python_session_of_the_readme_runs(desk):
    (session,) = blocks("python")
    done = run([sys.executable, "-c", session], desk)
    assert done.returncode == 0, done.stderr
    assert "Shown(" in done.stdout
    assert "Standing(" in done.stdout


def test_every_setting_of_the_readme_is_one_and_none_is_left_out():
    from retrieval.settings import Settings

    table = README[README.index("| setting |") :].split("\n\n")[0]
    told = {name for row in table.splitlines() for name in re.findall(r"`([a-z_]+)`", row.split("|")[1])}
    assert told == set(Settings.model_fields)


def test_what_the_readme_says_of_a_domain_is_understood():
    from retrieval.domain import Domain, read_domain

    (told,) = (tomllib.loads(block) for block in blocks("toml"))
    domain = Domain(**(read_domain("movies").model_dump() | told))
    assert domain.inputs.wanted == "purchase"
    assert domain.fields["price"].unit == "EUR"
    device = domain.log.context["device"]
    assert device.value("Mozilla/5.0 (iPhone; CPU iPhone OS 10_0)") == "phone"


@pytest.mark.slow
def test_make_demo_goes_all_the_way(tmp_path):
    environment = {**os.environ, "PENCHANT_HOME": str(tmp_path / "var")}
    done = subprocess.run(
        ["make", "demo", "SERVE=0"], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=1500
    )
    assert done.returncode == 0, done.stderr
    assert "without-language" in done.stdout
    assert "> something like Alien but funny" in done.stdout
