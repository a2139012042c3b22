"""What an item must be, and must not be, to be shown at all: a person's wish, compiled to a condition."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from retrieval.filtering.columns import Columns, Mask
from retrieval.filtering.conditions import (
    All,
    AnyOf,
    Condition,
    Contains,
    Equals,
    Near,
    NoneOf,
    Not,
    Range,
    holds,
    kilometres,
    numbers,
    points,
)
from retrieval.filtering.masks import mask
from retrieval.filtering.spans import Span
from retrieval.items import Item

Values = Mapping[str, frozenset[str]]
Side = TypeVar("Side")
NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Where:
    """Hard constraints. An empty one lets everything through.

    `wanted`: per facet, values of which an item must carry all; `unwanted`: values of which it may carry none;
    `either`: values of which it must carry at least one. `ranges`: by name the span in which a number must lie, `year`
    being one of them; an item without the number fails. `contains`: what must stand in title or text. `near`: where
    the item must be.
    """

    wanted: Values = field(default_factory=dict)
    unwanted: Values = field(default_factory=dict)
    either: Values = field(default_factory=dict)
    ranges: Mapping[str, Span] = field(default_factory=dict)
    contains: tuple[str, ...] = ()
    near: Near | None = None

    def __bool__(self) -> bool:
        return bool(self.wanted or self.unwanted or self.either or self.ranges or self.contains or self.near)

    def asked(self, facet: str) -> frozenset[str]:
        """The values asked for, whether all or any of them."""
        return self.wanted.get(facet, NOTHING) | self.either.get(facet, NOTHING)

    def condition(self) -> All:
        """The same as an expression, which masks, SQL and Chroma are compiled from."""
        return All(tuple(condition for condition, _ in self.each()))

    def mask(self, columns: Columns) -> Mask:
        """Which items pass, (items,)."""
        return mask(self.condition(), columns)

    def removes(self, item: Item) -> str | None:
        """The constraint that keeps the item out, in words, or None if it passes."""
        return next((self._amiss(one, item) for one, _ in self.each() if not holds(one, item)), None)

    def words(self) -> tuple[str, ...]:
        """Each constraint as a person would read it: `Comedy`, `Drama or War`, `no Horror`, `since 1980`."""
        return tuple(said for _, said in self.each())

    def looser(self) -> Iterator[tuple[str, "Where"]]:
        """Each wish that could be given up, in words, and what is left without it."""
        for facet, values in self.wanted.items():
            for value in sorted(values):
                yield value, replace(self, wanted={**self.wanted, facet: values - {value}})
        for facet, values in self.either.items():
            yield _or(values), replace(self, either=_without(self.either, facet))
        for name in self.ranges:
            yield "those years" if name == "year" else f"that {name}", replace(self, ranges=_without(self.ranges, name))
        for text in self.contains:
            yield f"“{text}”", replace(self, contains=tuple(one for one in self.contains if one != text))
        if self.near:
            yield "that place", replace(self, near=None)

    def without(self, said: str) -> "Where":
        """What is left without the constraint that `words` gives as `said`; the same if there is none such."""
        wanted = {f: frozenset(v for v in values if v != said) for f, values in self.wanted.items()}
        unwanted = {f: frozenset(v for v in values if f"no {v}" != said) for f, values in self.unwanted.items()}
        either = {f: values for f, values in self.either.items() if _or(values) != said}
        ranges = {name: span for name, span in self.ranges.items() if span.words(name) != said}
        contains = tuple(one for one in self.contains if f"with “{one}” in its words" != said)
        near = None if self.near and f"within {self.near.km:g} km" == said else self.near
        wanted, unwanted = ({f: v for f, v in side.items() if v} for side in (wanted, unwanted))
        return Where(wanted, unwanted, either, ranges, contains, near)

    def only(self, said: str) -> "Where":
        """The constraint that `words` gives as `said`, by itself; nothing if there is none such."""
        left = self
        for one in self.words():
            left = left.without(one) if one != said else left
        return left

    def letting(self, item: Item) -> tuple[tuple[str, ...], "Where"]:
        """The constraints that keep the item out, in words, and what is left without them, which it passes."""
        given_up = tuple(said for one, said in self.each() if not holds(one, item))
        wanted, unwanted = (
            {facet: frozenset(v for v in values if holds(condition(facet, v), item)) for facet, values in side.items()}
            for side, condition in ((self.wanted, Equals), (self.unwanted, _none_of))
        )
        either = {facet: values for facet, values in self.either.items() if holds(AnyOf(facet, values), item)}
        ranges = {name: span for name, span in self.ranges.items() if holds(_in(name, span), item)}
        contains = tuple(text for text in self.contains if holds(Contains(text), item))
        near = self.near if self.near and holds(self.near, item) else None
        return given_up, Where(wanted, unwanted, either, ranges, contains, near)

    def followed_by(self, later: "Where") -> "Where":
        """Both together; where they contradict each other, what was said later holds."""
        facets = {f for where in (self, later) for side in (where.wanted, where.unwanted, where.either) for f in side}
        wanted, unwanted, either = {}, {}, {}
        for facet in sorted(facets):
            asked, refused = later.asked(facet), later.unwanted.get(facet, NOTHING)
            kept = self.wanted.get(facet, NOTHING) - refused - later.either.get(facet, NOTHING)
            wanted[facet] = kept | later.wanted.get(facet, NOTHING)
            unwanted[facet] = (self.unwanted.get(facet, NOTHING) - asked) | refused
            old = self.either.get(facet, NOTHING) - refused
            either[facet] = later.either.get(facet, NOTHING) or (NOTHING if old & asked else old)
        wanted, unwanted, either = ({f: v for f, v in side.items() if v} for side in (wanted, unwanted, either))
        contains = tuple(dict.fromkeys((*self.contains, *later.contains)))
        renewed = {name: self.ranges.get(name, span).followed_by(span) for name, span in later.ranges.items()}
        ranges = {**self.ranges, **renewed}
        return Where(wanted, unwanted, either, ranges, contains, later.near or self.near)

    def contradiction(self, single: frozenset[str] = NOTHING) -> tuple[str, ...]:
        """Constraints that no item can satisfy together, in words, or none: `("Comedy", "no Comedy")`.

        `single`: the facets of which an item has one value at most.
        """
        for facet in sorted({*self.wanted, *self.either}):
            wanted, either = sorted(self.wanted.get(facet, NOTHING)), self.either.get(facet, NOTHING)
            unwanted = self.unwanted.get(facet, NOTHING)
            for value in wanted:
                if value in unwanted:
                    return value, f"no {value}"
            if either and either <= unwanted:
                return _or(either), *(f"no {value}" for value in sorted(either))
            if facet in single and len(wanted) > 1:
                return tuple(wanted)
            if facet in single and wanted and either and wanted[0] not in either:
                return wanted[0], _or(either)
        return next((span.sides(name) for name, span in self.ranges.items() if span.empty), ())

    def each(self) -> Iterator[tuple[Condition, str]]:
        """Every constraint as a condition and in words."""
        for facet, values in self.wanted.items():
            yield from ((Equals(facet, value), value) for value in sorted(values))
        for facet, values in self.either.items():
            yield AnyOf(facet, values), _or(values)
        for facet, values in self.unwanted.items():
            yield from ((_none_of(facet, value), f"no {value}") for value in sorted(values))
        for name, span in self.ranges.items():
            yield _in(name, span), span.words(name)
        for text in self.contains:
            yield Contains(text), f"with “{text}” in its words"
        if self.near:
            yield self.near, f"within {self.near.km:g} km"

    def _amiss(self, condition: Condition, item: Item) -> str:
        """What of an item goes against the condition."""
        match condition:
            case Equals(facet, value):
                return f"{facet} is not {value}"
            case AnyOf(facet, values):
                return f"{facet} is not {_or(values)}"
            case NoneOf(facet, values):
                return f"{facet} is {_or(values)}"
            case Range(name) | All((Range(name), *_)):
                return self.ranges[name].amiss(name, numbers(item).get(name))
            case Contains(text):
                return f"“{text}” is not in its words"
            case Near(place):
                point = points(item).get(place)
                if point is None:
                    return f"{place} is not known"
                return f"{place} is {kilometres(point, condition.point):,.0f} km away"
        raise AssertionError(condition)


def _in(name: str, span: Span) -> Range | All:
    """That the number lies in the span: between its bounds, and in none of its holes."""
    whole = Range(name, span.low, span.high)
    edges = ((math.nextafter(low, math.inf), math.nextafter(high, -math.inf)) for low, high in span.holes)
    holes = [Not(Range(name, low, high)) for low, high in edges]
    return All((whole, *holes)) if holes else whole


def _none_of(facet: str, value: str) -> NoneOf:
    return NoneOf(facet, frozenset({value}))


def _or(values: frozenset[str]) -> str:
    return " or ".join(sorted(values))


def _without(sides: Mapping[str, Side], name: str) -> dict[str, Side]:
    return {one: kept for one, kept in sides.items() if one != name}
