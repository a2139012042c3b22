"""Whether an adapter is worth its place: paired figures against the model as it came, on what it never saw."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chat.adaptation.lists import Choice
from recommender.holdout import gain
from recommender.significance import difference
from retrieval.ranking import Scores

K = 10
FEWEST = 30  # values from which an interval says anything


@dataclass(frozen=True)
class Figure:
    """One measure of the model as it came and with the adapter: means, the gain and its 95 % interval."""

    what: str
    before: float
    after: float
    gain: float
    low: float
    high: float
    n: int

    @classmethod
    def of(cls, what: str, before: NDArray[np.float64], after: NDArray[np.float64], seed: int) -> Figure:
        """From one value a user or a pair, in the same order."""
        return cls(what, float(before.mean()), float(after.mean()), *difference(after, before, seed), len(before))

    @property
    def better(self) -> bool:
        return self.n >= FEWEST and self.low > 0

    @property
    def worse(self) -> bool:
        return self.n >= FEWEST and self.high < 0

    def __str__(self) -> str:
        return (
            f"{self.what} {self.before:.4f} -> {self.after:.4f}, {self.gain:+.4f} (95 % {self.low:+.4f} to "
            f"{self.high:+.4f}, n {self.n})"
        )


def keeps(figures: Sequence[Figure]) -> bool:
    """The rule: the first figure's interval lies above zero, and no other one's below."""
    return figures[0].better and not any(one.worse for one in figures[1:])


def gains(
    score: Callable[[str, Sequence[str]], Scores], asked: Sequence[tuple[Choice, ...]]
) -> dict[bool, list[float]]:
    """NDCG@10 by the language model's score alone, one value a user: without a wish, and of those with one. 0 where the
    item is not among the candidates, whatever the model says."""
    found: dict[bool, list[float]] = {False: [], True: []}
    for lists in asked:
        if not lists:
            found[False].append(0.0)
        for one in lists:
            found[one.wished].append(gain(score(one.prefix, one.titles), one.right))
    return found
