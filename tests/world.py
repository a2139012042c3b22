"""A world of which the best possible answer is known: people follow a rule, as often as a dial says."""

import random
from dataclasses import dataclass

from recommender.events import Event
from retrieval.items import Item


@dataclass(frozen=True)
class World:
    """`following[a]` is the item that the rule puts after a. `optimum`: the hit rate at 1 of who knows the rule."""

    items: list[Item]
    events: list[Event]
    following: dict[str, str]
    optimum: float


def world(predictability: float, items: int = 40, people: int = 150, length: int = 10, seed: int = 0) -> World:
    """Each next item follows the rule with probability `predictability`, else it is any item not seen yet.

    The rule is one circle through all items, in random order, so no item leads to itself and all are equally popular.
    """
    dice = random.Random(seed)
    ids = [f"i{number}" for number in range(items)]
    circle = dice.sample(ids, items)
    following = dict(zip(circle, [*circle[1:], circle[0]], strict=True))
    events, lucky = [], 0.0
    for person in range(people):
        history = [dice.choice(ids)]
        while len(history) < length:
            free = [id for id in ids if id not in history]
            by_rule = following[history[-1]]
            open_rule = by_rule in free
            follows = open_rule and dice.random() < predictability
            if len(history) == length - 1:
                lucky += predictability + (1 - predictability) / len(free) if open_rule else 1 / len(free)
            history.append(by_rule if follows else dice.choice(free))
        events += [Event(f"p{person}", id, 1000.0 + step) for step, id in enumerate(history)]
    return World([Item(id, f"Item {id}") for id in ids], events, following, lucky / people)
