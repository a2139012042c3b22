"""From what to what a number may go, and how people say it."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

EPOCH = date(1970, 1, 1)
Hole = tuple[float, float]


@dataclass(frozen=True)
class Span:
    """`low` and `high`: the bounds, both inclusive, None for none; where `under 20` must not reach 20, the number right
    before it is the bound. `unit`: what the number counts, as it is said after it: `€`, `minutes`. `kind`: whether it
    is a number as it is, a date as days since 1970, or a flag as 0 or 1. `holes`: pairs of numbers, in their order,
    between which nothing is meant, and they themselves are: the sixties or the eighties have a hole from 1969 to 1980.
    """

    low: float | None = None
    high: float | None = None
    unit: str = ""
    kind: Literal["number", "date", "flag"] = "number"
    holes: tuple[Hole, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether no number lies in it."""
        return self.low is not None and self.high is not None and self.low > self.high

    @property
    def denies(self) -> bool:
        """Whether it only says what a number must not be."""
        return bool(self.holes) and self.low is None and self.high is None

    @property
    def everything(self) -> bool:
        """Whether it leaves out no number."""
        return self.low is None and self.high is None and not self.holes

    def pieces(self) -> Iterator[Span]:
        """What lies between the holes, each without one, the lowest first."""
        edges = [self.low, *itertools.chain(*self.holes), self.high]
        for low, high in zip(edges[::2], edges[1::2], strict=True):
            yield replace(self, low=low, high=high, holes=())

    def outside(self) -> Span:
        """Everything that does not lie in it, where it has two bounds; both are out."""
        low, high = self.low or 0.0, self.high or 0.0
        step = self._step
        hole = (low - step, high + step) if step else (math.nextafter(low, -math.inf), math.nextafter(high, math.inf))
        return replace(self, low=None, high=None, holes=(hole,))

    def either(self, other: Span) -> Span:
        """What lies in one of the two, or in both; years and days that follow each other have no hole between them."""
        parts = sorted((*self.pieces(), *other.pieces()), key=lambda one: -math.inf if one.low is None else one.low)
        joined = parts[:1]
        for one in parts[1:]:
            last = joined[-1]
            if last.high is None or one.low is None or one.low <= last.high + self._step:
                high = None if last.high is None or one.high is None else max(last.high, one.high)
                joined[-1] = replace(last, high=high)
            else:
                joined.append(one)
        holes = tuple((a.high or 0.0, b.low or 0.0) for a, b in itertools.pairwise(joined))
        return replace(other, low=joined[0].low, high=joined[-1].high, holes=holes)

    def followed_by(self, later: Span) -> Span:
        """Both together where one has the lower bound and the other the upper, or where one bound narrows a span from
        within; else what was said later holds."""
        if self.low is not None and self.high is not None and (later.low is None) != (later.high is None):
            narrowed = self.within(later)
            return later if narrowed.empty or (narrowed.low, narrowed.high) == (self.low, self.high) else narrowed
        if self.low is not None and self.high is None and later.low is None:
            both = replace(later, low=self.low)
        elif self.high is not None and self.low is None and later.high is None:
            both = replace(later, high=self.high)
        else:
            return later
        return later if both.empty else both

    def within(self, other: Span) -> Span:
        """What lies in both."""
        lows = [span.low for span in (self, other) if span.low is not None]
        highs = [span.high for span in (self, other) if span.high is not None]
        both = replace(other, low=max(lows, default=None), high=min(highs, default=None), holes=())
        for low, high in sorted((*self.holes, *other.holes)):
            both = both._without(low, high)
        return both

    def _without(self, low: float, high: float) -> Span:
        """The same with one more hole, which does not begin before those that it has."""
        if (self.high is not None and low >= self.high) or (self.low is not None and high <= self.low):
            return self
        if self.low is not None and low < self.low:
            return replace(self, low=high)
        if self.high is not None and high > self.high:
            if self.holes and low < self.holes[-1][1]:  # nothing is left of what lay behind the last hole
                return replace(self, high=self.holes[-1][0], holes=self.holes[:-1])
            return replace(self, high=low)
        if self.holes and low < self.holes[-1][1]:
            return replace(self, holes=(*self.holes[:-1], (self.holes[-1][0], max(high, self.holes[-1][1]))))
        return replace(self, holes=(*self.holes, (low, high)))

    def words(self, name: str) -> str:
        """As a wish: `since 1980`, `price at most 20 €`, `vegan`."""
        if self.kind == "flag":
            return name if self.low else f"not {name}"
        if self.holes:
            first, *others = (piece.words(name) for piece in self.pieces())
            own = "" if name == "year" else f"{name} "
            return " or ".join((first, *(one.removeprefix(own) for one in others)))
        of = "" if name == "year" else f"{name} "
        if self.low is None or self.high is None or self.empty:
            return of + " and ".join(self._sides(name == "year" or self.kind == "date"))
        if self.low == self.high:
            return f"{of}{'of' if of and self.kind == 'number' else 'from'} {self._said(self.low)}"
        if _open(self.low) is not None or _open(self.high) is not None:
            return of + " and ".join(self._sides(False))
        return f"{of}from {self._said(self.low)} to {self._said(self.high)}"

    def limit(self) -> str:
        """The same without a name: `under 90 minutes`, `100 to 120 minutes`, `since 2021-03-01`."""
        if self.holes:
            return " or ".join(piece.limit() for piece in self.pieces())
        in_time = self.kind == "date"
        if self.low is None or self.high is None or self.empty:
            return " and ".join(self._sides(in_time))
        if self.low == self.high:
            return f"{'on ' if in_time else ''}{self._said(self.low)}"
        if in_time:
            return f"from {self._said(self.low)} to {self._said(self.high)}"
        if _open(self.low) is not None or _open(self.high) is not None:
            return f"{replace(self, unit='')._side(self.low, True, False)} and {self._side(self.high, False, False)}"
        return f"{self.low:.12g} to {self._said(self.high)}"

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
        if self.holes:
            return f"{name} is not {self.words(name).removeprefix(f'{name} ')}"
        in_time = name == "year" or self.kind == "date"
        low = self.low is not None and number < self.low
        bound = (self.low if low else self.high) or 0.0
        if _open(bound) is not None:
            return f"{name} is not {self._side(bound, low, in_time)}"
        beyond = ("before" if low else "after") if in_time else ("under" if low else "over")
        return f"{name} is {beyond} {self._said(bound)}"

    @property
    def _step(self) -> float:
        """From one number to the next, where they are whole: years have no unit."""
        return 1.0 if self.kind == "date" or (self.kind == "number" and not self.unit) else 0.0

    def _sides(self, in_time: bool) -> list[str]:
        bounds = ((self.low, True), (self.high, False))
        return [self._side(bound, low, in_time) for bound, low in bounds if bound is not None]

    def _side(self, bound: float, low: bool, in_time: bool) -> str:
        if in_time:
            return f"{'since' if low else 'until'} {self._said(bound)}"
        if (beside := _open(bound)) is not None:
            return f"{'over' if low else 'under'} {self._said(beside)}"
        return f"at {'least' if low else 'most'} {self._said(bound)}"

    def _said(self, number: float) -> str:
        if self.kind == "date":
            try:
                return (EPOCH + timedelta(days=number)).isoformat()
            except OverflowError:  # before the year 1 or after 9999
                return f"day {number:g}"
        return f"{number:.12g} {self.unit}".rstrip()


def _open(bound: float) -> float | None:
    """The round number right beside the bound, which is how a span says that it does not reach it; None if none is."""
    beside = round(bound, 9) + 0.0  # never -0
    return (
        beside
        if beside != bound and beside in (math.nextafter(bound, math.inf), math.nextafter(bound, -math.inf))
        else None
    )


def years(since: int | None = None, until: int | None = None) -> dict[str, Span]:
    """The ranges of a wish for these years, both inclusive; none if there are none."""
    return {"year": Span(since, until)} if (since, until) != (None, None) else {}
