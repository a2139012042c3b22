"""Facts and a good sentence that says them: what the job `words` learns from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Any

import numpy as np

from chat.llm import Turn
from chat.messages import Evidence
from chat.ordering import Ordering
from chat.reasons import templates
from chat.reasons.explanation import asked
from recommender.holdout import HELD_OUT
from recommender.interactions import Interactions
from retrieval.domain import Domain
from retrieval.filtering.spans import Span
from retrieval.filtering.where import Where
from retrieval.items import Item
from retrieval.ranking import Query

SHOWN = 6  # items of one list that sentences are made of
JUDGED = 0.15  # of the items, held out: their sentences are for judging
LIST = 200  # candidates of a list, from which those shown are drawn, so that there are less usual ones too


@dataclass(frozen=True)
class Pair:
    """What the model is given, and what it should have said; `item` and `facts` are what it is checked against."""

    item: Item
    facts: tuple[Evidence, ...]
    given: tuple[Turn, ...]
    said: str


def pairs(ordering: Ordering, interactions: Interactions, seed: int, judging: bool) -> Iterator[Pair]:
    """Pairs without end: lists for people of the log, as they were before their last two events, with a wish, titles
    named, years, or nothing. `judging`: of the items that are held out, instead of all others."""
    random = np.random.default_rng([seed, int(judging)])
    able = np.flatnonzero(np.diff(interactions.starts) > HELD_OUT)
    while True:
        user = int(able[random.integers(len(able))])
        query = question(user, ordering, interactions, random)
        ranking = ordering.rank(query, language=False).top(LIST)
        some = [id for id in ranking.ids if held_out(id) == judging and id not in query.like]
        chosen = [some[at] for at in sorted(random.permutation(len(some))[:SHOWN].tolist())]
        for id, evidence in ordering.evidence(query, ranking, chosen).items():
            if facts := _some(evidence, random):
                yield pair(ordering.catalogue[id], facts, ordering.domain, random)


def pair(item: Item, facts: Sequence[Evidence], domain: Domain, random: Any) -> Pair:
    """One of the good sentences about the item, with what the model would be asked for it."""
    sentences = templates.sentences(item, facts, domain)
    said = sentences[int(random.integers(len(sentences)))]
    return Pair(item, tuple(facts), tuple(asked(item, facts, domain)), said)


def question(user: int, ordering: Ordering, interactions: Interactions, random: Any) -> Query:
    """Something the user may have asked for before their last two events."""
    catalogue, domain = ordering.catalogue, ordering.domain
    done = len(interactions.history(user)) - HELD_OUT
    known = interactions.known(interactions.past(user, done))
    reasons = {id: ("like" if random.random() < 0.2 else domain.did) for id in known.history}
    query = Query(
        history=known.history,
        moments=known.moments,
        now=known.now,
        reasons=reasons,
        exclude=dict.fromkeys(catalogue.twins(known.history), "seen already"),
    )
    model = catalogue[catalogue.ids[int(random.integers(len(catalogue)))]]  # what the wish is taken from
    kind = int(random.integers(4))
    facets = [(name, value) for name, values in model.facets.items() for value in values]
    if kind == 1 and facets:
        name, value = facets[int(random.integers(len(facets)))]
        return replace(query, where=Where(wanted={name: frozenset({value})}))
    if kind == 2:
        return replace(query, like=(model.id,))
    if kind == 3 and model.year:
        return replace(query, where=Where(ranges={"year": Span(model.year - 5, model.year + 4)}))
    return query


def held_out(id: str) -> bool:
    """Whether an item is for judging; the same in every run."""
    return blake2b(id.encode(), digest_size=2).digest()[0] < JUDGED * 256


def _some(evidence: Sequence[Evidence], random: Any) -> list[Evidence]:
    """One fact or two of different kinds, as a sentence of the chat rests on."""
    facts = [one for one in evidence if one.kind != "stage"]
    if not facts:
        return []
    first = facts[0] if random.random() < 0.5 else facts[int(random.integers(len(facts)))]
    more = [one for one in facts if one.kind != first.kind]
    return [first, *more[:1]] if random.random() < 0.7 else [first]
