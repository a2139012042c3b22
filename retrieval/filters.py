"""What an item must be, and must not be, to be shown at all."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from retrieval.columns import Columns, Mask
from retrieval.items import Item

Values = Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class Where:
    """Hard constraints. An empty one lets everything through.

    `wanted`: per facet, values of which an item must carry all; `unwanted`: values of which it may carry none;
    `either`: values of which it must carry at least one.
    `since` and `until`: the years between which it must lie, both inclusive; an item without a year fails either.
    """

    wanted: Values = field(default_factory=dict)
    unwanted: Values = field(default_factory=dict)
    since: int | None = None
    until: int | None = None
    either: Values = field(default_factory=dict)

    def __bool__(self) -> bool:
        years = self.since is not None or self.until is not None
        return bool(self.wanted or self.unwanted or self.either or years)

    def asked(self, facet: str) -> frozenset[str]:
        """The values asked for, whether all or any of them."""
        none: frozenset[str] = frozenset()
        return self.wanted.get(facet, none) | self.either.get(facet, none)

    def mask(self, columns: Columns) -> Mask:
        """Which items pass, (items,)."""
        passing = np.ones(columns.size, dtype=bool)
        for facet, values in self.wanted.items():
            for value in values:
                passing &= columns.has(facet, value)
        for facet, values in self.either.items():
            passing &= np.logical_or.reduce([columns.has(facet, value) for value in values])
        for facet, values in self.unwanted.items():
            for value in values:
                passing &= ~columns.has(facet, value)
        if self.since is not None:
            passing &= columns.number("year") >= self.since
        if self.until is not None:
            passing &= columns.number("year") <= self.until
        return passing

    def removes(self, item: Item) -> str | None:
        """The constraint that keeps the item out, in words, or None if it passes."""
        for facet, values in self.wanted.items():
            for value in sorted(values - set(item.facet(facet))):
                return f"{facet} is not {value}"
        for facet, values in self.either.items():
            if not values & set(item.facet(facet)):
                return f"{facet} is not {' or '.join(sorted(values))}"
        for facet, values in self.unwanted.items():
            for value in sorted(values & set(item.facet(facet))):
                return f"{facet} is {value}"
        if self.since is not None and (item.year is None or item.year < self.since):
            return f"year is before {self.since}" if item.year else "year is not known"
        if self.until is not None and (item.year is None or item.year > self.until):
            return f"year is after {self.until}" if item.year else "year is not known"
        return None

    def words(self) -> tuple[str, ...]:
        """Each constraint as a person would read it: `Comedy`, `Drama or War`, `no Horror`, `since 1980`."""
        wanted = [value for values in self.wanted.values() for value in sorted(values)]
        either = [" or ".join(sorted(values)) for values in self.either.values()]
        unwanted = [f"no {value}" for values in self.unwanted.values() for value in sorted(values)]
        return (*wanted, *either, *unwanted, *self._years())

    def looser(self) -> Iterator[tuple[str, "Where"]]:
        """Each wish that could be given up, in words, and what is left without it."""
        for facet, values in self.wanted.items():
            for value in sorted(values):
                yield value, replace(self, wanted={**self.wanted, facet: values - {value}})
        for facet, values in self.either.items():
            yield (
                " or ".join(sorted(values)),
                replace(self, either={f: v for f, v in self.either.items() if f != facet}),
            )
        if self.since is not None or self.until is not None:
            yield "those years", replace(self, since=None, until=None)

    def followed_by(self, later: "Where") -> "Where":
        """Both together; where they contradict each other, what was said later holds."""
        facets = {f for where in (self, later) for side in (where.wanted, where.unwanted, where.either) for f in side}
        none: frozenset[str] = frozenset()
        wanted, unwanted, either = {}, {}, {}
        for facet in sorted(facets):
            asked, refused = later.asked(facet), later.unwanted.get(facet, none)
            wanted[facet] = (self.wanted.get(facet, none) - refused - later.either.get(facet, none)) | later.wanted.get(
                facet, none
            )
            unwanted[facet] = (self.unwanted.get(facet, none) - asked) | refused
            old = self.either.get(facet, none) - refused
            either[facet] = later.either.get(facet, none) or (none if old & asked else old)
        years = (later.since, later.until) if (later.since, later.until) != (None, None) else (self.since, self.until)
        sides = [{f: v for f, v in side.items() if v} for side in (wanted, unwanted, either)]
        return Where(sides[0], sides[1], *years, sides[2])

    def _years(self) -> list[str]:
        if self.since is not None and self.until is not None:
            return [f"from {self.since}" + (f" to {self.until}" if self.until != self.since else "")]
        since = [f"since {self.since}"] if self.since is not None else []
        return since if self.until is None else [f"until {self.until}"]
