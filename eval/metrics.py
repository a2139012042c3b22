"""How good a list is, from where the one relevant item stands in it."""

import numpy as np
from numpy.typing import NDArray

Ranks = NDArray[np.int64]
Values = NDArray[np.float64]


def hr(ranks: Ranks, k: int) -> Values:
    """Hit rate: 1 for each target among the first k, shape of `ranks`, which count from 1."""
    return (ranks <= k).astype(np.float64)


def ndcg(ranks: Ranks, k: int) -> Values:
    """Normalised discounted cumulative gain at k of one relevant item each (Järvelin and Kekäläinen, 2002)."""
    return np.where(ranks <= k, 1 / np.log2(ranks + 1.0), 0.0)


def mrr(ranks: Ranks, absent: int) -> Values:
    """Reciprocal rank; 0 for a target that stands beyond `absent` items, which is to say nowhere."""
    return np.where(ranks <= absent, 1 / ranks, 0.0)


def coverage(lists: NDArray[np.int64], items: int) -> float:
    """Share of the catalogue that appears in at least one list; -1 stands for an empty place."""
    return len(np.unique(lists[lists >= 0])) / items if items else 0.0
