"""Where values stand in their order."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def placed(values: NDArray[Any]) -> NDArray[np.float64]:
    """The place of each value, the least at 1; equal ones share the mean of theirs. The same as SciPy's `rankdata`,
    whose module takes half a second to load."""
    _, which, often = np.unique(values, return_inverse=True, return_counts=True)
    mean = np.cumsum(often) - (often - 1) / 2
    return np.asarray(mean[which], dtype=np.float64)
