"""What is said of a list that goes by the most or the least of something: which comes first, and what is left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from chat.extremes import by_order, fitting, stand_in, words_of
from chat.messages import Card, Intent
from chat.ordering import Ordering
from chat.turns.attributes import extreme, told
from chat.turns.comparing import UNKNOWN
from chat.understanding.values.amounts import plainly
from chat.understanding.values.degrees import FAME
from retrieval.lists.rules import BLOCKED
from retrieval.ranking import Query


def first_of_all(intent: Intent, query: Query, cards: Sequence[Card], ordering: Ordering) -> Iterator[str]:
    """In sentences; nothing if the list goes by anything else."""
    if intent.extreme is None:
        return
    name, domain, items = intent.extreme.of, ordering.domain, [card.item for card in cards]
    words = words_of(query, domain)
    if words and not stand_in(words, [item.id for item in items], ordering.things):
        anywhere = stand_in(words, ordering.catalogue.ids, ordering.things)
        where = f"none of the {domain.plural} that fit" if anywhere else f"no {domain.noun} here"
        yield f"I find “{' '.join(words)}” in {where}, so these are only what comes nearest."
    if name == FAME:
        yield f"They stand in the order of how many people {domain.did} them."
    elif len(items) > 1:
        yield from extreme(intent.extreme.words, name, intent.extreme.more, items, domain)
    else:
        yield f"There is only {items[0].title}: {told(items[0], name, domain)}."
    yield from _ahead(query, cards[0], ordering)
    if name != FAME and (untold := sum(_untold(id, name, ordering) for id in fitting(query, ordering.things, domain))):
        yield f"Of {untold:,} more I do not know the {plainly(name)}."


def _ahead(query: Query, first: Card, ordering: Ordering) -> Iterator[str]:
    """What would come first, and is left out because of what is known of the person."""
    catalogue = ordering.catalogue
    free = replace(query, exclude={})
    every = [id for id in fitting(free, ordering.things, ordering.domain) if query.exclude.get(id) != BLOCKED]
    keys = by_order(query, every, ordering.things)
    best = every[int(np.argmax(keys))]
    here = by_order(query, [first.item.id], ordering.things)[0]
    if best in query.exclude and keys.max() > here:
        yield f"{catalogue[best].name} would come before all of these, and is left out: {query.exclude[best]}."


def _untold(id: str, name: str, ordering: Ordering) -> bool:
    item = ordering.catalogue[id]
    return told(item, name, ordering.domain) == UNKNOWN
