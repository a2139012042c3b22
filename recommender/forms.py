"""The forms in which a part's opinion enters the fusion: how sure it is, and whom it has near the top."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from recommender.past import Past
from recommender.recency import SPANS
from retrieval.sources import HALF

Scores = NDArray[np.float32]
NEAR = 300  # places from the top beyond which a place says nothing
PLAIN = ("popularity", *SPANS)  # parts that are the same for everybody, so that their order says nothing more
BY_PLACE, BY_LOGARITHM = " by place", " by logarithm"


def standardised(scores: Scores) -> Scores:
    """Each row with mean 0 and spread 1, so that a weight means the same for every user; a flat row becomes zero."""
    spread = scores.std(axis=1, keepdims=True)
    middle = scores - scores.mean(axis=1, keepdims=True)
    flat = np.zeros_like(middle)
    return np.asarray(np.divide(middle, spread, out=flat, where=spread > 1e-9), dtype=np.float32)


def forms(
    parts: Mapping[str, Scores], pasts: Sequence[Past], wanted: Collection[str] | None = None
) -> dict[str, Scores]:
    """Every part as it is, and by place among what its person has not done; each (pasts, items).

    Parts given by logarithm, and those that are the same for everybody, have no second form; and of the places, which
    take long to find, only those `wanted` are given, if it is said which.
    """
    placed = {
        f"{name}{BY_PLACE}": by_place(scores, [one.item for one in pasts])
        for name, scores in parts.items()
        if name not in PLAIN and not name.endswith(BY_LOGARITHM) and (wanted is None or f"{name}{BY_PLACE}" in wanted)
    }
    return {**parts, **placed}


def part_of(form: str) -> str:
    """The part whose form it is."""
    return form.removesuffix(BY_PLACE).removesuffix(BY_LOGARITHM)


def by_place(scores: Scores, seen: Sequence[Sequence[int] | NDArray[np.int64]]) -> Scores:
    """HALF / (HALF + place) for the first NEAR items of each row, 0 beyond and where a row says nothing of an item
    (after reciprocal rank fusion: Cormack et al., 2009). What was `seen` has no place; equals share one."""
    placed = np.zeros_like(scores)
    for row, gone in enumerate(seen):
        open_to = scores[row].copy()
        nothing = open_to.min()
        open_to[np.asarray(gone, dtype=np.int64)] = -np.inf
        best = np.argpartition(-open_to, min(NEAR, len(open_to) - 1))[:NEAR]
        best = best[open_to[best] > nothing]
        falling = np.sort(-open_to[best])
        placed[row, best] = HALF / (HALF + 1.0 + np.searchsorted(falling, -open_to[best], side="left"))
    return placed
