"""Conversations, turns and feedback, as the database keeps them."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    Connection,
    Engine,
    Float,
    ForeignKey,
    Integer,
    RowMapping,
    Select,
    String,
    Table,
    Text,
    delete,
    func,
    insert,
    select,
    update,
)

from chat.memory import CONSENTS, FACTS
from chat.messages import Kind, Purpose
from retrieval.database import METADATA
from retrieval.errors import Problem

CONVERSATIONS = Table(
    "conversations",
    METADATA,
    Column("id", String, primary_key=True),
    Column("user", String, nullable=False, index=True),
    Column("started", Float, nullable=False),
    Column("purpose", String, nullable=False, server_default="self"),
)
TURNS = Table(
    "turns",
    METADATA,
    Column("conversation", String, ForeignKey("conversations.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("at", Float, nullable=False),
    Column("text", Text, nullable=False),
    Column("record", JSON, nullable=False),
)
FEEDBACK = Table(
    "feedback",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("conversation", String, ForeignKey("conversations.id"), nullable=False, index=True),
    Column("user", String, nullable=False, index=True),
    Column("item", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("at", Float, nullable=False),
    Column("purpose", String, nullable=False, server_default="self"),
)
AT_ONCE = 50  # turns of one conversation that may begin at the same moment; each time one of them gets on
OPEN = "open"  # in the record of a turn that is under way
# what a turn that leaves the list as it is has of its own
OF_TALK = ("move", "said", "timings", "fallbacks", "question", "consent", "unanswered", "stands", "language",
           "told in theirs", "spoken", OPEN)  # fmt: skip
CROWD = "too many messages came at once; say it again"
CLOSED = "this conversation is not open; start a new one"


class UnknownConversation(Problem):
    """A conversation that is not there, or is somebody else's."""


class Crowded(Problem):
    """More messages of one conversation at the same moment than can be put in an order."""


@dataclass(frozen=True)
class Feedback:
    """What a person said of an item by a button; the newest word on an item counts.

    `purpose`: whom the conversation was for when it was said.
    """

    conversation: str
    item: str
    kind: Kind
    purpose: Purpose = "self"


