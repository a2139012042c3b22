"""The items, as the database keeps them."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Engine,
    Integer,
    RowMapping,
    String,
    Table,
    Text,
    delete,
    func,
    insert,
    select,
    text,
    true,
    update,
)

from retrieval.database import METADATA
from retrieval.errors import UnknownItem
from retrieval.filtering.columns import Columns
from retrieval.filtering.sql import write_filtered
from retrieval.items import Item, described

ITEMS = Table(
    "items",
    METADATA,
    Column("id", String, primary_key=True),
    Column("title", String, nullable=False),
    Column("year", Integer),
    Column("facets", JSON, nullable=False),
    Column("text", Text, nullable=False),
    Column("work", String, nullable=False),
    Column("numbers", JSON, nullable=False, server_default="{}"),
    Column("places", JSON, nullable=False, server_default="{}"),
    Column("attributes", JSON, nullable=False, server_default="{}"),
    Column("reviews", JSON, nullable=False, server_default="[]"),
    Column("image", String, nullable=False, server_default=text("''")),
    Column("available", Boolean, nullable=False, server_default=true()),
    Column("number", Integer, nullable=False, server_default="0", index=True),  # the order in which they first came
    Column("changed", Integer, nullable=False, server_default="0", index=True),  # the revision that last wrote it
)
REVISIONS = Table(
    "revisions",
    METADATA,
    Column("of", String, primary_key=True),
    Column("number", Integer, nullable=False),
)
BATCH = 1000


@dataclass(frozen=True)
class Catalogue(Mapping[str, Item]):
    """All items by id, in memory; an unknown id raises UnknownItem naming it."""

    by_id: Mapping[str, Item]
    works: Mapping[str, tuple[str, ...]] = field(repr=False)

    @classmethod
    def of(cls, items: Iterable[Item]) -> Catalogue:
        by_id = {item.id: item for item in items}
        works: dict[str, list[str]] = defaultdict(list)
        for item in by_id.values():
            works[item.work or item.id].append(item.id)
        return cls(by_id, {work: tuple(ids) for work, ids in works.items()})

    def __getitem__(self, id: str) -> Item:
        try:
            return self.by_id[id]
        except KeyError:
            raise UnknownItem(f"no item {id!r} in the catalogue of {len(self.by_id)} items") from None

    def __contains__(self, id: object) -> bool:  # Mapping's default waits for KeyError, which UnknownItem is not
        return id in self.by_id

    def __iter__(self) -> Iterator[str]:
        return iter(self.by_id)

    def __len__(self) -> int:
        return len(self.by_id)

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """In the order of every mask and every row."""
        return tuple(self.by_id)

    @cached_property
    def row(self) -> Mapping[str, int]:
        """Where each id stands in that order."""
        return {id: at for at, id in enumerate(self.ids)}

    @cached_property
    def columns(self) -> Columns:
        """What the items are filtered by."""
        return Columns.of(list(self.by_id.values()))

    def updated(self, items: Iterable[Item]) -> Catalogue:
        """The catalogue with these items, which take the place of those of the same id or stand behind all others."""
        return Catalogue.of({**self.by_id, **{item.id: item for item in items}}.values())

    def twins(self, ids: Iterable[str]) -> set[str]:
        """The ids with every other entry of the same works; ids the catalogue does not know stay as they are."""
        return {twin for id in ids for twin in (self.works[self[id].work or id] if id in self else (id,))}

    def fingerprint(self) -> str:
        """Changes whenever anything does that an item's vector is made of: what an index was built from."""
        whole = hashlib.sha256()
        for id in sorted(self.by_id):
            item = self.by_id[id]
            seen = [id, described(item), item.image, *item.reviews, *item.attributes.items(), *item.facets.items()]
            whole.update(json.dumps(seen).encode())
        return whole.hexdigest()


def read_catalogue(engine: Engine) -> Catalogue:
    """Everything that can be recommended, in the order in which it first came."""
    with engine.connect() as connection:
        return Catalogue.of(_read(connection, -1))


def read_item(engine: Engine, id: str) -> Item:
    """One item. Raises UnknownItem."""
    with engine.connect() as connection:
        row = connection.execute(select(ITEMS).where(ITEMS.c.id == id)).mappings().first()
        if row is None:
            raise UnknownItem(
                f"no item {id!r} in the catalogue of {connection.scalar(select(func.count(ITEMS.c.id)))} items"
            )
        return _item(row)


