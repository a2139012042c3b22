"""A list that answers a wish, and the words about it."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import replace

from chat.gift import for_whom
from chat.llm import LLM
from chat.messages import Asked, Card, Intent, Kind, Move, Part, Said, Shown, Understood
from chat.ordering import CARDS, Ordering
from chat.policy.question import Question, worth_asking
from chat.reasons.evidence import listed
from chat.reasons.explanation import nothing_fits, told_of
from chat.record import Clock, record
from chat.store import Feedback
from chat.turns.heard import Heard
from chat.turns.keeping import keep
from chat.understanding import either, named
from retrieval.lists.dial import CLOSEST, SURPRISE
from retrieval.ranking import Query

NOTED: Mapping[str, Kind] = {"reject": "dislike", "seen": "seen"}
ANEW = "A fresh start: what you asked for and turned down before no longer counts."
WORDED = 3  # cards that the language model puts into words; the others keep their template


def suggest(heard: Heard, ordering: Ordering, llm: LLM | None, clock: Clock) -> Generator[Part, None, Sequence[str]]:
    """What was understood, the list, then the words about it; the turn is kept even if nobody waits for its end. Gives
    what had to be done without."""
    message, intent = heard.message, heard.intent
    if kind := NOTED.get(intent.act):
        for id in sure(intent):
            ordering.store.add_feedback(message.user, Feedback(message.conversation, id, kind, heard.purpose))
    query = ordering.query(message.user, intent, message.conversation)
    if understood := described(intent, query, ordering, bool(heard.switched)):
        yield Understood(understood)
    ranking, fallbacks = ordering.ranked(query, ordering.candidates(query), clock)
    cards = ordering.cards(query, ranking, CARDS)
    clock.lap("evidence")
    first = [heard.switched] if heard.switched else []
    if "restart" in intent.does:
        first.append(ANEW)
    if heard.first and not query.gift and not query.history and not ordering.knows(message.user):
        first.append(f"I do not know you yet: I go by your words and by what others {ordering.domain.did}.")
    question = worth_asking(intent, ranking, heard.before, ordering.catalogue, ordering.domain) if cards else None
    clock.lap("question")
    said: list[Said] = []
    try:
        yield Shown(cards)
        for one in _words(intent, query, cards, fallbacks, first, ordering, llm):
            said.append(one)
            yield one
        if question:
            yield Asked(question.text, question.values)
    finally:  # who leaves before the words are done has still been shown the list
        clock.lap("words")
        kept = record(replace(intent, purpose=heard.purpose), ranking, cards, said, clock, fallbacks)
        keep(heard, ordering, _move(intent, cards, question), kept, question)
    return fallbacks


def _move(intent: Intent, cards: Sequence[Card], question: Question | None) -> Move:
    if not cards:
        return "nothing fits"
    return "ask" if question else "restart" if "restart" in intent.does else "suggest"


def described(intent: Intent, query: Query, ordering: Ordering, switched: bool = False) -> tuple[str, ...]:
    """What was understood, each thing in a few words: whom it is for, what it is to be, where the dial stands."""
    return (*for_whom(query.gift, switched), *named(intent, ordering.catalogue), *dialled(intent))


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
        if nearest := nearest_miss(query, ordering):
            yield Said(nearest, "template")
        return
    yield Said(_opening(intent, query, cards, ordering), "template")
    for said in lifted_in_vain(query, cards):
        yield Said(f"None of these is {said}; you said that it need not be.", "template")
    yield from told_of([(card.item, card.evidence) for card in cards[:WORDED]], domain, llm, fallbacks)


def lifted_in_vain(query: Query, cards: Sequence[Card]) -> Iterator[str]:
    """What had better hold, and holds for none of the cards, in words."""
    for said in query.wished.words():
        one = query.wished.only(said)
        if all(one.removes(card.item) for card in cards):
            yield said


def nearest_miss(query: Query, ordering: Ordering) -> str | None:
    """The best item that fails the least: one constraint if that is enough, and which, in a sentence."""
    for _, one in sorted(query.where.looser(), key=lambda looser: looser[0]):
        looser = replace(query, where=one)
        ranking = ordering.rank(looser, language=False)
        if len(ranking):
            item = ordering.catalogue[ranking.ids[0]]
            return f"The nearest is {item.name}: {query.where.removes(item)}."
    return None


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
    softly = {said: f"ideally {said}" for said in intent.soft}
    wish = ", ".join(softly.get(said, said) for said in named(intent, ordering.catalogue))
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
