"""The step back: the list and the state from before the last turn, or before the last button."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import asdict

from chat.messages import Card, Intent, Part, Said, Shown, Understood
from chat.ordering import Ordering
from chat.record import Clock, intent_of
from chat.store import Feedback
from chat.turns.heard import Heard
from chat.turns.keeping import keep_talk
from chat.turns.suggesting import described
from retrieval.ranking import Query, Ranking

NOTHING = "There is nothing to take back."


def undo(heard: Heard, ordering: Ordering, clock: Clock) -> Generator[Part, None, None]:
    """Takes back what was noted of items since the last list, or else that list, and shows the one before it as it was.

    What one turn noted (`not that one`) goes with it. Undoing again goes further back.
    """
    store, conversation = ordering.store, heard.message.conversation
    if heard.stands and heard.mark > int(heard.before.get("noted", heard.mark)):
        back, to = heard.before, heard.stands
        taken = store.withdraw_feedback(conversation, int(heard.before["noted"]))
        names = ", ".join(ordering.catalogue[id].name for id in dict.fromkeys(taken) if id in ordering.catalogue)
        first = f"Taken back: what you said of {names}."
    elif heard.stands:
        to = int(heard.before.get("followed", 0))
        back = store.record_of(conversation, to)
        store.withdraw_feedback(conversation, int(heard.before.get("mark", heard.mark)))
        for one in heard.before.get("withdrawn", ()):
            store.add_feedback(heard.message.user, Feedback(**one))
        first = "Taken back; this is where we were." if to else "Taken back; we are at the beginning."
    else:
        said = Said(NOTHING, "template")
        keep_talk(heard, ordering, "undo", [said], clock)
        yield said
        return
    intent = intent_of(back.get("intent")) or Intent()
    store.set_purpose(conversation, intent.purpose or "self")
    query = ordering.query(heard.message.user, intent, conversation)
    cards = as_it_was(tuple(back.get("shown", ())), query, ordering, clock)
    said = Said(first, "template")
    store.add_turn(
        conversation,
        heard.message.text,
        {
            **back,
            "move": "undo",
            "said": [asdict(said)],
            "question": None,
            "consent": False,
            "asked": list(heard.before.get("asked", ())),  # what was asked once is not asked again
            "unanswered": int(heard.before.get("unanswered", 0)),
            "stands": to,
            "timings": clock.laps,
            "language": heard.language,
            "noted": store.newest_feedback(conversation),
        },
    )
    if understood := described(intent, query, ordering):
        yield Understood(understood)
    yield Shown(cards)
    yield said


def as_it_was(ids: tuple[str, ...], query: Query, ordering: Ordering, clock: Clock) -> tuple[Card, ...]:
    """Cards of these items in this order, with what can be said of them now; those that were withdrawn are left out."""
    there = tuple(id for id in ids if id in ordering.catalogue and ordering.may_be_had(ordering.catalogue[id], query))
    if not there:
        return ()
    ranking, _ = ordering.ranked(query, Ranking(there), clock)
    kept = [id for id in there if id in ranking.ids]
    by_id = {card.item.id: card for card in ordering.cards(query, ranking, len(ranking))}
    return tuple(by_id[id] for id in kept)
