"""Where items lie in the vector space, and which of them are near a point."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from retrieval.catalogue import Catalogue
from retrieval.errors import Problem, Stale
from retrieval.filtering.columns import Mask
from retrieval.ranking import highest
from retrieval.space.embedding import Vectors

GATHERED = 0.2  # share of the items up to which copying their rows out is quicker than comparing all


@dataclass(frozen=True)
class Found:
    """Ids, nearest first, and which index answered, with the reason if it is not the usual one: `exact (filter)`."""

    ids: tuple[str, ...]
    by: str


class Index(Protocol):
    """Vectors by item id, in an order of its own, which is the catalogue's for which it was opened."""

    def found(self, vector: Vectors, n: int, among: Mask | None = None) -> Found:
        """The n nearest, only of `among` if given, a mask over the items in their order; and who says so."""
        ...

    def nearest(self, vector: Vectors, n: int, among: Mask | None = None) -> list[str]:
        """Ids of the n nearest, nearest first, as `found` has them."""
        ...

    def vectors(self, ids: Sequence[str]) -> Vectors:
        """Vectors of the ids, shape (ids, width), in their order; Stale if one is missing."""
        ...

    def grown(self, catalogue: Catalogue, fresh: Mapping[str, Vectors]) -> Index:
        """The index for a later catalogue: `fresh`, vectors of new and changed items, written; what is gone, left out.

        This one goes on answering for the catalogue it was opened for. Raises Stale if an item has no vector, Problem
        if one of the fresh is no vector of this index.
        """
        ...

    def close(self) -> None:
        """Lets go of the files, for this index and for all that grew from it."""
        ...


class Exact:
    """All vectors in memory, compared one by one: the oracle of the others, and quickest under 50,000 items.

    `vectors`: float32, shape (ids, width), rows of length 1.
    """

    def __init__(self, ids: Sequence[str], vectors: Vectors) -> None:
        self.ids = tuple(ids)
        self.rows = {id: row for row, id in enumerate(self.ids)}
        self.matrix = np.ascontiguousarray(vectors, dtype=np.float32)

    def found(self, vector: Vectors, n: int, among: Mask | None = None) -> Found:
        return Found(tuple(self.nearest(vector, n, among)), "exact")

    def nearest(self, vector: Vectors, n: int, among: Mask | None = None) -> list[str]:
        # one multiplication reads every vector once: it is as quick as memory is
        if among is None:
            return [self.ids[row] for row in highest(self.matrix @ vector, n)]
        rows = np.flatnonzero(among)
        few = len(rows) <= GATHERED * len(self.ids)
        near = self.matrix[rows] @ vector if few else (self.matrix @ vector)[rows]
        return [self.ids[row] for row in rows[highest(near, n)]]

    def vectors(self, ids: Sequence[str]) -> Vectors:
        try:
            return self.matrix[[self.rows[id] for id in ids]]
        except KeyError as missing:
            raise Stale(f"item {missing} is not in the index; run penchant index") from None

    def grown(self, catalogue: Catalogue, fresh: Mapping[str, Vectors]) -> Exact:
        for id, vector in fresh.items():
            check([id], np.asarray(vector)[None], self.matrix.shape[1])
        if lacking := next((id for id in catalogue.ids if id not in fresh and id not in self.rows), None):
            raise Stale(f"item {lacking!r} is not in the index; run penchant index")
        matrix = np.empty((len(catalogue), self.matrix.shape[1]), dtype=np.float32)
        kept = [at for at, id in enumerate(catalogue.ids) if id not in fresh]
        matrix[kept] = self.matrix[[self.rows[catalogue.ids[at]] for at in kept]]
        for id, vector in fresh.items():
            if id in catalogue:
                matrix[catalogue.row[id]] = vector
        return Exact(catalogue.ids, matrix)

    def close(self) -> None:
        """Nothing to let go of."""


def check(ids: Sequence[str], vectors: Vectors, width: int) -> None:
    """Raises Problem, naming the item, if one of the vectors, shape (ids, numbers), cannot be told near or far."""
    if vectors.ndim != 2 or vectors.shape[1] != width:
        numbers = vectors.shape[-1] if vectors.ndim else 0
        raise Problem(f"the vector of item {ids[0]!r} has {numbers:,} numbers where the index has {width:,}")
    finite = np.isfinite(vectors).all(axis=1)
    if not finite.all():
        raise Problem(f"the vector of item {ids[int(np.argmin(finite))]!r} holds what is no number (NaN or infinite)")
