"""Everybody's history, out of the database, as the domain wants it read."""

from sqlalchemy import Engine

from recommender.events import all_events, all_users
from recommender.interactions import Interactions
from retrieval.catalogue import Catalogue
from retrieval.domain import Inputs


def read_interactions(engine: Engine, catalogue: Catalogue, inputs: Inputs) -> Interactions:
    """Every event with an item of the catalogue; item codes follow the ids in order."""
    return Interactions.of(all_events(engine), sorted(catalogue), inputs, all_users(engine))
