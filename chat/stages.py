"""The stages of a list over one catalogue: where candidates come from, what orders them, and what finishes it."""

from __future__ import annotations

from recommender.checkpoint import Checkpoint
from recommender.ranker import Behaviour, by_behaviour, by_company, by_history, less_popular
from retrieval.catalogue import Catalogue
from retrieval.domain import Domain
from retrieval.index.nearest import Index
from retrieval.lists.dial import by_dial
from retrieval.lists.rules import by_caps, by_objective, by_pins, pinned_first
from retrieval.ranking import Ranker, Source
from retrieval.sources import by_kind, by_likeness, by_request, together
from retrieval.space.embedding import Embedder, Vectors
from retrieval.space.whitening import Whitening
from retrieval.words.hybrid import by_wish, by_wording
from retrieval.words.lexical import Lexical

WISHED = 200  # candidates of a wish in words
SAMPLE = 5000  # items whose vectors say what a usual cosine is


def sources(
    catalogue: Catalogue, behaviour: Behaviour, index: Index, embedder: Embedder, lexical: Lexical, domain: Domain
) -> Source:
    """All candidates worth a look: of the words, of the titles named, of the history, and what is pinned."""
    return together(
        pins=by_pins(catalogue, domain.rules),
        wish=by_wish(
            catalogue, index, embedder, lexical, domain.weights, sample(catalogue, index), WISHED, domain.words
        ),
        likeness=by_likeness(catalogue, index),
        company=by_company(catalogue, behaviour),
        history=by_history(catalogue, behaviour),
    )


def rankers(
    catalogue: Catalogue,
    behaviour: Behaviour,
    index: Index,
    embedder: Embedder,
    lexical: Lexical,
    domain: Domain,
) -> tuple[Ranker, ...]:
    """Behaviour first, then the request."""
    return (
        by_behaviour(behaviour, domain.weights),
        by_request(index, embedder, domain.weights, sample(catalogue, index), len(catalogue)),
        by_wording(lexical, domain.weights, domain.words),
        by_kind(catalogue, domain.weights),
    )


def finishing(catalogue: Catalogue, checkpoint: Checkpoint, index: Index, domain: Domain) -> tuple[Ranker, ...]:
    """The aims of the business, its caps, then the dial, and the pinned items before all."""
    whitened = Whitening.of(sample(catalogue, index))
    return (
        by_objective(catalogue, domain.rules),
        by_caps(catalogue, domain.rules),
        by_dial(
            catalogue,
            lambda ids: whitened(index.vectors(ids)),
            less_popular(checkpoint.items, checkpoint.popularity),
        ),
        pinned_first(domain.rules),
    )


def sample(catalogue: Catalogue, index: Index) -> Vectors:
    """Vectors of items all over the catalogue, (items, width)."""
    return index.vectors(catalogue.ids[:: max(1, len(catalogue) // SAMPLE)])
