"""Events of one instant have no order, so none is learned from them."""

import numpy as np

from recommender.interactions import Interactions


def shuffled(interactions: Interactions, random: np.random.Generator) -> Interactions:
    """The same events, those of one user and one instant in random order.

    A page of ratings is stored in one moment and in any order; drawing another order each time keeps the model from
    learning the one that happened to be written.
    """
    order = np.lexsort((random.random(len(interactions)), interactions.time, interactions.owner))
    return interactions.ordered(order)
