"""The database: its schema, and what is said when it cannot be opened."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from chat import store
from recommender import events
from retrieval import catalogue
from retrieval.database import METADATA, database
from retrieval.errors import Problem


def test_the_migrations_make_the_tables_that_the_packages_declare(tmp_path):
    declared = {
        catalogue.ITEMS,
        events.USERS,
        events.EVENTS,
        store.CONVERSATIONS,
        store.TURNS,
        store.FEEDBACK,
    }
    assert set(METADATA.tables.values()) == declared
    with database(f"sqlite:///{tmp_path / 'penchant.db'}") as engine, engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, METADATA) == []


@pytest.mark.parametrize(
    "url", ["mysql://ada:hunter2@host/x", "nonsense://ada:hunter2@host/x", "sqlite+nonsense://", "hunter2", ""]
)
def test_an_unknown_database_is_told_which_are_known_and_no_password_is_shown(url):
    with pytest.raises(Problem, match="it must look like sqlite:///FILE or postgresql") as said, database(url):
        pass
    assert "hunter2" not in str(said.value)
    assert "pip install" not in str(said.value)
