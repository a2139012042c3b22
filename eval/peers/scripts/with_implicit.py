"""ALS and item neighbours of implicit: factors and neighbours chosen on the latest known event, then fitted to all.

ALS: Hu, Koren and Volinsky (2008) with conjugate gradients (Takács et al., 2011); what matters is the pull towards
zero, the weight of an event and the width (Rendle et al., 2022), so these are tried. Neighbours by cosine, TF-IDF or
BM25. Both from the library's own documentation; the grids are run as far as the seconds allow, most usual first.
"""

from __future__ import annotations

import itertools
import sys

import numpy as np
from implicit.als import AlternatingLeastSquares
from implicit.nearest_neighbours import BM25Recommender, CosineRecommender, TFIDFRecommender
from scipy.sparse import csr_matrix
from task import Task, ndcg

NEIGHBOURS = {"cosine": CosineRecommender, "tf-idf": TFIDFRecommender, "bm25": BM25Recommender}


def als(threads: int, factors: int, regularization: float, alpha: float):
    return AlternatingLeastSquares(factors, regularization, alpha, iterations=15, num_threads=threads, random_state=0)


def knn(threads: int, neighbours: int, kind: str):
    return NEIGHBOURS[kind](neighbours, num_threads=threads)


KINDS = {
    "als": (als, itertools.product((64, 32, 128, 256, 512, 1024), (0.01, 0.1), (1.0, 10.0, 40.0))),
    "knn": (knn, itertools.product((20, 100, 500, 2000), NEIGHBOURS)),
}


def main(folder: str, kind: str) -> None:
    task = Task(folder)
    make, grid = KINDS[kind]
    judges = task.judges()
    held = task.starts[judges + 1] - 1
    rest = np.delete(np.arange(len(task.item)), held)
    before = matrix(task, rest)
    tried, longest = {}, 0.0
    for settings in grid:
        # the last fit is the one that counts, so time for it is kept
        if tried and task.left() < 2.5 * longest:
            break
        started = task.passed()
        model = make(task.threads, *settings)
        model.fit(before, show_progress=False)
        histories = [task.history(user)[:-1] for user in judges]
        tried[settings] = ndcg(scored(model, judges, before), task.item[held], histories)
        longest = max(longest, task.passed() - started)
        sys.stderr.write(f"{kind} {settings}: validation NDCG@10 {tried[settings]:.4f}\n")
    best = max(tried, key=tried.get)
    model = make(task.threads, *best)
    whole = matrix(task, np.arange(len(task.item)))
    model.fit(whole, show_progress=False)
    fitted = task.passed()
    names = ", ".join(map(str, best))
    task.answer(lambda rows: scored(model, task.asked[rows], whole), fitted, f"{names}; best of {len(tried)} tried")


def matrix(task: Task, events: np.ndarray) -> csr_matrix:
    """Who did what, (users, items), each once."""
    shape = (task.users, task.items)
    found = csr_matrix((np.ones(len(events), np.float32), (task.user[events], task.item[events])), shape)
    found.data[:] = 1
    return found


def scored(model, users: np.ndarray, seen: csr_matrix) -> np.ndarray:
    """Scores of every item, (users, items)."""
    if hasattr(model, "user_factors"):
        return model.user_factors[users] @ model.item_factors.T
    return np.asarray((seen[users] @ model.similarity).todense(), dtype=np.float32)


if __name__ == "__main__":
    main(*sys.argv[1:])
