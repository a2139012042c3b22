"""What the business wants of a list: items that must or must not be in it, caps, and aims of its own.

Rules are declared in the domain. What they may do is bounded: aims together weigh no more than one standard deviation
of behaviour, at most three items can be pinned, and none of them lets an item past what the person ruled out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from retrieval.catalogue import Catalogue
from retrieval.domain import Rules
from retrieval.errors import Problem
from retrieval.filtering.columns import Columns
from retrieval.lists.places import placed
from retrieval.ranking import Query, Ranker, Ranking, Scores, Source, ranked
from retrieval.sources import allowed

BLOCKED = "blocked by a rule"
FRESH = ("freshness", "released", "year")  # the number that says how new an item is, the first of these there is
STEP = 0.01  # between the scores of pinned items


def check(rules: Rules, catalogue: Catalogue) -> None:
    """Raises Problem naming what the rules speak of and the catalogue does not know."""
    facets = {facet for facet, _ in catalogue.columns.having}
    numbers = set(catalogue.columns.numbers)
    for kind, names, known in (
        ("pinned", rules.pinned, set(catalogue)),
        ("blocked", rules.blocked, set(catalogue)),
        ("caps", tuple(rules.caps), facets),
        ("objective", tuple(rules.objective), numbers | ({"freshness"} if numbers & set(FRESH) else set())),
    ):
        for name in names:
            if name not in known:
                what = "item" if kind in ("pinned", "blocked") else "facet" if kind == "caps" else "number"
                some = "" if what == "item" else f"; known: {', '.join(sorted(known)) or 'none'}"
                raise Problem(f"the domain's rules.{kind} names {name!r}, but no item of the catalogue has it{some}")


def without_blocked(query: Query, rules: Rules, catalogue: Catalogue) -> Query:
    """The same, with what is blocked kept out, and the twins of it."""
    if not rules.blocked:
        return query
    return replace(query, exclude={**query.exclude, **dict.fromkeys(catalogue.twins(rules.blocked), BLOCKED)})


def by_pins(catalogue: Catalogue, rules: Rules) -> Source:
    """The pinned items that may be shown."""

    def source(query: Query) -> Ranking:
        if not rules.pinned:
            return Ranking()
        passing = allowed(catalogue, query)
        return Ranking(tuple(id for id in rules.pinned if id in catalogue and passing[catalogue.row[id]]))

    return source


def pinned_first(rules: Rules) -> Ranker:
    """Adds `pinned`: what lifts the pinned items above all others, in the order in which the rules name them."""

    def ranker(query: Query, ranking: Ranking) -> Ranking:
        pins = [id for id in rules.pinned if id in set(ranking.ids)]
        if not pins:
            return ranking
        lift, scores = np.zeros(len(ranking), dtype=np.float32), ranking.scores
        for place, id in enumerate(reversed(pins), start=1):
            lift[ranking.position(id)] = scores.max() + STEP * place - scores[ranking.position(id)]
        return ranking.adding("pinned", lift)

    return ranker


def by_objective(catalogue: Catalogue, rules: Rules) -> Ranker:
    """Adds a part by the name of each aim: its weight for the item that has the most of it, its negative for the one
    that has the least, by rank, so that one absurd price moves nothing; 0 where nothing is known."""
    aims = {name: weight * _between(catalogue.columns, name) for name, weight in rules.objective.items()}

    def ranker(query: Query, ranking: Ranking) -> Ranking:
        if not aims or not ranking.ids:
            return ranking
        rows = [catalogue.row[id] for id in ranking.ids]
        return ranked(ranking.ids, {**ranking.parts, **{name: scores[rows] for name, scores in aims.items()}})

    return ranker


def by_caps(catalogue: Catalogue, rules: Rules) -> Ranker:
    """Leaves out, of what has the same value of a capped facet, all but the best, and of the entries of one work, which
    are one thing, all but one; pinned items count as the best."""
    work = {id: work for work, ids in catalogue.works.items() if len(ids) > 1 for id in ids}
    pins = set(rules.pinned)

    def ranker(query: Query, ranking: Ranking) -> Ranking:
        if not rules.caps and not work:
            return ranking
        taken: Counter[tuple[str, str]] = Counter()
        once: set[str] = set()
        # without caps only what has twins can be kept out, or keep something out
        met = [at for at, id in enumerate(ranking.ids) if rules.caps or id in work]
        gone: set[int] = set()
        for at in sorted(met, key=lambda at: (ranking.ids[at] not in pins, at)):
            id = ranking.ids[at]
            values = [(facet, value) for facet in rules.caps for value in set(catalogue[id].facet(facet))]
            if work.get(id) not in once and all(taken[facet, value] < rules.caps[facet] for facet, value in values):
                taken.update(values)
                once.update([work[id]] if id in work else [])
            else:
                gone.add(at)
        if not gone:
            return ranking
        kept = [at for at in range(len(ranking)) if at not in gone]
        parts = {name: part[kept] for name, part in ranking.parts.items()}
        return Ranking(tuple(ranking.ids[at] for at in kept), parts, ranking.notes)

    return ranker


def capped(rules: Rules) -> str:
    """Why an item that may be shown is left out all the same, in words."""
    return " and ".join(f"a rule shows no more than {most} of one {facet}" for facet, most in rules.caps.items())


def _between(columns: Columns, name: str) -> Scores:
    """Where each item stands from the least, -1, to the most, 1; 0 where it is not known, (items,)."""
    numbers: Mapping[str, np.ndarray] = columns.numbers
    chosen = next((one for one in FRESH if one in numbers), name) if name == "freshness" else name
    values = columns.number(chosen)
    known = np.isfinite(values)
    places = np.zeros(columns.size, dtype=np.float32)
    if known.sum() > 1:
        places[known] = 2 * (placed(values[known]) - 1) / (known.sum() - 1) - 1
    return places
