"""The database: its schema, and what is said when it cannot be opened."""

import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import JSON, create_engine, text

from chat import memory, store
from recommender import events
from retrieval import catalogue
from retrieval.database import METADATA, database
from retrieval.errors import Problem
from retrieval.filtering import sql as sql_filters
from retrieval.items import Item
from retrieval.space import given_vectors

ROOT = Path(__file__).parent.parent


def all_but_json(context, inspected, declared, *_):
    """PostgreSQL has no equality of JSON, by which alembic would compare what a column is by default."""
    return False if context.dialect.name == "postgresql" and isinstance(declared.type, JSON) else None


def test_the_migrations_make_the_tables_that_the_packages_declare(empty_database):
    declared = {
        catalogue.ITEMS,
        catalogue.REVISIONS,
        given_vectors.ITEM_VECTORS,
        *sql_filters.TABLES,
        events.USERS,
        events.EVENTS,
        store.CONVERSATIONS,
        store.TURNS,
        store.FEEDBACK,
        memory.CONSENTS,
        memory.FACTS,
    }
    assert set(METADATA.tables.values()) == declared
    with database(empty_database) as engine, engine.connect() as connection:
        opts = {"compare_type": True, "compare_server_default": all_but_json}
        context = MigrationContext.configure(connection, opts=opts)
        assert compare_metadata(context, METADATA) == []


def migrated(engine, move, revision):
    """The database moved up or down to a numbered migration."""
    config = Config()
    config.set_main_option("script_location", str(files("retrieval") / "migrations"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        move(config, revision)


def test_a_database_from_before_gifts_keeps_its_rows_which_were_said_for_oneself(tmp_path):
    engine = create_engine(f"sqlite:///{tmp_path / 'penchant.db'}")
    migrated(engine, command.upgrade, "0001")
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO conversations (id, user, started) VALUES ('one', 'ada', 1.5)"))
        connection.execute(text("INSERT INTO turns VALUES ('one', 1, 2.5, 'a comedy', '{\"shown\": [\"9\"]}')"))
        connection.execute(
            text("INSERT INTO feedback (conversation, user, item, kind, at) VALUES ('one', 'ada', '9', 'like', 3.5)")
        )
    engine.dispose()
    with database(f"sqlite:///{tmp_path / 'penchant.db'}") as engine:
        kept = store.Store(engine)
        kept.check("one", "ada")
        assert kept.purpose("one") == "self"
        assert kept.newest("one")[1] == {"shown": ["9"]}
        assert kept.feedback("ada") == (store.Feedback("one", "9", "like", "self"),)
        kept.set_purpose("one", "gift")
        kept.add_feedback("ada", store.Feedback("one", "8", "like", "gift"))
        migrated(engine, command.downgrade, "0001")  # what was for someone else may not become the giver's own
        with engine.connect() as connection:
            assert connection.execute(text("SELECT item, kind, at FROM feedback")).all() == [("9", "like", 3.5)]
            assert connection.execute(text("SELECT id, user, started FROM conversations")).all() == [
                ("one", "ada", 1.5)
            ]


def test_items_from_before_there_were_prices_are_available_and_keep_their_order(tmp_path):
    engine = create_engine(f"sqlite:///{tmp_path / 'penchant.db'}")
    migrated(engine, command.upgrade, "0003")
    with engine.begin() as connection:
        for id in ("9", "10", "a"):
            connection.execute(
                text("INSERT INTO items VALUES (:id, 'Alien', 1979, '{\"genre\": [\"Horror\"]}', '', :id)"), {"id": id}
            )
    engine.dispose()
    with database(f"sqlite:///{tmp_path / 'penchant.db'}") as engine:
        items = catalogue.read_catalogue(engine)
        assert list(items) == ["9", "10", "a"]
        assert items["9"] == Item("9", "Alien", 1979, {"genre": ("Horror",)}, work="9")
        with engine.begin() as connection:
            catalogue.write_items(connection, [Item("new", "Brazil"), items["10"]])
        assert list(catalogue.read_catalogue(engine)) == ["9", "10", "a", "new"]
        migrated(engine, command.downgrade, "0003")
        with engine.connect() as connection:
            assert connection.execute(text("SELECT id FROM items ORDER BY id")).scalars().all() == [
                "10",
                "9",
                "a",
                "new",
            ]


STARTS = """
import sys
from retrieval.database import database

sys.stdin.read(1)
with database(sys.argv[1]):
    pass
"""


def test_several_that_start_at_once_make_one_database(empty_database):
    command = [sys.executable, "-c", STARTS, empty_database]
    several = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT) for _ in range(3)
    ]
    try:
        for one in several:
            one.stdin.write("x")
            one.stdin.flush()
        said = [one.communicate(timeout=60)[1] for one in several]
    finally:
        for one in several:
            one.kill()
    assert [one.returncode for one in several] == [0, 0, 0], said


def test_migrations_that_are_cut_off_leave_nothing_half_made(empty_database, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    url = empty_database
    monkeypatch.setattr("alembic.operations.Operations.create_index", interrupted)
    with pytest.raises(KeyboardInterrupt), database(url):
        pass
    monkeypatch.undo()
    with database(url) as engine:
        assert not catalogue.read_catalogue(engine)


def test_each_word_of_feedback_keeps_whom_it_was_said_for(empty_database):
    with database(empty_database) as engine:
        kept = store.Store(engine)
        own, gift = kept.open("ada"), kept.open("ada", "gift")
        assert (kept.purpose(own), kept.purpose(gift)) == ("self", "gift")
        for conversation, item, kind, purpose in (
            (own, "1", "like", "self"),
            (gift, "1", "dislike", "gift"),
            (gift, "2", "like", "gift"),
            (gift, "2", "seen", "gift"),
            (gift, "3", "seen", "self"),
        ):
            kept.add_feedback("ada", store.Feedback(conversation, item, kind, purpose))
        assert [(one.item, one.kind) for one in kept.feedback("ada")] == [("1", "like"), ("3", "seen")]
        assert [(one.item, one.kind) for one in kept.feedback_in(gift, "gift")] == [("1", "dislike"), ("2", "seen")]
        assert [one.item for one in kept.feedback_in(gift, "self")] == ["3"]
        assert kept.feedback_in(own, "gift") == ()
        with pytest.raises(store.UnknownConversation, match="start a new one"):
            kept.purpose("nowhere")


@pytest.mark.parametrize(
    "url", ["mysql://ada:hunter2@host/x", "nonsense://ada:hunter2@host/x", "sqlite+nonsense://", "hunter2", ""]
)
def test_an_unknown_database_is_told_which_are_known_and_no_password_is_shown(url):
    with pytest.raises(Problem, match="it must look like sqlite:///FILE or postgresql") as said, database(url):
        pass
    assert "hunter2" not in str(said.value)
    assert "pip install" not in str(said.value)
