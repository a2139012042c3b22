"""Behaviour as sources and as a ranker, over one checkpoint."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from recommender.forms import PLAIN
from retrieval.catalogue import Catalogue
from retrieval.domain import Weights
from retrieval.lists.places import placed
from retrieval.ranking import Known, Query, Ranker, Ranking, Scores, Source, highest, ranked, summed
from retrieval.sources import allowed, standardised


class Parts(Protocol):
    """What a checkpoint gives: weighted contributions of every item, (asked, items) each; the sum is the score."""

    @property
    def items(self) -> tuple[str, ...]: ...

    def answer(self, asked: Sequence[Known]) -> Mapping[str, NDArray[np.float32]]: ...


class Behaviour:
    """A checkpoint, asked once for each history however many stages want to know.

    Another one of the same items that has heard of newer events may take its place at any time: answers to questions
    under way stay what they were.
    """

    def __init__(self, checkpoint: Parts) -> None:
        self.checkpoint: Parts = checkpoint
        self.row = {id: row for row, id in enumerate(checkpoint.items)}
        # every moment of asking is another question, so only those of the turns under way are worth keeping
        self.of = lru_cache(maxsize=16)(self._of)

    def _of(self, known: Known) -> Mapping[str, Scores]:
        return {name: scores[0] for name, scores in self.checkpoint.answer([known]).items()}

    def total(self, asked: Sequence[Known]) -> NDArray[np.float32]:
        """Fused scores, shape (asked, items)."""
        return summed(list(self.checkpoint.answer(asked).values()))

    def over(self, catalogue: Catalogue) -> NDArray[np.int64]:
        """Where the items of the catalogue, in its order, stand among those of the checkpoint, (items,). KeyError if it
        lacks one: it has to be grown to the catalogue."""
        return np.array([self.row[id] for id in catalogue.ids], dtype=np.int64)

    def pick(self, scores: Scores, ids: Sequence[str]) -> Scores:
        """The scores of the ids. KeyError if the checkpoint lacks one: it has to be grown to the catalogue."""
        return np.asarray(scores[[self.row[id] for id in ids]], dtype=np.float32)


def less_popular(items: Sequence[str], popularity: Scores) -> Callable[[Sequence[str]], Scores]:
    """Of ids, which share of the items is less popular, (ids,); half of those as popular count. 0 for others."""
    share = dict(zip(items, (placed(popularity) - 0.5) / max(1, len(items)), strict=True))
    return lambda ids: np.array([share.get(id, 0.0) for id in ids], dtype=np.float32)


def by_history(catalogue: Catalogue, behaviour: Behaviour, n: int = 200) -> Source:
    """The n best by all that the history says: the fused score finds more of what people do next than its parts in
    turn (`penchant eval retrieval`)."""
    codes = behaviour.over(catalogue)

    def source(query: Query) -> Ranking:
        return top(summed(list(behaviour.of(query.known).values()))[codes], catalogue, query, n)

    return source


def by_company(catalogue: Catalogue, behaviour: Behaviour, n: int = 100) -> Source:
    """What people go on to after the items named as examples; nothing if none is named."""
    codes = behaviour.over(catalogue)

    def source(query: Query) -> Ranking:
        if not query.like:
            return Ranking()
        return top(_company(behaviour, query)[codes], catalogue, query, n)

    return source


def by_behaviour(behaviour: Behaviour, weights: Weights) -> Ranker:
    """Adds the parts of the fused behaviour score and, where examples are named, `company`."""

    def ranker(query: Query, ranking: Ranking) -> Ranking:
        parts = {name: behaviour.pick(scores, ranking.ids) for name, scores in behaviour.of(query.known).items()}
        if query.like:
            company = _company(behaviour, query)
            parts["company"] = weights.company * standardised(behaviour.pick(company, ranking.ids), over=company)
        return ranked(ranking.ids, {**ranking.parts, **parts})

    return ranker


def top(scores: Scores, catalogue: Catalogue, query: Query, n: int) -> Ranking:
    """The n that score highest of what may be shown; `scores` (items,) in the order of the catalogue."""
    rows = np.flatnonzero(allowed(catalogue, query))
    return Ranking(tuple(catalogue.ids[row] for row in rows[highest(scores[rows], n)]))


def _company(behaviour: Behaviour, query: Query) -> Scores:
    """What a history of nothing but the examples would score; without popularity, which is no likeness."""
    named = behaviour.of(Known(query.like))
    return summed([scores for name, scores in named.items() if name not in PLAIN])
