"""Who is asked what, and where the answer stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.holdout import Questions, ranks
from recommender.past import Past
from retrieval.ranking import Ranking

TOP = 10
PIECE = 500  # users scored at a time


@dataclass(frozen=True)
class Answers:
    """`ranks` of the targets from 1, (users,); `lists` the item codes shown, (users, 10), -1 for an empty place."""

    ranks: NDArray[np.int64]
    lists: NDArray[np.int64]


def by_scores(scores: NDArray[np.float32], asked: Questions) -> Answers:
    """Answers of something that scores the whole catalogue, (users, items)."""
    open_to = scores.astype(np.float32, copy=True)
    for row, codes in enumerate(asked.seen):
        open_to[row, codes] = -np.inf
    best = np.argpartition(-open_to, min(TOP, open_to.shape[1] - 1), axis=1)[:, :TOP]
    order = np.argsort(-np.take_along_axis(open_to, best, axis=1), axis=1, kind="stable")
    shown = np.take_along_axis(best, order, axis=1)
    shown = np.where(np.isfinite(np.take_along_axis(open_to, shown, axis=1)), shown, -1)
    return Answers(ranks(scores, asked), shown)


def in_pieces(scorer: Callable[[Sequence[Past]], NDArray[np.float32]], asked: Questions) -> Answers:
    """Answers of something that scores the whole catalogue, some users at a time, so that they fit into memory."""
    return joined([by_scores(scorer(piece.pasts), piece) for piece in pieces(asked)])


def pieces(asked: Questions) -> Iterator[Questions]:
    """The questions some at a time, in their order."""
    for start in range(0, len(asked), PIECE):
        yield asked.of(np.arange(start, min(start + PIECE, len(asked))))


def joined(answers: Sequence[Answers]) -> Answers:
    """The answers to pieces as one."""
    return Answers(*(np.concatenate([getattr(one, name) for one in answers]) for name in ("ranks", "lists")))


def by_rankings(rankings: list[Ranking], asked: Questions, items: tuple[str, ...]) -> Answers:
    """Answers of something that ranks some items only: a target it leaves out stands beyond the last, and so does
    one that was seen; what else was seen is passed over."""
    code_of = {id: code for code, id in enumerate(items)}
    places = np.full(len(asked), len(items) + 1, dtype=np.int64)
    lists = np.full((len(asked), TOP), -1, dtype=np.int64)
    for row, ranking in enumerate(rankings):
        seen = set(asked.seen[row].tolist())
        kept = [(code_of[id], at) for at, id in enumerate(ranking.ids) if id in code_of and code_of[id] not in seen]
        shown = [code for code, _ in kept[:TOP]]
        lists[row, : len(shown)] = shown
        scores = ranking.scores[[at for _, at in kept]]
        codes = [code for code, _ in kept]
        if (target := int(asked.targets[row])) in codes:
            places[row] = int((scores >= scores[codes.index(target)]).sum())
    return Answers(places, lists)
