"""The best of very many items: exact, some items at a time, from a matrix that may lie on the disk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]
Codes = NDArray[np.int64]
STATES, ITEMS = 128, 32_768  # multiplied at a time: no more than 16 MB of scores are ever held


@dataclass(frozen=True)
class Top:
    """The best items of one row: `codes` and `scores`, (found,), best first and equals by code."""

    codes: Codes
    scores: Scores

    def __len__(self) -> int:
        return len(self.codes)


NOTHING = Top(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32))


def nearest(matrix: Scores, states: Scores, k: int, without: Sequence[Codes] = ()) -> list[Top]:
    """The k items that score highest for each state; fewer where fewer are left.

    `matrix` (items, width + 1): the vector of each item and last its bias, in memory or mapped from a file. `states`
    (rows, width). `without`: for each row the codes to leave out, of any length; nothing leaves nothing out.

    Every item is scored, so the answer is exact up to rounding; scores of all rows and items are never held at once.
    Scores that are no number are passed over. Raises ValueError if k is not positive or the shapes do not fit.
    """
    out = _checked(len(states), k, without)
    found: list[Top] = []
    for start in range(0, len(states), STATES):
        rows = states[start : start + STATES]
        tops = [NOTHING] * len(rows)
        for first in range(0, len(matrix), ITEMS):
            scores = products(matrix[first : first + ITEMS], rows)
            for row, top in enumerate(tops):
                codes = out[start + row] - first
                scores[row, codes[(codes >= 0) & (codes < scores.shape[1])]] = -np.inf
                tops[row] = _joined(top, scores[row], first, k)
        found += tops
    return found


def best(scores: Scores, k: int, without: Sequence[Codes] = ()) -> list[Top]:
    """The same of scores that are all there, (rows, items); they stay as they are."""
    out = _checked(len(scores), k, without)
    tops = []
    for row, codes in zip(scores, out, strict=True):
        open_to = row.copy()
        open_to[codes] = -np.inf
        tops.append(_joined(NOTHING, open_to, 0, k))
    return tops


def products(matrix: Scores, states: Scores) -> Scores:
    """The score of every item in every state, (states, items); shapes as in `nearest`."""
    if matrix.shape[1] != states.shape[1] + 1:
        raise ValueError(f"a matrix of width {matrix.shape[1]} needs states of one less, not of {states.shape[1]}")
    whole = np.concatenate([states, np.ones((len(states), 1), dtype=np.float32)], axis=1)
    return np.asarray(whole @ matrix.T)


def _checked(rows: int, k: int, without: Sequence[Codes]) -> Sequence[Codes]:
    if k < 1:
        raise ValueError(f"the best {k} of something are none")
    if len(without) not in (0, rows):
        raise ValueError(f"{rows} rows, but codes to leave out for {len(without)}")
    return without or [NOTHING.codes] * rows


def _joined(top: Top, scores: Scores, first: int, k: int) -> Top:
    """The best k of what was found so far and of `scores` (items,), whose codes, from `first` on, are all greater."""
    # later codes stand behind their equals, so they have to be better than the last of a full list
    bar = top.scores[-1] if len(top) == k else -np.inf
    better = np.flatnonzero(scores > bar)
    if len(better) > k:
        values = scores[better]
        least = np.partition(values, -k)[-k]
        above = better[values > least]
        better = np.concatenate([above, better[values == least][: k - len(above)]])
    codes = np.concatenate([top.codes, better + first])
    values = np.concatenate([top.scores, scores[better]])
    order = np.argsort(-values, kind="stable")[:k]
    return Top(codes[order], values[order])
