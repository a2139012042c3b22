"""Words to vectors."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from retrieval.errors import Problem, Stale
from retrieval.settings import Settings

if TYPE_CHECKING:
    from PIL.Image import Image

Vectors = NDArray[np.float32]  # (texts, width), rows of length 1
GRID = 4  # parts of a side in which the stand-in sees a picture


class Embedder(Protocol):
    """Turns texts into vectors of length 1, so that their dot product is the cosine."""

    @property
    def name(self) -> str: ...

    @property
    def identity(self) -> str:
        """Changes whenever the same text may get another vector: the model, its weights, its precision."""
        ...

    @property
    def window(self) -> int:
        """How long a text may be, as `lengths` counts, before the model leaves its end unread."""
        ...

    def lengths(self, texts: Sequence[str]) -> list[int]:
        """How long each text is in the model's own units, for the whole of which it has `window`."""
        ...

    def documents(self, texts: Sequence[str]) -> Vectors: ...

    def queries(self, texts: Sequence[str]) -> Vectors: ...


class PictureEmbedder(Protocol):
    """Turns texts and pictures into vectors of length 1 of one space."""

    @property
    def identity(self) -> str: ...

    def pictures(self, images: Sequence[Image]) -> Vectors: ...

    def queries(self, texts: Sequence[str]) -> Vectors: ...


class Hashing:
    """A stand-in without a model: texts that share words are near each other, and nothing else is.

    Feature hashing with signs, after Weinberger et al., "Feature Hashing for Large Scale Multitask Learning" (2009).
    Pictures are near each other when their colours lie alike; no text is near a picture.
    """

    name = "hashing (a stand-in for a sentence-transformer)"
    window = 256

    def __init__(self, width: int = 256) -> None:
        self.width = width
        self.identity = f"hashing {width}"

    def lengths(self, texts: Sequence[str]) -> list[int]:
        return [len(re.findall(r"\w+", text)) for text in texts]

    def documents(self, texts: Sequence[str]) -> Vectors:
        vectors = np.zeros((len(texts), self.width), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in re.findall(r"\w+", text.casefold())[: self.window] or [""]:
                code = int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest(), "little")
                vectors[row, (code >> 1) % self.width] += 1 if code & 1 else -1
        # a text whose words cancel out still needs a direction
        vectors[~vectors.any(axis=1), 0] = 1
        return normalised(vectors)

    queries = documents

    def pictures(self, images: Sequence[Image]) -> Vectors:
        vectors = np.zeros((len(images), self.width), dtype=np.float32)
        for row, image in enumerate(images):
            colours = np.asarray(image.resize((GRID, GRID)), dtype=np.float32).ravel() / 127.5 - 1
            vectors[row, : len(colours)] = colours[: self.width]
        vectors[~vectors.any(axis=1), 0] = 1
        return normalised(vectors)


def normalised(vectors: Vectors) -> Vectors:
    """Rows scaled to length 1."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-12), dtype=np.float32)


def sound(vectors: Vectors, count: int, name: str) -> Vectors:
    """What a model gave, scaled to rows of length 1. Raises Stale unless these are `count` rows of numbers."""
    if vectors.ndim != 2 or len(vectors) != count:
        raise Stale(f"the model {name} gave vectors of the shape {vectors.shape} for {count} texts or pictures")
    bad = ~(np.isfinite(vectors).all(axis=1) & vectors.any(axis=1))
    if bad.any():
        raise Stale(
            f"the model {name} gave {int(bad.sum())} of {count} vectors that are zero or no numbers; its weights may be"
            " damaged: delete its folder to fetch it anew, or set another embedder"
        )
    return normalised(vectors)


def open_embedder(settings: Settings) -> Embedder:
    """The embedder that the settings name, which reads each text once: vectors are kept in the cache of the workspace.
    Raises Problem for an unknown kind."""
    from retrieval.space.vector_cache import Cached, VectorCache

    embedder = open_model(settings)
    # hashing a text is as quick as looking it up
    return embedder if isinstance(embedder, Hashing) else Cached(embedder, VectorCache.of(settings))


def open_model(settings: Settings) -> Embedder:
    """The same without a cache."""
    kind, _, name = settings.embedder.partition(":")
    if kind == "hashing":
        return Hashing()
    if kind == "sentence" and name:
        from retrieval.space.sentence_embedding import SentenceEmbedder
        from retrieval.weights import find

        return SentenceEmbedder(name, find(name, settings), settings.threads)
    raise Problem(f"embedder is {settings.embedder!r}; it must be sentence:NAME or hashing:")


def open_picture_model(named: str, settings: Settings) -> PictureEmbedder:
    """The embedder of pictures that a domain names. Raises Problem for an unknown kind, or a model that is blind."""
    kind, _, name = named.partition(":")
    if kind == "hashing":
        return Hashing()
    if kind == "clip" and name:
        from retrieval.space.sentence_embedding import SentenceEmbedder
        from retrieval.weights import find

        embedder = SentenceEmbedder(name, find(name, settings), settings.threads)
        if not embedder.sees:
            raise Problem(
                f"the model {name} reads no pictures; name one that does, as clip:openai/clip-vit-base-patch32"
            )
        return embedder
    raise Problem(f"the domain's model of images is {named!r}; it must be clip:NAME, or hashing: (a stand-in)")
