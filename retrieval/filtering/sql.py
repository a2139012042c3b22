"""A condition as SQL, and the tables it is asked of: what items are filtered by, one row a value.

The JSON of the items themselves is not read by any SQL that SQLite and PostgreSQL share.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Float,
    ForeignKey,
    Index,
    String,
    Table,
    Text,
    and_,
    delete,
    exists,
    false,
    insert,
    not_,
    true,
)

from retrieval.database import METADATA
from retrieval.filtering.conditions import All, AnyOf, Condition, Contains, Equals, Near, NoneOf, Not, Range
from retrieval.filtering.conditions import numbers as known_numbers
from retrieval.filtering.conditions import points as known_points
from retrieval.filtering.conditions import words as searched
from retrieval.items import Item

BATCH = 1000


def _of_item() -> Column[str]:
    return Column("item", String, ForeignKey("items.id", ondelete="CASCADE"), primary_key=True)


FACETS = Table(
    "item_facets",
    METADATA,
    _of_item(),
    Column("facet", String, primary_key=True),
    Column("value", String, primary_key=True),
    Index("item_facets_by_value", "facet", "value", "item"),
)
NUMBERS = Table(
    "item_numbers",
    METADATA,
    _of_item(),
    Column("name", String, primary_key=True),
    Column("number", Float, nullable=False),
    Index("item_numbers_by_number", "name", "number", "item"),
)
PLACES = Table(
    "item_places",  # points on a sphere of radius 1
    METADATA,
    _of_item(),
    Column("name", String, primary_key=True),
    *(Column(axis, Float, nullable=False) for axis in "xyz"),
)
WORDS = Table("item_words", METADATA, _of_item(), Column("words", Text, nullable=False))
TABLES = (FACETS, NUMBERS, PLACES, WORDS)


def passes(condition: Condition, id: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether the item with that id satisfies the condition: `select(ITEMS.c.id).where(passes(wish, ITEMS.c.id))`."""
    match condition:
        case Equals(facet, value):
            return _any(id, facet, frozenset({value}))
        case AnyOf(facet, values):
            return _any(id, facet, values)
        case NoneOf(facet, values):
            return not_(_any(id, facet, values))
        case Range(name, low, high):
            bounds = [NUMBERS.c.number >= low] if low is not None else []
            bounds += [NUMBERS.c.number <= high] if high is not None else []
            return exists().where(NUMBERS.c.item == id, NUMBERS.c.name == name, *bounds)
        case Contains():
            return exists().where(WORDS.c.item == id, WORDS.c.words.contains(condition.needle, autoescape=True))
        case Near(place):
            x, y, z = (PLACES.c[axis] - at for axis, at in zip("xyz", condition.point, strict=True))
            near = x * x + y * y + z * z <= condition.chord**2
            return exists().where(PLACES.c.item == id, PLACES.c.name == place, near)
        case Not(denied):
            return not_(passes(denied, id))
        case All(conditions):
            return and_(true(), *(passes(one, id) for one in conditions))


def _any(id: ColumnElement[str], facet: str, values: frozenset[str]) -> ColumnElement[bool]:
    if not values:
        return false()
    return exists().where(FACETS.c.item == id, FACETS.c.facet == facet, FACETS.c.value.in_(sorted(values)))


def write_filtered(connection: Connection, items: Sequence[Item]) -> None:
    """What the items are filtered by, in place of what was known of them. They must be in their own table already, and
    who deletes them there deletes this with them. The caller owns the transaction."""
    for start in range(0, len(items), BATCH):
        batch = items[start : start + BATCH]
        rows: dict[Table, list[dict[str, Any]]] = {
            FACETS: [
                {"item": item.id, "facet": facet, "value": value}
                for item in batch
                for facet, values in item.facets.items()
                for value in dict.fromkeys(values)
            ],
            NUMBERS: [
                {"item": item.id, "name": name, "number": float(number)}
                for item in batch
                for name, number in known_numbers(item).items()
            ],
            PLACES: [
                {"item": item.id, "name": name, **dict(zip("xyz", point, strict=True))}
                for item in batch
                for name, point in known_points(item).items()
            ],
            WORDS: [{"item": item.id, "words": searched(item)} for item in batch],
        }
        for table in TABLES:
            connection.execute(delete(table).where(table.c.item.in_([item.id for item in batch])))
            if rows[table]:
                connection.execute(insert(table), rows[table])
