"""What stands in the way where nothing fits, and what comes nearest to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from chat.grammar import behind_the_verb
from chat.phrasing import Put, limit_of, of_item, of_values, put
from chat.understanding.values.amounts import plainly
from retrieval.catalogue import Catalogue
from retrieval.domain import Domain
from retrieval.filtering.conditions import All, AnyOf, Condition, Equals, NoneOf, Not, Range, holds
from retrieval.filtering.masks import mask
from retrieval.filtering.spans import Span
from retrieval.filtering.where import Where
from retrieval.items import Item
from retrieval.ranking import Query, Ranking
from retrieval.sources import allowed

AS_NEAR = 0.05  # of a miss: items that differ by less are as near, and the better one is named
WHAT = 1.5  # misses that the first attribute of a domain counts as, which says what a thing is
LAST = 100  # constraints that one counts as which is there for children
UNKNOWN = 2.0  # misses that a number counts as which is not known: it is near nothing


@dataclass(frozen=True)
class InTheWay:
    """The fewest constraints without which something fits: `given_up` in words, `left` of the wish without them.
    `fitting`: how many items that lets through; `ids`: those that come nearest to the whole wish; `unguarded`: whether
    something is given up that is there for children."""

    given_up: tuple[str, ...]
    left: Where
    fitting: int
    ids: tuple[str, ...]
    unguarded: bool = False


def in_the_way(query: Query, catalogue: Catalogue, domain: Domain) -> InTheWay | None:
    """None where something fits, and where nothing may be shown whatever is asked for.

    Of several sets as small, the one that misses by least: a value counts as one, what a thing is by more, a number by
    how far off it is, in standard deviations of the catalogue and at most one. What keeps something from children is
    given up only where there is no other way.
    """
    rows = np.flatnonzero(allowed(catalogue, replace(query, where=Where())))
    each = [condition for condition, _ in query.where.each()]
    if not each or not len(rows):
        return None
    misses = np.stack([missed(one, catalogue, rows, domain) for one in each])  # (constraints, items)
    guards = np.array([guarding(one, domain) for one in each])
    count = (misses > 0).sum(axis=0) + LAST * (misses[guards] > 0).sum(axis=0)
    if not (fewest := int(count.min())):
        return None
    far = np.where(count == fewest, misses.sum(axis=0), np.inf)
    near = np.flatnonzero(far <= far.min() + AS_NEAR)
    patterns, which = np.unique(misses[:, near] > 0, axis=1, return_inverse=True)
    ways = []
    for pattern in range(patterns.shape[1]):
        ids = tuple(catalogue.ids[rows[at]] for at in near[which.ravel() == pattern])
        given_up, left = query.where.letting(catalogue[ids[0]])
        fitting = int(allowed(catalogue, replace(query, where=left)).sum())
        ways.append(InTheWay(given_up, left, fitting, ids, fewest >= LAST))
    return max(ways, key=lambda way: way.fitting)


def guarding(condition: Condition, domain: Domain) -> bool:
    """Whether it is there for the children who watch, or may be."""
    match condition:
        case Equals(facet, value):
            return facet in domain.ages or value in domain.for_children
        case AnyOf(facet, values):
            return facet in domain.ages or values <= set(domain.for_children)
        case _:
            return False


def nearest(query: Query, way: InTheWay, order: Callable[[Query], Ranking]) -> str:
    """The id of the best item of those that come nearest."""
    near = set(way.ids)
    return next((id for id in order(replace(query, where=way.left)).ids if id in near), way.ids[0])


def missed(condition: Condition, catalogue: Catalogue, rows: NDArray[np.int64], domain: Domain) -> NDArray[np.float64]:
    """By how much each of the items misses the condition, (rows,): 0 for those that satisfy it."""
    columns = catalogue.columns
    out = (~mask(condition, columns)[rows]).astype(np.float64)
    match condition:
        case All((Range() as whole, *holes)):  # how far beyond the bounds, or how far into a hole
            each = np.stack([missed(one, catalogue, rows, domain) for one in (whole, *holes)])
            furthest: NDArray[np.float64] = each.max(axis=0)
            return furthest
        case Not(Range(name, float(low), float(high))):
            numbers, spread = _spread(name, catalogue)
            inside = np.minimum(numbers[rows] - low, high - numbers[rows]) / spread
            return np.where(out > 0, np.clip(inside, 1e-6, 1.0), 0.0)
        case Range():
            return _beyond_bounds(condition, catalogue, rows, out)
    is_what = getattr(condition, "facet", "") == next(iter(domain.facets), "")
    return out * (WHAT if is_what else 1.0)


def _beyond_bounds(
    condition: Range, catalogue: Catalogue, rows: NDArray[np.int64], out: NDArray[np.float64]
) -> NDArray[np.float64]:
    """By how much the numbers of the items that are `out` lie below or above the bounds."""
    numbers, spread = _spread(condition.name, catalogue)
    low = -np.inf if condition.low is None else condition.low
    high = np.inf if condition.high is None else condition.high
    beyond = np.maximum(low - numbers[rows], numbers[rows] - high) / spread
    return np.where(out > 0, np.where(np.isnan(beyond), UNKNOWN, np.clip(beyond, 1e-6, 1.0)), 0.0)


def _spread(name: str, catalogue: Catalogue) -> tuple[NDArray[np.float64], float]:
    """The numbers of all items, NaN where one is not known, and their standard deviation."""
    numbers = catalogue.columns.number(name)
    return numbers, max(float(np.nanstd(numbers)), 1e-9) if not np.isnan(numbers).all() else 1.0


def misses(item: Item, where: Where, domain: Domain) -> Iterator[str]:
    """In clauses, what the item has in place of what is wanted: `is 170 minutes long, not under 120 minutes`."""
    for condition, text in where.each():
        if holds(condition, item):
            continue
        wanted = put(condition, text, where, domain)
        match condition:
            case Equals(facet) | AnyOf(facet):
                yield _other(item, facet, wanted, domain)
            case NoneOf(_, _):
                yield wanted.has
            case Range(name) | All((Range(name), *_)):
                yield _beyond(item, name, where.ranges[name], domain)
            case _:
                yield f"misses that {where.removes(item)}"


def _other(item: Item, facet: str, wanted: Put, domain: Domain) -> str:
    if not item.facet(facet):
        return f"has no {plainly(facet)} that I know of"
    own = of_values(facet, item.facet(facet), domain).has
    return f"{own}, not {wanted.after if wanted.says_what else behind_the_verb(wanted.has)}"


def _beyond(item: Item, name: str, span: Span, domain: Domain) -> str:
    if name not in item.all_numbers:
        return f"has no {plainly(name)} that I know of"
    own = of_item(item, name, span, domain).has
    return own if span.kind == "flag" else f"{own}, not {limit_of(name, span)}"
