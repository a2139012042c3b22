"""From the database to a checkpoint that serves."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
import torch
from rich.console import Console

from recommender.checkpoint import Checkpoint, read_checkpoint, sequence_scores
from recommender.counts import Counting, count
from recommender.ease import Easing, ease
from recommender.events import all_events
from recommender.fusion import fuse
from recommender.holdout import HELD_OUT, Questions, gains, questions, ranks
from recommender.interactions import Interactions
from recommender.model import SequenceModel, Shape
from recommender.shelf import save
from recommender.train import Judge, Learned, Training, train
from retrieval.catalogue import Catalogue, read_catalogue
from retrieval.database import database
from retrieval.errors import Problem, Stale
from retrieval.settings import Settings


def fit_and_save(settings: Settings, whole: bool = False, epochs: int | None = None, seed: int = 0) -> Checkpoint:
    """Fit the held-out checkpoint, or with `whole` the one for serving, and let it serve.

    The latter takes its number of epochs and its fusion weights from the former, which is fitted first if there is
    none for the present data. Raises Problem if there is nothing to learn from.
    """
    console = Console(stderr=True)
    torch.set_num_threads(settings.threads)
    with database(settings.database_url) as engine:
        catalogue = read_catalogue(engine)
        interactions = Interactions.of(all_events(engine), sorted(catalogue))
    if not len(interactions):
        raise Problem("there are no events to learn from; run penchant fetch ml-100k, or penchant import events FILE")
    by = Training(seed=seed) if epochs is None else Training(seed=seed, epochs=epochs)
    if not whole:
        return _saved(settings, lambda: fit(interactions, catalogue, by, console), console)
    held = _held_out(settings, interactions)
    if held is None:
        console.print("no held-out checkpoint of these events to take epochs and weights from: fitting it first")
        held = _saved(settings, lambda: fit(interactions, catalogue, by, console), console)
    return _saved(settings, lambda: fit_whole(interactions, held, by, console), console)


def fit(interactions: Interactions, catalogue: Catalogue, by: Training, console: Console) -> Checkpoint:
    """Learn from all but each user's last two events; choose epochs and weights on the second-last. Never looks at
    the last. Raises Problem if nobody has an event more than that."""
    seen = interactions.without_last(HELD_OUT)
    asked = questions(interactions, catalogue, last=HELD_OUT)
    if not len(seen):
        raise Problem(f"no user has more than {HELD_OUT} events, which are held out, so there is nothing to learn from")
    learned = train(seen, Shape(items=len(seen.items)), by, console, judge=_judge(asked))
    checkpoint = _assembled(interactions, seen, learned, HELD_OUT, {}, by)
    return replace(checkpoint, weights=fuse(checkpoint.raw(asked.histories), asked))


def fit_whole(interactions: Interactions, held: Checkpoint, by: Training, console: Console) -> Checkpoint:
    """Learn from every event, with the epochs, the seed and the weights of the held-out checkpoint."""
    by = replace(by, seed=held.seed, epochs=held.planned)
    learned = train(interactions, held.model.shape, by, console, until=held.epochs)
    return _assembled(interactions, interactions, learned, 0, held.weights, by)


def _assembled(
    whole: Interactions, seen: Interactions, learned: Learned, held_out: int, weights: Mapping[str, float], by: Training
) -> Checkpoint:
    counting, easing = Counting(), Easing()
    items = len(seen.items)
    return Checkpoint(
        items=seen.items,
        weights=weights,
        held_out=held_out,
        saw=whole.fingerprint(),
        seed=by.seed,
        epochs=learned.epochs,
        planned=by.epochs,
        validation=learned.validation,
        counting=counting,
        easing=easing,
        model=learned.model,
        transitions=count(seen, counting, np.random.default_rng(by.seed)),
        affinities=ease(seen.histories(), items, easing),
        popularity=np.bincount(seen.item, minlength=items).astype(np.float32),
    )


def _judge(asked: Questions) -> Judge:
    def judge(model: SequenceModel) -> float:
        return float(gains(ranks(sequence_scores(model, asked.histories), asked)).mean())

    return judge


def _held_out(settings: Settings, interactions: Interactions) -> Checkpoint | None:
    """The held-out checkpoint, if there is one and it is about the present data."""
    try:
        held = read_checkpoint(settings.models, held_out=True)
    except Stale:
        return None
    return held if held.saw == interactions.fingerprint() else None


def _saved(settings: Settings, fitted: Callable[[], Checkpoint], console: Console) -> Checkpoint:
    started = time.monotonic()
    checkpoint = fitted()
    save(settings.models, checkpoint)
    weights = ", ".join(f"{name} {weight:.2f}" for name, weight in checkpoint.weights.items())
    saw = f"all but the last {checkpoint.held_out} events of each user" if checkpoint.held_out else "every event"
    console.print(
        f"behaviour learned from {saw} in {time.monotonic() - started:.0f} s: "
        f"{checkpoint.epochs} epochs, seed {checkpoint.seed}; weights: {weights}"
    )
    return checkpoint
