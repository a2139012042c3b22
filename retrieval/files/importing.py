"""Items out of a person's file: all of them or none."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel
from sqlalchemy import Engine, select

from retrieval.catalogue import ITEMS, write_items
from retrieval.domain import Domain
from retrieval.errors import Problem
from retrieval.files.item_record import LONGEST, ItemRecord, item_record
from retrieval.files.reading import columns_not_used
from retrieval.files.records import read
from retrieval.space.given_vectors import Given, widths, write_vectors

Thing = TypeVar("Thing")
BATCH = 1000


def import_items(engine: Engine, path: Path, domain: Domain | None = None) -> str:
    """Write the items of the file, replacing those with the same id; what was done, in a sentence.

    `domain` says which columns there are besides those of every item, and of what type. An item that was withdrawn
    stays so where the file does not say otherwise. Raises Problem with the first bad lines, and then the database is
    as it was.
    """
    model = item_record(domain) if domain else ItemRecord
    columns = domain.columns if domain else {}
    lines: dict[str, int] = {}
    works: set[str] = set()
    withdrawn, cut = 0, 0
    with engine.begin() as connection:
        before = {row.id: row.available for row in connection.execute(select(ITEMS.c.id, ITEMS.c.available))}
        width = Width(widths(connection))

        def unfit(record: ItemRecord) -> str | None:
            if record.id in lines:
                return f"id {record.id!r} is there twice"
            lines[record.id] = 0
            return width.unfit(record.id, record.vector)

        def write(records: Sequence[tuple[int, ItemRecord]]) -> None:
            nonlocal withdrawn, cut
            items = []
            for _, record in records:
                item = record.item()
                if record.available is None:
                    item = replace(item, available=before.get(item.id, True))
                items.append(item)
                works.add(item.work or item.id)
                withdrawn += not item.available
                cut += record.cut
            write_items(connection, items)
            write_vectors(connection, {one.id: one.vector for _, one in records if one.vector is not None})

        in_batches(read(path, model, unfit, columns), write)
        width.check(path.name)
    done = f"imported {len(lines):,} items ({len(works):,} works), {len(lines.keys() & before.keys()):,} replaced"
    done += f"; {withdrawn:,} not available" if withdrawn else ""
    done += f"; texts of {cut:,} cut at {LONGEST:,} characters" if cut else ""
    return done + not_used(path, model, tuple(columns.values()))


class Width:
    """That the vectors of all items have as many numbers as each other."""

    def __init__(self, there: dict[str, int]) -> None:
        self.there = there
        self.given: int | None = None

    def unfit(self, id: str, vector: Given | None) -> str | None:
        """What is wrong with this vector beside the first of the file, if anything."""
        if vector is None:
            return None
        self.there.pop(id, None)
        self.given = self.given or len(vector)
        if len(vector) == self.given:
            return None
        return f"vector has {len(vector):,} numbers, and the first one {self.given:,}"

    def check(self, name: str) -> None:
        """Raises Problem if vectors stay that are of another width."""
        stays = next(iter(self.there.items()), None)
        if self.given and stays and stays[1] != self.given:
            raise Problem(
                f"nothing was imported from {name}: its vectors have {self.given:,} numbers, and those of"
                f" {len(self.there):,} items that are not in it {stays[1]:,}; bring new ones for all of them"
            )


def in_batches(things: Iterable[Thing], write: Callable[[Sequence[Thing]], object], size: int = BATCH) -> None:
    """Hand over `size` things at a time."""
    coming = iter(things)
    while batch := list(islice(coming, size)):
        write(batch)


def not_used(path: Path, model: type[BaseModel], known: Sequence[str] = ()) -> str:
    """The end of the sentence that names the columns nobody read, besides those `known`; empty if there are none."""
    columns = [column for column in columns_not_used(path, model) if column not in known]
    return f"; columns not used: {', '.join(columns)}" if columns else ""
