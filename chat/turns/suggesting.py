"""A list that answers a wish, and the words about it."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import replace

from chat.gift import for_whom
from chat.llm import LLM
from chat.messages import Card, Intent, Kind, Part, Said, Shown, Understood
from chat.ordering import CARDS, Ordering
from chat.reasons.evidence import listed
from chat.reasons.explanation import nothing_fits, told_of
from chat.record import Clock, record
from chat.store import Feedback
from chat.turns.heard import Heard
from chat.understanding import either, named
from retrieval.lists.dial import CLOSEST, SURPRISE
from retrieval.ranking import Query

NOTED: Mapping[str, Kind] = {"reject": "dislike", "seen": "seen"}
WORDED = 3  # cards that the language model puts into words; the others keep their template


def suggest(heard: Heard, ordering: Ordering, llm: LLM | None, clock: Clock) -> Generator[Part, None, Sequence[str]]:
    """What was understood, the list, then the words about it; the turn is kept even if nobody waits for its end. Gives
    what had to be done without."""
    message, intent = heard.message, heard.intent
    if kind := NOTED.get(intent.act):
        for id in sure(intent):
            ordering.store.add_feedback(message.user, Feedback(message.conversation, id, kind, heard.purpose))
    query = ordering.query(message.user, intent, message.conversation)
    whom = for_whom(query.gift, bool(heard.switched))
    if understood := (*whom, *named(intent, ordering.catalogue), *dialled(intent)):
        yield Understood(understood)
    ranking, fallbacks = ordering.ranked(query, ordering.candidates(query), clock)
    cards = ordering.cards(query, ranking, CARDS)
    clock.lap("evidence")
    first = [heard.switched] if heard.switched else []
    if heard.first and not query.gift and not query.history and not ordering.knows(message.user):
        first.append(f"I do not know you yet: I go by your words and by what others {ordering.domain.did}.")
    said: list[Said] = []
    try:
        yield Shown(cards)
        for one in _words(intent, query, cards, fallbacks, first, ordering, llm):
            said.append(one)
            yield one
    finally:  # who leaves before the words are done has still been shown the list
        clock.lap("words")
        kept = record(replace(intent, purpose=heard.purpose), ranking, cards, said, clock, fallbacks)
        ordering.store.add_turn(message.conversation, message.text, kept)
    return fallbacks


def _words(
    intent: Intent,
    query: Query,
    cards: Sequence[Card],
    fallbacks: list[str],
    first: Sequence[str],
    ordering: Ordering,
    llm: LLM | None,
) -> Iterator[Said]:
    """What comes first, an opening, what could not be heeded, then a sentence for each of the first cards."""
    catalogue, domain = ordering.catalogue, ordering.domain

    for one in (*first, *_noted(intent, query, ordering)):
        yield Said(one, "template")
    for missing in intent.unknown:
        yield Said(f"I do not know {missing} here, so I could not go by that.", "template")
    if not cards:
        yield Said(nothing_fits(query, catalogue, domain), "template")
        return
    yield Said(_opening(intent, query, cards, ordering), "template")
    yield from told_of([(card.item, card.evidence) for card in cards[:WORDED]], domain, llm, fallbacks)


def _noted(intent: Intent, query: Query, ordering: Ordering) -> Iterator[str]:
    """What was kept of a message that turns something down or has seen it."""
    kind, catalogue = NOTED.get(intent.act), ordering.catalogue
    if kind is None:
        return
    if names := listed([catalogue[id].name for id in sure(intent)]):
        known = f"{names}, seen already" if query.gift else f"you have {ordering.domain.did} {names}"
        yield f"Noted: {known if kind == 'seen' else f'you turned down {names}'}."
    for group in intent.unsure:
        if set(group) <= set(intent.about):
            yield f"Which one do you mean, {either(group, catalogue)}? I noted none."


def _opening(intent: Intent, query: Query, cards: Sequence[Card], ordering: Ordering) -> str:
    wish = ", ".join(named(intent, ordering.catalogue))
    if wish:
        return f"You asked for: {wish}. I would try these."
    if query.history:
        return f"Going by {'what was liked or seen here' if query.gift else 'your history'}, I would try these."
    popular = all(any(one.kind == "popular" for one in card.evidence) for card in cards)
    return "Many people chose these." if popular else "I would try these."


def dialled(intent: Intent) -> tuple[str, ...]:
    """That the dial of surprise stands at one of its ends, in words."""
    if intent.surprise in (CLOSEST, SURPRISE):
        return ("a surprise",) if intent.surprise else ("close to what you know",)
    return ()


def sure(intent: Intent) -> tuple[str, ...]:
    """The ids that the message is about, without those of which only one was meant: they must not be noted."""
    doubtful = {id for group in intent.unsure if set(group) <= set(intent.about) for id in group}
    return tuple(id for id in intent.about if id not in doubtful)
