"""Which way of counting suits the data: the one whose lists are best on the events held out for choosing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy import sparse

from recommender.counts import Counting, faded, transitions
from recommender.holdout import Questions, gains, ranks

# a handful, so that luck among many cannot win
EXPONENTS = ((0.5, 0.3), (0.5, 0.1), (0.9, 0.1))  # of all that leaves an item, and of all that arrives
DECAYS = (0.6, 0.75)
BACKWARD = (0.0, 0.3)
JUDGES = 2000  # questions it is judged by


def choose_counting(pairs: sparse.csr_array, by: Counting, asked: Questions, seed: int) -> Counting:
    """`by` with the exponents, the decay and the backward share of the highest NDCG@10 on some of the questions; as it
    was if there are none. `pairs` is `paired` of what may be learned from, (items, items)."""
    some = asked.some(JUDGES, seed)
    choices = [
        replace(by, backward=backward, leaving=leaving, arriving=arriving, decay=decay)
        for backward in BACKWARD
        for leaving, arriving in EXPONENTS
        for decay in DECAYS
    ]
    return max(choices, key=lambda choice: _mark(pairs, choice, some)) if len(some) else by


def _mark(pairs: sparse.csr_array, by: Counting, asked: Questions) -> float:
    histories = faded([one.item for one in asked.pasts], pairs.shape[0], by.decay)
    scores = (histories @ transitions(pairs, by)).toarray().astype(np.float32)
    return float(gains(ranks(scores, asked)).mean())
