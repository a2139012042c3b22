"""A running assistant shows what is new within seconds, and what was withdrawn never again."""

import os
import subprocess
import sys
import time

import pytest
from films import films
from test_assistant import Turn

from chat.assembly import assistant as assembled
from chat.messages import Message, Shown
from recommender.events import Event, write_events
from retrieval.catalogue import Catalogue, read_catalogue, revision, set_available, write_items
from retrieval.database import database
from retrieval.files.importing import import_items
from retrieval.items import Item
from retrieval.ranking import Query
from retrieval.space.embedding import Hashing

ZEBRAS = "zebras on the moon"
NEW = Item("new/1 🚀", "Zebra Moonlight Carnival", 1996, {"genre": ("Comedy", "Sci-Fi")}, ZEBRAS, "new/1 🚀")
BUSY = 30  # seconds


@pytest.fixture(params=["exact:", "chroma:"])
def running(workspace, request):
    with assembled(workspace.model_copy(update={"index": request.param})) as opened:
        yield opened


@pytest.fixture
def exact(workspace):
    return workspace.model_copy(update={"index": "exact:"})


def write(settings, *items):
    """As another process would: by a connection of its own."""
    with database(settings.database_url) as engine, engine.begin() as connection:
        write_items(connection, items)


def withdraw(settings, *ids, available=False):
    with database(settings.database_url) as engine, engine.begin() as connection:
        set_available(connection, ids, available)


def test_a_new_item_is_recommended_once_the_assistant_has_caught_up(running, workspace):
    assert NEW.id not in Turn(running, ZEBRAS).ids
    write(workspace, NEW)
    running.live.catch_up()
    assert Turn(running, ZEBRAS).ids[0] == NEW.id
    assert Turn(running, f"something like {NEW.title}").cards
    assert NEW.id in running.now().catalogue
    running.feedback(running.open("7"), "7", NEW.id, "like")


def test_a_withdrawn_item_is_gone_at_the_very_next_turn_and_stays_so_when_caught_up(running, workspace):
    shown = Turn(running, "a comedy").ids
    withdraw(workspace, *shown)
    next_ = Turn(running, "a comedy").ids
    assert next_
    assert not set(shown) & set(next_)
    assert running.standing("7", shown[0]).removed == "not available"
    running.live.catch_up()
    assert Turn(running, "a comedy").ids == next_
    assert not set(shown) & {card.item.id for card in running.top("7", 60)}
    withdraw(workspace, *shown, available=True)
    running.live.catch_up()
    assert Turn(running, "a comedy").ids == shown


def test_a_turn_that_has_begun_ends_as_it_began(running, workspace):
    parts = running.reply(Message("a comedy", "7", running.open("7")))
    first = next(part for part in parts if isinstance(part, Shown))
    write(workspace, NEW)
    withdraw(workspace, *(card.item.id for card in first.cards))
    running.live.catch_up()
    assert [*parts]


def test_what_was_withdrawn_is_still_in_the_history_and_told_of_without_a_card(running, workspace):
    item = running.history("7")[0][1]
    withdraw(workspace, item.id)
    assert item in [known for _, known in running.history("7")]
    turn = Turn(running, f"tell me about {item.title}")
    assert not turn.cards
    assert f"{item.name} is not available." in turn.words
    running.live.catch_up()
    assert item.id in [known.id for _, known in running.history("7")]


def test_restarting_gives_what_the_running_one_gives(exact):
    write(exact, *(Item(f"n{at}", f"New {at}", 1990, {"genre": ("Drama",)}, text="moon " * at) for at in range(5)))
    with assembled(exact) as running:
        write(exact, NEW, Item("3", "Another title", 1990, {"genre": ("Drama",)}, text="quite another text"))
        withdraw(exact, "n1", "5")
        running.live.catch_up()
        now = running.now()
        with assembled(exact) as fresh:
            assert list(now.catalogue.items()) == list(fresh.catalogue.items())
            for text in (ZEBRAS, "a drama", ""):
                query = Query("7", ("10", "20"), text)
                live, restarted = now.rank(query), fresh.rank(query)
                assert live.ids == restarted.ids
                assert live.scores == pytest.approx(restarted.scores, abs=1e-4)


