"""Likelihoods kept on disk, so that a long judgement that was cut off goes on, and a second one costs nothing."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Generator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chat.llm import LLM, Turn
from chat.llm.guarded import Guarded
from retrieval.settings import Settings

# text out of the catalogue and histories goes into the digest alone: nothing personal can be read in the file
TABLE = "CREATE TABLE IF NOT EXISTS likelihoods (digest BLOB PRIMARY KEY, nats BLOB NOT NULL) WITHOUT ROWID"


class Remembered:
    """The same model, asked only for what is not in the file. `identity` says all that its answers hang on besides the
    text: name, adapter, precision; `hearing` what those of `after` hang on, where that is another. Closed by `close`.
    """

    def __init__(self, llm: LLM, file: Path, identity: str, hearing: str | None = None) -> None:
        self.llm, self.name = llm, llm.name
        self.hangs_on = {"score": identity, "after": hearing or identity}
        file.parent.mkdir(parents=True, exist_ok=True)
        try:
            self.kept = _opened(file)
        except sqlite3.DatabaseError:  # a cache: what is damaged is asked for again
            file.unlink()
            self.kept = _opened(file)

    @classmethod
    def of(cls, llm: Guarded, settings: Settings) -> Remembered:
        """The model with all the time it needs, in the file of the workspace."""
        return cls(llm.within(None), settings.cache / "likelihoods.db", *llm.identities)

    @property
    def scores(self) -> bool:
        return self.llm.scores

    def __getattr__(self, name: str) -> Any:
        return getattr(self.llm, name)

    def stream(self, messages: Sequence[Turn], schema: Mapping[str, Any] | None = None) -> Generator[str, None, None]:
        return self.llm.stream(messages, schema)

    def score(self, prefix: str, continuations: Sequence[str]) -> NDArray[np.float32]:
        pairs = [("score", prefix, one) for one in continuations]
        rows = self._all(pairs, lambda new: self.llm.score(prefix, [continuations[at] for at in new])[:, None])
        return np.array([row[0] for row in rows], dtype=np.float32)

    def after(self, texts: Sequence[str], said: str) -> NDArray[np.float32]:
        pairs = [("after", text, said) for text in texts]
        return np.stack(self._all(pairs, lambda new: self.llm.after([texts[at] for at in new], said)))

    def _all(
        self, asked: Sequence[tuple[str, ...]], ask: Callable[[Sequence[int]], NDArray[np.float32]]
    ) -> list[NDArray[np.float32]]:
        digests = [self._digest(*one) for one in asked]
        known = {digest: found for digest in digests if (found := self._kept(digest)) is not None}
        new = [at for at, digest in enumerate(digests) if digest not in known]
        if new:
            rows = dict(zip([digests[at] for at in new], ask(new).astype("<f4"), strict=True))
            with self.kept:
                told = [(digest, row.tobytes()) for digest, row in rows.items()]
                self.kept.executemany("INSERT OR REPLACE INTO likelihoods VALUES (?, ?)", told)
            known |= rows
        return [known[digest] for digest in digests]

    def close(self) -> None:
        self.kept.close()

    def _kept(self, digest: bytes) -> NDArray[np.float32] | None:
        row = self.kept.execute("SELECT nats FROM likelihoods WHERE digest = ?", (digest,)).fetchone()
        return np.frombuffer(row[0], dtype="<f4") if row else None

    def _digest(self, call: str, *texts: str) -> bytes:
        return hashlib.blake2b("\x00".join((self.hangs_on[call], call, *texts)).encode(), digest_size=16).digest()


def _opened(file: Path) -> sqlite3.Connection:
    kept = sqlite3.connect(file, timeout=60, check_same_thread=False)
    kept.execute("PRAGMA journal_mode=WAL")
    kept.execute(TABLE)
    return kept
