"""Answers about single items: why one is there, why one is not, and what is known of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Sequence
from dataclasses import replace

from chat.gift import for_whom
from chat.grammar import any_of
from chat.llm import LLM
from chat.messages import Card, Evidence, Intent, Move, Part, Said, Shown, Standing, Understood
from chat.ordering import Ordering
from chat.policy.kept_out import kept_out
from chat.reasons.evidence import facts
from chat.reasons.explanation import told, told_of
from chat.record import Clock, record
from chat.turns.attributes import answers, without_titles
from chat.turns.comparing import compared, differences
from chat.turns.heard import Heard, listed
from chat.turns.inventory import of_all
from chat.turns.keeping import keep, keep_talk
from chat.turns.plots import TELL, plot, shortened
from chat.understanding import named
from chat.understanding.acts.phrases import place_in, spoken
from chat.understanding.references.asked_of import asks_something
from retrieval.domain import Domain
from retrieval.items import Item
from retrieval.ranking import Query, Ranking

ANSWERED = 3  # items that one question may be about
COLUMNS = 4  # items that are set side by side
OF_THE_LIST = (
    "Here are the first {} of the list side by side, by what I know of them. Name others, and I compare those."
)
UNTOLD = "That is not among what I know of {}; here is what is."
SIDE_BY_SIDE = "Here they are side by side, by what I know of them."
IN_THE_LIST = "{} is in the list: at place {} of {}."
MORE = 3  # facts that are told beside the sentence about an item
CHANGES = 2  # that would bring an item in, told to a person


def why(
    heard: Heard, ordering: Ordering, llm: LLM | None, clock: Clock, language: str = "en"
) -> Generator[Part, None, Sequence[str]]:
    """Why an item was shown, or why it was not: under the wish that holds now, and never of another item. Gives what
    had to be done without. It is kept with the list that it speaks of."""
    fallbacks, said = list[str](), list[Said]()
    for one in _why(heard, ordering, llm, fallbacks, clock, language):
        said.append(one)
        yield one
    clock.lap("words")
    keep_talk(heard, ordering, "why", said, clock, fallbacks)
    return fallbacks


def _why(
    heard: Heard, ordering: Ordering, llm: LLM | None, fallbacks: list[str], clock: Clock, language: str
) -> Generator[Said, None, None]:
    wish = heard.wish or Intent()
    query = ordering.query(heard.message.user, wish, heard.message.conversation)
    yield from heard.in_another
    if heard.switched:
        yield Said(heard.switched, "template")
    if not heard.intent.about:
        which = f"I do not know which {ordering.domain.noun} you mean; name one as its title is written."
        nothing = "I have not shown you anything yet; tell me what you are in the mood for."
        yield Said(nothing if heard.first else which, "template")
    denied = "why not" in heard.intent.does
    there = listed(heard.before, heard.message.conversation, ordering.store)
    if not (denied or heard.before.get("spoken")):  # what was just told of may be asked why as well
        there = (*there, *heard.shown)
    for id in heard.intent.about[:ANSWERED]:
        if here := next((one for one in there if one in ordering.catalogue.twins([id])), None):
            if denied:
                place = IN_THE_LIST.format(ordering.catalogue[here].name, there.index(here) + 1, len(there))
                yield Said(place, "template", (place,))
            evidence = _of_the_list(here, query, ordering, fallbacks, clock)
            chosen = [(ordering.catalogue[here], evidence)]
            told_already = list[str]()
            for one in told_of(chosen, ordering.domain, llm, fallbacks, language=language):
                told_already += one.evidence
                yield one
            more = [one for one in evidence if one.tellable and one.text not in told_already]
            for fact in more[:MORE]:
                yield Said(fact.text, "template", (fact.text,))
        else:
            whom = "this wish" if named(wish, ordering.catalogue) else "you"
            stands = ordering.standing(query, id, CHANGES)
            for text in (why_not(stands, query, whom, ordering.domain), *stands.contrast):
                yield Said(text, "template", (text,))


def _of_the_list(id: str, query: Query, ordering: Ordering, fallbacks: list[str], clock: Clock) -> Sequence[Evidence]:
    """Why the item stands where it does in the list as it would be now; by itself if it would not come again."""
    ranking, without = ordering.ranked(query, ordering.candidates(query), clock)
    if id not in ranking.ids:
        ranking, without = ordering.ranked(query, Ranking((id,)), clock)
    fallbacks += without
    return ordering.evidence(query, ranking, [id])[id]


def about(heard: Heard, move: Move, ordering: Ordering, clock: Clock) -> Generator[Part, None, None]:
    """The items asked for or about, with what the catalogue says of them; the wish stays as it was, but for what they
    say besides that they have seen."""
    if not heard.intent.about:
        yield from of_all(heard, ordering, clock)
        return
    message, catalogue, domain = heard.message, ordering.catalogue, ordering.domain
    wish = replace(heard.wish or Intent(), purpose=heard.purpose)
    wish = replace(wish, seen=tuple(dict.fromkeys((*wish.seen, *heard.intent.seen))))
    query = ordering.query(message.user, wish, message.conversation)
    whole = set(heard.intent.about) == set(heard.shown)  # `which of these is cheapest?`
    asked = [ordering.to_be_had(id, query) for id in heard.intent.about[: None if whole else COLUMNS]]
    items = [item for item in asked if ordering.may_be_had(item, query)]
    gone = [Said(f"{item.name} is not available.", "template") for item in asked if item not in items]
    known = [facts(item, query, catalogue, domain) for item in items]
    about_each = [told(item, each, domain) for item, each in zip(items, known, strict=True)]
    cards = [Card(item, answer.text, {}, each) for item, answer, each in zip(items, about_each, known, strict=True)]
    unknown = (f"I do not know {missing} here." for missing in heard.intent.unknown)
    first = [*([heard.switched] if heard.switched else []), *unknown]
    items = told_apart(items)
    side_by_side = compared(items, catalogue, domain) if move == "compare" and 1 < len(items) <= COLUMNS else None
    own = list(answers(message.text, heard.intent, items, catalogue, domain))
    if not own and TELL.search(message.text):
        about_each += [Said(plot(item), "template") for item in items[:ANSWERED] if shortened(item.text)]
    elif not own and not heard.intent.unknown and asks_something(without_titles(message.text, items)):
        first += [UNTOLD.format(any_of([item.title for item in items[:ANSWERED]]))] if items else []
        about_each += [Said(plot(item), "template") for item in items[:ANSWERED] if shortened(item.text)]
    if side_by_side:
        first_of = (
            place_in(spoken(message.text)) is None
            and 1 < len(items) < len(heard.shown)
            and heard.intent.about == heard.shown[: len(items)]
        )
        own = [OF_THE_LIST.format(len(items)) if first_of else SIDE_BY_SIDE, *(own or differences(items, domain))]
    answered = (
        [Said(one, "template") for one in own]
        if own or (whole and heard.intent.unknown)
        else about_each[: 2 * ANSWERED]
    )
    said = [*heard.in_another, *(Said(one, "template") for one in first), *gone, *answered]
    clock.lap("evidence")
    kept = record(wish, Ranking(tuple(item.id for item in items)), cards, said, clock, ())
    keep(heard, ordering, move, kept)
    if whom := for_whom(query.gift, bool(heard.switched)):
        yield Understood(whom)
    yield Shown(tuple(cards))
    if side_by_side:
        yield side_by_side
    yield from said


def told_apart(items: Sequence[Item]) -> list[Item]:
    """The items, namesakes with their years in their titles: `Psycho (1960)`."""
    titles = Counter(item.title for item in items)
    return [replace(item, title=item.name) if titles[item.title] > 1 else item for item in items]


def why_not(stands: Standing, query: Query, whom: str, domain: Domain) -> str:
    """Where an item stands that is not in the list, in a sentence."""
    if stands.removed:
        return f"{stands.item.name} is not in the list: {kept_out(stands.item, stands.removed, query, domain)}."
    return f"{stands.item.name} stands at {stands.rank:,} of {stands.of:,} for {whom}."
