"""Events of one instant have no order, so none is learned from them."""

from collections.abc import Sequence
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from recommender.interactions import Interactions


def shuffled(interactions: Interactions, random: np.random.Generator) -> Interactions:
    """The same events, those of one user and one instant in random order.

    A page of ratings is stored in one moment and in any order; drawing another order each time keeps the model from
    learning the one that happened to be written.
    """
    order = np.lexsort((random.random(len(interactions)), interactions.time, interactions.owner))
    return interactions.ordered(order)


def settled(interactions: Interactions, draw: int) -> Interactions:
    """The same events, those of one user and one instant in an order as good as random, which depends on nothing but
    who did what and the number of the `draw`: what is counted in it can be counted again, whatever others did since."""
    key = _hashes(interactions.users)[interactions.owner] << 32 | _hashes(interactions.items)[interactions.item]
    key += np.uint64((draw + 1) * 0x9E3779B97F4A7C15 % 2**64)
    # mixed as SplitMix64 does it (Steele, Lea and Flood, 2014)
    key = (key ^ key >> 30) * np.uint64(0xBF58476D1CE4E5B9)
    key = (key ^ key >> 27) * np.uint64(0x94D049BB133111EB)
    return interactions.ordered(np.lexsort((key ^ key >> 31, interactions.time, interactions.owner)))


def _hashes(ids: Sequence[str]) -> NDArray[np.uint64]:
    return np.fromiter((crc32(id.encode()) for id in ids), dtype=np.uint64, count=len(ids))
