"""One conversation in several processes, over SQLite and over PostgreSQL: nothing that is said there is lost."""

import json
import os
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest
from films import films, viewings
from sqlalchemy import event, select
from test_crossing_turns import limits, of_kind, reply
from test_policy import Talk

from chat.assembly import assistant as assembled
from chat.memory import FACTS, Memory
from chat.messages import Done, Lasting, Shown
from chat.store import Store
from recommender.events import write_events
from retrieval.catalogue import write_items
from retrieval.database import database

ROOT = Path(__file__).parent.parent
REFUSED = (("Horror", "Comedy", "War"), ("Musical", "Western", "Crime"))

SAYS = """
import json, sys
from chat.assembly import assistant
from chat.messages import Done, Message
from retrieval.settings import Settings

settings, conversation, refused = json.loads(sys.argv[1])
with assistant(Settings(**settings)) as opened:
    print("ready", flush=True)
    sys.stdin.readline()
    for kind in refused:
        parts = list(opened.reply(Message(f"no {kind}", "somebody new", conversation)))
        print(json.dumps([one.turn for one in parts if isinstance(one, Done)]), flush=True)
"""
# stays where it is in the middle of a turn: in the transaction that begins it, between two, in the one that ends it
STAYS = """
import json, sys, time
from sqlalchemy import event
from chat.assembly import assistant
from chat.messages import Message
from retrieval.settings import Settings

settings, conversation, place = json.loads(sys.argv[1])

def stay(*_):
    print("in the middle", flush=True)
    time.sleep(600)

with assistant(Settings(**settings)) as opened:
    @event.listens_for(opened.engine, "after_cursor_execute")
    def ran(connection, cursor, statement, *_):
        if place and statement.startswith(place) and (place != "UPDATE turns" or "record" in statement):
            stay()

    for part in opened.reply(Message("no horror", "somebody new", conversation)):
        stay()
"""


@pytest.fixture
def shared(workspace, empty_database):
    """The small world over that database."""
    with database(empty_database) as engine, engine.begin() as connection:
        write_items(connection, films())
        write_events(connection, viewings(films()))
    return workspace.model_copy(update={"database": empty_database, "index": "exact:"})  # one process may own Chroma


@pytest.fixture
def talk(shared):
    with assembled(shared) as opened:
        yield Talk(opened)


@contextmanager
def process(code, settings, *more):
    """Another process over the same workspace, killed at the end."""
    given = json.dumps([settings.model_dump(mode="json", exclude_unset=True), *more])
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])}
    command = [sys.executable, "-c", code, given]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, env=environment, cwd=ROOT, **pipes) as other:
        try:
            yield other
        finally:
            other.kill()


def test_what_two_processes_hear_at_once_all_holds_and_each_turn_has_its_own_number(talk, shared):
    talk.say("a film from the nineties")
    with (
        process(SAYS, shared, talk.conversation, REFUSED[0]) as one,
        process(SAYS, shared, talk.conversation, REFUSED[1]) as other,
    ):
        for each in (one, other):
            assert each.stdout.readline() == "ready\n"
        for each in (one, other):
            each.stdin.write("\n")
            each.stdin.flush()
        turns = [turn for each in (one, other) for line in each.stdout for turn in json.loads(line)]
        assert [each.wait(60) for each in (one, other)] == [0, 0]
    assert sorted(turns) == [2, 3, 4, 5, 6, 7]
    assert limits(talk) == {"from 1990 to 1999", *(f"no {kind}" for kinds in REFUSED for kind in kinds)}
    assert not any(talk.assistant.store.record_of(talk.conversation, turn).get("open") for turn in range(1, 8))
    talk.say("undo")
    assert len(talk.limits) == 6


@pytest.mark.parametrize(
    ("place", "holds"),
    [("INSERT INTO turns", ()), ("", ("no Horror",)), ("UPDATE turns", ("no Horror",))],
    ids=["as it begins", "under way", "as it ends"],
)
def test_a_conversation_goes_on_after_a_process_was_killed_in_the_middle_of_its_turn(talk, shared, place, holds):
    talk.say("a film from the nineties")
    with process(STAYS, shared, talk.conversation, place) as other:
        assert other.stdout.readline() == "in the middle\n"
    assert other.returncode == -9
    talk.say("and no war")
    assert limits(talk) == {"from 1990 to 1999", *holds, "no War"}
    assert talk.shown
    talk.say("undo")
    assert limits(talk) == {"from 1990 to 1999", *holds}
    assert talk.assistant.left(talk.conversation, talk.user).cards


