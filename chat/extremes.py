"""What has the most or the least of a number, among all that may be shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from chat.chips import rest_of
from chat.live import Things
from chat.messages import Evidence, Intent
from chat.understanding.text.words import singular
from chat.understanding.values.degrees import FAME
from retrieval.domain import Domain, plain
from retrieval.items import Item, described
from retrieval.ranking import Query, Ranking, Scores
from retrieval.sources import ids_allowed

LOOKED_AT = 30  # items from that end
NEAREST = 10  # of what is found for words that stand in no item
NOT_OWED = ("history", "liked", "context", "change")  # kinds of what a place in such a list is not owed to


def outermost(query: Query, things: Things, domain: Domain) -> Ranking:
    """The items that come first by the order of the query; those of which the number is not known are left out.

    Where the wish has words that no limit was made of, they have to stand in the item; where they stand in none, or an
    item is named as an example, the order is of what is found for them."""
    ids = fitting(query, things, domain)
    keys = by_order(query, ids, things)
    best = np.argsort(-keys, kind="stable")[:LOOKED_AT]
    return Ranking(tuple(ids[at] for at in best if np.isfinite(keys[at])))


def fitting(query: Query, things: Things, domain: Domain) -> tuple[str, ...]:
    """The ids of what the wish asks for, in no order."""
    ids, words = ids_allowed(things.catalogue, query), words_of(query, domain)
    if not (words or query.like):
        return ids
    having = tuple(id for id in ids if all(singular(word) in _said_of(things.catalogue[id]) for word in words))
    return having if having and not query.like else things.sources(query).ids[:NEAREST]


def words_of(query: Query, domain: Domain) -> tuple[str, ...]:
    """The words of the wish that no limit was made of."""
    return tuple(plain(rest_of(Intent(words=query.text, where=query.where), domain)).split())


def stand_in(words: Sequence[str], ids: Sequence[str], things: Things) -> bool:
    """Whether one of the items has all these words."""
    return any(all(singular(word) in _said_of(things.catalogue[id]) for word in words) for id in ids)


def _said_of(item: Item) -> set[str]:
    return {singular(word) for word in plain(described(item)).split()}


def in_order(query: Query, ranking: Ranking, things: Things) -> Ranking:
    """The ranking in the order of the query, equals as they stood."""
    order = np.argsort(-by_order(query, ranking.ids, things), kind="stable")
    parts = {name: scores[order] for name, scores in ranking.parts.items()}
    return replace(ranking, ids=tuple(ranking.ids[at] for at in order), parts=parts)


def by_order(query: Query, ids: Sequence[str], things: Things) -> Scores:
    """For each item a number by which the first is the greatest, (items,); minus infinity where it is not known."""
    if query.order is None or not ids:
        return np.zeros(len(ids), dtype=np.float32)
    name, more = query.order
    if name == FAME:
        numbers = np.asarray(things.behaviour.pick(things.served.popularity, ids), dtype=np.float64)
    else:
        rows = [things.catalogue.row[id] for id in ids]
        numbers = things.catalogue.columns.number(name)[rows]
    return np.where(np.isnan(numbers), -np.inf, numbers if more else -numbers)


def owed(evidence: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
    """What may be said of a place that a number alone decides."""
    return tuple(one for one in evidence if one.kind not in NOT_OWED)
