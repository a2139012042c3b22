"""How long people wait is measured turn by turn, and leaves nothing behind."""

import json
from typing import get_args

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from chat.assembly import assistant as assembled
from chat.messages import Message, Part
from eval.apart import apart
from eval.latency import WAITS, latency
from eval.tokens import token_speed
from retrieval.command import application
from retrieval.database import database

TABLES = ("conversations", "turns", "feedback")


def rows(settings):
    with database(settings.database_url) as engine, engine.connect() as connection:
        return [connection.execute(text(f"SELECT count(*) FROM {table}")).scalar() for table in TABLES]


def test_every_wait_and_stage_of_so_many_turns_is_told(workspace):
    report = latency(workspace, turns=7, seed=0)
    waits = {row.name: row for row in report.rows}
    assert report.metrics["turns"] == waits["all words"].n == 7
    assert waits["cards"].n < 7  # a question is answered without cards
    assert {"understood", "first words", "stage rank", "stage evidence", "stage words"} <= set(waits)
    for row in report.rows:
        assert 0 <= row.metrics["ms/p50"] <= row.metrics["ms/p95"]
    assert (
        waits["understood"].metrics["ms/p50"] < waits["cards"].metrics["ms/p50"] < waits["all words"].metrics["ms/p50"]
    )


def test_there_is_a_name_for_whatever_a_turn_may_give():
    assert set(get_args(Part)) == set(WAITS)


def test_nothing_that_is_said_to_it_is_kept(workspace):
    before = rows(workspace)
    latency(workspace, turns=3, seed=0)
    assert rows(workspace) == before


def test_apart_it_knows_the_history_and_forgets_the_feedback(workspace):
    before = rows(workspace)
    with assembled(workspace) as penchant, apart(penchant) as talking:
        conversation = talking.open("7")
        list(talking.reply(Message("not Alien", "7", conversation)))
        talking.feedback(conversation, "7", "1", "like")
        assert talking.history("7") == penchant.history("7")
        assert [one.item for one in talking.store.feedback("7")][-1] == "1"
        assert not penchant.store.feedback("7")
    assert rows(workspace) == before


def test_a_model_that_is_not_in_this_process_has_no_pace(assistant):
    assert token_speed(assistant.llm) == {}
    assert token_speed(None) == {}


def test_the_command_writes_what_it_shows(workspace, tmp_path, monkeypatch):
    for name in ("home", "embedder", "language"):
        monkeypatch.setenv(f"PENCHANT_{name.upper()}", str(getattr(workspace, name)))
    file = tmp_path / "latency.json"
    done = CliRunner().invoke(application(), ["eval", "latency", "--turns", "2", "--json", str(file)])
    assert done.exit_code == 0, done.output
    assert {"understood", "cards"} <= {row["name"] for row in json.loads(file.read_text())["rows"]}
    assert "first words" in done.output


@pytest.mark.parametrize("turns", ["0", "-3"])
def test_no_turns_are_refused(turns):
    assert CliRunner().invoke(application(), ["eval", "latency", "--turns", turns]).exit_code == 2
