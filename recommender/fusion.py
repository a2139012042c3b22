"""How much each part of the score may say: learned where neither the parts nor the test have been."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from recommender.holdout import Questions, gains, ranks

Scores = NDArray[np.float32]
ROUNDS = 3
STEPS = (0.0, 0.5, 0.7, 0.85, 1.0, 1.2, 1.4, 2.0)  # of a weight, tried one weight at a time


def standardised(scores: Scores) -> Scores:
    """Each row with mean 0 and spread 1, so that a weight means the same for every user; a flat row becomes zero."""
    spread = scores.std(axis=1, keepdims=True)
    middle = scores - scores.mean(axis=1, keepdims=True)
    flat = np.zeros_like(middle)
    return np.asarray(np.divide(middle, spread, out=flat, where=spread > 1e-9), dtype=np.float32)


def fuse(parts: Mapping[str, Scores], asked: Questions) -> dict[str, float]:
    """Weights over standardised parts, each (questions, items), that rank the targets best; none is negative.

    First the weights under which the targets are likeliest among all that was not seen (conditional logit: McFadden,
    1974), which is smooth and has one optimum; then each weight in turn is moved while NDCG@10 gains by it.
    """
    names = list(parts)
    if not len(asked) or not names:
        return dict.fromkeys(names, 1.0)
    weights = _likeliest(np.stack([parts[name] for name in names]), asked)
    return dict(zip(names, _climbed(parts, weights, asked), strict=True))


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


def _climbed(parts: Mapping[str, Scores], weights: NDArray[np.float64], asked: Questions) -> list[float]:
    stacked = list(parts.values())
    weights = np.maximum(weights, 0.02)

    def quality(tried: NDArray[np.float64]) -> float:
        total = sum(weight * scores for weight, scores in zip(tried, stacked, strict=True))
        return float(gains(ranks(np.asarray(total, dtype=np.float32), asked)).mean())

    best = quality(weights)
    for _ in range(ROUNDS):
        for at in range(len(weights)):
            for step in STEPS:
                tried = weights.copy()
                tried[at] *= step
                # a gain that would not survive another sample is not worth leaving the likeliest weights for
                if (reached := quality(tried)) > best + 2e-4:
                    best, weights = reached, tried
    return [round(float(weight), 4) for weight in weights]
