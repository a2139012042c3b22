"""A list that answers a wish, and the words about it."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain

from chat.gift import for_whom
from chat.grammar import any_of, listed, neither
from chat.llm import LLM
from chat.messages import Asked, Card, Intent, Kind, Part, Said, Shown, Understood
from chat.ordering import CARDS, Ordering
from chat.phrasing import Put, chipped, put, puts, thing
from chat.policy.fame import asked, on_that_side
from chat.policy.kept_out import kept_out
from chat.policy.moves import move_of_list
from chat.policy.nearest import in_the_way, misses, nearest
from chat.policy.question import worth_asking
from chat.policy.remit import CALM_AND_ON, insulted, without_insults
from chat.reasons.explanation import nothing_fits, told_of
from chat.record import Clock, record
from chat.store import Feedback
from chat.turns.heard import Heard
from chat.turns.keeping import keep
from chat.turns.outermost import first_of_all
from chat.understanding import brief, dialled, either, named, titled
from retrieval.catalogue import Catalogue
from retrieval.domain import Domain
from retrieval.filtering.conditions import Condition
from retrieval.lists.rules import BLOCKED
from retrieval.ranking import Query

NOTED: Mapping[str, Kind] = {"reject": "dislike", "seen": "seen"}
ANEW = "A fresh start: what you asked for and turned down before no longer counts."
WORDED = 3  # cards that the language model puts into words; the others keep their template


def suggest(
    heard: Heard, ordering: Ordering, llm: LLM | None, clock: Clock, language: str = "en"
) -> Generator[Part, None, Sequence[str]]:
    """What was understood, the list, then the words about it, in the language where that can be shown to be true; the
    turn is kept even if nobody waits for its end. Gives what had to be done without."""
    message, intent = heard.message, civil(heard)
    if kind := NOTED.get(intent.act):
        for id in sure(intent):
            ordering.store.add_feedback(message.user, Feedback(message.conversation, id, kind, heard.purpose))
    query = ordering.query(message.user, intent, message.conversation)
    if understood := described(intent, query, ordering, bool(heard.switched)):
        yield Understood(understood, chipped(understood, intent.where, ordering.domain))
    candidates, first = ordering.candidates(query), _first(heard, query, ordering)
    if (better := asked(intent)) is not None and heard.shown:
        others = on_that_side(candidates, better, query, heard.shown, ordering)
        first += [] if others.ids else [f"None of the others is {'better' if better else 'less'} known."]
        candidates = others if others.ids else candidates
    ranking, fallbacks = ordering.ranked(query, candidates, clock)
    cards = ordering.cards(query, ranking, CARDS)
    clock.lap("evidence")
    if "restart" in intent.does:
        first = [*first, ANEW]
    # one question a turn, and whether to remember comes first; what is the cheapest depends on no taste
    free = cards and not (intent.lasting or intent.extreme or intent.near)
    question = worth_asking(intent, ranking, heard.before, ordering.catalogue, ordering.domain) if free else None
    clock.lap("question")
    said: list[Said] = []
    try:
        yield Shown(cards)
        words = _words(intent, query, cards, fallbacks, first, ordering, llm, language)
        for one in chain(heard.in_another, words):
            said.append(one)
            yield one
        if intent.near and not question:
            yield Asked(f"Did you mean {either(intent.near, ordering.catalogue)}?", _instead_of(intent, ordering))
        if question:
            yield Asked(question.text, question.values)
    finally:  # who leaves before the words are done has still been shown the list
        clock.lap("words")
        kept = record(replace(intent, purpose=heard.purpose), ranking, cards, said, clock, fallbacks)
        keep(heard, ordering, move_of_list(intent, cards, question), kept, question)
    return fallbacks


def _instead_of(intent: Intent, ordering: Ordering) -> tuple[str, ...]:
    """What the person may answer where a title was not known that may be one of these."""
    return tuple(f"like {ordering.catalogue[id].name}" for id in intent.near)


def civil(heard: Heard) -> Intent:
    """What was understood, without the words that were meant for us."""
    intent = heard.intent
    if not insulted(heard.message.text):
        return intent
    return replace(intent, words=without_insults(intent.words))


def _first(heard: Heard, query: Query, ordering: Ordering) -> list[str]:
    """What is said before all else: whom it is for, what was not seen after all, that an insult was heard, that they
    are new."""
    said = [heard.switched] if heard.switched else []
    if heard.gone and not heard.message.drop:
        names = listed([ordering.catalogue[id].name for id in heard.gone if id in ordering.catalogue])
        said.append(f"Noted: you have not {ordering.domain.did} {names}.")
    if insulted(heard.message.text):
        said.append(CALM_AND_ON)
    if heard.first and not query.gift and not query.history and not ordering.knows(heard.message.user):
        said.append(f"I do not know you yet: I go by your words and by what others {ordering.domain.did}.")
    return said


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
    language: str,
) -> Iterator[Said]:
    """What comes first, an opening, what could not be heeded, then a sentence for each of the first cards."""
    for one in (*first, *_noted(intent, query, ordering)):
        yield Said(one, "template")
    for missing in intent.unknown:
        yield Said(f"I do not know {missing} here, so I could not go by that.", "template")
    if not cards:
        for one in _instead(query, ordering):
            yield Said(one, "template")
        return
    yield Said(_opening(intent, query, cards, ordering), "template")
    for text in first_of_all(intent, query, cards, ordering):
        yield Said(text, "template")
    if vain := [put(*one, query.wished, ordering.domain) for one in lifted_in_vain(query, cards)]:
        yield Said(_in_vain(vain, len(cards)), "template")
    chosen = [(card.item, card.evidence) for card in cards[:WORDED]]
    yield from told_of(chosen, ordering.domain, llm, fallbacks, language=language)


def lifted_in_vain(query: Query, cards: Sequence[Card]) -> Iterator[tuple[Condition, str]]:
    """What had better hold, and holds for none of the cards, as `Where.each` has it."""
    for condition, said in query.wished.each():
        if all(query.wished.only(said).removes(card.item) for card in cards):
            yield condition, said


def _in_vain(vain: Sequence[Put], cards: int) -> str:
    """That none of them is what it had better be."""
    if cards == 1:
        return f"This one is {neither(_sides(vain))}; you said that it need not be."
    return f"None of these is {any_of(_sides(vain))}; you said that it need not be."


def _sides(limits: Sequence[Put]) -> list[str]:
    return [f"not {one.after}" if one.denied else one.after for one in limits]


def _instead(query: Query, ordering: Ordering) -> Iterator[str]:
    """What stands in the way, what would fit but for what is known of the person, and what comes nearest."""
    catalogue = ordering.catalogue
    way = in_the_way(query, catalogue, ordering.domain)
    yield nothing_fits(query, catalogue, ordering.domain, way)
    for id, why in left_out(query, catalogue):
        yield f"{catalogue[id].name} would fit, but {kept_out(catalogue[id], why, query, ordering.domain)}."
    if way and way.unguarded:
        yield f"No other {ordering.domain.noun} here is known to suit children, so I name none."
    elif way:
        item = catalogue[nearest(query, way, lambda looser: ordering.rank(looser, language=False))]
        yield f"The nearest is {item.name}, which {', and '.join(misses(item, query.where, ordering.domain))}."


def left_out(query: Query, catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    """The first of the items that are all that was asked for, and may not be shown for another reason."""
    fits = query.where.mask(catalogue.columns) & catalogue.columns.available
    out = [id for id, why in query.exclude.items() if why != BLOCKED and id in catalogue and fits[catalogue.row[id]]]
    yield from ((id, query.exclude[id]) for id in out[:1])


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
    these = "these" if len(cards) > 1 else "this one"
    if wish := asked_for(intent, ordering.catalogue, ordering.domain):
        return f"You asked for {wish}. I would try {these}."
    if query.history:
        return f"Going by {'what was liked or seen here' if query.gift else 'your history'}, I would try {these}."
    popular = all(any(one.kind == "popular" for one in card.evidence) for card in cards)
    return f"Many people chose {these}." if popular else f"I would try {these}."


def asked_for(intent: Intent, catalogue: Catalogue, domain: Domain) -> str:
    """What was understood, as one thing: `a Comedy film like Alien, but not for Winter`; empty where nothing was."""
    like, unlike = (titled(ids, intent, catalogue) for ids in (intent.like, intent.unlike))
    limits = puts(intent.where, domain)
    if limits or like or unlike:
        return thing(limits, domain, like, unlike, intent.soft)
    return f"“{brief(intent.words)}”" if intent.words else ""


def sure(intent: Intent) -> tuple[str, ...]:
    """The ids that the message is about, without those of which only one was meant: they must not be noted."""
    doubtful = {id for group in intent.unsure if set(group) <= set(intent.about) for id in group}
    return tuple(id for id in intent.about if id not in doubtful)
