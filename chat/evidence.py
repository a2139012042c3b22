"""The true things that can be said about why an item is in the list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from chat.messages import Evidence
from recommender.ranker import Behaviour
from retrieval.catalogue import Catalogue
from retrieval.domain import Domain
from retrieval.items import Item
from retrieval.ranking import Query, Ranking

RECENT = 20  # history items whose removal is tried
ENOUGH = 0.1  # a removal must lower the behaviour score by as much to count as a reason
OF_THE_LIST = (
    "diversity",
    "calibration",
    "damper",
    "exploration",
    "pinned",
)  # parts that say nothing of the item alone
LIFTED = 1.0  # by so much the list must have raised an item, a factor of e in its chance, to be there for a change
CLOSE = 1.0  # standard deviations above the catalogue's mean from which an item is called close to those named


def gather(
    query: Query, ranking: Ranking, behaviour: Behaviour, catalogue: Catalogue, domain: Domain
) -> dict[str, tuple[Evidence, ...]]:
    """Evidence for every item of the ranking: the request first, then the history, the attributes, the stage."""
    moved = _moved(query, ranking, behaviour)
    return {
        id: (
            *_request(catalogue[id], ranking.parts_of(id), query, catalogue, domain),
            *(_history(catalogue[past], query.reasons[past]) for past in moved[id]),
            *_attributes(catalogue[id], query, domain),
            *_stage(ranking.parts_of(id)),
        )
        for id in ranking.ids
    }


def facts(item: Item, query: Query, catalogue: Catalogue, domain: Domain) -> tuple[Evidence, ...]:
    """What the catalogue says of an item by itself, and last what the person had to do with it."""
    twins = catalogue.twins([item.id])
    if "like" in (query.reasons.get(id) for id in twins):
        known = "You like it."
    elif query.exclude.get(item.id) == "turned down":
        known = "You turned it down."
    elif query.gift:
        known = f"Whether you {domain.did} it is left out, as this is for someone else."
    else:
        known = f"You have {domain.did} it." if twins & set(query.history) else f"You have not {domain.did} it."
    return (*_attributes(item, Query(), domain), Evidence("history", known))


def _moved(query: Query, ranking: Ranking, behaviour: Behaviour, most: int = 2) -> Mapping[str, Sequence[str]]:
    """For each item, the history items without which it would score lower, the strongest first.

    Each is really taken out of the history and the behaviour score computed again (leave-one-out influence). Only
    those that may be given as a reason are tried, and none is a reason for itself.
    """
    recent = [id for id in dict.fromkeys(query.history[-RECENT:]) if id in query.reasons]
    if not recent:
        return dict.fromkeys(ranking.ids, ())
    scores = behaviour.total([query.known, *(query.known.without(gone) for gone in recent)])  # (1 + recent, items)
    found = {}
    for id in ranking.ids:
        row = behaviour.row[id]
        lost = scores[0, row] - scores[1:, row]
        order = np.argsort(-lost, kind="stable")
        found[id] = [recent[at] for at in order if lost[at] >= ENOUGH and recent[at] != id][:most]
    return found


def _request(
    item: Item, parts: Mapping[str, float], query: Query, catalogue: Catalogue, domain: Domain
) -> Iterator[Evidence]:
    kin = set[str]()
    for named in (catalogue[id] for id in query.like):
        if shared := _shared(item, named, query):
            what = f"{listed(shared)} with {named.title}"
            if what in kin:  # of two of one title one is enough
                continue
            kin.add(what)
            yield Evidence("shared", f"It shares {what}, which you named.", (*shared, named.title), what)
    weights = domain.weights
    close = parts.get("likeness", 0.0) >= CLOSE * weights.likeness > 0
    if query.like and not kin and (close or parts.get("company", 0.0) >= CLOSE * weights.company > 0):
        titles = tuple(dict.fromkeys(catalogue[id].title for id in query.like))
        # several were weighed as one, so nothing is claimed of each for itself
        what = listed(titles) + (" taken together" if len(titles) > 1 else "")
        yield Evidence("likeness", f"It is close to {what}, which you named.", titles, what)
    for facet, all_values in item.facets.items():
        either = query.where.either.get(facet, frozenset())
        for value in (value for value in all_values if value in query.where.asked(facet)):
            said = " or ".join(sorted(either)) if value in either else value
            yield Evidence("wish", f"You asked for {said}.", (value,), value)
    if item.year and "year" in query.where.ranges:
        year = str(item.year)
        yield Evidence("years", f"It is from {year}, within the years you asked for.", (year,), year)
    for name, span in query.where.ranges.items():
        if name != "year" and name in item.numbers:
            what = replace(span, low=item.numbers[name], high=item.numbers[name]).words(name)
            said = f"It is {what}" if span.kind == "flag" else f"It has a {what}"
            yield Evidence("wish", f"{said}, as you asked.", (what,), what)


def _shared(item: Item, named: Item, query: Query) -> tuple[str, ...]:
    """Attributes that both have, but for those asked for, which are said of every item."""
    both = {name: set(values) & set(named.facet(name)) for name, values in item.facets.items()}
    return tuple(v for name, values in item.facets.items() for v in values if v in both[name] - query.where.asked(name))


def _history(past: Item, did: str) -> Evidence:
    text = f"Without {past.title}, which you {did}, it would stand lower."
    return Evidence("liked" if did == "like" else "history", text, (past.title,), past.title)


def _attributes(item: Item, query: Query, domain: Domain) -> Iterator[Evidence]:
    for facet, all_values in item.facets.items():
        asked_for = query.where.asked(facet)
        if values := [value for value in all_values if value not in asked_for]:
            what = f"{'an' if values[0][0] in 'AEIOUaeiou' else 'a'} {listed(values)} {domain.noun}"
            yield Evidence("attribute", f"It is {what}.", tuple(values), what)
    if item.year and "year" not in query.where.ranges:
        yield Evidence("year", f"It is from {item.year}.", (str(item.year),), str(item.year))


def _stage(parts: Mapping[str, float]) -> Iterator[Evidence]:
    own = {name: part for name, part in parts.items() if name not in OF_THE_LIST}
    if own and max(own, key=lambda name: own[name]) == "popularity" and own["popularity"] > 0:  # more than most
        yield Evidence("popular", "Many people chose it.")
    if parts.get("pinned", 0.0) > 0:
        yield Evidence("pinned", "It is one that we feature.")
    elif parts.get("exploration", 0.0) > 0 or parts.get("diversity", 0.0) > LIFTED:
        yield Evidence("change", "It is here for a change.")


def listed(words: Sequence[str]) -> str:
    """`A`, `A and B`, `A, B and C`."""
    return " and ".join(part for part in (", ".join(words[:-1]), words[-1]) if part) if words else ""
