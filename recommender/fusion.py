"""How much each part of the score may say: learned where neither the parts nor the test have been."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from recommender.holdout import Questions
from recommender.past import Past

Scores = NDArray[np.float32]
Weights = Mapping[int, Mapping[str, float]]  # by the least length of a history, then by form of a part
LENGTHS = (
    0,
    1,
    3,
    6,
)  # beyond, one who did more is weighed like one who did less: finer steps lost more than they gave
MOST, LEAST = 3000, 50  # questions to learn the weights of one length from
NEAR = 150  # of each part, the items that are candidates
PULL = 1e-4  # by which weights are held back where nothing speaks for them (ridge)


def fuse_by_length(
    raw: Callable[[Sequence[Past]], Mapping[str, Scores]],
    asked: Questions,
    seed: int,
    strangers: Questions | None = None,
) -> Weights:
    """Weights for short histories and for long ones, since what a newcomer did says other things than years do.

    `raw` gives the forms of all parts for histories. A short history is one that is short, or the end of a longer one.
    What `strangers` began with, if enough of them are asked, settles the weights of no history at all: the end of a
    longer one says nothing of how people begin. A length that too few reach shares the weights of the one below;
    lengths that nobody reaches are absent.
    """
    random = np.random.default_rng(seed)
    lengths = np.array([len(one) for one in asked.pasts], dtype=np.int64)
    weights: dict[int, Mapping[str, float]] = {}
    for least, beyond in zip(LENGTHS, (*LENGTHS[1:], int(lengths.max(initial=0)) + 1), strict=True):
        if not least and strangers is not None and len(strangers) >= LEAST:
            weights[least] = fuse(raw(strangers.pasts), strangers)
            continue
        able = np.flatnonzero(lengths >= least)
        if len(able) < LEAST and weights:
            break
        some = asked.of(np.sort(random.permutation(able)[:MOST]))
        short = [one if len(one) < beyond else one.last(int(random.integers(least, beyond))) for one in some.pasts]
        weights[least] = fuse(raw(short), replace(some, pasts=short))
    return weights


def weights_for(weights: Weights, length: int) -> Mapping[str, float]:
    """The weights of the greatest length that a history reaches; of the least one for shorter ones."""
    return weights[max((least for least in weights if least <= length), default=min(weights))]


def fuse(parts: Mapping[str, Scores], asked: Questions) -> dict[str, float]:
    """Weights over forms of parts, each (questions, items), under which the targets are likeliest among the
    candidates (conditional logit: McFadden, 1974); none is negative. All ones if nobody is asked.

    Candidates are what any part ranks among its first, and was not seen. Targets that no part has near its top say
    nothing about how to order a list, and are passed over.
    """
    shortlist = Shortlist.of(parts, asked)
    if not len(shortlist.targets):
        return dict.fromkeys(parts, 1.0)
    weights = likeliest(shortlist)
    return {name: round(float(weight), 4) for name, weight in zip(parts, weights, strict=True)}


@dataclass(frozen=True)
class Shortlist:
    """`scores` (forms, questions, candidates), -inf where there are fewer; `targets` (questions,): their places."""

    scores: Scores
    targets: NDArray[np.int64]

    @classmethod
    def of(cls, parts: Mapping[str, Scores], asked: Questions) -> Shortlist:
        """The questions whose target is among the candidates."""
        return cls.among(parts, asked.seen, [[target] for target in asked.targets.tolist()])

    @classmethod
    def among(
        cls,
        parts: Mapping[str, Scores],
        seen: Sequence[NDArray[np.int64]],
        wanted: Sequence[Sequence[int]],
        near: int = NEAR,
    ) -> Shortlist:
        """A question for each of what is wanted in each row, if it is among the candidates of the row, so many of each
        part."""
        chosen, places = [], []
        for row, (gone, targets) in enumerate(zip(seen, wanted, strict=True)):
            codes = _candidates([scores[row] for scores in parts.values()], gone, near) if targets else np.array([])
            for target in targets:
                if len(found := np.flatnonzero(codes == target)):
                    chosen.append((row, codes))
                    places.append(int(found[0]))
        most = max((len(codes) for _, codes in chosen), default=0)
        scores = np.full((len(parts), len(chosen), most), -np.inf, dtype=np.float32)
        for at, (row, codes) in enumerate(chosen):
            for part, whole in enumerate(parts.values()):
                scores[part, at, : len(codes)] = whole[row, codes]
        return cls(scores, np.array(places, dtype=np.int64))

    @property
    def open(self) -> tuple[Scores, NDArray[np.bool_]]:
        """The scores with zeros where there is no candidate, and where that is, (questions, candidates)."""
        empty = np.isinf(self.scores[0])
        return np.where(empty, np.float32(0), self.scores), empty

    def some(self, chosen: NDArray[np.int64] | NDArray[np.bool_]) -> Shortlist:
        """Some of the questions."""
        return Shortlist(self.scores[:, chosen], self.targets[chosen])


def _candidates(rows: Sequence[NDArray[np.float32]], seen: NDArray[np.int64], near: int) -> NDArray[np.int64]:
    best = []
    for row in rows:
        open_to = row.copy()
        open_to[seen] = -np.inf
        best.append(np.argpartition(-open_to, min(near, len(row) - 1))[:near])
    return np.setdiff1d(np.concatenate(best), seen)


def likeliest(
    shortlist: Shortlist,
    pull: float | NDArray[np.float64] = PULL,
    least: float | NDArray[np.float64] = 0.0,
    most: float | NDArray[np.float64] = np.inf,
) -> NDArray[np.float64]:
    """The weights of the forms, (forms,), under which the targets are likeliest among their candidates, each held back
    by its `pull` and within its bounds."""
    stacked, empty = shortlist.open
    rows, forms = np.arange(len(shortlist.targets)), len(stacked)
    reached = stacked[:, rows, shortlist.targets]  # (forms, questions)
    held = np.broadcast_to(np.asarray(pull, dtype=np.float64), forms)

    def surprise(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        share = _shares(weights, stacked, empty)
        slope = (np.einsum("pqi,qi->pq", stacked, share) - reached).mean(axis=1)
        loss = -np.log(np.maximum(share[rows, shortlist.targets], 1e-30)).mean() + held @ weights**2
        return float(loss), slope.astype(np.float64) + 2 * held * weights

    # a part that says nothing here shall have no weight where it would
    lows, highs = (np.broadcast_to(np.asarray(bound, dtype=np.float64), forms) for bound in (least, most))
    start = np.clip(np.where(stacked.any(axis=(1, 2)), 1 / forms, 0.0), lows, highs)
    bounds = list(zip(lows, highs, strict=True))
    return np.asarray(minimize(surprise, start, jac=True, method="L-BFGS-B", bounds=bounds).x)


def likelihoods(shortlist: Shortlist, weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """How likely each target is among its candidates under the weights, in nats, (questions,)."""
    share = _shares(weights, *shortlist.open)
    return np.log(np.maximum(share[np.arange(len(share)), shortlist.targets], 1e-30)).astype(np.float64)


def _shares(weights: NDArray[np.float64], stacked: Scores, empty: NDArray[np.bool_]) -> Scores:
    total = np.tensordot(weights.astype(np.float32), stacked, axes=1)
    total[empty] = -np.inf
    share = np.exp(total - total.max(axis=1, keepdims=True))
    return np.asarray(share / share.sum(axis=1, keepdims=True), dtype=np.float32)
