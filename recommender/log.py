"""Everybody's history, out of the database, as the domain wants it read."""

from collections.abc import Sequence
from itertools import islice

from sqlalchemy import Engine

from recommender.events import all_events, all_users
from recommender.interactions import Interactions
from retrieval.catalogue import Catalogue
from retrieval.domain import Inputs


def read_interactions(engine: Engine, catalogue: Catalogue, inputs: Inputs) -> Interactions:
    """Every event with an item of the catalogue; item codes follow the ids in order."""
    return Interactions.of(all_events(engine), sorted(catalogue), inputs, all_users(engine))


def read_first(engine: Engine, items: Sequence[str], inputs: Inputs, count: int, known: Sequence[str]) -> Interactions:
    """The `count` events with one of the items `known` that were written first, in codes of `items`."""
    among = frozenset(known)
    first = islice((event for event in all_events(engine) if event.item in among), count)
    return Interactions.of(first, items, inputs, all_users(engine))
