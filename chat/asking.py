"""What is asked of the catalogue, and for whom: the history, the feedback and the wish of a person, joined."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Engine

from chat.gift import gift_query
from chat.memory import Memory, refused, welcome
from chat.messages import Intent
from chat.store import Feedback, Store
from recommender.events import Event, history, read_user
from recommender.marks import instant, moment
from retrieval.catalogue import Catalogue
from retrieval.domain import Domain
from retrieval.filtering.where import Where
from retrieval.items import Item
from retrieval.lists.rules import without_blocked
from retrieval.ranking import Moment, Query

DISLIKED = 2.0  # of a rating: what got no more is not given as a reason


@dataclass(frozen=True)
class Asking:
    """Where it is known what people did and said, and what may be shown: `withdrawn`, by id, is not, for the reason
    in words."""

    engine: Engine
    store: Store
    catalogue: Catalogue
    domain: Domain
    withdrawn: Mapping[str, str]

    def query(self, user: str, intent: Intent, conversation: str = "") -> Query:
        """What the person may be shown and is judged by, with what the rules block and what was withdrawn since the
        catalogue was read kept out."""
        gift = bool(conversation) and self.store.purpose(conversation) == "gift"
        query = self._gift(intent, conversation) if gift else self._own(user, intent, conversation)
        for said in intent.soft:
            query = replace(query, where=query.where.without(said))
        query = replace(query, wished=softly(intent))
        if self.withdrawn:
            query = replace(query, exclude={**self.withdrawn, **query.exclude})
        order = (intent.extreme.of, intent.extreme.more) if intent.extreme else None
        return without_blocked(replace(query, surprise=intent.surprise, order=order), self.domain.rules, self.catalogue)

    def _gift(self, intent: Intent, conversation: str) -> Query:
        said, own = (self.store.feedback_in(conversation, purpose) for purpose in ("gift", "self"))
        return gift_query(intent, said, own, self.catalogue)

    def _own(self, user: str, intent: Intent, conversation: str) -> Query:
        """History and feedback joined: a like or a seen is the newest thing they did, a dislike keeps away."""
        now = self._now(user)
        done = [event for event, _ in done_by(user, self.engine, self.catalogue)]
        events = [event.item for event in done]
        feedback = [one for one in self.store.feedback(user) if one.item in self.catalogue]
        moments = {event.item: moment(event) for event in reversed(done)}  # the first time counts
        past = tuple(dict.fromkeys((*events, *(one.item for one in feedback if one.kind != "dislike"))))
        disliked = tuple(one.item for one in feedback if one.kind == "dislike")
        here = tuple(one.item for one in feedback if one.kind == "dislike" and one.conversation == conversation)
        exclude = dict.fromkeys(self.catalogue.twins(past), "seen already")
        exclude |= dict.fromkeys(self.catalogue.twins(intent.seen), "seen already")
        exclude |= dict.fromkeys(self.catalogue.twins(disliked), "turned down")
        exclude |= dict.fromkeys(self.catalogue.twins(intent.unlike), "turned down")
        exclude |= dict.fromkeys(self.catalogue.twins(intent.named), "named before")
        exclude |= dict.fromkeys(self.catalogue.twins(intent.like), "named as an example")
        if intent.act == "more":
            exclude = dict.fromkeys(self.catalogue.twins(intent.about), "shown before") | exclude
        facts = [one for one in Memory(self.engine).facts(user) if one.text not in intent.aside]
        where = refused(facts).followed_by(intent.where)
        away, reasons = (*here, *intent.unlike), self.reasons(done, feedback)
        return Query(
            user=user,
            history=past,
            text=intent.words,
            like=intent.like,
            disliked=away,
            exclude=exclude,
            where=where,
            reasons=reasons,
            remembered=welcome(facts, where),
            moments=tuple(moments.get(id, Moment(now.time)) for id in past),
            now=now,
        )

    def _now(self, user: str) -> Moment:
        """The present, and what is known of the person."""
        person = read_user(self.engine, user)
        at = time.time()
        return Moment(at, tuple(instant(at).items()), tuple(person.attributes.items()) if person else ())

    def reasons(self, done: Sequence[Event], feedback: Sequence[Feedback]) -> dict[str, str]:
        """What may be given as a reason and what the person did with it; not what they rated low or turned down."""
        rated = [(one.item, one.value) for one in done if one.action == "rating" and one.value is not None]
        low = {item for item, value in rated if value <= DISLIKED}
        reasons = {one.item: self.domain.did for one in done if one.item not in low}
        for one in feedback:
            if one.kind == "like":
                reasons[one.item] = "like"
            elif one.kind == "seen" and one.item not in low:
                reasons[one.item] = self.domain.did
            else:
                reasons.pop(one.item, None)
        return reasons


def softly(intent: Intent) -> Where:
    """What of the wish had better hold and need not."""
    where = intent.where
    for said in where.words():
        where = where if said in intent.soft else where.without(said)
    return where


def done_by(user: str, engine: Engine, catalogue: Catalogue) -> tuple[tuple[Event, Item], ...]:
    """What the user did with items of the catalogue, oldest first."""
    return tuple((event, catalogue[event.item]) for event in history(engine, user) if event.item in catalogue)
