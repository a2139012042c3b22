"""What people said of their taste in general, kept only for those who said yes to that.

Off by default. Who turns it off has everything deleted.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy import (
    Boolean,
    Column,
    Engine,
    Float,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    and_,
    delete,
    false,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from chat.messages import Lasting
from retrieval.database import METADATA
from retrieval.filtering.where import Where

CONSENTS = Table(
    "consents",
    METADATA,
    Column("user", String, primary_key=True),
    Column("remember", Boolean),  # None: asked, and not answered
    Column("support", Boolean, nullable=False, server_default=false()),
    Column("at", Float, nullable=False),
)
FACTS = Table(
    "facts",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("user", String, nullable=False, index=True),
    Column("facet", String, nullable=False),
    Column("value", String, nullable=False),
    Column("liked", Boolean, nullable=False),
    Column("words", Text, nullable=False),
    Column("conversation", String, nullable=False),
    Column("turn", Integer, nullable=False),
    Column("at", Float, nullable=False),
    Column("purpose", String, nullable=False),
    UniqueConstraint("user", "facet", "value", name="one_fact"),
)
PURPOSE = "to choose what is suggested to this person"


@dataclass(frozen=True)
class Fact:
    """One thing that is remembered of a person. `words`: theirs; `conversation` and `turn`: where they said it, `at`
    in seconds since 1970; `purpose`: what it may be used for, and nothing else."""

    number: int
    facet: str
    value: str
    liked: bool
    words: str
    conversation: str
    turn: int
    at: float
    purpose: str = PURPOSE

    @property
    def text(self) -> str:
        """As it is said back: `Comedy`, `no Horror`."""
        return self.value if self.liked else f"no {self.value}"


@dataclass(frozen=True)
class Consent:
    """`asked`: whether the person was asked; `remember`: whether they said yes; `support`: whether those who answer
    customers may read what is remembered."""

    asked: bool = False
    remember: bool = False
    support: bool = False


class Memory:
    """Facts of persons, and their consents. Nothing is read or written of who has not said yes."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def consent(self, user: str) -> Consent:
        chosen = select(CONSENTS).where(CONSENTS.c.user == user)
        with self.engine.connect() as connection:
            row = connection.execute(chosen).first()
        return Consent(True, bool(row.remember), bool(row.support)) if row else Consent()

    def asked(self, user: str) -> None:
        """That the person was asked, so that they are not asked again."""
        row = {"user": user, "remember": None, "support": False, "at": time.time()}
        # they may have been asked before, or at the same moment in another window
        with suppress(IntegrityError), self.engine.begin() as connection:
            connection.execute(insert(CONSENTS).values(**row))

    def turn_on(self, user: str) -> None:
        """The person has said yes."""
        self._answered(user, remember=True)

    def turn_off(self, user: str) -> None:
        """The person has said no, or no longer yes: everything remembered of them is deleted."""
        self._answered(user, remember=False)

    def show_support(self, user: str, may: bool) -> None:
        """Whether support may read what is remembered; nothing is without the consent to remember."""
        chosen = update(CONSENTS).where(CONSENTS.c.user == user, CONSENTS.c.remember)
        with self.engine.begin() as connection:
            connection.execute(chosen.values(support=may, at=time.time()))

    def facts(self, user: str) -> tuple[Fact, ...]:
        """What is remembered of the person, oldest first; nothing without their consent."""
        agreed = and_(CONSENTS.c.user == FACTS.c.user, CONSENTS.c.remember)
        chosen = select(*FACTS.c).join(CONSENTS, agreed).where(FACTS.c.user == user).order_by(FACTS.c.number)
        with self.engine.connect() as connection:
            rows = connection.execute(chosen).mappings().all()
        return tuple(Fact(**{name: value for name, value in row.items() if name != "user"}) for row in rows)

    def learn(self, user: str, said: Sequence[Lasting], conversation: str, turn: int) -> tuple[Fact, ...]:
        """Keeps what was said, if the person has agreed to that; what was said of the same before is replaced. Gives
        what is remembered of it now."""
        agreed = update(CONSENTS).where(CONSENTS.c.user == user, CONSENTS.c.remember)
        with self.engine.begin() as connection:
            # which also lets whoever takes the consent back at this moment wait, and then delete this, too
            if not connection.execute(agreed.values(at=CONSENTS.c.at)).rowcount:
                return ()
            for one in said:
                same = (FACTS.c.user == user) & (FACTS.c.facet == one.facet) & (FACTS.c.value == one.value)
                connection.execute(delete(FACTS).where(same))
                where = {"conversation": conversation, "turn": turn, "at": time.time(), "purpose": PURPOSE}
                connection.execute(insert(FACTS).values(user=user, **vars(one), **where))
        new = {(one.facet, one.value) for one in said}
        return tuple(one for one in self.facts(user) if (one.facet, one.value) in new)

    def correct(self, user: str, number: int) -> None:
        """It is the other way round: what was liked is not, and what was not is."""
        chosen = (FACTS.c.user == user) & (FACTS.c.number == number)
        with self.engine.begin() as connection:
            connection.execute(update(FACTS).where(chosen).values(liked=~FACTS.c.liked, at=time.time()))

    def forget(self, user: str, numbers: Sequence[int]) -> None:
        """Deletes these facts of the person."""
        with self.engine.begin() as connection:
            connection.execute(delete(FACTS).where(FACTS.c.user == user, FACTS.c.number.in_(numbers)))

    def forget_all(self, user: str) -> None:
        """Deletes every fact of the person; their consent stays what it is."""
        with self.engine.begin() as connection:
            connection.execute(delete(FACTS).where(FACTS.c.user == user))

    def _answered(self, user: str, remember: bool) -> None:
        self.asked(user)
        chosen = update(CONSENTS).where(CONSENTS.c.user == user)
        with self.engine.begin() as connection:
            connection.execute(chosen.values(remember=remember, at=time.time()))
            if not remember:
                connection.execute(chosen.values(support=False))
                connection.execute(delete(FACTS).where(FACTS.c.user == user))


def refused(facts: Sequence[Fact]) -> Where:
    """What the person never wants, as constraints."""
    return Where(unwanted=_by_facet([one for one in facts if not one.liked]))


def welcome(facts: Sequence[Fact], where: Where) -> Where:
    """What the person likes in general, but for what they do not want this time."""
    liked = [one for one in facts if one.liked and one.value not in where.unwanted.get(one.facet, ())]
    return Where(wanted=_by_facet(liked))


def _by_facet(facts: Sequence[Fact]) -> dict[str, frozenset[str]]:
    facets = dict.fromkeys(one.facet for one in facts)
    return {facet: frozenset(one.value for one in facts if one.facet == facet) for facet in facets}
