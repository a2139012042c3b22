"""What is asked of the whole catalogue, answered by counting in it."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace

from chat.extremes import stand_in, words_of
from chat.grammar import listed
from chat.messages import Intent, Part, Said, Shown
from chat.ordering import CARDS, Ordering
from chat.record import Clock, record
from chat.turns.by_value import best_asked, best_of
from chat.turns.heard import Heard
from chat.turns.keeping import keep, keep_talk
from chat.understanding.acts.phrases import spoken
from chat.understanding.values.amounts import plainly
from chat.understanding.values.inventory import listed_facet
from chat.understanding.values.known import Known
from retrieval.domain import Domain, plain
from retrieval.lists.rules import BLOCKED
from retrieval.ranking import Query, Ranking
from retrieval.sources import ids_allowed

TOLD = 8  # values that are named


def of_all(heard: Heard, ordering: Ordering, clock: Clock) -> Generator[Part, None, None]:
    """How many there are, and the best of them; the wish stays as it was."""
    message, catalogue = heard.message, ordering.catalogue
    wish = replace(heard.wish or Intent(), purpose=heard.purpose)
    best = best_asked(message.text, ordering)
    where = heard.intent.where if heard.intent.where or not best else wish.where  # the cheapest brand of what is wanted
    query = ordering.query(message.user, Intent(act="suggest", where=where), message.conversation)
    query = replace(query, where=where, wished=Intent().where)
    there = [
        id
        for id in ids_allowed(catalogue, replace(query, exclude={}))
        if query.exclude.get(id) != BLOCKED and id not in ordering.things.withdrawn
    ]
    facet = listed_facet(spoken(message.text), Known.of(ordering.domain))
    words = () if facet or best else words_of(replace(query, text=heard.intent.words), ordering.domain)
    words = tuple(word for word in words if word not in nothing_said(ordering.domain))
    there = [id for id in there if not words or stand_in(words, [id], ordering.things)]
    wanted = (*query.where.words(), *(f"“{word}”" for word in words))
    said = [*([heard.switched] if heard.switched else [])]
    said += [f"I do not know {missing} here." for missing in heard.intent.unknown]
    if best:
        there, answer = best_of(best, there, ordering)
        said += [*([f"I looked at {listed(wanted)} only."] if wanted else []), *answer]
    else:
        said += values(facet, there, ordering) if facet else counted(wanted, there, query, ordering)
    ranking = Ranking()
    if there and not facet:
        new = Ranking(tuple(id for id in there if id not in query.exclude))
        ranking, _ = ordering.ranked(query, new if words or best else ordering.candidates(query), clock)
    cards = ordering.cards(query, ranking, CARDS) if ranking.ids else ()
    clock.lap("evidence")
    sentences = [Said(one, "template") for one in said]
    if cards:
        keep(heard, ordering, "answer", record(wish, ranking, cards, sentences, clock, ()))
        yield Shown(cards)
    else:
        keep_talk(heard, ordering, "answer", sentences, clock)
    yield from sentences


def nothing_said(domain: Domain) -> set[str]:
    """The words for any item at all."""
    return {
        *plain(domain.noun).split(),
        *plain(domain.plural).split(),
        *domain.harmless,
        "anything",
        "something",
        "many",
    }


def counted(wanted: Sequence[str], there: Sequence[str], query: Query, ordering: Ordering) -> Iterator[str]:
    """How many there are of what is asked for, and how many of those are new to the person."""
    domain, of = ordering.domain, f"For {listed(wanted)} there" if wanted else "There"
    if not there:
        yield f"{of} is no {domain.noun} here."
        return
    new = sum(id not in query.exclude for id in there)
    are = f"is {len(there):,} {domain.noun}" if len(there) == 1 else f"are {len(there):,} {domain.plural}"
    yield f"{of} {are} here{'' if new == len(there) else f', {new:,} of them new to you'}."


def values(facet: str, there: Sequence[str], ordering: Ordering) -> Iterator[str]:
    """Which values of an attribute there are, the most frequent first."""
    counts: dict[str, int] = {}
    for id in there:
        for value in ordering.catalogue[id].facet(facet):
            counts[value] = counts.get(value, 0) + 1
    if not counts:
        yield f"I do not know the {plainly(facet)} of any {ordering.domain.noun} here."
        return
    order = sorted(counts, key=lambda value: (-counts[value], value))
    named = [f"{value} ({counts[value]:,})" for value in order[:TOLD]]
    more = [f"{len(order) - TOLD:,} more"] if len(order) > TOLD else []
    yield f"By {plainly(facet)} there are: {listed([*named, *more])}."
