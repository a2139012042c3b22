"""Does the next thing people did come from a source at all, and which source finds it?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from time import perf_counter

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track

from chat.stages import sources
from recommender.checkpoint import Checkpoint
from recommender.ranker import Behaviour, top
from retrieval.catalogue import Catalogue
from retrieval.domain import Domain
from retrieval.index.nearest import Index
from retrieval.ranking import Query, Ranking, Source, ranked
from retrieval.sources import by_likeness
from retrieval.space.embedding import Embedder
from retrieval.words.hybrid import by_words
from retrieval.words.lexical import Lexical, words_of

TOPS = (50, 100, 200)
RECENT = 3  # of a history, the items whose vectors and words stand for it
PARTS = {"behaviour": "sequence", "counts": "counts", "ease": "ease", "popularity": "popularity"}
ABSENT = 1_000_000_000  # the place of what was not found


def contenders(
    catalogue: Catalogue, checkpoint: Checkpoint, index: Index, embedder: Embedder, lexical: Lexical, domain: Domain
) -> dict[str, Source]:
    """Each source for itself, and `fused`, the candidates of the product; up to the greatest of TOPS each.

    `behaviour` is the sequence model. Sources that answer words are given the history: `meaning` the middle of the
    vectors of its latest items, `lexical` their words, `hybrid` both by rank.
    """
    behaviour, most = Behaviour(checkpoint), max(TOPS)
    near, worded = by_likeness(catalogue, index, most), by_words(catalogue, lexical, most)

    def meaning(query: Query) -> Ranking:
        return near(replace(query, like=query.history[-RECENT:]))

    def words(query: Query) -> Ranking:
        return worded(replace(query, text="\n".join(words_of(catalogue[id]) for id in query.history[-RECENT:])))

    def hybrid(query: Query) -> Ranking:
        return _by_rank(meaning(query), words(query), most)

    parts = {row: _by_part(catalogue, checkpoint, name, most) for row, name in PARTS.items() if name in checkpoint.able}
    product = sources(catalogue, behaviour, index, embedder, lexical, domain)
    return {**parts, "meaning": meaning, "lexical": words, "hybrid": hybrid, "fused": product}


def _by_rank(one: Ranking, other: Ranking, n: int) -> Ranking:
    """Reciprocal rank fusion (Cormack et al., 2009), with the constant of that paper."""
    scores: dict[str, float] = {}
    for ranking in (one, other):
        for at, id in enumerate(ranking.ids):
            scores[id] = scores.get(id, 0.0) + 1 / (60 + at + 1)
    return ranked(list(scores), {"rank": np.array(list(scores.values()), dtype=np.float32)}).top(n)


def _by_part(catalogue: Catalogue, checkpoint: Checkpoint, part: str, n: int) -> Source:
    """A part as it is, whatever weight the fusion gives it."""
    codes = Behaviour(checkpoint).over(catalogue)

    def source(query: Query) -> Ranking:
        return top(checkpoint.score(part, [checkpoint.past(query.known)])[0][codes], catalogue, query, n)

    return source


@dataclass(frozen=True)
class Asked:
    """Where the targets stand in the answers of a source, and the milliseconds they took, (queries,) each."""

    places: NDArray[np.int64]
    took: NDArray[np.float64]


def asked(
    every: Mapping[str, Source],
    queries: Sequence[Query],
    targets: Sequence[str],
    what: str,
) -> dict[str, Asked]:
    """Each source asked each query, with a bar that says `what` is asked."""
    places: dict[str, list[int]] = {name: [] for name in every}
    took: dict[str, list[float]] = {name: [] for name in every}
    steps = list(zip(queries, targets, strict=True))
    for query, target in track(steps, what, console=Console(stderr=True), transient=True):
        for name, source in every.items():
            started = perf_counter()
            ranking = source(query)
            took[name].append(1000 * (perf_counter() - started))
            places[name].append(place(ranking, target))
    return {name: Asked(np.array(places[name], dtype=np.int64), np.array(took[name])) for name in every}


def place(ranking: Ranking, target: str) -> int:
    """Where the target stands, from 1; far beyond the last if it is not there."""
    try:
        return ranking.position(target) + 1
    except KeyError:
        return ABSENT
