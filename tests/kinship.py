"""A world in which people share what they look at, but never what they buy."""

import random
from dataclasses import dataclass

from recommender.events import Event
from retrieval.items import Item

GROUPS, LOOKED_AT, KINDS = 4, 20, 4  # hidden groups; items a group looks at; kinds of goods a group buys
BUYS, LENGTH = 0.4, 6  # how often people buy instead of looking; events a person


@dataclass(frozen=True)
class Kinship:
    """`goods[user]` are the items that only people of the user's group buy, each of them one person alone."""

    items: list[Item]
    events: list[Event]
    goods: dict[str, frozenset[str]]


def kinship(people: int, seed: int = 0) -> Kinship:
    """So many `people` a group, who look at what their group looks at and now and then buy something.

    No good is bought twice, so what was bought together tells nothing of anybody else. A good has one word, which
    stands for its kind, and what is looked at has none; and nobody buys two of a kind. So neither the words of a
    history nor its items lead to the next good: only that those who look at the same buy of the same kinds.
    """
    dice = random.Random(seed)
    items: list[Item] = []
    events: list[Event] = []
    bought: dict[int, set[str]] = {}
    for group in range(GROUPS):
        pool = [f"look{group}-{at}" for at in range(LOOKED_AT)]
        items += [Item(id, "") for id in pool]
        for person in range(people):
            looked, kinds = dice.sample(pool, LENGTH), dice.sample(range(KINDS), KINDS)
            for step in range(LENGTH):
                action = "buy" if kinds and dice.random() < BUYS else "view"
                id = looked.pop()
                if action == "buy":
                    id = f"good{group}-{person}-{step}"
                    items.append(Item(id, f"kind{group}{kinds.pop()}"))
                    bought.setdefault(group, set()).add(id)
                events.append(Event(f"{group}-{person}", id, 1000.0 + step, action))
    dice.shuffle(items)
    goods = {event.user: frozenset(bought[int(event.user.split("-")[0])]) for event in events}
    return Kinship(items, events, goods)
