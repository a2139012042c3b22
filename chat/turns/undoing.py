"""The step back: the list and the state from before the last turn, or before the last button."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from chat.messages import Card, Intent, Part, Said, Shown, Understood
from chat.ordering import Ordering
from chat.phrasing import chipped
from chat.record import Clock, intent_of
from chat.store import Feedback, Store
from chat.turns.heard import TOLD, Heard
from chat.turns.keeping import keep_talk
from chat.turns.suggesting import described
from retrieval.ranking import Query, Ranking

NOTHING = "There is nothing to take back."


@dataclass(frozen=True)
class Step:
    """`to`: the number of the turn that is gone back to, whose record is `back`; `button`: only what was said of items
    since is taken back."""

    to: int
    back: Mapping[str, Any]
    button: bool = False


def undo(heard: Heard, ordering: Ordering, clock: Clock) -> Generator[Part, None, None]:
    """Takes back what was noted of items since the last list, or else that list, and shows the one before it as it was.

    What one turn noted (`not that one`) goes with it. Undoing again goes further back.
    """
    store, conversation = ordering.store, heard.message.conversation
    step = step_back(heard, store)
    if step and step.button:
        taken = store.withdraw_feedback(conversation, int(heard.before["noted"]))
        names = ", ".join(ordering.catalogue[id].name for id in dict.fromkeys(taken) if id in ordering.catalogue)
        first = f"Taken back: what you said of {names}."
    elif step:
        store.withdraw_feedback(conversation, int(heard.before.get("mark", heard.mark)))
        for one in heard.before.get("withdrawn", ()):
            store.add_feedback(heard.message.user, Feedback(**one))
        first = "Taken back; this is where we were." if step.to else "Taken back; we are at the beginning."
    else:
        said = Said(NOTHING, "template")
        keep_talk(heard, ordering, "undo", [said], clock)
        yield said
        return
    intent = intent_of(step.back.get("intent")) or Intent()
    query = ordering.query(heard.message.user, intent, conversation)
    cards = as_it_was(tuple(step.back.get("shown", ())), query, ordering, clock)
    if step.to and not cards:
        first = f"{first} There was no list."
    said = Said(first, "template")
    store.finish(
        conversation,
        heard.number,
        {
            **step.back,
            "move": "undo",
            "said": [asdict(said)],
            "question": None,
            "consent": False,
            "asked": list(heard.before.get("asked", ())),  # what was asked once is not asked again
            "unanswered": int(heard.before.get("unanswered", 0)),
            "stands": step.to,
            "timings": clock.laps,
            "language": heard.language,
            TOLD: heard.told_theirs,
            "noted": store.newest_feedback(conversation),
        },
    )
    if understood := described(intent, query, ordering):
        yield Understood(understood, chipped(understood, intent.where, ordering.domain))
    yield Shown(cards)
    yield said


def step_back(heard: Heard, store: Store) -> Step | None:
    """Where an undo leads to, None if there is nothing to take back."""
    if heard.stands and heard.mark > int(heard.before.get("noted", heard.mark)):
        return Step(heard.stands, heard.before, button=True)
    if not heard.stands:
        return None
    to = int(heard.before.get("followed", 0))
    return Step(to, store.record_of(heard.message.conversation, to))


def as_it_was(ids: tuple[str, ...], query: Query, ordering: Ordering, clock: Clock) -> tuple[Card, ...]:
    """Cards of these items in this order, with what can be said of them now; those that were withdrawn are left out."""
    there = tuple(id for id in ids if id in ordering.catalogue and ordering.may_be_had(ordering.catalogue[id], query))
    if not there:
        return ()
    ranking, _ = ordering.ranked(query, Ranking(there), clock)
    kept = [id for id in there if id in ranking.ids]
    by_id = {card.item.id: card for card in ordering.cards(query, ranking, len(ranking))}
    return tuple(by_id[id] for id in kept)