class Store:
    """Everything said and shown, and by whom it was liked."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def open(self, user: str, purpose: Purpose = "self") -> str:
        """A new conversation; its id cannot be guessed."""
        id = secrets.token_urlsafe(16)
        row = {"id": id, "user": user, "started": time.time(), "purpose": purpose}
        with self.engine.begin() as connection:
            connection.execute(insert(CONVERSATIONS).values(**row))
        return id

    def purpose(self, conversation: str) -> Purpose:
        """Whom the conversation is for now. Raises UnknownConversation."""
        chosen = select(CONVERSATIONS.c.purpose).where(CONVERSATIONS.c.id == conversation)
        with self.engine.connect() as connection:
            purpose: Purpose | None = connection.execute(chosen).scalar()
        if purpose is None:
            raise UnknownConversation(CLOSED)
        return purpose

    def set_purpose(self, conversation: str, purpose: Purpose) -> None:
        """What is said from now on is said for them; what was said before keeps its own purpose."""
        chosen = update(CONVERSATIONS).where(CONVERSATIONS.c.id == conversation)
        with self.engine.begin() as connection:
            connection.execute(chosen.values(purpose=purpose))

    def check(self, conversation: str, user: str) -> None:
        """Raises UnknownConversation unless the conversation is this user's."""
        with self.engine.connect() as connection:
            owner = connection.execute(select(CONVERSATIONS.c.user).where(CONVERSATIONS.c.id == conversation)).scalar()
        if owner != user:
            raise UnknownConversation(CLOSED)

    def begin(
        self,
        conversation: str,
        number: int,
        text: str,
        record: Mapping[str, Any],
        purpose: Purpose,
        before: Mapping[str, Any],
    ) -> bool:
        """Begins a turn of that number, with what the message changes of what holds: whoever comes next builds on it,
        in this process or another. `before`: the record of the turn before it, as the message was understood against.

        False if another turn has taken the number, or if the turn before was finished or changed meanwhile. Raises
        UnknownConversation if the conversation is gone."""
        row = {"conversation": conversation, "number": number, "at": time.time()}
        with self.engine.begin() as connection:
            if not _alone(connection, conversation):
                raise UnknownConversation(CLOSED)
            if _newest(connection, conversation) != (number - 1, before):
                return False
            connection.execute(insert(TURNS).values(**row, text=text, record={**record, OPEN: True}))
            chosen = update(CONVERSATIONS).where(CONVERSATIONS.c.id == conversation)
            connection.execute(chosen.values(purpose=purpose))
        return True

    def finish(self, conversation: str, number: int, record: Mapping[str, Any], onto: bool = False) -> None:
        """Keeps a turn that was begun, with all that has to be known to explain it later. `onto`: the record says only
        what is other than in the turn that it stands on.

        Turns that began meanwhile and stand on this one get its list."""
        same = (TURNS.c.conversation == conversation) & (TURNS.c.number == number)
        later = (TURNS.c.conversation == conversation) & (TURNS.c.number > number)
        with self.engine.begin() as connection:
            _alone(connection, conversation)
            begun = connection.execute(select(TURNS.c.record).where(same)).scalar() or {}
            kept = {**(begun if onto else {}), **record}
            kept.pop(OPEN, None)
            connection.execute(update(TURNS).where(same).values(at=time.time(), record=kept))
            for other, its in connection.execute(select(TURNS.c.number, TURNS.c.record).where(later)).all():
                if its.get("stands") == number:
                    own = {name: its[name] for name in OF_TALK if name in its}
                    this = (TURNS.c.conversation == conversation) & (TURNS.c.number == other)
                    connection.execute(update(TURNS).where(this).values(record={**kept, **own}))

    def give_up(self, conversation: str, number: int) -> None:
        """Takes a turn away that was begun and not finished, unless another came after it."""
        if not self.record_of(conversation, number).get(OPEN):
            return
        same = (TURNS.c.conversation == conversation) & (TURNS.c.number == number)
        with self.engine.begin() as connection:
            _alone(connection, conversation)
            if _newest(connection, conversation)[0] == number:
                connection.execute(delete(TURNS).where(same))

    def append(
        self, conversation: str, text: str, following: Callable[[int, Mapping[str, Any]], Mapping[str, Any]]
    ) -> None:
        """One turn after the newest, whose number and record `following` gets; no other turn begins meanwhile. Raises
        UnknownConversation if the conversation is gone."""
        with self.engine.begin() as connection:
            if not _alone(connection, conversation):
                raise UnknownConversation(CLOSED)
            number, before = _newest(connection, conversation)
            record = {**following(number, before)}
            record.pop(OPEN, None)
            row = {"conversation": conversation, "number": number + 1, "at": time.time()}
            connection.execute(insert(TURNS).values(**row, text=text, record=record))

    def amend(self, conversation: str, number: int, more: Mapping[str, Any]) -> None:
        """Adds to the record of a turn."""
        same = (TURNS.c.conversation == conversation) & (TURNS.c.number == number)
        with self.engine.begin() as connection:
            _alone(connection, conversation)
            record = connection.execute(select(TURNS.c.record).where(same)).scalar() or {}
            connection.execute(update(TURNS).where(same).values(record={**record, **more}))

    def newest(self, conversation: str) -> tuple[int, Mapping[str, Any]]:
        """Number and record of the newest turn; 0 and an empty record before the first."""
        with self.engine.connect() as connection:
            return _newest(connection, conversation)

    def turns(self, conversation: str, last: int) -> tuple[tuple[str, Mapping[str, Any]], ...]:
        """Text and record of the newest turns, at most so many, oldest first."""
        chosen = select(TURNS.c.text, TURNS.c.record).where(TURNS.c.conversation == conversation)
        with self.engine.connect() as connection:
            rows = connection.execute(chosen.order_by(TURNS.c.number.desc()).limit(last)).all()
        return tuple((row.text, row.record) for row in reversed(rows))

    def record_of(self, conversation: str, number: int) -> Mapping[str, Any]:
        """The record of one turn, empty if there is none."""
        chosen = select(TURNS.c.record).where(TURNS.c.conversation == conversation, TURNS.c.number == number)
        with self.engine.connect() as connection:
            return connection.execute(chosen).scalar() or {}

    def add_feedback(self, user: str, feedback: Feedback) -> None:
        with self.engine.begin() as connection:
            connection.execute(insert(FEEDBACK).values(user=user, at=time.time(), **vars(feedback)))

    def newest_feedback(self, conversation: str) -> int:
        """The number of the newest word on an item in this conversation, 0 if there is none."""
        newest = select(func.max(FEEDBACK.c.number)).where(FEEDBACK.c.conversation == conversation)
        with self.engine.connect() as connection:
            return connection.execute(newest).scalar() or 0

    def withdraw_feedback(self, conversation: str, after: int) -> tuple[str, ...]:
        """Takes back what was said of items in this conversation after that number; their ids, oldest first."""
        later = (FEEDBACK.c.conversation == conversation) & (FEEDBACK.c.number > after)
        return tuple(one["item"] for one in self._withdrawn(later))

    def withdraw_said(
        self, conversation: str, kind: Kind | None = None, item: str | None = None
    ) -> tuple[Feedback, ...]:
        """Takes back what was said of items in this conversation: of one kind, of one item; what it was, oldest
        first."""
        chosen = FEEDBACK.c.conversation == conversation
        chosen = chosen & (FEEDBACK.c.kind == kind) if kind else chosen
        chosen = chosen & (FEEDBACK.c.item == item) if item else chosen
        rows = self._withdrawn(chosen)
        return tuple(Feedback(row["conversation"], row["item"], row["kind"], row["purpose"]) for row in rows)

    def feedback(self, user: str) -> tuple[Feedback, ...]:
        """What the user said of items for themselves in all conversations, oldest first, the newest word on each."""
        return self._latest(select(FEEDBACK).where(FEEDBACK.c.user == user, FEEDBACK.c.purpose == "self"))

    def feedback_in(self, conversation: str, purpose: Purpose) -> tuple[Feedback, ...]:
        """What was said of items in this conversation for one purpose, oldest first, the newest word on each."""
        here = FEEDBACK.c.conversation == conversation
        return self._latest(select(FEEDBACK).where(here, FEEDBACK.c.purpose == purpose))

    def export(self, user: str) -> dict[str, list[dict[str, Any]]]:
        """All that conversations have left of the user, by table, as JSON holds it."""
        with self.engine.connect() as connection:
            return {
                table.name: [dict(row) for row in connection.execute(select(table).where(own)).mappings()]
                for table, own in _of(user)
            }

    def erase(self, user: str) -> None:
        """Deletes all that conversations have left of the user, the conversations included."""
        with self.engine.begin() as connection:
            for table, own in _of(user):
                connection.execute(delete(table).where(own))

    def _withdrawn(self, chosen: ColumnElement[bool]) -> Sequence[RowMapping]:
        """Deletes these words on items, and no others that come meanwhile; the rows, oldest first."""
        with self.engine.begin() as connection:
            rows = connection.execute(delete(FEEDBACK).where(chosen).returning(*FEEDBACK.c)).mappings().all()
        return sorted(rows, key=lambda row: int(row["number"]))

    def _latest(self, rows: Select[Any]) -> tuple[Feedback, ...]:
        latest: dict[str, Feedback] = {}
        with self.engine.connect() as connection:
            for row in connection.execute(rows.order_by(FEEDBACK.c.number)).mappings():
                latest.pop(row["item"], None)
                latest[row["item"]] = Feedback(row["conversation"], row["item"], row["kind"], row["purpose"])
        return tuple(latest.values())


def _alone(connection: Connection, conversation: str) -> bool:
    """From here to the end of the transaction nobody else writes turns of the conversation, in whatever process: both
    databases hold a row that was written until then. False if there is no such conversation."""
    chosen = update(CONVERSATIONS).where(CONVERSATIONS.c.id == conversation)
    return connection.execute(chosen.values(purpose=CONVERSATIONS.c.purpose)).rowcount > 0


def _newest(connection: Connection, conversation: str) -> tuple[int, Mapping[str, Any]]:
    chosen = select(TURNS.c.number, TURNS.c.record).where(TURNS.c.conversation == conversation)
    row = connection.execute(chosen.order_by(TURNS.c.number.desc()).limit(1)).first()
    return (row.number, row.record) if row else (0, {})


def _of(user: str) -> Iterator[tuple[Table, ColumnElement[bool]]]:
    """The rows of a user, those that name others before the others."""
    own = select(CONVERSATIONS.c.id).where(CONVERSATIONS.c.user == user)
    yield TURNS, TURNS.c.conversation.in_(own)
    for table in (FEEDBACK, FACTS, CONSENTS, CONVERSATIONS):
        yield table, table.c.user == user
