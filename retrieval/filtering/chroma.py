"""A condition as Chroma's `where`, and the metadata it is asked of. The library itself is not needed for it.

Chroma merges the metadata of an upsert into what it has, so an item that may have lost something is deleted first.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

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
    numbers,
    points,
    words,
)
from retrieval.items import Item

Metadata = dict[str, bool | float]
Clause = dict[str, Any]
ITEM = "item"  # a key that all have: metadata may not be empty
DOCUMENT = "#document"
ROUNDING = 1e-12  # of coordinates on a sphere of radius 1


def metadata(item: Item) -> Metadata:
    """One flag for each value, since a list may not be empty, one number for each number and each coordinate."""
    flags = {_facet(facet, value): True for facet, values in item.facets.items() for value in values}
    counted = {_number(name): float(number) for name, number in numbers(item).items()}
    known = {f"known {key}": True for key in counted}
    placed = {key: at for name, point in points(item).items() for key, at in zip(_axes(name), point, strict=True)}
    known |= {_known_place(name): True for name in points(item)}
    return {ITEM: True, **flags, **counted, **placed, **known}


def document(item: Item) -> str:
    """What has to be stored as the document for `Contains` to find anything."""
    return words(item)


def where(condition: Condition) -> Clause | None:
    """The condition in Chroma's terms; None where it lets everything through.

    It is exact but for `Near`, of which it is the box around the circle: see `exact`. It never keeps out what passes.
    """
    clause = _clause(condition, True)
    if isinstance(clause, dict):
        return clause
    return None if clause else {ITEM: {"$ne": True}}


def exact(condition: Condition) -> bool:
    """Whether `where` lets nothing through that does not pass; if not, the answers need the check by mask."""
    match condition:
        case Near():
            return False
        case Not(denied):
            return exact(denied)
        case All(conditions):
            return all(map(exact, conditions))
    return True


def _clause(condition: Condition, wanted: bool) -> Clause | bool:
    """The least that can be said in Chroma's terms that holds for all who satisfy the condition, or for all who do not.

    Chroma has no negation of a clause, so it goes inwards. An item without the key passes `$ne` and nothing else.
    """
    match condition:
        case Equals(facet, value):
            return _has(facet, value, wanted)
        case AnyOf(facet, values):
            return _joined([_has(facet, value, wanted) for value in sorted(values)], every=not wanted)
        case NoneOf(facet, values):
            return _clause(AnyOf(facet, values), not wanted)
        case Range(name, low, high):
            key = _number(name)
            known = {f"known {key}": {"$eq" if wanted else "$ne": True}}
            bounds = [{key: {"$gte" if wanted else "$lt": float(low)}}] if low is not None else []
            bounds += [{key: {"$lte" if wanted else "$gt": float(high)}}] if high is not None else []
            return _joined(bounds if wanted and bounds else [known, *bounds], every=wanted)
        case Contains():
            return (
                {DOCUMENT: {"$contains" if wanted else "$not_contains": condition.needle}}
                if condition.needle
                else wanted
            )
        case Near():
            return _box(condition, wanted)
        case Not(denied):
            return _clause(denied, not wanted)
        case All(conditions):
            return _joined([_clause(one, wanted) for one in conditions], every=wanted)


def _box(near: Near, wanted: bool) -> Clause | bool:
    """The box around the circle, or all that lies outside the box in it."""
    reach = near.chord + ROUNDING if wanted else near.chord / 3**0.5 - ROUNDING
    below, above = ("$gte", "$lte") if wanted else ("$lt", "$gt")
    clauses: list[Clause | bool] = [{_known_place(near.place): {"$eq" if wanted else "$ne": True}}]
    for key, at in zip(_axes(near.place), near.point, strict=True):
        clauses += [{key: {below: at - reach}}, {key: {above: at + reach}}]
    return _joined(clauses, every=wanted)


def _joined(clauses: Sequence[Clause | bool], every: bool) -> Clause | bool:
    """All of them, or any of them; Chroma takes no list of one and knows no constants."""
    if (not every) in clauses:
        return not every
    real = [clause for clause in clauses if isinstance(clause, dict)]
    if len(real) < 2:
        return real[0] if real else every
    return {"$and" if every else "$or": real}


def _has(facet: str, value: str, wanted: bool) -> Clause:
    return {_facet(facet, value): {"$eq" if wanted else "$ne": True}}


# names are quoted, so that no two keys are the same and none begins with a sign that Chroma reads
def _facet(facet: str, value: str) -> str:
    return f"facet {quote(facet, safe='')}={value}"


def _number(name: str) -> str:
    return f"number {quote(name, safe='')}"


def _axes(place: str) -> tuple[str, str, str]:
    x, y, z = (f"place {quote(place, safe='')} {axis}" for axis in "xyz")
    return x, y, z


def _known_place(place: str) -> str:
    return f"known place {quote(place, safe='')}"
