"""What vector each item gets: of its words, its picture and what else was given for it, side by side."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache

import numpy as np

from retrieval.catalogue import Catalogue
from retrieval.domain import Domain, read_domain
from retrieval.errors import Problem
from retrieval.items import Item
from retrieval.settings import Settings
from retrieval.space.embedding import Embedder, Vectors, normalised, open_embedder, open_picture_model, sound
from retrieval.space.passages import Passage, best_passage, passages, pooled
from retrieval.space.pictures import Pictures
from retrieval.space.vector_cache import VectorCache

BATCH = 256
LAST = 16  # questions of which the vector is remembered


@dataclass(frozen=True)
class Space:
    """Where items and questions lie: an embedder of texts that knows items too.

    A vector is that of the words, then that of the picture and then the one `given` by id, times the roots of their
    weights, all scaled to length 1 together: one product in one index is the weighted mean of three cosines. What an
    item lacks is zeros there, so the rest of it counts for more. A question has its words twice, in the model of the
    words and in that of the pictures, and nothing given. `fields` weigh the fields of the words; empty reads them as
    one. `made_by`: what an index notes.
    """

    words: Embedder
    fields: Mapping[str, float] = field(default_factory=dict)
    pictures: Pictures | None = None
    picture_weight: float = 0.5
    given: Mapping[str, Vectors] = field(default_factory=dict)
    given_weight: float = 0.5
    made_by: str = ""

    def __post_init__(self) -> None:
        first = next(iter(self.given.items()), None)
        for id, vector in self.given.items():
            if first and vector.shape != first[1].shape:
                wide, other = vector.shape[-1], first[1].shape[-1]
                raise Problem(f"the vector of item {id!r} has {wide} numbers, and that of {first[0]!r} has {other}")
            if not np.isfinite(vector).all() or not vector.any():
                raise Problem(f"the vector of item {id!r} is zero or holds what is no number; give another, or none")

    @property
    def name(self) -> str:
        return self.words.name

    @property
    def identity(self) -> str:
        seen = [f"pictures {self.pictures.embedder.identity} x {self.picture_weight}"] if self.pictures else []
        heard = [f"vectors {_digest(self.given)} x {self.given_weight}"] if self.given else []
        return ", ".join([self.words.identity, *[f"{name} x {by}" for name, by in self.fields.items()], *seen, *heard])

    @property
    def window(self) -> int:
        return self.words.window

    def lengths(self, texts: Sequence[str]) -> list[int]:
        return self.words.lengths(texts)

    def documents(self, texts: Sequence[str]) -> Vectors:
        return self._whole(self.words.documents(texts))

    def queries(self, texts: Sequence[str]) -> Vectors:
        # the stages of a turn ask the same: the last few stay in memory, and nowhere else, as they are people's words
        return np.stack([self._asked(text) for text in texts]) if len(texts) else self._whole(self.words.queries(texts))

    def items(self, items: Sequence[Item]) -> Vectors:
        """The vectors of the items, (items, width), all their passages read in one go. Raises Stale if the model gives
        what is no vector."""
        cut = passages(items, self.fields, self.words)
        texts = list(dict.fromkeys(text for by_field in cut for pieces in by_field.values() for text in pieces))
        row = {text: at for at, text in enumerate(texts)}
        read = self.words.documents(texts)
        of_fields = ({name: read[[row[text] for text in texts]] for name, texts in by.items()} for by in cut)
        words = [pooled(by_field, self.fields) for by_field in of_fields]
        seen = self.pictures.vectors(items) if self.pictures else None
        heard = np.zeros((len(items), self._heard), dtype=np.float32)
        for at, item in enumerate(items):
            if item.id in self.given:
                heard[at] = self.given[item.id]
        return self._whole(np.stack(words) if words else read, seen, normalised(heard))

    def knowing(self, given: Mapping[str, Vectors]) -> Space:
        """The same space with these given too, by id, for what came to a running assistant. A vector of another width
        than those that it began with has no place here, and waits for the next index."""
        fitting = {id: vector for id, vector in given.items() if vector.shape == (self._heard,)}
        return replace(self, given={**self.given, **fitting})

    def best_passage(self, item: Item, vector: Vectors) -> Passage:
        """The passage of the item that is nearest to a vector of this space, by its words. Nothing is computed once the
        item was indexed, by an embedder that keeps its vectors."""
        return best_passage(item, self.wording(vector[None])[0], self.fields, self.words)

    def wording(self, vectors: Vectors) -> Vectors:
        """What words alone make of vectors of this space, (rows, width of the words), of length 1 again."""
        return normalised(vectors[:, : vectors.shape[1] - self._seen - self._heard])

    @cached_property
    def _asked(self) -> Callable[[str], Vectors]:
        def asked(text: str) -> Vectors:
            seen = self.pictures.queries([text]) if self.pictures else None
            return np.asarray(self._whole(self.words.queries([text]), seen)[0])

        return lru_cache(maxsize=LAST)(asked)

    @cached_property
    def _seen(self) -> int:
        return self.pictures.width if self.pictures else 0

    @cached_property
    def _heard(self) -> int:
        return next((len(vector) for vector in self.given.values()), 0)

    def _whole(self, words: Vectors, seen: Vectors | None = None, heard: Vectors | None = None) -> Vectors:
        pictures = np.zeros((len(words), self._seen), dtype=np.float32) if seen is None else seen
        given = np.zeros((len(words), self._heard), dtype=np.float32) if heard is None else heard
        parts = [words, np.sqrt(self.picture_weight) * pictures, np.sqrt(self.given_weight) * given]
        return sound(np.concatenate(parts, axis=1, dtype=np.float32), len(words), self.name)


def embedded(catalogue: Catalogue, embedder: Embedder) -> Iterator[tuple[list[str], Vectors]]:
    """The catalogue in batches of ids and vectors, in the embedder's space, or by their words where it has none."""
    space = embedder if isinstance(embedder, Space) else Space(embedder)
    ids = list(catalogue)
    for start in range(0, len(ids), BATCH):
        batch = ids[start : start + BATCH]
        yield batch, space.items([catalogue[id] for id in batch])


