"""A share of the list that is left to chance, so that a taste nobody has asked for yet can be found."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import numpy as np

from retrieval.ranking import Query


def strolls(query: Query, share: float, places: int) -> Mapping[int, float]:
    """At which of the places chance decides, spread evenly, and what it says there, from 0 up to 1.

    `share`: of the places, rounded down. Seeded by who asks, what they did and what they say, so that the same question
    has the same answer, and can be explained.
    """
    count = int(share * places + 1e-9)
    if not count:
        return {}
    asked = repr((query.user, query.history, query.text, query.like)).encode()
    dice = np.random.default_rng(int.from_bytes(hashlib.sha256(asked).digest()[:8]))
    where = [places * (n + 1) // (count + 1) for n in range(count)]
    return dict(zip(where, dice.random(count).tolist(), strict=True))
