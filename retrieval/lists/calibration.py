"""A list in proportion to what the person did: who watched seven romances and three thrillers gets some of both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from retrieval.items import Item
from retrieval.lists.diversity import Gains

Shares = Mapping[tuple[str, str], float]  # by facet and value
SMOOTH = 0.01  # of the person's own shares in those of a list, so that a value that is missing costs no infinity


def shares(items: Sequence[Item]) -> Shares:
    """What share of the items is of each facet value; an item of several counts for each in part. Sums to 1."""
    counted: dict[tuple[str, str], float] = {}
    for item in items:
        values = _values(item)
        for value in values:
            counted[value] = counted.get(value, 0.0) + 1 / len(values)
    whole = sum(counted.values())
    return {value: count / whole for value, count in counted.items()}


def miscalibration(wanted: Shares, items: Sequence[Item]) -> float:
    """The Kullback-Leibler divergence of the shares of a list from those wanted, in nats (Steck, "Calibrated
    recommendations", 2018); 0 is in proportion."""
    given = shares(items)
    smooth = {value: (1 - SMOOTH) * given.get(value, 0.0) + SMOOTH * share for value, share in wanted.items()}
    return float(sum(share * np.log(share / smooth[value]) for value, share in wanted.items()))


class Proportion:
    """How far each item would bring a list of so many `places` towards the shares wanted, 1 for the whole way.

    Steck's divergence, with the places that are still empty counting for nothing: so it grows with every item and each
    adds the less the later it comes (submodular), and of a full list it is the divergence itself.
    """

    def __init__(self, items: Sequence[Item], wanted: Shares, places: int) -> None:
        row = {value: at for at, value in enumerate(wanted)}
        self.wanted = np.array(list(wanted.values()))  # (values,)
        self.having = np.zeros((len(items), len(row)))
        for at, item in enumerate(items):
            values = _values(item)
            for value in values:
                if value in row:
                    self.having[at, row[value]] = (1 - SMOOTH) / (len(values) * places)
        self.filled = SMOOTH * self.wanted

    def gains(self) -> Gains:
        closer = np.log1p(self.having / self.filled) @ self.wanted
        return np.asarray(closer / -np.log(SMOOTH))

    def take(self, at: int) -> None:
        self.filled = self.filled + self.having[at]


def _values(item: Item) -> list[tuple[str, str]]:
    return [(facet, value) for facet, values in item.facets.items() for value in dict.fromkeys(values)]
