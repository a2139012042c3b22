"""What a recommender has to beat: chance, popularity, and each part alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import numpy as np

from recommender.checkpoint import Checkpoint, dense
from recommender.counts import faded
from recommender.holdout import Codes
from retrieval.ranking import Scores, summed

FADING = 0.8  # what an event weighs per event since

Scorer = Callable[[Sequence[Codes]], Scores]  # histories as item codes -> (histories, items)


def scorers(checkpoint: Checkpoint, seed: int) -> Mapping[str, Scorer]:
    """Every row that scores the whole catalogue from behaviour, by name."""

    def chance(histories: Sequence[Codes]) -> Scores:
        random = np.random.default_rng(seed)
        return random.random((len(histories), len(checkpoint.items)), dtype=np.float32)

    def fused(histories: Sequence[Codes]) -> Scores:
        return summed(list(checkpoint.weighted(checkpoint.raw(histories), histories).values()))

    parts = {name: partial(checkpoint.score, name) for name in ("popularity", "counts", "ease", "sequence")}
    return {"random": chance, **parts, "fused": fused}


def by_text(vectors: Scores) -> Scorer:
    """Closeness of each item's description to those of the latest events; `vectors` (items, width) of unit length."""

    def scorer(histories: Sequence[Codes]) -> Scores:
        return np.asarray(dense(faded(histories, len(vectors), FADING) @ vectors) @ vectors.T, dtype=np.float32)

    return scorer
