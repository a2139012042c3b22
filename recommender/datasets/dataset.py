"""A public data set and its way into the database."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import track
from sqlalchemy import Connection, Engine, select

from recommender.events import EVENTS, USERS, Event, User, write_events, write_users
from retrieval.catalogue import read_catalogue, write_items
from retrieval.downloads import Unreachable, matches
from retrieval.errors import Problem
from retrieval.items import Item

BATCH = 1000


@dataclass(frozen=True)
class Rows:
    """What a data set holds; events in the order of its file, which decides between equal times."""

    items: tuple[Item, ...]
    users: tuple[User, ...]
    events: tuple[Event, ...]

    def __str__(self) -> str:
        works = len({item.work or item.id for item in self.items})
        items, users, events = len(self.items), len(self.users), len(self.events)
        return f"{items:,} items ({works:,} works), {users:,} users, {events:,} events"


@dataclass(frozen=True)
class Origin:
    """One place that has the data set: an archive, how to get it and how to read it.

    `get(target, digest)` saves the archive or raises Unreachable; `rows` reads it.
    """

    name: str
    archive: str
    digest: str
    get: Callable[[Path, str], Path]
    rows: Callable[[Path], Rows]


@dataclass(frozen=True)
class Dataset:
    """A data set by name, with its licence in a sentence and its origins in the order they are asked."""

    name: str
    licence: str
    origins: tuple[Origin, ...]


def bring(dataset: Dataset, engine: Engine, cache: Path) -> str:
    """Write the data set into the database in one transaction; what was done, in words.

    Does nothing where every row is there already. Raises Problem naming what was tried if no origin answers.
    """
    path, origin = _archive(dataset, cache)
    rows = origin.rows(path)
    if _there(engine, rows):
        return f"{dataset.name} is up to date: {rows}"
    with engine.begin() as connection:
        _write(connection, rows, dataset.name)
    return f"fetched {dataset.name} from {origin.name}: {rows}\n{dataset.licence}"


def _archive(dataset: Dataset, cache: Path) -> tuple[Path, Origin]:
    for origin in dataset.origins:
        path = cache / origin.archive
        if path.exists() and matches(path, origin.digest):
            return path, origin
    tried = []
    for origin in dataset.origins:
        try:
            return origin.get(cache / origin.archive, origin.digest), origin
        except Unreachable as error:
            tried.append(str(error))
    raise Problem(f"{dataset.name} cannot be fetched: {'; '.join(tried)}")


def _there(engine: Engine, rows: Rows) -> bool:
    catalogue = read_catalogue(engine)
    if any(item.id not in catalogue or catalogue[item.id] != item for item in rows.items):
        return False
    with engine.connect() as connection:
        users = {row.id: row.attributes for row in connection.execute(select(USERS))}
        if any(users.get(user.id) != user.attributes for user in rows.users):
            return False
        key = select(EVENTS.c.user, EVENTS.c.item, EVENTS.c.action, EVENTS.c.time)
        events = {tuple(row) for row in connection.execute(key)}
    return all((event.user, event.item, event.action, event.time) in events for event in rows.events)


def _write(connection: Connection, rows: Rows, name: str) -> None:
    write_items(connection, rows.items)
    write_users(connection, rows.users)
    console = Console(stderr=True)
    for batch in track(batches(rows.events), name, console=console, disable=not console.is_terminal, transient=True):
        write_events(connection, batch)


def batches(events: Sequence[Event]) -> list[Sequence[Event]]:
    return [events[start : start + BATCH] for start in range(0, len(events), BATCH)]
