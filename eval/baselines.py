"""What a recommender has to beat: chance, popularity, and each part alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import numpy as np

from recommender.checkpoint import Checkpoint
from recommender.holdout import Codes
from retrieval.ranking import Scores, summed

Scorer = Callable[[Sequence[Codes]], Scores]  # histories as item codes -> (histories, items)


def scorers(checkpoint: Checkpoint, seed: int) -> Mapping[str, Scorer]:
    """Every row that scores the whole catalogue from behaviour, by name."""

    def chance(histories: Sequence[Codes]) -> Scores:
        random = np.random.default_rng(seed)
        return random.random((len(histories), len(checkpoint.items)), dtype=np.float32)

    def fused(histories: Sequence[Codes]) -> Scores:
        return summed(list(checkpoint.weighted(checkpoint.raw(histories), histories).values()))

    def plain(histories: Sequence[Codes]) -> Scores:
        return summed(list(checkpoint.raw(histories).values()))

    names = [name for name in ("popularity", "counts", "ease", "text", "sequence") if name in checkpoint.able]
    parts: dict[str, Scorer] = {name: partial(checkpoint.score, name) for name in names}
    return {"random": chance, **parts, "sum": plain, "fused": fused}
