"""Is an item found by a sentence about it that does not name it?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from rich.console import Console
from rich.progress import track

from chat.stages import SAMPLE
from eval.candidates import Asked, asked
from retrieval.catalogue import Catalogue
from retrieval.domain import Weights
from retrieval.index.nearest import Exact
from retrieval.ranking import Query
from retrieval.sources import by_meaning
from retrieval.space.embedding import Embedder, Vectors
from retrieval.space.item_vectors import Space, embedded
from retrieval.words.hybrid import by_wish, by_words
from retrieval.words.lexical import Lexical
from retrieval.words.wishes import wish

AMONG = 100  # places in which a wish is looked for


@dataclass(frozen=True)
class Wished:
    """`texts`: what was wished, by id of the item that is meant; `vectors` (items, width) of the catalogue in which
    no item has the sentence it is wished by; the `answers` of each source."""

    texts: Mapping[str, str]
    vectors: Vectors
    answers: Mapping[str, Asked]


def wished(catalogue: Catalogue, embedder: Embedder, weights: Weights, seed: int, n: int | None = None) -> Wished:
    """Every item that has a wish is looked for by it, or `n` of them drawn by the seed, among all items; dense,
    lexical and hybrid, with the `weights` of the domain, as the product does it."""
    wishes = {id: found for id, item in catalogue.items() if (found := wish(item, seed))}
    if n is not None and n < len(wishes):
        chosen = np.sort(np.random.default_rng(seed).permutation(len(wishes))[:n])
        wishes = {id: wishes[id] for id in np.array(list(wishes))[chosen].tolist()}
    silent = Catalogue.of(wishes[id].rest if id in wishes else item for id, item in catalogue.items())
    vectors = vectors_of(silent, embedder)
    index, lexical, some = Exact(silent.ids, vectors), Lexical.of(silent), vectors[:: max(1, len(vectors) // SAMPLE)]
    sources = {
        "meaning": by_meaning(silent, index, embedder, AMONG),
        "lexical": by_words(silent, lexical, AMONG),
        "hybrid": by_wish(silent, index, Space(embedder), lexical, weights, some, AMONG),
    }
    texts = {id: one.text for id, one in wishes.items()}
    # other entries of the same work have the text that the wish was taken from
    twins = [dict.fromkeys(catalogue.twins([id]) - {id}, "it is meant") for id in texts]
    queries = [Query(text=text, exclude=out) for text, out in zip(texts.values(), twins, strict=True)]
    return Wished(texts, vectors, asked(sources, queries, list(texts), "wishes"))


def vectors_of(catalogue: Catalogue, embedder: Embedder) -> Vectors:
    """Of all items in their order, (items, width), with a progress bar."""
    batches = track(embedded(catalogue, embedder), "embedding", None, console=Console(stderr=True), transient=True)
    return np.concatenate([vectors for _, vectors in batches])
