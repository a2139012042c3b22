"""Words to vectors."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from retrieval.errors import Problem
from retrieval.settings import Settings

Vectors = NDArray[np.float32]  # (texts, width), rows of length 1


class Embedder(Protocol):
    """Turns texts into vectors of length 1, so that their dot product is the cosine."""

    @property
    def name(self) -> str: ...

    def documents(self, texts: Sequence[str]) -> Vectors: ...

    def queries(self, texts: Sequence[str]) -> Vectors: ...


class Hashing:
    """A stand-in without a model: texts that share words are near each other, and nothing else is.

    Feature hashing with signs, after Weinberger et al., "Feature Hashing for Large Scale Multitask Learning" (2009).
    """

    name = "hashing (a stand-in for a sentence-transformer)"

    def __init__(self, width: int = 256) -> None:
        self.width = width

    def documents(self, texts: Sequence[str]) -> Vectors:
        vectors = np.zeros((len(texts), self.width), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in re.findall(r"\w+", text.casefold()) or [""]:
                code = int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest(), "little")
                vectors[row, (code >> 1) % self.width] += 1 if code & 1 else -1
        # a text whose words cancel out still needs a direction
        vectors[~vectors.any(axis=1), 0] = 1
        return normalised(vectors)

    queries = documents


def normalised(vectors: Vectors) -> Vectors:
    """Rows scaled to length 1."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-12), dtype=np.float32)


def open_embedder(settings: Settings) -> Embedder:
    """The embedder that the settings name. Raises Problem for an unknown kind."""
    kind, _, name = settings.embedder.partition(":")
    if kind == "hashing":
        return Hashing()
    if kind == "sentence" and name:
        from retrieval.sentence_embedding import SentenceEmbedder
        from retrieval.weights import find

        return SentenceEmbedder(name, find(name, settings), settings.threads)
    raise Problem(f"embedder is {settings.embedder!r}; it must be sentence:NAME or hashing:")
