"""What people did, and what little is known of them, as the database keeps it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from sqlalchemy import (
    JSON,
    Column,
    Connection,
    Engine,
    Float,
    Integer,
    RowMapping,
    String,
    Table,
    UniqueConstraint,
    delete,
    func,
    insert,
    select,
    tuple_,
)

from retrieval.database import METADATA

USERS = Table("users", METADATA, Column("id", String, primary_key=True), Column("attributes", JSON, nullable=False))
EVENTS = Table(
    "events",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("user", String, nullable=False),
    Column("item", String, nullable=False),
    Column("action", String, nullable=False),
    Column("value", Float),
    Column("time", Float, nullable=False),
    Column("context", JSON, nullable=False, server_default="{}"),
    UniqueConstraint("user", "item", "action", "time", name="one_event"),
)
BATCH = 1000


@dataclass(frozen=True)
class Event:
    """Somebody did something with an item. `time` in seconds since 1970; `value` is the action's own scale; `context`
    is what else is known of the moment, for instance the kind of device."""

    user: str
    item: str
    time: float
    action: str = "view"
    value: float | None = None
    context: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class User:
    """Attributes are words, for instance an age band; nothing that names a person belongs here."""

    id: str
    attributes: Mapping[str, str] = field(default_factory=dict)


def write_events(connection: Connection, events: Sequence[Event]) -> int:
    """Insert the events that are not there yet, in the given order; how many were new.

    An event is known by user, item, action and time, so a file may be imported twice.
    """
    fresh = 0
    for start in range(0, len(events), BATCH):
        batch = {(e.user, e.item, e.action, e.time): e for e in events[start : start + BATCH]}
        key = tuple_(EVENTS.c.user, EVENTS.c.item, EVENTS.c.action, EVENTS.c.time)
        there = {tuple(row) for row in connection.execute(select(*key).where(key.in_(list(batch))))}
        rows = [
            {**vars(event), "context": dict(event.context)}
            for known_by, event in batch.items()
            if known_by not in there
        ]
        if rows:
            connection.execute(insert(EVENTS), rows)
        fresh += len(rows)
    return fresh


def write_users(connection: Connection, users: Sequence[User]) -> None:
    """Insert the users, replacing those with the same id."""
    for start in range(0, len(users), BATCH):
        batch = users[start : start + BATCH]
        connection.execute(delete(USERS).where(USERS.c.id.in_([user.id for user in batch])))
        connection.execute(insert(USERS), [{"id": user.id, "attributes": dict(user.attributes)} for user in batch])


def history(engine: Engine, user: str) -> tuple[Event, ...]:
    """What one user did, oldest first; events of one instant in the order they were written. Empty if unknown."""
    chosen = select(EVENTS).where(EVENTS.c.user == user).order_by(EVENTS.c.time, EVENTS.c.number)
    with engine.connect() as connection:
        return tuple(_event(row) for row in connection.execute(chosen).mappings())


def all_events(engine: Engine) -> Iterable[Event]:
    """Every event, in the order it was written."""
    with engine.connect() as connection:
        for row in connection.execute(select(EVENTS).order_by(EVENTS.c.number)).mappings():
            yield _event(row)


def histories(engine: Engine) -> Iterator[tuple[str, tuple[Event, ...]]]:
    """Everybody with an event and what they did, as `history` gives it; one person is in memory at a time."""
    ordered = select(EVENTS).order_by(EVENTS.c.user, EVENTS.c.time, EVENTS.c.number)
    with engine.connect() as connection:
        rows = connection.execution_options(yield_per=BATCH).execute(ordered).mappings()
        for user, theirs in groupby(rows, key=lambda row: str(row["user"])):
            yield user, tuple(_event(row) for row in theirs)


def events_after(engine: Engine, time: float) -> list[tuple[str, float]]:
    """Item and time of every event after that time, in its order."""
    after = select(EVENTS.c.item, EVENTS.c.time).where(EVENTS.c.time > time).order_by(EVENTS.c.time)
    with engine.connect() as connection:
        return [(str(item), float(at)) for item, at in connection.execute(after)]


def newest_event(engine: Engine) -> int:
    """The number of the event that was written last, 0 without any."""
    with engine.connect() as connection:
        return int(connection.scalar(select(func.max(EVENTS.c.number))) or 0)


def all_users(engine: Engine) -> list[User]:
    """Everybody of whom attributes are known."""
    with engine.connect() as connection:
        return [User(row["id"], row["attributes"]) for row in connection.execute(select(USERS)).mappings()]


def read_user(engine: Engine, user: str) -> User | None:
    """What is known of the user, or None if they are in neither the users nor the events."""
    with engine.connect() as connection:
        row = connection.execute(select(USERS).where(USERS.c.id == user)).mappings().first()
        if row:
            return User(row["id"], row["attributes"])
        seen = connection.execute(select(func.count()).where(EVENTS.c.user == user)).scalar()
        return User(user) if seen else None


def user_ids(engine: Engine) -> list[str]:
    """Everybody with an event, numbers in numeric order before words."""
    with engine.connect() as connection:
        ids = connection.execute(select(EVENTS.c.user).distinct()).scalars().all()
    return sorted(ids, key=lambda id: (not id.isdigit(), int(id) if id.isdigit() else 0, id))


def _event(row: RowMapping) -> Event:
    return Event(row["user"], row["item"], row["time"], row["action"], row["value"], row["context"])
