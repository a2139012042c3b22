"""What the tests share: the small world, trained and indexed once, with the fakes that the product ships."""

import shutil
import signal

import pytest
from films import films, viewings

from chat.assembly import assistant as assembled
from recommender.events import write_events
from recommender.training import fit_and_save
from retrieval.catalogue import write_items
from retrieval.database import database
from retrieval.index.indexing import index_catalogue
from retrieval.settings import Settings

FAKES = {"embedder": "hashing:", "language": "scripted:"}


# a shell that runs the tests in the background has them ignore Ctrl-C, and what they start would inherit that
signal.signal(signal.SIGINT, signal.default_int_handler)


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
