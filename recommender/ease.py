"""What goes with what, however far apart: EASE on histories that fade."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import lapack

from recommender.counts import faded


@dataclass(frozen=True)
class Easing:
    """`ridge`: how strongly weights are pulled to zero; `learning` and `asking`: what an event weighs per event since,
    while learning and when asked."""

    ridge: float = 200.0
    learning: float = 0.995
    asking: float = 0.93


def ease(histories: Sequence[NDArray[np.int64]], items: int, by: Easing) -> NDArray[np.float32]:
    """Item-item weights, (items, items): the linear model that predicts each item of a history from the others,
    in closed form (Steck, "Embarrassingly shallow autoencoders", 2019). Cubic in the number of items that are met."""
    rows = faded(histories, items, by.learning).astype(np.float64)
    met = np.unique(rows.indices)
    if not len(met):
        return np.zeros((items, items), dtype=np.float32)
    rows = rows[:, met]  # nothing goes with what nobody has done
    # in the order of Fortran, so that it can be overwritten: a copy would be as large
    gram = (rows.T @ rows).toarray(order="F")
    gram[np.diag_indices(len(met))] += by.ridge
    # the upper half of the inverse of a symmetric matrix, from its Cholesky factor: half the work of `inv`
    gram, _ = lapack.dpotri(lapack.dpotrf(gram, overwrite_a=True)[0], overwrite_c=True)
    gram = gram.astype(np.float32)
    inverse = np.triu(gram)
    inverse += np.triu(gram, 1).T
    inverse /= -np.diag(inverse)
    np.fill_diagonal(inverse, 0.0)
    weights = np.zeros((items, items), dtype=np.float32)
    weights[np.ix_(met, met)] = inverse
    return weights
