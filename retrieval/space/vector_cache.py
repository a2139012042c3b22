"""Vectors that were computed before, so that only what is new has to be."""

from __future__ import annotations

import hashlib
import sqlite3
import time
import zlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import TypeVar

import numpy as np
import typer

from retrieval.settings import Settings
from retrieval.space.embedding import Embedder, Vectors

Done = TypeVar("Done")
KEPT = 90  # days that a vector nobody asked for stays
SCHEMA = 1
AT_ONCE = 500  # keys in one statement
DAY = 86_400
SUM = 4  # bytes of the checksum before each vector


class VectorCache:
    """An SQLite file of vectors by what they were made of and by which model. Several processes may use it at once.

    It is a help, never a need: a damaged file is thrown away, and said; where it cannot be written, or is held by
    another for long, the vectors are computed anew each time, and that is said once. A vector comes back only if its
    checksum is right.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        self.silent = False

    @classmethod
    def of(cls, settings: Settings) -> VectorCache:
        return cls(settings.cache / "vectors.sqlite")

    def known(self, model: str, keys: Sequence[bytes]) -> dict[bytes, Vectors]:
        """Of these keys, those that are kept, with their vectors."""
        today = int(time.time() // DAY)

        def read(connection: sqlite3.Connection) -> dict[bytes, Vectors]:
            found: dict[bytes, Vectors] = {}
            for start in range(0, len(keys), AT_ONCE):
                asked = (model, *keys[start : start + AT_ONCE])
                where = f"WHERE model = ? AND key IN ({','.join('?' * (len(asked) - 1))})"
                rows = connection.execute(f"SELECT key, vector, used FROM vectors {where}", asked).fetchall()
                found |= {key: _unpacked(model, key, packed) for key, packed, _ in rows}
                if any(used < today for *_, used in rows):  # once a day, so that reading seldom has to write
                    connection.execute(f"UPDATE vectors SET used = ? {where}", (today, *asked))
            return found

        return self._with(read, {})

    def keep(self, model: str, vectors: Mapping[bytes, Vectors]) -> None:
        """Keep these vectors, by their keys."""
        today = int(time.time() // DAY)
        rows = [(model, key, today, _packed(model, key, vector)) for key, vector in vectors.items()]
        insert = "INSERT OR REPLACE INTO vectors VALUES (?, ?, ?, ?)"
        self._with(lambda connection: connection.executemany(insert, rows), None)

    def tidy(self) -> None:
        """Let go of the vectors that nobody asked for in 90 days."""
        oldest = int(time.time() // DAY) - KEPT
        self._with(lambda connection: connection.execute("DELETE FROM vectors WHERE used < ?", (oldest,)), None)

    def empty(self) -> None:
        """Let go of everything."""
        for file in (self.file, self.file.with_name(self.file.name + "-journal")):
            file.unlink(missing_ok=True)

    def _with(self, work: Callable[[sqlite3.Connection], Done], otherwise: Done) -> Done:
        # opened each time: no connection to share between threads, none to forget
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self.file, timeout=10)) as connection, connection:
                _prepare(connection)
                return work(connection)
        except (sqlite3.OperationalError, OSError) as error:
            if not self.silent:
                typer.echo(f"the cache of vectors {self.file} cannot be used now ({error}); going on without", err=True)
            self.silent = True
        except sqlite3.DatabaseError as error:
            typer.echo(f"the cache of vectors {self.file} is damaged ({error}); it is made anew", err=True)
            self.empty()
        return otherwise


class Cached:
    """An embedder that reads each document once. Questions are not kept: they are people's own words."""

    def __init__(self, embedder: Embedder, cache: VectorCache) -> None:
        self.embedder = embedder
        self.cache = cache
        self.name = embedder.name

    @property
    def identity(self) -> str:
        return self.embedder.identity

    @property
    def window(self) -> int:
        return self.embedder.window

    def lengths(self, texts: Sequence[str]) -> list[int]:
        return self.embedder.lengths(texts)

    def documents(self, texts: Sequence[str]) -> Vectors:
        keys = [key(text.encode("utf-8", "surrogatepass")) for text in texts]
        known = self.cache.known(self.identity, list(dict.fromkeys(keys)))
        missing = {one: text for one, text in zip(keys, texts, strict=True) if one not in known}
        if not texts:
            return self.embedder.documents(texts)
        if missing:
            fresh = dict(zip(missing, self.embedder.documents(list(missing.values())), strict=True))
            self.cache.keep(self.identity, fresh)
            known |= fresh
        return np.stack([known[one] for one in keys])

    def queries(self, texts: Sequence[str]) -> Vectors:
        return self.embedder.queries(texts)


def key(content: bytes) -> bytes:
    """The name of a content: its sha256."""
    return hashlib.sha256(content).digest()


def _prepare(connection: sqlite3.Connection) -> None:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version not in (0, SCHEMA):
        raise sqlite3.DatabaseError(f"it is of version {version}, not {SCHEMA}")
    if version == 0:
        connection.execute(
            "CREATE TABLE IF NOT EXISTS vectors (model TEXT, key BLOB, used INTEGER, vector BLOB,"
            " PRIMARY KEY (model, key)) WITHOUT ROWID"
        )
        connection.execute(f"PRAGMA user_version = {SCHEMA}")


def _packed(model: str, name: bytes, vector: Vectors) -> bytes:
    content = np.asarray(vector, dtype="<f4").tobytes()
    return _sum(model, name, content) + content


def _unpacked(model: str, name: bytes, packed: object) -> Vectors:
    if not isinstance(packed, bytes) or packed[:SUM] != _sum(model, name, packed[SUM:]):
        raise sqlite3.DatabaseError("a vector is not what was kept")
    return np.frombuffer(packed[SUM:], dtype="<f4").astype(np.float32)


def _sum(model: str, name: bytes, content: bytes) -> bytes:
    return zlib.crc32(model.encode() + name + content).to_bytes(SUM, "little")
