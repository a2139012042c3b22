"""From what to what a number may go, and how people say it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class Span:
    """`low` and `high`: the bounds, both inclusive, None for none. `unit`: what the number counts, as it is said after
    it: `€`, `minutes`. `kind`: whether it is a number as it is, a date as days since 1970, or a flag as 0 or 1."""

    low: float | None = None
    high: float | None = None
    unit: str = ""
    kind: Literal["number", "date", "flag"] = "number"

    @property
    def empty(self) -> bool:
        """Whether no number lies in it."""
        return self.low is not None and self.high is not None and self.low > self.high

    def words(self, name: str) -> str:
        """As a wish: `since 1980`, `price at most 20 €`, `vegan`."""
        if self.kind == "flag":
            return name if self.low else f"not {name}"
        of = "" if name == "year" else f"{name} "
        if self.low is None or self.high is None or self.empty:
            return of + " and ".join(self._sides(name == "year" or self.kind == "date"))
        if self.low == self.high:
            return f"{of}of {self._said(self.low)}" if of else f"from {self._said(self.low)}"
        return f"{of}from {self._said(self.low)} to {self._said(self.high)}"

    def sides(self, name: str) -> tuple[str, ...]:
        """Each bound for itself: `since 1990`, `until 1980`."""
        if name == "year":
            return tuple(self._sides(True))
        return tuple(f"{name} {side}" for side in self._sides(self.kind == "date"))

    def amiss(self, name: str, number: float | None) -> str:
        """What is wrong with a number that does not lie in it: `year is before 1980`, `price is over 20 €`."""
        if number is None:
            return f"{name} is not known"
        if self.kind == "flag":
            return f"it is not {name}" if self.low else f"it is {name}"
        under, over = ("before", "after") if name == "year" or self.kind == "date" else ("under", "over")
        if self.low is not None and number < self.low:
            return f"{name} is {under} {self._said(self.low)}"
        return f"{name} is {over} {self._said(self.high or 0.0)}"

    def _sides(self, in_time: bool) -> list[str]:
        low, high = ("since", "until") if in_time else ("at least", "at most")
        sides = [f"{low} {self._said(self.low)}"] if self.low is not None else []
        return sides + ([f"{high} {self._said(self.high)}"] if self.high is not None else [])

    def _said(self, number: float) -> str:
        if self.kind == "date":
            try:
                return (EPOCH + timedelta(days=number)).isoformat()
            except OverflowError:  # before the year 1 or after 9999
                return f"day {number:g}"
        return f"{number:.12g} {self.unit}".rstrip()


def years(since: int | None = None, until: int | None = None) -> dict[str, Span]:
    """The ranges of a wish for these years, both inclusive; none if there are none."""
    return {"year": Span(since, until)} if (since, until) != (None, None) else {}
