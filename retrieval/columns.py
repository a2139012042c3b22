"""The catalogue by columns, so that a filter over a hundred thousand items takes milliseconds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.items import Item

Mask = NDArray[np.bool_]  # (items,) in the order of the catalogue
Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Columns:
    """What items are filtered by. `size`: how many items; `having`: by facet and value the rows of the items that have
    it; `numbers`: by name one number an item, NaN where it is not known; `available`: which may be shown at all."""

    size: int
    having: Mapping[tuple[str, str], Rows]
    numbers: Mapping[str, NDArray[np.float64]]
    available: Mask

    @classmethod
    def of(cls, items: Sequence[Item]) -> Columns:
        having: dict[tuple[str, str], list[int]] = defaultdict(list)
        numbers: dict[str, NDArray[np.float64]] = defaultdict(lambda: np.full(len(items), np.nan))
        for row, item in enumerate(items):
            for facet, values in item.facets.items():
                for value in values:
                    having[facet, value].append(row)
            for name, number in item.all_numbers.items():
                numbers[name][row] = number
        return cls(
            len(items),
            {one: np.array(rows, dtype=np.int64) for one, rows in having.items()},
            dict(numbers),
            np.array([item.available for item in items], dtype=bool),
        )

    def has(self, facet: str, value: str) -> Mask:
        """Which items have the value."""
        return self.mask(self.having.get((facet, value), ()))

    def number(self, name: str) -> NDArray[np.float64]:
        """One number an item, NaN where it is not known."""
        return self.numbers.get(name, np.full(self.size, np.nan))

    def mask(self, rows: Iterable[int] | Rows) -> Mask:
        """True at these rows."""
        found = np.zeros(self.size, dtype=bool)
        found[rows if isinstance(rows, np.ndarray) else list(rows)] = True
        return found
