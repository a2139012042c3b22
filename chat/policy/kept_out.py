"""Why an item is not shown, as it is told to the person."""

from __future__ import annotations

from collections.abc import Mapping

from chat.messages import Purpose
from chat.policy.nearest import misses
from retrieval.domain import Domain
from retrieval.items import Item
from retrieval.ranking import Query

# what of the past keeps an item out, as a clause of who talks with whom
CLAUSES: Mapping[Purpose, Mapping[str, str]] = {
    "self": {
        "seen already": "you know it already",
        "turned down": "you turned it down",
        "shown before": "it was shown before",
        "named as an example": "you named it as an example",
        "named before": "you named it before",
    },
    "gift": {
        "seen already": "it is known already",
        "liked already": "it is liked already",
        "turned down": "it was turned down",
        "shown before": "it was shown before",
        "named as an example": "you named it as an example",
        "named before": "you named it before",
    },
}


def kept_out(item: Item, why: str, query: Query, domain: Domain) -> str:
    """The reason, as `removal` has it, as a clause: `you know it already`, `it is 170 minutes long, not under 120
    minutes`."""
    if why == query.where.removes(item):
        return "; ".join(f"it {one}" for one in misses(item, query.where, domain))
    return CLAUSES["gift" if query.gift else "self"].get(why, why)
