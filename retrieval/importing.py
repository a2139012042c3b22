"""Items out of a person's file: all of them or none."""

from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import Annotated, ClassVar, TypeVar

from pydantic import AliasChoices, BaseModel, ConfigDict, Field
from sqlalchemy import Engine, select

from retrieval.catalogue import ITEMS, write_items
from retrieval.items import Item
from retrieval.reading import columns_not_used
from retrieval.records import EmptyIsNone, Id, Name, Text, Title, Words, read

Thing = TypeVar("Thing")
BATCH = 1000


class ItemRecord(BaseModel):
    """One item as it may be written in a file. `facets` and numbers that are no text come from JSONL only."""

    model_config: ClassVar[ConfigDict] = ConfigDict(coerce_numbers_to_str=True, allow_inf_nan=False, frozen=True)

    id: Id = Field(validation_alias=AliasChoices("id", "item_id"))
    title: Title = Field(validation_alias=AliasChoices("title", "movie_title", "name"))
    year: Annotated[int | None, EmptyIsNone] = Field(
        None, ge=-9999, le=9999, validation_alias=AliasChoices("year", "release_year")
    )
    genre: Words = Field((), validation_alias=AliasChoices("genres", "genre", "class"))
    category: Words = Field((), validation_alias=AliasChoices("category", "categories"))
    facets: dict[Name, Words] = Field(default_factory=dict)
    text: Text = Field("", validation_alias=AliasChoices("text", "description", "abstract"))
    work: Text = ""

    def item(self) -> Item:
        facets = {"genre": self.genre, "category": self.category, **self.facets}
        given = {name: tuple(dict.fromkeys(values)) for name, values in facets.items() if values}
        return Item(self.id, self.title, self.year, given, self.text, self.work)


def import_items(engine: Engine, path: Path) -> str:
    """Write the items of the file, replacing those with the same id; what was done, in a sentence.

    Raises Problem with the first bad lines, and then the database is as it was.
    """
    ids: set[str] = set()
    works: set[str] = set()

    def unfit(record: ItemRecord) -> str | None:
        if record.id in ids:
            return f"id {record.id!r} is there twice"
        ids.add(record.id)
        return None

    with engine.begin() as connection:
        before = set(connection.scalars(select(ITEMS.c.id)))

        def write(items: Sequence[Item]) -> None:
            write_items(connection, items)
            works.update(item.work or item.id for item in items)

        in_batches((record.item() for _, record in read(path, ItemRecord, unfit)), write)
    done = f"imported {len(ids):,} items ({len(works):,} works), {len(ids & before):,} replaced"
    return done + not_used(path, ItemRecord)


def in_batches(things: Iterable[Thing], write: Callable[[Sequence[Thing]], object], size: int = BATCH) -> None:
    """Hand over `size` things at a time."""
    coming = iter(things)
    while batch := list(islice(coming, size)):
        write(batch)


def not_used(path: Path, model: type[BaseModel], known: Sequence[str] = ()) -> str:
    """The end of the sentence that names the columns nobody read, besides those `known`; empty if there are none."""
    columns = [column for column in columns_not_used(path, model) if column not in known]
    return f"; columns not used: {', '.join(columns)}" if columns else ""
