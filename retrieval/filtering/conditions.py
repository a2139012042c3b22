"""What an item must be, as an expression: every target (masks, SQL, Chroma) is compiled from it and means the same.

What is not known of an item satisfies nothing: without a price it is in no range of prices, without a place near
nowhere. `Not` is plain negation, so it lets those through. Bounds are inclusive.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from unicodedata import normalize

from retrieval.errors import Problem
from retrieval.items import Item

EARTH = 6371.0088  # km, the mean radius (IUGG)
LONGEST = 1000  # characters that a text may be searched for; SQLite takes no pattern much longer
Point = tuple[float, float, float]


@dataclass(frozen=True)
class Equals:
    """The facet has this value, whatever others it has beside it."""

    facet: str
    value: str


@dataclass(frozen=True)
class AnyOf:
    """The facet has at least one of the values; of no values none."""

    facet: str
    values: frozenset[str]


@dataclass(frozen=True)
class NoneOf:
    """The facet has none of the values; so it is where the facet is not known."""

    facet: str
    values: frozenset[str]


@dataclass(frozen=True)
class Range:
    """The number is known and lies between the bounds; None is no bound. Raises Problem for a bound that is none."""

    name: str
    low: float | None = None
    high: float | None = None

    def __post_init__(self) -> None:
        for bound in (self.low, self.high):
            if bound is not None and not math.isfinite(bound):
                raise Problem(f"{bound} is no bound of {self.name}; leave it out where there is none")


@dataclass(frozen=True)
class Contains:
    """The words stand in title or text, as written but for capitals and the form of characters (see `folded`).

    Raises Problem for what no text can hold or what is too long to look for.
    """

    text: str

    def __post_init__(self) -> None:
        if "\0" in self.text or any("\ud800" <= sign <= "\udfff" for sign in self.text):
            raise Problem("what an item shall contain holds a character that is no text")
        if len(self.needle) > LONGEST:
            raise Problem(
                f"what an item shall contain has {len(self.needle):,} characters; {LONGEST:,} are the most looked for"
            )

    @property
    def needle(self) -> str:
        return folded(self.text)


@dataclass(frozen=True)
class Near:
    """The item's place of that name lies within `km` of a point given in degrees. Raises Problem for no such point."""

    place: str
    north: float
    east: float
    km: float

    def __post_init__(self) -> None:
        if not on_earth(self.north, self.east):
            raise Problem(f"{self.north}, {self.east} is no place: degrees north from -90 to 90, east from -180 to 180")
        if not (math.isfinite(self.km) and self.km >= 0):
            raise Problem(f"{self.km} km is no distance; it must be 0 or more")

    @property
    def point(self) -> Point:
        return on_sphere(self.north, self.east)

    @property
    def chord(self) -> float:
        """The straight distance through a sphere of radius 1 that is `km` on the Earth, and more than 2 for all."""
        angle = self.km / EARTH
        return 2 * math.sin(angle / 2) if angle < math.pi else 3.0


@dataclass(frozen=True)
class Not:
    """Everything that the condition does not let through."""

    condition: Condition


@dataclass(frozen=True)
class All:
    """Every condition holds; without any, everything passes."""

    conditions: tuple[Condition, ...] = ()


Condition = Equals | AnyOf | NoneOf | Range | Contains | Near | Not | All


def holds(condition: Condition, item: Item) -> bool:
    """Whether one item satisfies the condition: what every compiled form must agree with."""
    match condition:
        case Equals(facet, value):
            return value in item.facet(facet)
        case AnyOf(facet, values):
            return not values.isdisjoint(item.facet(facet))
        case NoneOf(facet, values):
            return values.isdisjoint(item.facet(facet))
        case Range(name, low, high):
            number = numbers(item).get(name)
            return number is not None and (low is None or number >= low) and (high is None or number <= high)
        case Contains():
            return condition.needle in words(item)
        case Near(place):
            point = points(item).get(place)
            return point is not None and squared(point, condition.point) <= condition.chord**2
        case Not(denied):
            return not holds(denied, item)
        case All(conditions):
            return all(holds(one, item) for one in conditions)


def numbers(item: Item) -> Mapping[str, float]:
    """The numbers that are known of the item, the year among them."""
    known = item.all_numbers
    return known if all(map(math.isfinite, known.values())) else {n: x for n, x in known.items() if math.isfinite(x)}


def points(item: Item) -> Mapping[str, Point]:
    """The places that are known of the item, as points on a sphere of radius 1."""
    return {name: on_sphere(*place) for name, place in item.places.items() if on_earth(*place)}


def words(item: Item) -> str:
    """What `Contains` looks in."""
    return folded(f"{item.title}\n{item.text}")


def folded(text: str) -> str:
    """Without capitals and in one form of each character, so that what looks the same is the same (Unicode NFKC)."""
    if text.isascii():
        return text.lower()
    return normalize("NFKC", normalize("NFKC", text).casefold())


def on_earth(north: float, east: float) -> bool:
    return -90 <= north <= 90 and -180 <= east <= 180


def on_sphere(north: float, east: float) -> Point:
    """Degrees as a point on a sphere of radius 1: there distance knows no date line and no pole."""
    latitude, longitude = math.radians(north), math.radians(east)
    x, y = math.cos(latitude) * math.cos(longitude), math.cos(latitude) * math.sin(longitude)
    # some nanometres are near enough, and no difference is so small that PostgreSQL refuses to square it
    return round(x, 15), round(y, 15), round(math.sin(latitude), 15)


def squared(one: Point, other: Point) -> float:
    """The square of the straight distance, added up in the order in which every target does."""
    x, y, z = (a - b for a, b in zip(one, other, strict=True))
    return x * x + y * y + z * z


def kilometres(one: Point, other: Point) -> float:
    """The way over the ground between two points of the sphere."""
    return 2 * EARTH * math.asin(min(1.0, math.sqrt(squared(one, other)) / 2))
