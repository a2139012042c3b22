"""What a recommender has to beat: chance, popularity, and each part alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import numpy as np

from recommender.checkpoint import Checkpoint
from recommender.forms import PLAIN
from recommender.past import Past
from retrieval.ranking import Scores, summed

Scorer = Callable[[Sequence[Past]], Scores]  # pasts -> (pasts, items)


def scorers(checkpoint: Checkpoint, seed: int) -> Mapping[str, Scorer]:
    """Every row that scores the whole catalogue from behaviour, by name. Asked one after the other of the same pasts,
    they ask the models only once."""
    latest: list[tuple[Sequence[Past], Mapping[str, Scores]]] = []

    def forms(pasts: Sequence[Past]) -> Mapping[str, Scores]:
        if not latest or latest[0][0] is not pasts:
            latest[:] = [(pasts, checkpoint.forms(pasts))]
        return latest[0][1]

    def chance(pasts: Sequence[Past]) -> Scores:
        random = np.random.default_rng(seed)
        return random.random((len(pasts), len(checkpoint.items)), dtype=np.float32)

    def fused(pasts: Sequence[Past]) -> Scores:
        return summed(list(checkpoint.weighted(forms(pasts), pasts).values()))

    def plain(names: Sequence[str], pasts: Sequence[Past]) -> Scores:
        return summed([forms(pasts)[name] for name in names])

    def part(name: str, pasts: Sequence[Past]) -> Scores:
        return forms(pasts)[name]

    names = [name for name in (*PLAIN, "counts", "ease", "text", "sequence") if name in checkpoint.able]
    parts: dict[str, Scorer] = {name: partial(part, name) for name in names}
    # what is the same for everybody often spoils a plain sum, so the fusion has to beat the one without it as well
    personal = [name for name in checkpoint.able if name not in PLAIN]
    sums = {"sum": partial(plain, checkpoint.able), "sum-personal": partial(plain, personal)}
    return {"random": chance, **parts, **sums, "fused": fused}


def unasked(every: Mapping[str, Scorer], names: Sequence[str]) -> dict[str, Scorer]:
    """The scorers of these names, of the same pasts but not told which action is wanted; each name ends in -unasked."""
    latest: list[tuple[Sequence[Past], Sequence[Past]]] = []

    def untold(pasts: Sequence[Past]) -> Sequence[Past]:
        if not latest or latest[0][0] is not pasts:
            latest[:] = [(pasts, [one.unasked() for one in pasts])]
        return latest[0][1]

    def scores(name: str, pasts: Sequence[Past]) -> Scores:
        return every[name](untold(pasts))

    return {f"{name}-unasked": partial(scores, name) for name in names}
