"""What people go on to: item-item counts within a window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recommender.interactions import Interactions
from recommender.ties import settled


@dataclass(frozen=True)
class Counting:
    """`window`: steps between two events that still count as a pair, weighted 1 / steps; `backward`: what a pair counts
    for the item that came first; `leaving` and `arriving`: exponents by which a pair is divided by all that leaves the
    one item and all that arrives at the other; `decay`: what an event of the history weighs per event since; `draws`:
    orders of simultaneous events that are averaged."""

    window: int = 20
    backward: float = 0.3
    leaving: float = 0.5
    arriving: float = 0.3
    decay: float = 0.8
    draws: int = 4


def paired(interactions: Interactions, by: Counting) -> sparse.csr_array:
    """How often item b came after item a, (items, items) in float32, nearer ones counting for more.

    Sums over users: what some of them do anew is added by `updated`. Where no two events of a user share an instant
    there is but one order to count.
    """
    items, owner = len(interactions.items), interactions.owner
    tied = (np.diff(interactions.time) == 0) & (np.diff(owner) == 0)
    draws = by.draws if tied.any() else 1
    pairs = sparse.csr_array((items, items), dtype=np.float64)
    for draw in range(draws):
        item = settled(interactions, draw).item
        for steps in range(1, by.window + 1):
            same = owner[steps:] == owner[:-steps]
            where = (item[:-steps][same], item[steps:][same])
            weights = np.full(len(where[0]), 1 / (steps * draws))
            pairs = pairs + sparse.coo_array((weights, where), shape=(items, items)).tocsr()
    return sparse.csr_array(pairs).astype(np.float32)


def updated(pairs: sparse.csr_array, before: Interactions, after: Interactions, by: Counting) -> sparse.csr_array:
    """The pairs of `after`, from those of `before`: only users whose history changed are counted again. Both have the
    same items."""
    old, new = _histories(before), _histories(after)
    gone, come = ([each.get(id) != other.get(id) for id in each] for each, other in ((old, new), (new, old)))
    minus, plus = (
        paired(of.where(np.array(some, dtype=bool)[of.owner]), by) for of, some in ((before, gone), (after, come))
    )
    total = sparse.csr_array(pairs - minus + plus)
    total.data[total.data < 0.5 / (by.window * by.draws)] = 0.0  # less than any pair: left of a difference of equals
    total.eliminate_zeros()
    return total


def _histories(interactions: Interactions) -> dict[str, bytes]:
    """What each user did and when, in the order of their codes."""
    ends = list(zip(interactions.users, interactions.starts[:-1], interactions.starts[1:], strict=True))
    return {id: interactions.item[a:b].tobytes() + interactions.time[a:b].tobytes() for id, a, b in ends}


def transitions(pairs: sparse.csr_array, by: Counting) -> sparse.csr_array:
    """Normalised pairs, (items, items) in float32: row a, column b holds how much b goes with a."""
    both = sparse.csr_array(pairs + by.backward * pairs.T) if by.backward else pairs
    leaves, arrives = np.asarray(both.sum(1)), np.asarray(both.sum(0))
    scaled = sparse.diags_array(_power(leaves, -by.leaving)) @ both @ sparse.diags_array(_power(arrives, -by.arriving))
    return sparse.csr_array(scaled).astype(np.float32)


def faded(histories: Sequence[NDArray[np.int64]], items: int, decay: float) -> sparse.csr_array:
    """Histories as rows, (histories, items) in float32: the newest event weighs 1, each older one `decay` times less.

    An item that stands twice counts once, by its newest event.
    """
    rows, columns, weights = [], [], []
    for row, history in enumerate(histories):
        ages = np.arange(len(history))
        newest_first, at = np.unique(history[::-1], return_index=True)
        rows.append(np.full(len(newest_first), row))
        columns.append(newest_first)
        weights.append(decay ** ages[at])
    if not rows:
        return sparse.csr_array((0, items), dtype=np.float32)
    where = (np.concatenate(rows), np.concatenate(columns).astype(np.int64))
    return sparse.coo_array((np.concatenate(weights).astype(np.float32), where), shape=(len(histories), items)).tocsr()


def _power(sums: NDArray[np.float64], exponent: float) -> NDArray[np.float64]:
    """Zero stays zero: an item nobody left leads nowhere."""
    return np.where(sums > 0, np.maximum(sums, 1e-12) ** exponent, 0.0)
