"""One logistic regression a label, on words and on numbers, with the share from which it says yes learned with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

Numbers = NDArray[np.float64]
Truths = NDArray[np.bool_]
# (truths, shares) -> the share from which on to say yes
Threshold = Callable[[Truths, Numbers], float]
TOKEN = r"[·¤?!]|[\w']+"  # noqa: S105
INNER = 3  # folds inside the training data in which the threshold is found


@dataclass(frozen=True)
class Cases:
    """What is known of each case: `numbers` as they are (cases, n), `wide` ones that are brought down to `width`
    together with the words of the `texts`, each of which counts by its weight. `groups`: the dialogue of each case."""

    groups: NDArray[np.str_]
    numbers: Numbers
    wide: Numbers
    texts: Sequence[tuple[Sequence[str], float]] = ()
    width: int = 200

    def __len__(self) -> int:
        return len(self.groups)

    def joined(self, other: Cases) -> Cases:
        """These cases and then the others."""
        texts = [([*one, *two], weight) for (one, weight), (two, _) in zip(self.texts, other.texts, strict=True)]
        return Cases(
            np.concatenate([self.groups, other.groups]),
            np.vstack([self.numbers, other.numbers]),
            np.vstack([self.wide, other.wide]),
            texts,
            self.width,
        )


def folds(cases: Cases, many: int = 10) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Cross-validation by dialogues: what is learned from and what is judged never share one."""
    many = min(many, len(set(cases.groups)))
    yield from GroupKFold(many).split(cases.groups, groups=cases.groups)


def shares(
    cases: Cases, truths: Truths, learn: NDArray[np.int64], judge: NDArray[np.int64], strictness: float, at: Threshold
) -> tuple[Numbers, Numbers]:
    """For the judged cases how likely each label is, (cases, labels), and from which share on it is said, (labels,)."""
    seen = _reduced(cases, learn)
    rows = np.zeros((len(judge), truths.shape[1]))
    limits = np.full(truths.shape[1], 2.0)
    for label in range(truths.shape[1]):
        true = truths[learn, label]
        if true.all() or not true.any():
            limits[label] = 0.0 if true.any() else 2.0
            continue
        rows[:, label] = _model(seen[learn], true, strictness).predict_proba(seen[judge])[:, 1]
        inside = np.zeros(len(learn))
        groups = cases.groups[learn]
        for a, b in GroupKFold(min(INNER, len(set(groups)))).split(groups, groups=groups):
            if true[a].any() and not true[a].all():
                inside[b] = _model(seen[learn[a]], true[a], strictness).predict_proba(seen[learn[b]])[:, 1]
        limits[label] = at(true, inside)
    return rows, limits


def best_f1(true: Truths, share: Numbers) -> float:
    """The threshold of the highest F1."""
    order = np.argsort(-share, kind="stable")
    right = np.cumsum(true[order])
    f1 = 2 * right / (np.arange(1, len(order) + 1) + true.sum())
    return _between(share[order], int(f1.argmax()))


def best_balance(true: Truths, share: Numbers) -> float:
    """The threshold of the highest balanced accuracy."""
    order = np.argsort(-share, kind="stable")
    right, wrong = np.cumsum(true[order]), np.cumsum(~true[order])
    gain = right / max(1, true.sum()) - wrong / max(1, (~true).sum())
    return _between(share[order], int(gain.argmax())) if gain.max() > 0 else 2.0  # worse than to say it of nobody


def _between(ordered: Numbers, at: int) -> float:
    """Half-way to the next one, so that no case stands on the edge."""
    return float(ordered[at] + ordered[min(at + 1, len(ordered) - 1)]) / 2


def _reduced(cases: Cases, learn: NDArray[np.int64]) -> Numbers:
    parts = [sp.csr_matrix(cases.wide)] if cases.wide.shape[1] else []
    for texts, weight in cases.texts:
        words = TfidfVectorizer(ngram_range=(1, 3), sublinear_tf=True, min_df=2, token_pattern=TOKEN)
        try:
            words.fit([texts[at] for at in learn])
        except ValueError:  # no word occurs twice
            continue
        parts.append(words.transform(texts) * weight)
    numbers = cases.numbers
    if parts:
        whole = sp.hstack(parts).tocsr()
        width = min(cases.width, whole.shape[1] - 1, len(learn) - 1)
        if width > 0:
            reduced = TruncatedSVD(width, random_state=0, n_iter=3).fit(whole[learn]).transform(whole)
            numbers = np.hstack([numbers, reduced])
    return np.asarray(numbers - numbers[learn].mean(axis=0), dtype=np.float64)


def _model(seen: Numbers, true: Truths, strictness: float) -> LogisticRegression:
    return LogisticRegression(C=strictness, class_weight="balanced", max_iter=200, tol=1e-3).fit(seen, true)
