"""A collection of vectors in Chroma, in a folder or on a server, and the only place that knows the library."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from types import TracebackType
from urllib.parse import urlsplit

import chromadb
import httpx
import numpy as np
from chromadb.config import Settings as ChromaSettings
from chromadb.errors import ChromaError, NotFoundError

from retrieval.errors import Problem, Stale
from retrieval.index.nearest import Exact
from retrieval.space.embedding import Vectors

BATCH = 5000  # Chroma refuses more than 5,461 at once
SYNCED = 1000  # items after which Chroma writes its vectors to files of their own; fewer wait in its database
NAME = "items"
HEARTBEAT = 5.0  # seconds it may take to show that it is there
PATIENCE = 120  # seconds a server may take to write a batch
EF_SEARCH = 400  # candidates a search weighs: the default of 100 misses a third of the nearest 100 on hard vectors
FAILURES = (ChromaError, httpx.HTTPError, ValueError)


class Collection:
    """Vectors by id in one collection.

    `place`: a folder, which must be this process's alone, for Chroma allows no second writer; or the address of a
    server, `http://host:port`, on a private network, for Chroma's server asks nobody who they are. `items`: how many
    there will be, of a new one. Whatever Chroma cannot do is Stale; that no server answers at all is a Problem.
    """

    def __init__(self, place: Path | str, name: str = NAME, items: int | None = None) -> None:
        self.place = place
        settings = ChromaSettings(anonymized_telemetry=False)
        if isinstance(place, Path):
            _check_database(place)
            with self._understood():
                self.client = chromadb.PersistentClient(str(place), settings=settings)
        else:
            self.client = _client(place, settings)
        try:
            with self._understood():
                if items is None:
                    self.collection = self.client.get_collection(name, embedding_function=None)
                else:
                    self.collection = self.client.create_collection(
                        name, embedding_function=None, configuration={"hnsw": _graph(items)}
                    )
        except Stale:
            self.close()
            raise

    def __len__(self) -> int:
        with self._understood():
            return int(self.collection.count())

    def write(self, ids: Sequence[str], vectors: Vectors) -> None:
        """Insert or replace. `vectors` has shape (ids, width)."""
        with self._understood():
            for start in range(0, len(ids), BATCH):
                end = start + BATCH
                self.collection.upsert(ids=list(ids[start:end]), embeddings=vectors[start:end])

    def remove(self, ids: Sequence[str]) -> None:
        """Leave these out from now on; what is not there is no error."""
        with self._understood():
            for start in range(0, len(ids), BATCH):
                self.collection.delete(ids=list(ids[start : start + BATCH]))

    def nearest(self, vector: Vectors, n: int) -> list[str]:
        """Ids of about the n nearest, nearest first."""
        return self._nearest(vector[None, :], n)[0]

    def _nearest(self, vectors: Vectors, n: int) -> list[list[str]]:
        with self._understood():
            return list(self.collection.query(query_embeddings=vectors, n_results=n, include=[])["ids"])

    def vectors(self, ids: Sequence[str]) -> Vectors:
        """Shape (ids, width), in their order, as Chroma keeps them; Stale if one is missing."""
        rows: dict[str, Vectors] = {}
        with self._understood():
            for start in range(0, len(ids), BATCH):
                found = self.collection.get(ids=list(ids[start : start + BATCH]), include=["embeddings"])
                rows |= zip(found["ids"], np.asarray(found["embeddings"], dtype=np.float32), strict=True)
        try:
            return np.stack([rows[id] for id in ids]) if ids else np.zeros((0, 0), dtype=np.float32)
        except KeyError as missing:
            raise Stale(f"the index lacks item {missing}; run penchant index") from None

    def exact(self, ids: Sequence[str]) -> Exact:
        """All of it in memory. Stale if it holds other items than these."""
        if len(self) != len(ids):
            raise Stale(f"the index {self.place} holds {len(self):,} of {len(ids):,} items; run penchant index")
        return Exact(ids, self.vectors(ids))

    def lost(self, canaries: Mapping[str, Vectors]) -> str | None:
        """The first of these items that is not found by its own vector, if there is one."""
        # items described alike have the same vector, so a canary must be as near as the nearest, not the first
        every = list(canaries)
        for ids in (every[start : start + BATCH] for start in range(0, len(every), BATCH)):
            found = self._nearest(np.stack([canaries[id] for id in ids]), 1)
            near = sorted({id for each in found for id in each})
            kept = dict(zip(near, self.vectors(near), strict=True))
            for id, each in zip(ids, found, strict=True):
                # what is damaged may be no number
                if not each or not float(kept[each[0]] @ canaries[id]) > 1 - 1e-3:
                    return id
        return None

    def widen(self, ef_search: int) -> None:
        """How many candidates a search weighs for who opens it from now on: more of them find more, and take longer."""
        with self._understood():
            self.collection.modify(configuration={"hnsw": {"ef_search": ef_search}})

    @contextmanager
    def _understood(self) -> Iterator[None]:
        try:
            yield
        except BaseException as error:
            # a panic of its Rust parts is an exception too, but no Exception
            if not isinstance(error, FAILURES) and type(error).__name__ != "PanicException":
                raise
            reason = " ".join(str(error).split()) or type(error).__name__
            raise Stale(f"the index {self.place} cannot be used ({reason}); run penchant index") from error

    def hurry(self, seconds: float) -> None:
        """A server that does not answer within so many seconds counts as failed from now on."""
        for session in _sessions(self.client):
            session.timeout = httpx.Timeout(seconds)

    def close(self) -> None:
        _close(self.client)

    def __enter__(self) -> Collection:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _graph(items: int) -> dict[str, str | int]:
    synced = max(3, min(SYNCED, items))
    return {
        "space": "cosine",
        "ef_search": EF_SEARCH,
        "ef_construction": 200,
        "max_neighbors": 24,
        "sync_threshold": synced,
    }


def drop(address: str, name: str) -> None:
    """Remove a collection of the server, if it is there. Raises Problem if the server does not do it."""
    client = _client(address, ChromaSettings(anonymized_telemetry=False))
    try:
        with suppress(NotFoundError):
            client.delete_collection(name)
    except FAILURES as error:
        raise Problem(f"the Chroma server at {address} does not remove {name} ({error}); remove it there") from error
    finally:
        _close(client)


def _client(address: str, settings: ChromaSettings) -> chromadb.ClientAPI:
    parts = urlsplit(address)
    secure = parts.scheme == "https"
    port = parts.port or (443 if secure else 8000)
    try:
        # the client itself would wait for ever
        httpx.get(f"{parts.scheme}://{parts.hostname}:{port}/api/v2/heartbeat", timeout=HEARTBEAT).raise_for_status()
        client = chromadb.HttpClient(parts.hostname or "", port, ssl=secure, settings=settings)
    except FAILURES as error:
        raise Problem(
            f"no Chroma server answers at {address}; start it there with chroma run --path FOLDER, or correct the "
            f"setting index"
        ) from error
    for session in _sessions(client):
        session.timeout = httpx.Timeout(PATIENCE)
    return client


def _sessions(client: chromadb.ClientAPI) -> list[httpx.Client]:
    # Chroma's clients of a server set no time limit, and leave their connections open when they are closed
    servers = (client._server, client._admin_client._server)
    return [server._session for server in servers if hasattr(server, "_session")]


def _close(client: chromadb.ClientAPI) -> None:
    client.close()
    for session in _sessions(client):
        session.close()


def _check_database(folder: Path) -> None:
    # Chroma panics at some damages of its database, past any `except`
    file = folder / "chroma.sqlite3"
    if not file.exists():
        return
    try:
        with closing(sqlite3.connect(file)) as connection:
            [(verdict,), *_] = connection.execute("PRAGMA quick_check").fetchall()
    except sqlite3.DatabaseError as error:
        verdict = str(error)
    if verdict != "ok":
        raise Stale(f"the index {folder} is damaged ({verdict}); run penchant index")
