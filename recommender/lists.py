"""The n best items for each person: by everything that was learned, or by the sequence model alone."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

import numpy as np

from recommender.checkpoint import Checkpoint, sequence_states
from recommender.serving import Codes, best, nearest
from retrieval.ranking import Known, Ranking, summed

# (checkpoint, who asks, how many, ids to leave out for each of them) -> a ranking each
Lists = Callable[[Checkpoint, Sequence[Known], int, Sequence[Collection[str]]], list[Ranking]]


def by_everything(
    checkpoint: Checkpoint, asked: Sequence[Known], n: int, without: Sequence[Collection[str]]
) -> list[Ranking]:
    """The n best by the fused score, with its parts; fewer where fewer are left, equals in code order.

    `without`: for each of the asked the ids that are not to be in the list. Every item is scored by every part at once,
    so the memory it takes grows with len(asked) times the items.
    """
    parts = checkpoint.answer(asked)
    tops = best(summed(list(parts.values())), n, _codes(checkpoint, without))
    return [
        Ranking(_ids(checkpoint, top.codes), {name: scores[row, top.codes] for name, scores in parts.items()})
        for row, top in enumerate(tops)
    ]


def by_sequence(
    checkpoint: Checkpoint, asked: Sequence[Known], n: int, without: Sequence[Collection[str]]
) -> list[Ranking]:
    """The n likeliest next items by the sequence model alone, scored by its logit; for catalogues so large that the
    scores of all parts do not fit. As exact, in memory that does not grow with the items."""
    states = sequence_states(checkpoint.model, [checkpoint.past(one) for one in asked])
    tops = nearest(checkpoint.matrix, states, n, _codes(checkpoint, without))
    return [Ranking(_ids(checkpoint, top.codes), {"sequence": top.scores}) for top in tops]


def _codes(checkpoint: Checkpoint, without: Sequence[Collection[str]]) -> list[Codes]:
    known = checkpoint.code_of
    return [np.array([known[id] for id in ids if id in known], dtype=np.int64) for ids in without]


def _ids(checkpoint: Checkpoint, codes: Codes) -> tuple[str, ...]:
    return tuple(checkpoint.items[code] for code in codes)
