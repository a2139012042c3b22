"""The whole path on real data, each step done only if it is not up to date: what `make demo` runs."""

from __future__ import annotations

import typer

from chat.assembly import assistant
from chat.reranking.influence import influence
from chat.reranking.tuning import told, tune
from chat.terminal import converse
from eval.judging import next_item
from recommender.checkpoint import read_checkpoint
from recommender.datasets.dataset import bring
from recommender.datasets.ml_100k import ML_100K
from recommender.holdout import HELD_OUT
from recommender.interactions import Interactions
from recommender.log import read_interactions
from recommender.training import fit_and_save
from retrieval.catalogue import read_catalogue
from retrieval.database import database
from retrieval.domain import read_domain
from retrieval.errors import Problem, Stale
from retrieval.index.indexing import index_catalogue
from retrieval.settings import Settings

USER = "42"
TALK = ("something like Alien but funny", "not that one, something from the 80s", "why this?")
LANGUAGE = 60  # users whose lists the language model judges: a list costs it about a second


def demo(settings: Settings, serve: bool) -> None:
    """Fetch, train, index, tune, evaluate, talk, serve. Stopped at any point, it goes on from there next time."""
    _step("Data")
    with database(settings.database_url) as engine:
        typer.echo(bring(ML_100K, engine, settings.cache))
        interactions = read_interactions(engine, read_catalogue(engine), read_domain(settings.domain).inputs)

    _step("Behaviour")
    fresh = [_fitted(settings, interactions, whole) for whole in (False, True)]

    _step("Index")
    typer.echo(index_catalogue(settings))

    _step("Language")
    fresh.append(_tuned(settings, anew=any(fresh)))

    _step("Evaluation")
    fresh.append(next_item(settings, None, LANGUAGE, seed=0, saved=not any(fresh)))

    with assistant(settings) as penchant:
        if any(fresh):
            _step(f"A conversation of user {USER}")
            converse(penchant, USER, TALK, stay=False)
        if serve:
            from chat.web.app import serve as serve_pages

            _step("The page")
            serve_pages(penchant, settings)


def _fitted(settings: Settings, interactions: Interactions, whole: bool) -> bool:
    """Fits the checkpoint unless the one in place is about these very events; whether it had to."""
    try:
        up_to_date = read_checkpoint(settings.models, held_out=0 if whole else 1).saw == interactions.fingerprint()
    except Stale:
        up_to_date = False
    if up_to_date:
        typer.echo(f"The model {'for serving' if whole else 'for judging'} is up to date.")
    else:
        fit_and_save(settings, whole=whole)
    return not up_to_date


def _tuned(settings: Settings, anew: bool) -> bool:
    """Learns what the language model may say unless that was learned for this model and this behaviour; whether it had
    to."""
    try:
        kept = influence(read_checkpoint(settings.models, HELD_OUT))
    except Problem:  # of another version: learned anew
        kept = None
    if anew or kept is None or not kept.fits(settings.language):
        typer.echo(tune(settings))
        return True
    typer.echo(told(kept))
    return False


def _step(name: str) -> None:
    typer.secho(f"\n{name}", bold=True)