def test_only_what_is_new_is_embedded(exact, monkeypatch):
    read = []
    documents = Hashing.documents
    with assembled(exact) as running:
        monkeypatch.setattr(Hashing, "documents", lambda self, texts: read.extend(texts) or documents(self, texts))
        write(exact, NEW, films()[3])
        withdraw(exact, "5")
        running.live.catch_up()
    assert len(read) == 1
    assert NEW.title in read[0]


def test_what_others_do_meanwhile_becomes_popular(exact):
    with assembled(exact) as running:
        running.live._heard -= 60
        before = running.things.behaviour.checkpoint.stream
        now = float(before.time[-1]) + 10
        with database(exact.database_url) as engine, engine.begin() as connection:
            write_events(connection, [Event(f"v{at}", "33", now + at) for at in range(50)])
        running.live.catch_up()
        after = running.now().things.behaviour.checkpoint.stream
        assert len(after.time) == len(before.time) + 50
        with assembled(exact) as fresh:
            assert fresh.things.behaviour.checkpoint.stream.time.tolist() == after.time.tolist()


def test_a_failing_rebuild_leaves_the_old_things_serving_without_what_was_withdrawn(exact):
    with assembled(exact) as running:
        first = Turn(running, "a comedy").ids[0]

        def broken(*_):
            raise OSError("disk full")

        running.live.rebuild = broken
        write(exact, NEW)
        withdraw(exact, first)
        with pytest.raises(OSError, match="disk full"):
            running.live.catch_up()
        turn = Turn(running, "a comedy")
        assert turn.cards
        assert first not in turn.ids


def wait_for(id, running):
    start = time.monotonic()
    while id not in Turn(running, ZEBRAS).ids:
        assert time.monotonic() - start < BUSY, "it takes a second when nothing else runs on the machine"
        time.sleep(0.1)


def test_a_second_process_imports_and_withdraws_while_the_first_one_serves(exact, tmp_path):
    (tmp_path / "new.jsonl").write_text('{"id": "z", "title": "Zebra Moonlight", "text": "zebras on the moon"}\n')
    code = "from retrieval.command import main; main()"

    def penchant(*words):
        command = [sys.executable, "-c", code, *words]
        environment = os.environ | {"PENCHANT_HOME": str(exact.home)}
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True).stdout

    with assembled(exact) as running, running.keeping_up():
        assert "imported 1 items" in penchant("import", "items", "new.jsonl")
        wait_for("z", running)
        assert penchant("items", "withdraw", "z") == "1 item is not available\n"
        assert "z" not in Turn(running, ZEBRAS).ids
        assert penchant("items", "restore", "z") == "1 item is available\n"
        wait_for("z", running)


def test_revisions_rise_and_a_replaced_item_keeps_its_place(tmp_path):
    with database(f"sqlite:///{tmp_path / 'a.db'}") as engine:
        seen = [revision(engine)]
        for items in (films()[:3], [NEW], films()[:1]):
            with engine.begin() as connection:
                write_items(connection, items)
            seen.append(revision(engine))
        assert seen == sorted(set(seen))
        assert list(read_catalogue(engine)) == ["1", "2", "3", NEW.id]


def test_a_catalogue_that_was_brought_up_to_date_is_the_one_that_would_be_read(tmp_path):
    with database(f"sqlite:///{tmp_path / 'a.db'}") as engine:
        before = Catalogue.of(films())
        with engine.begin() as connection:
            write_items(connection, [*films(), NEW])
            set_available(connection, ["2"], False)
        after = read_catalogue(engine)
        assert list(before.updated([NEW, after["2"]]).items()) == list(after.items())


def test_an_import_leaves_what_was_withdrawn_withdrawn_unless_it_says_otherwise(tmp_path):
    with database(f"sqlite:///{tmp_path / 'a.db'}") as engine:
        (tmp_path / "a.csv").write_text("id,title\n1,Alien\n2,Brazil\n")
        import_items(engine, tmp_path / "a.csv")
        with engine.begin() as connection:
            set_available(connection, ["1"], False)
        assert "1 not available" in import_items(engine, tmp_path / "a.csv")
        assert not read_catalogue(engine)["1"].available
        (tmp_path / "a.csv").write_text("id,title,available\n1,Alien,yes\n2,Brazil,no\n")
        import_items(engine, tmp_path / "a.csv")
        assert [item.available for item in read_catalogue(engine).values()] == [True, False]
