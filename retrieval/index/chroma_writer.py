"""A new collection as it is written: each batch looked for at once, the whole judged from the disk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from retrieval.errors import Stale
from retrieval.index.chroma_collection import EF_SEARCH, NAME, Collection
from retrieval.index.files import ENOUGH, digest
from retrieval.index.nearest import Exact
from retrieval.space.embedding import Vectors, normalised

NEAREST = 100
QUERIES = 200
WIDEST = 1600  # candidates a search may weigh: more would be no quicker than comparing all


@dataclass(frozen=True)
class Judged:
    """Of a finished collection: `sha256` of its ids and vectors, `recall` over so many `queries`."""

    sha256: str
    recall: float
    queries: int


class Writer:
    """Writes the collection `name` at a place. Raises Stale for whatever does not come back as it was written."""

    def __init__(self, place: Path | str, name: str = NAME, items: int | None = None) -> None:
        self.place, self.name = place, name
        self.collection = Collection(place, name, items)

    def write(self, ids: Sequence[str], vectors: Vectors, canaries: Mapping[str, Vectors]) -> None:
        """One batch, of which the canaries must find themselves at once."""
        self.collection.write(ids, vectors)
        self.find(canaries)

    def find(self, canaries: Mapping[str, Vectors]) -> None:
        """Raises Stale if one of the canaries is not found by its own vector."""
        if lost := self.collection.lost(canaries):
            raise Stale(f"the index {self.place} does not find item {lost!r} by its own vector; run penchant index")

    def judge(self, ids: Sequence[str], canaries: Mapping[str, Vectors]) -> Judged:
        """What a new reader of the finished collection finds; the search is widened until it finds enough."""
        self._reopen()
        self.find(canaries)
        exact = self.collection.exact(ids)
        width = EF_SEARCH
        while (share := recall(self.collection, exact)) < ENOUGH and width < WIDEST:
            width *= 2
            self.collection.widen(width)
            self._reopen()  # who has it open goes on as before
        return Judged(digest(exact), share, QUERIES)

    def _reopen(self) -> None:
        self.collection.close()
        self.collection = Collection(self.place, self.name)

    def close(self) -> None:
        self.collection.close()


def recall(collection: Collection, exact: Exact, seed: int = 0) -> float:
    """Share of the nearest 100 that the collection finds, mean over the queries: half of them items, half midpoints
    between two items, since a wish lies among the items rather than on one."""
    dice = np.random.default_rng(seed)
    some = dice.integers(len(exact.ids), size=(2, QUERIES))
    some[1, : QUERIES // 2] = some[0, : QUERIES // 2]
    queries = normalised(exact.matrix[some].mean(axis=0))
    n = min(NEAREST, len(exact.ids))
    shares = []
    for query in queries:
        near = exact.matrix @ query
        # items described alike are equally near: whichever of them is found is right
        least = np.partition(near, len(near) - n)[len(near) - n] - 1e-6
        found = [exact.rows[id] for id in collection.nearest(query, n)]
        shares.append(np.count_nonzero(near[found] >= least) / n)
    return float(np.mean(shares))
