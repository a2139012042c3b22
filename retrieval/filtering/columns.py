"""The catalogue by columns, so that a filter over a hundred thousand items takes milliseconds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from retrieval.filtering.conditions import Point, numbers, points, words
from retrieval.items import Item

Mask = NDArray[np.bool_]  # (items,) in the order of the catalogue
Rows = NDArray[np.int64]
Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Columns:
    """What items are filtered by. `size`: how many items; `having`: by facet and value the rows of the items that have
    it; `numbers`: by name one number an item, NaN where it is not known; `available`: which may be shown at all;
    `places`: by name a point on the unit sphere, (items, 3), NaN where it is not known."""

    size: int
    having: Mapping[tuple[str, str], Rows]
    numbers: Mapping[str, Numbers]
    available: Mask
    places: Mapping[str, Numbers] = field(default_factory=dict)
    items: Sequence[Item] = field(default=(), repr=False)

    @classmethod
    def of(cls, items: Sequence[Item]) -> Columns:
        having: dict[tuple[str, str], list[int]] = defaultdict(list)
        counted: dict[str, dict[int, float]] = defaultdict(dict)
        placed: dict[str, dict[int, Point]] = defaultdict(dict)
        for row, item in enumerate(items):
            for facet, values in item.facets.items():
                for value in values:
                    having[facet, value].append(row)
            for name, number in numbers(item).items():
                counted[name][row] = number
            if item.places:
                for name, point in points(item).items():
                    placed[name][row] = point
        return cls(
            len(items),
            {one: np.array(rows, dtype=np.int64) for one, rows in having.items()},
            {name: _column(known, (len(items),)) for name, known in counted.items()},
            np.array([item.available for item in items], dtype=bool),
            {name: _column(known, (len(items), 3)) for name, known in placed.items()},
            items,
        )

    def has(self, facet: str, value: str) -> Mask:
        """Which items have the value."""
        return self.mask(self.having.get((facet, value), ()))

    def number(self, name: str) -> Numbers:
        """One number an item, NaN where it is not known."""
        return self.numbers.get(name, np.full(self.size, np.nan))

    def place(self, name: str) -> Numbers:
        """One point on the unit sphere an item, (items, 3), NaN where it is not known."""
        return self.places.get(name, np.full((self.size, 3), np.nan))

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Title and text of each item as they are searched; made when the first search comes."""
        return tuple(words(item) for item in self.items)

    @cached_property
    def single(self) -> frozenset[str]:
        """The facets of which no item has two values."""
        rows: dict[str, list[Rows]] = defaultdict(list)
        for (facet, _), having in self.having.items():
            rows[facet].append(np.unique(having))
        return frozenset(facet for facet, each in rows.items() if np.bincount(np.concatenate(each)).max() < 2)

    def mask(self, rows: Iterable[int] | Rows) -> Mask:
        """True at these rows."""
        found = np.zeros(self.size, dtype=bool)
        found[rows if isinstance(rows, np.ndarray) else list(rows)] = True
        return found


def _column(known: Mapping[int, float] | Mapping[int, Point], shape: tuple[int, ...]) -> Numbers:
    column = np.full(shape, np.nan)
    column[np.fromiter(known, dtype=np.int64, count=len(known))] = list(known.values())
    return column