def open_space(settings: Settings, given: Mapping[str, Vectors] | None = None) -> Space:
    """The space that the settings and the domain ask for; `given`: vectors that came with the items, by id. Raises
    Problem naming what is wrong with one of these, or with the models."""
    domain = read_domain(settings.domain)
    pictures = None
    if domain.images.model:
        model = open_picture_model(domain.images.model, settings)
        pictures = Pictures(model, VectorCache.of(settings), settings.pictures, settings.private_pictures)
    return Space(
        open_embedder(settings),
        domain.embedded,
        pictures,
        domain.images.weight,
        given or {},
        domain.vectors.weight,
        made_by(settings, domain, given),
    )


def maker(embedder: Embedder, settings: Settings) -> str:
    """What an index of this embedder's vectors notes of how they came about."""
    return embedder.made_by if isinstance(embedder, Space) and embedder.made_by else settings.embedder


def made_by(settings: Settings, domain: Domain, given: Mapping[str, Vectors] | None = None) -> str:
    """The same without opening a model: another word, another index."""
    said: list[object] = []
    if domain.embedded:
        said.append(sorted(domain.embedded.items()))
    if domain.images.model:
        said.append([domain.images.model, domain.images.weight])
    if given:
        said.append([_digest(given), domain.vectors.weight])
    details = hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]
    return f"{settings.embedder} {details}" if said else settings.embedder


def _digest(given: Mapping[str, Vectors]) -> str:
    whole = hashlib.sha256()
    for id in sorted(given):
        whole.update(json.dumps(id).encode() + np.asarray(given[id], dtype="<f4").tobytes())
    return whole.hexdigest()[:16]
