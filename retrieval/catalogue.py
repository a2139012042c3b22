"""The items, as the database keeps them."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from sqlalchemy import JSON, Column, Connection, Engine, Integer, String, Table, Text, delete, insert, select

from retrieval.columns import Columns
from retrieval.database import METADATA
from retrieval.errors import UnknownItem
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

    def twins(self, ids: Iterable[str]) -> set[str]:
        """The ids with every other entry of the same works; ids the catalogue does not know stay as they are."""
        return {twin for id in ids for twin in (self.works[self[id].work or id] if id in self else (id,))}

    def fingerprint(self) -> str:
        """Changes whenever the words of an item do: what an index was built from."""
        whole = hashlib.sha256()
        for id in sorted(self.by_id):
            whole.update(json.dumps([id, described(self.by_id[id])]).encode())
        return whole.hexdigest()


def read_catalogue(engine: Engine) -> Catalogue:
    """Everything that can be recommended."""
    with engine.connect() as connection:
        rows = connection.execute(select(ITEMS)).mappings()
        return Catalogue.of(
            Item(
                id=row["id"],
                title=row["title"],
                year=row["year"],
                facets={name: tuple(values) for name, values in row["facets"].items()},
                text=row["text"],
                work=row["work"],
            )
            for row in rows
        )


def write_items(connection: Connection, items: Sequence[Item]) -> None:
    """Insert the items, replacing those with the same id. The caller owns the transaction."""
    for start in range(0, len(items), BATCH):
        batch = items[start : start + BATCH]
        connection.execute(delete(ITEMS).where(ITEMS.c.id.in_([item.id for item in batch])))
        connection.execute(
            insert(ITEMS),
            [
                {
                    "id": item.id,
                    "title": item.title,
                    "year": item.year,
                    "facets": {name: list(values) for name, values in item.facets.items()},
                    "text": item.text,
                    "work": item.work or item.id,
                }
                for item in batch
            ],
        )
