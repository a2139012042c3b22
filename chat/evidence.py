"""The true things that can be said about why an item is in the list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from chat.messages import Evidence
from recommender.ranker import Behaviour
from retrieval.catalogue import Catalogue
from retrieval.domain import Domain
from retrieval.items import Item
from retrieval.ranking import Query, Ranking

RECENT = 30  # history items whose removal is tried
ENOUGH = 0.1  # a removal must lower the behaviour score by as much to count as a reason


def gather(
    query: Query, ranking: Ranking, behaviour: Behaviour, catalogue: Catalogue, domain: Domain
) -> dict[str, tuple[Evidence, ...]]:
    """Evidence for every item of the ranking: the request first, then the history, the attributes, the stage."""
    moved = _moved(query, ranking, behaviour)
    return {
        id: (
            *_request(catalogue[id], ranking.parts_of(id), query, catalogue),
            *(_history(catalogue[past], domain) for past in moved[id] if past in catalogue),
            *_attributes(catalogue[id], domain),
            *_stage(ranking.parts_of(id)),
        )
        for id in ranking.ids
    }


def _moved(query: Query, ranking: Ranking, behaviour: Behaviour, most: int = 2) -> Mapping[str, Sequence[str]]:
    """For each item, the history items without which it would score lower, the strongest first.

    Each is really taken out of the history and the behaviour score computed again (leave-one-out influence).
    """
    recent = list(dict.fromkeys(query.history[-RECENT:]))
    if not recent:
        return dict.fromkeys(ranking.ids, ())
    variants = [tuple(id for id in query.history if id != gone) for gone in recent]
    scores = behaviour.total([query.history, *variants])  # (1 + recent, items)
    found = {}
    for id in ranking.ids:
        row = behaviour.row.get(id)
        lost = scores[0, row] - scores[1:, row] if row is not None else np.zeros(len(recent))
        order = np.argsort(-lost, kind="stable")[:most]
        found[id] = [recent[at] for at in order if lost[at] >= ENOUGH]
    return found


def _request(item: Item, parts: Mapping[str, float], query: Query, catalogue: Catalogue) -> list[Evidence]:
    met = [Evidence("request", f"You asked for {value}.", (value,)) for value in _met(item, query)]
    years = []
    if item.year and (query.where.since is not None or query.where.until is not None):
        years = [Evidence("request", f"It is from {item.year}, within the years you asked for.", (str(item.year),))]
    near = parts.get("likeness", 0.0) > 0 or parts.get("company", 0.0) > 0
    like = [catalogue[id].title for id in query.like] if near else []
    return [Evidence("request", f"It is close to {title}, which you named.", (title,)) for title in like] + met + years


def _met(item: Item, query: Query) -> list[str]:
    return [value for facet, values in query.where.wanted.items() for value in item.facet(facet) if value in values]


def _history(past: Item, domain: Domain) -> Evidence:
    return Evidence("history", f"You {domain.did} {past.title}.", (past.title,))


def _attributes(item: Item, domain: Domain) -> list[Evidence]:
    said = [
        Evidence("attribute", f"It is {_a(values[0])} {listed(values)} {domain.noun}.", values)
        for values in item.facets.values()
        if values
    ]
    if item.year:
        said.append(Evidence("attribute", f"It is from {item.year}.", (str(item.year),)))
    return said


def _stage(parts: Mapping[str, float]) -> list[Evidence]:
    if parts and max(parts, key=lambda name: parts[name]) == "popularity":
        return [Evidence("stage", "Many people chose it.")]
    return []


def _a(word: str) -> str:
    return "an" if word[:1].upper() in "AEIOU" else "a"


def listed(words: Sequence[str]) -> str:
    """`A`, `A and B`, `A, B and C`."""
    return " and ".join(part for part in (", ".join(words[:-1]), words[-1]) if part) if words else ""
