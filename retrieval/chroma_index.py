"""The index in Chroma, and the only place that knows the library."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from copy import copy
from pathlib import Path
from types import TracebackType

import chromadb
import numpy as np
from chromadb.config import Settings as ChromaSettings
from chromadb.errors import ChromaError

from retrieval.catalogue import Catalogue
from retrieval.columns import Mask
from retrieval.embedding import Vectors
from retrieval.errors import Stale

BATCH = 5000  # Chroma refuses more than 5,461 at once
NAME = "items"


class ChromaIndex:
    """A persistent collection in one folder, owned by this process alone: Chroma allows no second writer.

    `ids`: of the items, in the order of the masks. Whatever Chroma cannot do with its files is Stale.
    """

    def __init__(self, folder: Path, ids: Sequence[str]) -> None:
        self.folder = folder
        self.ids = tuple(ids)
        self.known = frozenset(ids)
        _check_database(folder)
        with self._files():
            self.client = chromadb.PersistentClient(str(folder), settings=ChromaSettings(anonymized_telemetry=False))
            self.collection = self.client.get_or_create_collection(
                NAME,
                embedding_function=None,
                # the default width of search misses a third of the nearest 100 on hard vectors
                configuration={"hnsw": {"space": "cosine", "ef_search": 400, "ef_construction": 200}},
            )

    def __len__(self) -> int:
        with self._files():
            return int(self.collection.count())

    def write(self, ids: Sequence[str], vectors: Vectors) -> None:
        """Insert or replace. `vectors` has shape (ids, width)."""
        with self._files():
            for start in range(0, len(ids), BATCH):
                self.collection.upsert(ids=list(ids[start : start + BATCH]), embeddings=vectors[start : start + BATCH])

    def nearest(self, vector: Vectors, n: int, among: Mask | None = None) -> list[str]:
        ids = None if among is None else [self.ids[row] for row in np.flatnonzero(among)]
        if ids == []:
            return []
        with self._files():
            found = self.collection.query(query_embeddings=vector[None, :], n_results=n, ids=ids, include=[])
        return [id for id in found["ids"][0] if id in self.known]  # a later catalogue may share the collection

    def vectors(self, ids: Sequence[str]) -> Vectors:
        if not ids:
            return np.zeros((0, 0), dtype=np.float32)
        with self._files():
            found = self.collection.get(ids=list(ids), include=["embeddings"])
        rows = dict(zip(found["ids"], found["embeddings"], strict=True))
        try:
            return np.asarray([rows[id] for id in ids], dtype=np.float32)
        except KeyError as missing:
            raise Stale(f"item {missing} is not in the index; run penchant index") from None

    def grown(self, catalogue: Catalogue, fresh: Mapping[str, Vectors]) -> ChromaIndex:
        """Shares the collection with this one, which therefore finds the fresh items too."""
        if fresh:
            self.write(list(fresh), np.stack(list(fresh.values())))
        later = copy(self)
        later.ids, later.known = catalogue.ids, frozenset(catalogue.ids)
        return later

    @contextmanager
    def _files(self) -> Iterator[None]:
        try:
            yield
        except ChromaError as error:
            raise Stale(f"the index {self.folder} cannot be used ({error}); run penchant index") from error

    def close(self) -> None:
        self.client.close()

    def __enter__(self) -> ChromaIndex:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def lasting(folder: Path) -> list[Path]:
    """The files of a finished index that reading leaves alone; a damaged one of them would end the process.

    Chroma keeps the vectors of less than a thousand items in its database, and rewrites the other files at each start.
    """
    return [path for kept in sorted(folder.glob("*/index_metadata.pickle")) for path in sorted(kept.parent.iterdir())]


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
