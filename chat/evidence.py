"""The true things that can be said about why an item is in the list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from chat.messages import Evidence
from recommender.ranker import Behaviour
from retrieval.catalogue import Catalogue
from retrieval.domain import Domain
from retrieval.items import Item
from retrieval.ranking import Query, Ranking

RECENT = 20  # history items whose removal is tried
ENOUGH = 0.1  # a removal must lower the behaviour score by as much to count as a reason
CLOSE = 1.0  # standard deviations above the catalogue's mean from which an item is called close to those named


def gather(
    query: Query, ranking: Ranking, behaviour: Behaviour, catalogue: Catalogue, domain: Domain
) -> dict[str, tuple[Evidence, ...]]:
    """Evidence for every item of the ranking: the request first, then the history, the attributes, the stage."""
    moved = _moved(query, ranking, behaviour)
    return {
        id: (
            *_request(catalogue[id], ranking.parts_of(id), query, catalogue, domain),
            *(_history(catalogue[past], domain) for past in moved[id] if past in catalogue),
            *_attributes(catalogue[id], query, domain),
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


def _request(
    item: Item, parts: Mapping[str, float], query: Query, catalogue: Catalogue, domain: Domain
) -> Iterator[Evidence]:
    kin = False
    for named in (catalogue[id] for id in query.like):
        if shared := _shared(item, named, query):
            kin = True
            what = f"{listed(shared)} with {named.title}"
            yield Evidence("shared", f"It shares {what}, which you named.", (*shared, named.title), what)
    weights = domain.weights
    close = parts.get("likeness", 0.0) >= CLOSE * weights.likeness > 0
    if query.like and not kin and (close or parts.get("company", 0.0) >= CLOSE * weights.company > 0):
        titles = tuple(catalogue[id].title for id in query.like)
        # several were weighed as one, so nothing is claimed of each for itself
        what = listed(titles) + (" taken together" if len(titles) > 1 else "")
        yield Evidence("likeness", f"It is close to {what}, which you named.", titles, what)
    for facet, values in query.where.wanted.items():
        for value in item.facet(facet):
            if value in values:
                yield Evidence("wish", f"You asked for {value}.", (value,), value)
    if item.year and (query.where.since is not None or query.where.until is not None):
        year = str(item.year)
        yield Evidence("years", f"It is from {year}, within the years you asked for.", (year,), year)


def _shared(item: Item, named: Item, query: Query) -> tuple[str, ...]:
    """Attributes that both have, but for those asked for, which are said of every item."""
    both = {name: set(values) & set(named.facet(name)) for name, values in item.facets.items()}
    asked_for = query.where.wanted
    return tuple(
        v for name, values in item.facets.items() for v in values if v in both[name] - asked_for.get(name, set())
    )


def _history(past: Item, domain: Domain) -> Evidence:
    return Evidence(
        "history", f"Without {past.title}, which you {domain.did}, it would stand lower.", (past.title,), past.title
    )


def _attributes(item: Item, query: Query, domain: Domain) -> Iterator[Evidence]:
    for facet, all_values in item.facets.items():
        asked_for = query.where.wanted.get(facet, frozenset())
        if values := [value for value in all_values if value not in asked_for]:
            what = f"{'an' if values[0][0] in 'AEIOUaeiou' else 'a'} {listed(values)} {domain.noun}"
            yield Evidence("attribute", f"It is {what}.", tuple(values), what)
    if item.year:
        yield Evidence("year", f"It is from {item.year}.", (str(item.year),), str(item.year))


def _stage(parts: Mapping[str, float]) -> Iterator[Evidence]:
    if parts and max(parts, key=lambda name: parts[name]) == "popularity":
        yield Evidence("popular", "Many people chose it.")


def listed(words: Sequence[str]) -> str:
    """`A`, `A and B`, `A, B and C`."""
    return " and ".join(part for part in (", ".join(words[:-1]), words[-1]) if part) if words else ""
