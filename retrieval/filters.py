"""What an item must be, and must not be, to be shown at all."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from retrieval.items import Item


@dataclass(frozen=True)
class Where:
    """Hard constraints. An empty one lets everything through.

    `wanted`: per facet, values of which an item must carry all; `unwanted`: values of which it may carry none.
    `since` and `until`: the years between which it must lie, both inclusive; an item without a year fails either.
    """

    wanted: Mapping[str, frozenset[str]] = field(default_factory=dict)
    unwanted: Mapping[str, frozenset[str]] = field(default_factory=dict)
    since: int | None = None
    until: int | None = None

    def __bool__(self) -> bool:
        return bool(self.wanted or self.unwanted or self.since is not None or self.until is not None)

    def removes(self, item: Item) -> str | None:
        """The constraint that keeps the item out, in words, or None if it passes."""
        for facet, values in self.wanted.items():
            for value in sorted(values - set(item.facet(facet))):
                return f"{facet} is not {value}"
        for facet, values in self.unwanted.items():
            for value in sorted(values & set(item.facet(facet))):
                return f"{facet} is {value}"
        if self.since is not None and (item.year is None or item.year < self.since):
            return f"year is before {self.since}" if item.year else "year is not known"
        if self.until is not None and (item.year is None or item.year > self.until):
            return f"year is after {self.until}" if item.year else "year is not known"
        return None

    def words(self) -> tuple[str, ...]:
        """Each constraint as a person would read it: `Comedy`, `no Horror`, `since 1980`."""
        wanted = [value for values in self.wanted.values() for value in sorted(values)]
        unwanted = [f"no {value}" for values in self.unwanted.values() for value in sorted(values)]
        return (*wanted, *unwanted, *self._years())

    def _years(self) -> list[str]:
        if self.since is not None and self.until is not None:
            return [f"from {self.since}" + (f" to {self.until}" if self.until != self.since else "")]
        since = [f"since {self.since}"] if self.since is not None else []
        return since if self.until is None else [f"until {self.until}"]
