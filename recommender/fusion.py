"""How much each part of the score may say: learned where neither the parts nor the test have been."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from recommender.holdout import Codes, Questions

Scores = NDArray[np.float32]
Weights = Mapping[int, Mapping[str, float]]  # by the least length of a history, then by part
LENGTHS = (1, 3, 6, 12, 25, 50)
MOST, LEAST = 1500, 50  # questions to learn the weights of one length from


def standardised(scores: Scores) -> Scores:
    """Each row with mean 0 and spread 1, so that a weight means the same for every user; a flat row becomes zero."""
    spread = scores.std(axis=1, keepdims=True)
    middle = scores - scores.mean(axis=1, keepdims=True)
    flat = np.zeros_like(middle)
    return np.asarray(np.divide(middle, spread, out=flat, where=spread > 1e-9), dtype=np.float32)


def fuse_by_length(raw: Callable[[Sequence[Codes]], Mapping[str, Scores]], asked: Questions, seed: int) -> Weights:
    """Weights for short histories and for long ones, since what a newcomer did says other things than years do.

    `raw` gives the standardised parts of histories. A short history is one that is short, or the end of a longer one.
    A length that too few reach shares the weights of the one below; lengths that nobody reaches are absent.
    """
    random = np.random.default_rng(seed)
    lengths = np.array([len(history) for history in asked.histories], dtype=np.int64)
    weights: dict[int, Mapping[str, float]] = {}
    for least, beyond in zip(LENGTHS, (*LENGTHS[1:], int(lengths.max(initial=0)) + 1), strict=True):
        able = np.flatnonzero(lengths >= least)
        if len(able) < LEAST and weights:
            break
        some = asked.of(np.sort(random.permutation(able)[:MOST]))
        short = [end if len(end) < beyond else end[-int(random.integers(least, beyond)) :] for end in some.histories]
        weights[least] = fuse(raw(short), replace(some, histories=short))
    return weights


def weights_for(weights: Weights, length: int) -> Mapping[str, float]:
    """The weights of the greatest length that a history reaches; of the least one for shorter ones."""
    return weights[max((least for least in weights if least <= length), default=min(weights))]


def fuse(parts: Mapping[str, Scores], asked: Questions) -> dict[str, float]:
    """Weights over standardised parts, each (questions, items), under which the targets are likeliest among all that
    was not seen (conditional logit: McFadden, 1974); none is negative. All ones if nobody is asked."""
    if not len(asked):
        return dict.fromkeys(parts, 1.0)
    weights = _likeliest(np.stack(list(parts.values())), asked)
    return {name: round(float(weight), 4) for name, weight in zip(parts, weights, strict=True)}


def _likeliest(stacked: Scores, asked: Questions) -> NDArray[np.float64]:
    rows = np.arange(len(asked))
    reached = stacked[:, rows, asked.targets]  # (parts, questions)
    closed = np.zeros(stacked.shape[1:], dtype=bool)
    for row, codes in enumerate(asked.seen):
        closed[row, codes] = True
    closed[rows, asked.targets] = False

    def surprise(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        total = np.tensordot(weights.astype(np.float32), stacked, axes=1)
        total[closed] = -np.inf
        share = np.exp(total - total.max(axis=1, keepdims=True))
        share /= share.sum(axis=1, keepdims=True)
        slope = (np.einsum("pqi,qi->pq", stacked, share) - reached).mean(axis=1)
        return float(-np.log(np.maximum(share[rows, asked.targets], 1e-30)).mean()), slope.astype(np.float64)

    start = np.full(len(stacked), 1 / len(stacked))
    return np.asarray(minimize(surprise, start, jac=True, method="L-BFGS-B", bounds=[(0, None)] * len(stacked)).x)
