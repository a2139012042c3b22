"""Events and users out of a person's file: all of them or none."""

import math
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, ClassVar

from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field
from sqlalchemy import Engine, func, select

from recommender.events import EVENTS, USERS, Event, User, write_events, write_users
from retrieval.catalogue import ITEMS
from retrieval.domain import Log
from retrieval.errors import Problem
from retrieval.files.importing import in_batches, not_used
from retrieval.files.records import EmptyIsNone, Id, Name, Text, read

BEGINNING = -62_135_596_800.0  # the year 1, before which there are no dates to take an hour from
END_OF_TIME = 253_402_300_800.0  # the year 10000 in seconds since 1970: beyond it lie milliseconds
BANDS = ((18, "under 18"), (25, "18-24"), (35, "25-34"), (45, "35-44"), (50, "45-49"), (56, "50-55"))


def _instant(value: Any) -> float:
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            value = _date(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError("should be seconds since 1970 or an ISO date")
    if not BEGINNING <= value < END_OF_TIME:
        raise ValueError("should be seconds since 1970, and this is not in the years 1 to 9999")
    return float(value)


def _date(text: str) -> float:
    try:
        date = datetime.fromisoformat(text.strip())
    except ValueError:
        raise ValueError("should be seconds since 1970 or an ISO date") from None
    # a time without a zone means the same everywhere
    return (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp()


class EventRecord(BaseModel):
    """One event as it may be written in a file: time in seconds since 1970 or as an ISO date (UTC if it says nothing).

    An event with a value and no action is a rating, one with neither a view.
    """

    model_config: ClassVar[ConfigDict] = ConfigDict(
        coerce_numbers_to_str=True, allow_inf_nan=False, frozen=True, extra="allow"
    )

    user: Id = Field(validation_alias=AliasChoices("user", "user_id"))
    item: Id = Field(validation_alias=AliasChoices("item", "item_id"))
    time: Annotated[float, BeforeValidator(_instant)] = Field(validation_alias=AliasChoices("time", "timestamp"))
    action: Text = Field("", validation_alias=AliasChoices("action", "event"))
    value: Annotated[float | None, EmptyIsNone] = Field(None, validation_alias=AliasChoices("value", "rating"))

    def event(self, log: Log | None = None) -> Event:
        """`log` says which of the other columns are context."""
        action = self.action or ("view" if self.value is None else "rating")
        rest = self.model_extra or {}
        said = {name: one.value(str(rest.get(one.column) or "")) for name, one in (log or Log()).context.items()}
        context = {name: value for name, value in said.items() if value}
        return Event(self.user, self.item, self.time, action, self.value, context)


class UserRecord(BaseModel):
    """One user as they may be written in a file. An age is kept as its band; what could name a person is not read."""

    model_config: ClassVar[ConfigDict] = ConfigDict(coerce_numbers_to_str=True, frozen=True)

    id: Id = Field(validation_alias=AliasChoices("id", "user_id"))
    age: Text = ""
    gender: Text = ""
    occupation: Text = ""
    attributes: dict[Name, Text] = Field(default_factory=dict)

    def user(self) -> User:
        age = age_band(int(self.age)) if self.age.isdecimal() else self.age
        attributes = {"age": age, "gender": self.gender, "occupation": self.occupation, **self.attributes}
        return User(self.id, {name: value for name, value in attributes.items() if value})


def age_band(years: int) -> str:
    """The band of an age: `25-34`. Less is known of the person than by the year."""
    return next((band for under, band in BANDS if years < under), "56+")


def import_events(engine: Engine, path: Path, log: Log | None = None) -> str:
    """Write the events of the file that are not there yet, in its order; what was done, in a sentence.

    `log`: the columns as the domain names them.

    Raises Problem with the first bad lines, among them those that name an item which is not in the catalogue;
    then the database is as it was.
    """
    counts = {"events": 0, "new": 0}
    with engine.begin() as connection:
        items = set(connection.scalars(select(ITEMS.c.id)))
        if not items:
            raise Problem("the catalogue is empty; bring the items first: penchant import items FILE")

        def unfit(record: EventRecord) -> str | None:
            if record.item in items:
                return None
            return f"no item {record.item!r} in the catalogue of {len(items):,} items; bring it first"

        def write(events: Sequence[Event]) -> None:
            counts["events"] += len(events)
            counts["new"] += write_events(connection, events)

        log = log or Log()
        records = read(path, EventRecord, unfit, log.columns)
        in_batches((record.event(log) for _, record in records), write)
        users = connection.scalar(select(func.count(EVENTS.c.user.distinct())))
    done = f"imported {counts['new']:,} events, {counts['events'] - counts['new']:,} were there; {users:,} users now"
    return done + not_used(path, EventRecord, log.used)


def import_users(engine: Engine, path: Path) -> str:
    """Write the users of the file, replacing those with the same id; what was done, in a sentence.

    Raises Problem with the first bad lines, and then the database is as it was.
    """
    ids: set[str] = set()

    def unfit(record: UserRecord) -> str | None:
        if record.id in ids:
            return f"id {record.id!r} is there twice"
        ids.add(record.id)
        return None

    with engine.begin() as connection:
        before = set(connection.scalars(select(USERS.c.id)))
        users = (record.user() for _, record in read(path, UserRecord, unfit))
        in_batches(users, lambda batch: write_users(connection, batch))
    return f"imported {len(ids):,} users, {len(ids & before):,} replaced" + not_used(path, UserRecord)