def test_what_is_heard_beside_a_turn_is_heard_anew_if_that_ends_first(talk, monkeypatch):
    talk.say("a comedy")
    listing = reply(talk, "a western instead")
    next(listing)
    begin, shown = talk.assistant.store.begin, []

    def slow(*given):
        shown.extend(of_kind(listing, Shown))  # it ends after the thanks were heard and before they begin
        return begin(*given)

    monkeypatch.setattr(talk.assistant.store, "begin", slow)
    thanking = list(reply(talk, "thanks"))
    assert [one.turn for one in of_kind(thanking, Done)] == [3]
    assert talk.assistant.shown(talk.conversation) == tuple(card.item.id for card in shown[0].cards)


@contextmanager
def beside(engine, statement, other):
    """What is done in the `with` stands still at its first such statement until `other` waits for it or has ended."""
    thread = threading.Thread(target=other, daemon=True)

    @event.listens_for(engine, "after_cursor_execute")
    def ran(connection, cursor, sql, *_):
        if sql.startswith(statement) and thread.ident is None:
            thread.start()
            thread.join(0.5)

    yield
    thread.join(30)
    assert not thread.is_alive()


OF_LIST, OF_TALK = {"shown": ["9"], "said": []}, {"said": [{"text": "You are welcome."}], "stands": 1}


@pytest.mark.parametrize("first", [1, 2])
def test_two_turns_that_end_at_the_same_moment_lose_nothing_of_each_other(empty_database, first):
    with database(empty_database) as engine, database(empty_database) as elsewhere:
        store, other = Store(engine), Store(elsewhere)
        conversation = store.open("ada")
        assert store.begin(conversation, 1, "a comedy", {"shown": []}, "self", {})
        open_yet = store.record_of(conversation, 1)
        assert store.begin(conversation, 2, "thanks", {**open_yet, "stands": 1}, "self", open_yet)
        ends = {
            1: lambda through: through.finish(conversation, 1, OF_LIST),
            2: lambda through: through.finish(conversation, 2, OF_TALK, onto=True),
        }
        with beside(engine, "SELECT", lambda: ends[3 - first](other)):
            ends[first](store)
        assert store.record_of(conversation, 1) == OF_LIST
        assert store.record_of(conversation, 2) == {**OF_LIST, **OF_TALK}


def test_two_that_add_to_the_record_of_a_turn_both_do(empty_database):
    with database(empty_database) as engine, database(empty_database) as elsewhere:
        store, other = Store(engine), Store(elsewhere)
        conversation = store.open("ada")
        store.append(conversation, "", lambda number, before: {"said": []})
        with beside(engine, "SELECT", lambda: other.amend(conversation, 1, {"consent": True})):
            store.amend(conversation, 1, {"learnt": [7]})
        assert store.record_of(conversation, 1) == {"said": [], "learnt": [7], "consent": True}


def test_who_says_yes_in_one_window_while_another_asks_has_said_yes(empty_database):
    with database(empty_database) as engine, database(empty_database) as elsewhere:
        memory = Memory(engine)
        with beside(engine, "INSERT", lambda: Memory(elsewhere).turn_on("ada")):
            memory.asked("ada")
        assert memory.consent("ada").remember


def test_nothing_is_kept_of_who_takes_the_consent_back_while_it_is_written(empty_database):
    with database(empty_database) as engine, database(empty_database) as elsewhere:
        memory = Memory(engine)
        memory.turn_on("ada")
        with beside(engine, "DELETE", lambda: Memory(elsewhere).turn_off("ada")):
            memory.learn("ada", [Lasting("genre", "Horror", False, "I hate horror")], "somewhere", 1)
        with engine.connect() as connection:
            assert not connection.execute(select(FACTS)).all()


def test_two_that_learn_the_same_of_a_person_at_the_same_moment_keep_one_of_it(empty_database):
    with database(empty_database) as engine, database(empty_database) as elsewhere:
        memory, said = Memory(engine), [Lasting("genre", "Horror", False, "I hate horror")]
        memory.turn_on("ada")
        with beside(engine, "DELETE", lambda: Memory(elsewhere).learn("ada", said, "elsewhere", 1)):
            memory.learn("ada", said, "somewhere", 1)
        assert [one.text for one in memory.facts("ada")] == ["no Horror"]
