"""`--help` of every command teaches by an example that can be given as it stands."""

import re
import shlex

import pytest
import typer
from typer.testing import CliRunner

from retrieval.command import application

EXAMPLE = re.compile(r"(?:Example: |^- )(penchant .+?)(?: \(.*\))?$", re.MULTILINE)


def commands(of, path=()):
    """Every command by its words; a group where it does something by itself."""
    for name, one in of.commands.items():
        if not hasattr(one, "commands") or one.invoke_without_command:
            yield (*path, name), one
        if hasattr(one, "commands"):
            yield from commands(one, (*path, name))


ALL = dict(commands(typer.main.get_command(application())))


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_an_example_is_there_and_can_be_given(path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    command = ALL[path]
    examples = EXAMPLE.findall(command.help)
    assert examples
    for example in examples:
        words = shlex.split(example)
        assert tuple(words[1 : 1 + len(path)]) == path
        given = words[1 + len(path) :]
        for file in (word for word in given if word.endswith((".csv", ".jsonl", ".txt", ".toml", ".png", ".json"))):
            (tmp_path / file).touch()
        with command.make_context(path[-1], given):
            pass


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_every_option_says_what_it_is_and_the_example_stands_alone(path):
    for parameter in ALL[path].params:
        assert getattr(parameter, "help", None), f"{' '.join(path)} says nothing of {parameter.name}"
    said = CliRunner().invoke(application(), [*path, "--help"], env={"COLUMNS": "200"}).output
    assert re.search(r"^ (?:Example: |- )penchant", said, re.MULTILINE)


def test_what_is_in_brackets_is_shown():
    said = CliRunner().invoke(application(), ["models", "use", "--help"]).output
    assert "pip install 'penchant[llamacpp]'" in " ".join(said.split())