def revision(engine: Engine) -> int:
    """How often the items have been written; nothing has changed while it stays the same."""
    with engine.connect() as connection:
        return int(connection.scalar(select(REVISIONS.c.number).where(REVISIONS.c.of == "items")) or 0)


def changed_since(engine: Engine, revision: int) -> tuple[int, list[Item]]:
    """The revision now, and the items that were written after the one given, in the catalogue's order."""
    with engine.connect() as connection:
        items = list(_read(connection, revision))
        newest = connection.scalar(select(func.max(ITEMS.c.changed)))
        return max(revision, int(newest or 0)), items


def availability_since(engine: Engine, revision: int) -> tuple[int, dict[str, bool]]:
    """The revision now, and by id whether the items that were written after the one given are available."""
    chosen = select(ITEMS.c.id, ITEMS.c.available, ITEMS.c.changed).where(ITEMS.c.changed > revision)
    with engine.connect() as connection:
        rows = connection.execute(chosen).all()
    return max([revision, *(row.changed for row in rows)]), {row.id: row.available for row in rows}


def write_items(connection: Connection, items: Sequence[Item]) -> None:
    """Insert the items, replacing those with the same id, which keep their place in the order. The caller owns the
    transaction."""
    changed = next_revision(connection)
    newest = int(connection.scalar(select(func.max(ITEMS.c.number))) or 0)
    for start in range(0, len(items), BATCH):
        batch = items[start : start + BATCH]
        these = ITEMS.c.id.in_([item.id for item in batch])
        there = connection.execute(select(ITEMS.c.id, ITEMS.c.number).where(these))
        numbers: dict[str, int] = {row.id: row.number for row in there}
        for item in batch:
            if item.id not in numbers:
                newest += 1
                numbers[item.id] = newest
        connection.execute(delete(ITEMS).where(these))
        connection.execute(
            insert(ITEMS), [_row(item) | {"number": numbers[item.id], "changed": changed} for item in batch]
        )
        write_filtered(connection, batch)


def set_available(connection: Connection, ids: Sequence[str], available: bool) -> None:
    """Withdraw the items, or bring them back. The caller owns the transaction. Raises UnknownItem for an id that is
    not there."""
    changed = next_revision(connection)
    for id in ids:
        done = connection.execute(update(ITEMS).where(ITEMS.c.id == id).values(available=available, changed=changed))
        if not done.rowcount:
            raise UnknownItem(f"no item {id!r} in the catalogue")


def next_revision(connection: Connection) -> int:
    """The number of the change that this transaction makes; other writers of items wait until it has ended, so that
    whoever has seen a revision has seen all before it."""
    items = REVISIONS.c.of == "items"
    connection.execute(update(REVISIONS).where(items).values(number=REVISIONS.c.number + 1))
    return int(connection.execute(select(REVISIONS.c.number).where(items)).scalar_one())


def _read(connection: Connection, after: int) -> Iterator[Item]:
    chosen = select(ITEMS).where(ITEMS.c.changed > after).order_by(ITEMS.c.number)
    return map(_item, connection.execute(chosen).mappings())


def _item(row: RowMapping) -> Item:
    return Item(
        id=row["id"],
        title=row["title"],
        year=row["year"],
        facets={name: tuple(values) for name, values in row["facets"].items()},
        text=row["text"],
        work=row["work"],
        numbers=row["numbers"],
        places={name: (north, east) for name, (north, east) in row["places"].items()},
        attributes=row["attributes"],
        reviews=tuple(row["reviews"]),
        image=row["image"],
        available=row["available"],
    )


def _row(item: Item) -> dict[str, object]:
    return {
        "id": item.id,
        "title": item.title,
        "year": item.year,
        "facets": {name: list(values) for name, values in item.facets.items()},
        "text": item.text,
        "work": item.work or item.id,
        "numbers": dict(item.numbers),
        "places": {name: list(place) for name, place in item.places.items()},
        "attributes": dict(item.attributes),
        "reviews": list(item.reviews),
        "image": item.image,
        "available": item.available,
    }
