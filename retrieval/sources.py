"""Where candidates come from, without anyone's behaviour."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
from scipy import sparse

from retrieval.catalogue import Catalogue
from retrieval.domain import Weights
from retrieval.filtering.columns import Mask
from retrieval.index.nearest import Index
from retrieval.ranking import Query, Ranker, Ranking, Scores, Source, ranked
from retrieval.space.embedding import Embedder, Vectors, normalised

HALF = 10  # the place at which a part by its place counts half as much as heading the list


def removal(catalogue: Catalogue, query: Query, id: str) -> str | None:
    """What keeps the item out, in words, or None if it may be shown. Raises UnknownItem."""
    item = catalogue[id]
    if reason := query.exclude.get(id) or query.where.removes(item):
        return reason
    return None if item.available else "not available"


def allowed(catalogue: Catalogue, query: Query) -> Mask:
    """Which items may be shown, (items,): those that no exclusion and no constraint of the query removes.

    Every source chooses among these, so that a filter never starves one of them.
    """
    passing = query.where.mask(catalogue.columns) & catalogue.columns.available
    passing[[catalogue.row[id] for id in query.exclude if id in catalogue]] = False
    return passing


def ids_allowed(catalogue: Catalogue, query: Query) -> tuple[str, ...]:
    """The ids of the items that may be shown, in the catalogue's order."""
    return tuple(catalogue.ids[row] for row in np.flatnonzero(allowed(catalogue, query)))


def by_meaning(catalogue: Catalogue, index: Index, embedder: Embedder, n: int = 100) -> Source:
    """Items whose description is near the words of the wish; nothing without words."""

    def source(query: Query) -> Ranking:
        if not query.text:
            return Ranking()
        return _near(catalogue, index, query, embedder.queries([query.text])[0], n, "meaning")

    return source


def by_likeness(catalogue: Catalogue, index: Index, n: int = 100) -> Source:
    """Items whose description is near those named as examples; nothing if none is named."""

    def source(query: Query) -> Ranking:
        if not query.like:
            return Ranking()
        return _near(catalogue, index, query, _middle(index, query.like), n, "likeness")

    return source


def _near(catalogue: Catalogue, index: Index, query: Query, vector: Vectors, n: int, source: str) -> Ranking:
    among = allowed(catalogue, query)
    found = index.found(vector, n, None if among.all() else among)
    return Ranking(found.ids, notes=(f"{source}: {found.by}",))


def _middle(index: Index, ids: Sequence[str]) -> Vectors:
    middle: Vectors = normalised(index.vectors(ids).mean(axis=0, keepdims=True))[0]
    return middle


def together(*sources: Source, **named: Source) -> Source:
    """All candidates of the sources, each once, the best of each first, with the names of those that found them; their
    scores are left to the rankers."""

    def source(query: Query) -> Ranking:
        by_name = {name: one(query) for name, one in named.items()}
        rankings = [*(one(query) for one in sources), *by_name.values()]
        rounds = itertools.zip_longest(*(one.ids for one in rankings))
        ids = (id for each in rounds for id in each if id is not None)
        notes = (note for one in rankings for note in one.notes)
        found: dict[str, tuple[str, ...]] = {}
        for name, ranking in by_name.items():
            for id in ranking.ids:
                found[id] = (*found.get(id, ()), name)
        return Ranking(tuple(dict.fromkeys(ids)), notes=tuple(dict.fromkeys(notes)), found=found)

    return source


def by_request(index: Index, embedder: Embedder, weights: Weights, sample: Vectors, items: int = 0) -> Ranker:
    """Adds what the words (`meaning`), the items named (`likeness`) and those turned down (`disliked`) say.

    Each is a cosine in standard deviations over `sample`, vectors of the catalogue, shape (items, width), so that a
    part means the same whatever the other candidates are. `meaning` counts by its place among `items` items as well.
    """

    def ranker(query: Query, ranking: Ranking) -> Ranking:
        directions: dict[str, tuple[float, Vectors]] = {}
        if query.text:
            directions["meaning"] = weights.meaning, embedder.queries([query.text])[0]
        if query.like:
            directions["likeness"] = weights.likeness, _middle(index, query.like)
        if query.disliked:
            directions["disliked"] = weights.disliked, _middle(index, query.disliked)
        if not ranking.ids or not directions:
            return ranking
        vectors = index.vectors(ranking.ids)
        parts = {name: w * standardised(vectors @ v, over=sample @ v) for name, (w, v) in directions.items()}
        if "meaning" in parts and weights.meaning_place:
            _, v = directions["meaning"]
            parts["meaning"] += weights.meaning_place * placed(vectors @ v, sample @ v, items or len(sample))
        return ranked(ranking.ids, {**ranking.parts, **parts})

    return ranker


def by_kind(catalogue: Catalogue, weights: Weights) -> Ranker:
    """Adds `kind`: the attributes shared with the items named as examples, a rare one counting for more.

    It is the cosine of attributes weighted by inverse document frequency (Spärck Jones, 1972), in standard deviations
    over the catalogue. Items that came after this ranker was made share nothing.
    """
    row = {id: at for at, id in enumerate(catalogue)}
    having = [
        [(name, value) for name, values in item.facets.items() for value in values] for item in catalogue.values()
    ]
    column = {one: at for at, one in enumerate(sorted({one for each in having for one in each}))}
    where = ([at for at, each in enumerate(having) for _ in each], [column[one] for each in having for one in each])
    has = sparse.csr_array((np.ones(len(where[0]), dtype=np.float32), where), shape=(len(row), max(1, len(column))))
    rarity = np.log(len(row) / np.maximum(has.sum(axis=0), 1)).astype(np.float32)
    weighed = has * rarity[None]
    lengths = np.sqrt(np.asarray(weighed.multiply(weighed).sum(axis=1)))
    attributes = sparse.csr_array(sparse.diags_array(1 / np.maximum(lengths, 1e-6)) @ weighed)

    def ranker(query: Query, ranking: Ranking) -> Ranking:
        named = [row[id] for id in query.like if id in row]
        if not ranking.ids or not named:
            return ranking
        shared = np.asarray(attributes @ attributes[named].mean(axis=0), dtype=np.float32)
        scores = [shared[row[id]] if id in row else 0.0 for id in ranking.ids]
        kind = weights.kind * standardised(np.array(scores, dtype=np.float32), over=shared)
        return ranking.adding("kind", kind)

    return ranker


def standardised(values: Scores, over: Scores) -> Scores:
    """`values` in standard deviations from the mean of `over`."""
    return np.asarray((values - over.mean()) / max(float(over.std()), 1e-6), dtype=np.float32)


def placed(values: Scores, over: Scores, items: int) -> Scores:
    """HALF / (HALF + place) for the place of each value among `items` items, of which `over` is a sample (after
    reciprocal rank fusion: Cormack et al., 2009): what leads counts, however far the others are behind. The least of
    the sample, which shares nothing, has no place."""
    above = len(over) - np.searchsorted(np.sort(over), values, side="right")
    near = HALF / (HALF + 1 + above * (items / max(1, len(over))))
    return np.asarray(np.where(values > over.min(), near, 0), dtype=np.float32)
