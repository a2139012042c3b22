"""Meaning and words together: a wish is answered by what is near it, and by what says the same words."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from retrieval.catalogue import Catalogue
from retrieval.domain import Weights, plain
from retrieval.index.nearest import Index
from retrieval.ranking import Query, Ranker, Ranking, Scores, Source, highest
from retrieval.sources import allowed, by_meaning, placed, standardised
from retrieval.space.embedding import Embedder, Vectors
from retrieval.words.lexical import Lexical

Known = Mapping[str, tuple[str, str]]  # word -> facet and value, as Domain.words
NOTHING: Known = {}


def by_words(catalogue: Catalogue, lexical: Lexical, n: int = 100, known: Known = NOTHING) -> Source:
    """Items that share words with the wish, those with rare ones first; nothing without words.

    `known`: words that stand for a value of a facet. Those that the filter has heeded are no words to look for: who
    wants something funny means comedies, and not `Funny Face`.
    """

    def source(query: Query) -> Ranking:
        text = unheeded(query, known)
        return Ranking(tuple(lexical.nearest(text, n, allowed(catalogue, query)))) if text else Ranking()

    return source


def by_wish(
    catalogue: Catalogue,
    index: Index,
    embedder: Embedder,
    lexical: Lexical,
    weights: Weights,
    sample: Vectors,
    n: int = 100,
    known: Known = NOTHING,
) -> Source:
    """The best of those near in meaning and those that share words, by the weighted sum of both; nothing without words.

    `sample`: vectors of the catalogue, shape (items, width), over which a cosine is standardised; `known` as in
    `by_words`.
    """
    meant_by, said_by = by_meaning(catalogue, index, embedder, n), by_words(catalogue, lexical, n, known)

    def source(query: Query) -> Ranking:
        if not query.text:
            return Ranking()
        near, worded = meant_by(query), wording(lexical, unheeded(query, known))
        found = tuple(dict.fromkeys((*near.ids, *said_by(query).ids)))
        if not found:
            return near
        vector = embedder.queries([query.text])[0]
        meant, usual = index.vectors(found) @ vector, sample @ vector
        said = np.array([worded[lexical.row[id]] for id in found], dtype=np.float32)
        score = weights.meaning * standardised(meant, over=usual) + weights.words * said
        score += weights.meaning_place * placed(meant, usual, len(lexical.ids))
        score += weights.words_place * placed(said, worded, len(lexical.ids))
        best = highest(score, n)
        return Ranking(tuple(found[at] for at in best), notes=near.notes)

    return source


def by_wording(lexical: Lexical, weights: Weights, known: Known = NOTHING) -> Ranker:
    """Adds `words`: how well the words of an item answer those of the wish; `known` as in `by_words`. Items that
    came later answer none."""

    def ranker(query: Query, ranking: Ranking) -> Ranking:
        if not query.text or not ranking.ids:
            return ranking
        scores = wording(lexical, unheeded(query, known))
        if not scores.any():
            return ranking
        none = float(scores.min())
        said = [scores[lexical.row[id]] if id in lexical.row else none for id in ranking.ids]
        by_score = np.array(said, dtype=np.float32)
        words = weights.words * by_score + weights.words_place * placed(by_score, scores, len(scores))
        return ranking.adding("words", words)

    return ranker


def unheeded(query: Query, known: Known) -> str:
    """The words of the wish without those that stand for a value which the filter asks for."""

    def heeded(word: str) -> bool:
        facet, value = known.get(plain(word), ("", ""))
        return value in query.where.asked(facet)

    return " ".join(word for word in query.text.split() if not heeded(word))


def wording(lexical: Lexical, text: str) -> Scores:
    """The lexical scores of all items, (items,), in standard deviations over the catalogue and damped by the inverse
    hyperbolic sine: an item alone with a rare word is dozens of them away, and should lead without drowning others."""
    scores = lexical.scores(text)
    return np.asarray(np.arcsinh(standardised(scores, over=scores)), dtype=np.float32)
