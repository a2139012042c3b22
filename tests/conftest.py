"""What the tests share: the small world, trained and indexed once, with the fakes that the product ships."""

import os
import shutil
import signal
import sqlite3
from importlib.util import find_spec
from itertools import count

import pytest
from films import films, viewings
from hypothesis import settings as examples
from postgres import programs, server
from sqlalchemy import Engine, create_engine, event

from chat.assembly import assistant as assembled
from recommender.events import write_events
from recommender.threads import compute_with
from recommender.training import fit_and_save
from retrieval.catalogue import write_items
from retrieval.database import database
from retrieval.index.indexing import index_catalogue
from retrieval.settings import Settings

# how fast an example runs on a busy machine says nothing of what it shows
examples.register_profile("untimed", deadline=None)
examples.load_profile("untimed")

FAKES = {"embedder": "hashing:", "language": "scripted:"}


# a shell that runs the tests in the background has them ignore Ctrl-C, and what they start would inherit that
signal.signal(signal.SIGINT, signal.default_int_handler)

# here and in what is started: tests run beside each other, and threads that share a small product spend their time
# waiting for one whose processor another test has
os.environ |= {"PENCHANT_THREADS": "1", "OMP_NUM_THREADS": "1"}
compute_with(1)


@event.listens_for(Engine, "connect")
def no_wait_for_the_disk(connection, _):
    """What the tests write need not outlive a power cut."""
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA synchronous=OFF")


@pytest.fixture(scope="session")
def small_world(tmp_path_factory):
    """A workspace with the small world fetched, trained and indexed; not to be written to."""
    settings = Settings(home=tmp_path_factory.mktemp("world"), **FAKES)
    with database(settings.database_url) as engine, engine.begin() as connection:
        write_items(connection, films())
        write_events(connection, viewings(films()))
    fit_and_save(settings, epochs=3)
    fit_and_save(settings, whole=True, epochs=3)
    index_catalogue(settings)
    return settings


@pytest.fixture
def workspace(small_world, tmp_path):
    """A copy of the small world's workspace, to be used up."""
    home = tmp_path / "var"
    shutil.copytree(small_world.home, home)
    return small_world.model_copy(update={"home": home})


@pytest.fixture(scope="session")
def postgres_server():
    """The address of databases on a PostgreSQL server, with `{}` for the name of one."""
    if (found := programs()) is None or find_spec("psycopg") is None:
        pytest.skip("PostgreSQL or psycopg is not installed")
    with server(found) as address:
        yield address


@pytest.fixture(scope="session")
def numbers():
    return count()


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database(request, tmp_path, numbers):
    """The address of a new database, in SQLite and in PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'penchant.db'}"
    address, name = request.getfixturevalue("postgres_server"), f"test{next(numbers)}"
    engine = create_engine(address.format("postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    engine.dispose()
    return address.format(name)


@pytest.fixture
def assistant(workspace):
    """An assistant over the small world."""
    with assembled(workspace) as opened:
        yield opened


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory):
    """The folder of a language model of two layers; not to be written to."""
    from tiny_llm import folder_of  # which takes seconds, and only some need it

    return folder_of(tmp_path_factory.mktemp("tiny"))


@pytest.fixture
def local(tiny_model):
    """That model, as it came."""
    from chat.llm.local import Local

    return Local("tiny", tiny_model, threads=1)
