"""A data set out of research files, for evaluation alone: nothing of it enters the database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, ClassVar

import numpy as np
from pydantic import BaseModel, ConfigDict

from recommender.events import Event
from recommender.importing import EventRecord, UserRecord
from recommender.interactions import Interactions
from retrieval.catalogue import Catalogue
from retrieval.domain import Domain, Inputs, Log
from retrieval.errors import Problem
from retrieval.files.reading import ATOMIC
from retrieval.files.records import EmptyIsNone, Name, Text, Words, read
from retrieval.items import Item

FILES = Inputs(person=("age", "gender", "occupation"))  # of a file that no domain speaks for
LINES = ".txt"  # one user a line: the user, then the items, oldest first (S3-Rec: Zhou et al., 2020)


class ItemLine(BaseModel):
    """An item of a research file: everything but the id may be missing."""

    model_config: ClassVar[ConfigDict] = ConfigDict(coerce_numbers_to_str=True, frozen=True)

    id: Name
    title: Text = ""
    year: Annotated[int | None, EmptyIsNone] = None
    keywords: Text = ""
    abstract: Text = ""
    plot: Text = ""
    attributes: Words = ()
    genres: Words = ()

    def item(self) -> Item:
        facets = {"attribute": self.attributes, "genre": self.genres}
        given = {name: tuple(dict.fromkeys(values)) for name, values in facets.items() if values}
        text = " ".join(said for said in (self.keywords, self.abstract, self.plot) if said)
        return Item(self.id, self.title, self.year, given, text)


def from_files(
    data: Path,
    items: Path | None,
    seed: int,
    domain: Domain | None = None,
    users: Path | None = None,
    wanted: str = "",
) -> tuple[Interactions, Catalogue]:
    """Events and catalogue, both in a random order drawn by `seed`.

    In many public files the items are numbered as they first appear, so that a number tells what came when; after the
    drawing neither number nor place tells anything. Items are those of `items` (JSONL) and those of the events; `users`
    (JSONL, CSV or .user) says what is known of people. `domain` says which columns to read and what of them counts;
    `wanted`, the action to be asked for, comes before what it says of that.
    Raises Problem naming the line that is wrong, or the actions there are if the wanted one is not among them.
    """
    random = np.random.default_rng(seed)
    timed = data.suffix != LINES
    events = list(_events(data, domain.log if domain else Log()) if timed else _lines(data))
    known = {line.id: line.item() for _, line in read(items, ItemLine)} if items else {}
    ids = sorted({event.item for event in events} | set(known))
    shuffled = [ids[at] for at in random.permutation(len(ids))]
    catalogue = Catalogue.of(known.get(id, Item(id, "")) for id in shuffled)
    people = [record.user() for _, record in read(users, UserRecord)] if users else []
    inputs = domain.inputs if domain else FILES
    inputs = inputs.wanting(wanted) if wanted else inputs
    interactions = Interactions.of(events, shuffled, inputs, people, timed)
    return interactions.in_order(random.permutation(len(interactions.users))), catalogue


def catalogue_of(items: Path) -> Catalogue:
    """The items of a file (JSONL) alone, in its order. Raises Problem naming the line that is wrong."""
    return Catalogue.of(line.item() for _, line in read(items, ItemLine))


def _events(data: Path, log: Log) -> Iterator[Event]:
    name = data.name.removesuffix(".gz")
    if not name.endswith((".csv", ".jsonl", ATOMIC[0])):
        kinds = ", ".join((LINES, ".csv", ".csv.gz", ".jsonl", ATOMIC[0]))
        raise Problem(f"{data.name} is none of the kinds of events that can be read: {kinds}")
    for _, record in read(data, EventRecord, columns=log.columns):
        yield record.event(log)


def _lines(data: Path) -> Iterator[Event]:
    try:
        text = data.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Problem(f"{data} cannot be read: {getattr(error, 'strerror', None) or 'it is not UTF-8'}") from error
    users: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        user, *items = line.split() or [""]
        if not user:
            continue
        if not items:
            raise Problem(f"{data.name}, line {number}: user {user!r} has no items")
        if (before := users.setdefault(user, number)) != number:
            raise Problem(f"{data.name}, line {number}: user {user!r} stands on line {before} already")
        # there are no times: the place in the line is one
        yield from (Event(user, item, float(at)) for at, item in enumerate(items))
