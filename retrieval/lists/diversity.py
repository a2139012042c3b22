"""A list whose items differ: each place goes to what is likely to be wanted and adds most to those before it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp

from retrieval.ranking import Scores
from retrieval.space.embedding import Vectors

Gains = NDArray[np.float64]


def distance(vectors: Vectors) -> float:
    """The mean of 1 - cosine over the pairs of items (intra-list distance: Ziegler et al., 2005); `vectors` of unit
    length, (items, width); 1 for fewer than two."""
    rows = vectors.astype(np.float64)
    pairs = max(1, len(rows) * (len(rows) - 1))
    return float(1 - ((rows.sum(axis=0) ** 2).sum() - (rows**2).sum()) / pairs)


class Measure(Protocol):
    """What each item of a pool would add to those taken so far: from 0 up, and never more than it would have before."""

    def gains(self) -> Gains:
        """(pool,)"""
        ...

    def take(self, at: int) -> None:
        """The item at this place of the pool is in the list now."""
        ...


class Variety:
    """The distance to the items taken, on average over the places of the list: its sum is what is told as the distance
    within a list (max-sum diversification: Gollapudi and Sharma, 2009)."""

    def __init__(self, vectors: Vectors, places: int) -> None:
        self.vectors, self.places = vectors, places
        self.near = np.zeros(len(vectors))

    def gains(self) -> Gains:
        return 1 - self.near / self.places

    def take(self, at: int) -> None:
        self.near += (1 + self.vectors @ self.vectors[at]) / 2


class Nearest:
    """The distance to the nearest item taken (maximal marginal relevance: Carbonell and Goldstein, 1998)."""

    def __init__(self, vectors: Vectors, places: int) -> None:
        self.vectors = vectors
        self.near = np.zeros(len(vectors))

    def gains(self) -> Gains:
        return 1 - self.near

    def take(self, at: int) -> None:
        self.near = np.maximum(self.near, np.clip((1 + self.vectors @ self.vectors[at]) / 2, 0, 1))


class Volume:
    """What is left of each item's vector when those taken are projected out of it: the factor by which it multiplies
    the determinant of their kernel.

    Taking the largest at each step is the greedy search for the likeliest set of a determinantal point process, kept
    up to date by one row of a Cholesky factor a step (Chen et al., "Fast greedy MAP inference for DPP", 2018).
    `kernel` (pool, pool): similarities, positive semi-definite.
    """

    def __init__(self, kernel: Gains) -> None:
        self.kernel = kernel
        self.left = np.diag(kernel).astype(np.float64).copy()
        self.rows: list[Gains] = []

    @classmethod
    def of(cls, vectors: Vectors, places: int) -> Volume:
        """With a kernel of cosines brought to 0 to 1."""
        return cls((1 + vectors.astype(np.float64) @ vectors.T) / 2)

    def gains(self) -> Gains:
        return np.clip(self.left, 0, None)

    def take(self, at: int) -> None:
        before = sum((row[at] * row for row in self.rows), np.zeros(len(self.left)))
        row = (self.kernel[at] - before) / np.sqrt(max(self.left[at], 1e-12))
        self.rows.append(row)
        self.left = np.clip(self.left - row**2, 0, None)


class Fixed:
    """What an item adds whatever else is in the list."""

    def __init__(self, worth: Gains) -> None:
        self.worth = worth

    def gains(self) -> Gains:
        return self.worth

    def take(self, at: int) -> None:
        """Changes nothing."""


def lifted(
    scores: Scores,
    measures: Mapping[str, tuple[float, Measure]],
    places: int,
    strolls: Mapping[int, float] | None = None,
) -> Mapping[str, Scores]:
    """What each measure adds to the scores of a pool, by name, each (pool,), so that their sums fall in the order in
    which a greedy choice takes the items.

    Fused scores are log-likelihoods but for a constant, so their softmax is the chance that an item is the one wanted.
    The worth of an item is that chance, and of each measure its gain times its weight; its new score is the logarithm
    of its worth. A step takes the most worthy. Since gains never grow, the worth falls from step to step: the greedy
    order is the order of the sums. The lift is shared among the measures by what they add.

    At the places that `strolls` names, counted from 0, the item is drawn instead: among the quarter that adds most, the
    one at that quantile, from 0 up to 1. What lifts it there is the part `exploration`.
    """
    strolls = strolls or {}
    likely = scores.astype(np.float64) - logsumexp(scores.astype(np.float64))
    chance, free = np.exp(likely), np.ones(len(scores), dtype=bool)
    worth = np.zeros((len(measures), len(scores)))
    drawn = np.zeros(len(scores))
    for place in range(min(places, len(scores)) + 1):
        for row, (weight, measure) in enumerate(measures.values()):
            worth[row, free] = weight * measure.gains()[free]
        if place == min(places, len(scores)):
            break  # what is left over is worth what it would add to the whole list
        whole = np.where(free, chance + worth.sum(axis=0), -np.inf)
        at = int(whole.argmax())
        if place in strolls:
            best, at = whole[at], _drawn(worth.sum(axis=0), free, strolls[place])
            drawn[at] = np.log(best) - np.log(whole[at])
        free[at] = False
        for _, measure in measures.values():
            measure.take(at)
    added = worth.sum(axis=0)
    with np.errstate(divide="ignore"):
        lift = np.logaddexp(likely, np.log(added)) - likely
    share = np.divide(worth, added, out=np.zeros_like(worth), where=added > 0)
    parts = {name: np.asarray(share[row] * lift, dtype=np.float32) for row, name in enumerate(measures)}
    return {**parts, "exploration": drawn.astype(np.float32)} if strolls else parts


def _drawn(gains: Gains, free: NDArray[np.bool_], quantile: float) -> int:
    open_to = np.flatnonzero(free)
    various = open_to[gains[open_to] >= np.quantile(gains[open_to], 0.75)]
    return int(various[int(quantile * len(various))])
