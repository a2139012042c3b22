"""A condition as a mask over the catalogue's columns."""

from __future__ import annotations

import numpy as np

from retrieval.filtering.columns import Columns, Mask
from retrieval.filtering.conditions import All, AnyOf, Condition, Contains, Equals, Near, NoneOf, Not, Range


def mask(condition: Condition, columns: Columns) -> Mask:
    """Which items satisfy the condition, (items,)."""
    return _mask(condition, columns, np.ones(columns.size, dtype=bool))


def _mask(condition: Condition, columns: Columns, among: Mask) -> Mask:
    """As above, right where `among` is true and anything elsewhere: so that texts are only read where it matters."""
    match condition:
        case Equals(facet, value):
            return columns.has(facet, value)
        case AnyOf(facet, values):
            return _any(columns, facet, values)
        case NoneOf(facet, values):
            return ~_any(columns, facet, values)
        case Range(name, low, high):
            column = columns.number(name)  # NaN is neither above nor below anything
            return (column >= (-np.inf if low is None else low)) & (column <= (np.inf if high is None else high))
        case Contains():
            needle, texts = condition.needle, columns.words
            return columns.mask([row for row in np.flatnonzero(among).tolist() if needle in texts[row]])
        case Near(place):
            # the same sum as everywhere, term by term: a matrix product would round otherwise
            x, y, z = (columns.place(place)[:, axis] - at for axis, at in enumerate(condition.point))
            return x * x + y * y + z * z <= condition.chord**2
        case Not(denied):
            return ~_mask(denied, columns, among)
        case All(conditions):
            passing = among.copy()
            for one in sorted(conditions, key=_reads_texts):
                passing &= _mask(one, columns, passing)
            return passing


def _any(columns: Columns, facet: str, values: frozenset[str]) -> Mask:
    found = np.zeros(columns.size, dtype=bool)
    for value in values:
        found |= columns.has(facet, value)
    return found


def _reads_texts(condition: Condition) -> bool:
    match condition:
        case Contains():
            return True
        case Not(denied):
            return _reads_texts(denied)
        case All(conditions):
            return any(map(_reads_texts, conditions))
    return False
