"""Events of one instant have no order, so none is learned from them."""

import numpy as np

from recommender.interactions import Interactions


def shuffled(interactions: Interactions, random: np.random.Generator) -> Interactions:
    """The same events, those of one user and one instant in random order.

    A page of ratings is stored in one moment and in any order; drawing another order each time keeps the model from
    learning the one that happened to be written.
    """
    owner = np.repeat(np.arange(len(interactions.users)), np.diff(interactions.starts))
    order = np.lexsort((random.random(len(interactions)), interactions.time, owner))
    return Interactions(
        interactions.users, interactions.items, interactions.starts, interactions.item[order], interactions.time[order]
    )
