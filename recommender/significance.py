"""How far a figure may be off: bootstrap intervals over users."""

import numpy as np
from numpy.typing import NDArray

DRAWS = 2000
LEVEL = 0.95


def interval(values: NDArray[np.float64], seed: int) -> tuple[float, float]:
    """95 % percentile bootstrap interval of the mean (Efron, 1979), one value a user; the same for the same seed."""
    if not len(values):
        return float("nan"), float("nan")
    draws = np.random.default_rng(seed).integers(len(values), size=(DRAWS, len(values)))
    low, high = np.quantile(values[draws].mean(axis=1), [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)


def difference(ours: NDArray[np.float64], theirs: NDArray[np.float64], seed: int) -> tuple[float, float, float]:
    """Mean difference and its 95 % interval, over users who answered to both, in the same order."""
    if ours.shape != theirs.shape:
        raise ValueError(f"a paired difference needs the same users: {ours.shape} against {theirs.shape}")
    gap = ours - theirs
    return float(gap.mean()), *interval(gap, seed)


def over_groups(sums: NDArray[np.float64], sizes: NDArray[np.float64], seed: int) -> tuple[float, float]:
    """The same for a mean whose values come in groups that are drawn whole, since those of one are alike: the sum and
    the number of values of each group, (groups,)."""
    if not len(sums):
        return float("nan"), float("nan")
    draws = np.random.default_rng(seed).integers(len(sums), size=(DRAWS, len(sums)))
    means = sums[draws].sum(axis=1) / np.maximum(sizes[draws].sum(axis=1), 1)
    low, high = np.quantile(means, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)
