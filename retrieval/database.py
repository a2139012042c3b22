"""The connection to the truth: one SQL database, brought to the newest schema when it is opened."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, MetaData, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError
from sqlalchemy.pool import ConnectionPoolEntry

from retrieval.errors import Problem

KNOWN = "it must look like sqlite:///FILE or postgresql+psycopg://user@host/name"
MIGRATING = 73_647_832  # a number of our own, by which those who would migrate one PostgreSQL database wait
METADATA = MetaData()  # every package declares its own tables on it


@contextmanager
def database(url: str) -> Iterator[Engine]:
    """An engine on the migrated database at `url`; closed at the end of the `with`.

    Raises Problem if the address is not understood or the database cannot be opened.
    """
    try:
        address = make_url(url)
        backend = address.get_backend_name()
    except ArgumentError as error:
        raise Problem(f"the database is no address that can be read; {KNOWN}") from error
    place = address.render_as_string(hide_password=True)
    if backend not in ("sqlite", "postgresql"):
        raise Problem(f"the database {place} is of no known kind; {KNOWN}")
    sqlite = backend == "sqlite"
    if sqlite and address.database and address.database != ":memory:":
        Path(address.database).parent.mkdir(parents=True, exist_ok=True)
    try:
        engine = create_engine(address)
    except ModuleNotFoundError as error:
        raise Problem(f"the database {place} needs a driver: pip install 'penchant[postgres]'") from error
    except ArgumentError as error:
        raise Problem(f"the database {place} is of no known kind; {KNOWN}") from error
    if sqlite:
        event.listen(engine, "connect", _careful)
    try:
        migrate(engine)
        yield engine
    except DatabaseError as error:
        raise Problem(f"the database {place} cannot be used: {error.orig}") from error
    finally:
        engine.dispose()


def migrate(engine: Engine) -> None:
    """Apply the numbered migrations that are not in the database yet, all of them or none; another process that wants
    the same waits."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    newest = ScriptDirectory.from_config(config).get_current_head()
    with engine.connect() as connection:
        if MigrationContext.configure(connection).get_current_revision() == newest:
            return  # without waiting for whoever writes now
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":  # which begins by itself at the first row, and not at the first table
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:  # tables that are not there yet cannot be locked
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATING})")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _careful(connection: object, _: ConnectionPoolEntry) -> None:
    # readers must not wait for a writer, a conversation waits for a large import rather than failing, and a row that
    # names a user must not outlive them
    cursor = connection.cursor()  # type: ignore[attr-defined]
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA busy_timeout=30000")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()
