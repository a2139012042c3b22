"""The index on a Chroma server, which the test starts."""

import shutil
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from films import films

from retrieval.catalogue import Catalogue
from retrieval.errors import Problem, Stale
from retrieval.index.building import _collection, build_index
from retrieval.index.chroma_collection import Collection, drop
from retrieval.index.files import in_use, read_made_of
from retrieval.index.indexing import index_catalogue, ready_index
from retrieval.index.opening import is_current, open_index
from retrieval.items import Item, described
from retrieval.space.embedding import Hashing
from retrieval.space.item_vectors import embedded

CATALOGUE = Catalogue.of(films())
EMBEDDER = Hashing()


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """The address of a running server."""
    command = shutil.which("chroma", path=Path(sys.executable).parent)
    assert command, "the chromadb wheel brings the command chroma"
    port = free_port()
    folder = tmp_path_factory.mktemp("server")
    arguments = [command, "run", "--path", str(folder), "--host", "127.0.0.1", "--port", str(port)]
    with (folder / "log").open("w") as log, subprocess.Popen(arguments, stdout=log, stderr=log) as process:
        address = f"http://127.0.0.1:{port}"
        try:
            until = time.monotonic() + 60
            while not answers(address):
                assert process.poll() is None, (folder / "log").read_text()
                assert time.monotonic() < until, (folder / "log").read_text()
                time.sleep(0.1)
            yield address
        finally:
            process.kill()


def answers(address):
    with suppress(httpx.HTTPError):
        return httpx.get(f"{address}/api/v2/heartbeat").status_code == 200
    return False


@pytest.fixture
def on_server(workspace, server):
    return workspace.model_copy(update={"index": f"chroma+{server}"})


def collections(server):
    return {
        one["name"]
        for one in httpx.get(f"{server}/api/v2/tenants/default_tenant/databases/default_database/collections").json()
    }


def test_the_index_can_be_on_a_server(on_server, server):
    before = collections(server)
    assert not is_current(CATALOGUE, on_server)  # the one in the workspace is in its own files
    assert "it answers." in index_catalogue(on_server)
    assert "up to date" in index_catalogue(on_server)
    made_of = read_made_of(in_use(on_server.vectors))
    assert made_of.collection.startswith(f"penchant-{CATALOGUE.fingerprint()[:12]}-")
    assert collections(server) == before | {made_of.collection}
    index, another = (open_index(CATALOGUE, EMBEDDER, on_server) for _ in range(2))
    assert another.found(EMBEDDER.documents([described(CATALOGUE["7"])])[0], 1) == index.found(
        index.vectors(["7"])[0], 1
    )
    assert index.found(index.vectors(["7"])[0], 1).by == "chroma"
    another.close()
    later = Catalogue.of([*films()[1:], Item("99", "Zardoz", 1974)])
    fresh = EMBEDDER.documents([described(later["99"])])[0]
    grown = index.grown(later, {"99": fresh})
    assert grown.found(fresh, 1).ids == ("99",)
    assert grown.found(fresh, 1).by == "chroma"
    index.close()
    assert is_current(later, on_server)
    for _ in range(2):
        index_catalogue(on_server, anew=True)
    assert made_of.collection not in collections(server)
    assert len(collections(server) - before) == 2  # the one in use, and the one before for who has it open


def test_a_collection_that_was_damaged_or_lost_is_built_anew(on_server, server, capsys):
    index_catalogue(on_server)
    capsys.readouterr()
    made_of = read_made_of(in_use(on_server.vectors))
    with Collection(server, made_of.collection) as collection:
        collection.write(["7"], collection.vectors(["8"]))
    with pytest.raises(Stale, match=r"^[^\n]+; run penchant index$"):
        open_index(CATALOGUE, EMBEDDER, on_server)
    with ready_index(CATALOGUE, EMBEDDER, on_server) as index:
        assert "building it anew" in capsys.readouterr().err
        drop(server, read_made_of(in_use(on_server.vectors)).collection)
        assert index.found(index.vectors(["7"])[0], 1).ids == ("7",)
        assert index.found(index.vectors(["7"])[0], 1).by == "exact (chroma failed)"
    with pytest.raises(Stale, match=r"cannot be used \(.*does not exist.*\); run penchant index"):
        open_index(CATALOGUE, EMBEDDER, on_server)


def test_a_build_that_does_not_end_leaves_nothing_on_the_server(on_server, server):
    before = collections(server)

    def broken_off():
        yield next(iter(embedded(CATALOGUE, EMBEDDER)))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build_index(CATALOGUE, "hashing:", on_server.vectors, broken_off(), on_server.index)
    assert collections(server) == before
    killed = on_server.vectors / "0123456789ab-abcdef.building"
    killed.mkdir()
    with Collection(server, _collection(killed, on_server.embedder, on_server.index), 1):
        pass
    assert len(collections(server)) == len(before) + 1
    index_catalogue(on_server)
    assert collections(server) == before | {read_made_of(in_use(on_server.vectors)).collection}


def test_a_server_that_is_not_there_is_a_sentence_and_costs_nothing_that_there_was(workspace):
    nowhere = workspace.model_copy(update={"index": f"chroma+http://127.0.0.1:{free_port()}"})
    with pytest.raises(
        Problem, match=r"no Chroma server answers at http://127.0.0.1:.*; start it there with chroma run"
    ):
        index_catalogue(nowhere)
    assert is_current(CATALOGUE, workspace)


def test_a_server_that_takes_connections_and_says_nothing_is_a_sentence(monkeypatch):
    monkeypatch.setattr("retrieval.index.chroma_collection.HEARTBEAT", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(Problem, match="no Chroma server answers at"):
            Collection(address)
