"""What had better hold lifts an item and keeps none out."""

from __future__ import annotations

import numpy as np

from retrieval.catalogue import Catalogue
from retrieval.domain import Weights
from retrieval.filtering.where import Where
from retrieval.ranking import Query, Ranker, Ranking, Scores


def by_leaning(catalogue: Catalogue, weights: Weights) -> Ranker:
    """Adds `wished` and `remembered`: the share of what had better hold that an item has, times the weight."""

    def ranker(query: Query, ranking: Ranking) -> Ranking:
        for name, where in (("wished", query.wished), ("remembered", query.remembered)):
            if where and ranking.ids:
                ranking = ranking.adding(name, getattr(weights, name) * held(catalogue, where, ranking.ids))
        return ranking

    return ranker


def held(catalogue: Catalogue, where: Where, ids: tuple[str, ...]) -> Scores:
    """Of the constraints, the share that each of the items satisfies, (items,)."""
    rows = [catalogue.row[id] for id in ids]
    each = [where.only(said).mask(catalogue.columns)[rows] for said in where.words()]
    return np.asarray(np.mean(each, axis=0), dtype=np.float32)
