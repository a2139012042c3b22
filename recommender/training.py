"""From the database to a checkpoint that serves."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from rich.console import Console

from recommender.checkpoint import Checkpoint, read_checkpoint, sequence_scores
from recommender.content import content, directions
from recommender.counts import Counting, count
from recommender.ease import Easing, ease
from recommender.events import all_events
from recommender.fusion import fuse_by_length, weights_for
from recommender.holdout import HELD_OUT, Questions, gains, questions, ranks
from recommender.interactions import Interactions
from recommender.model import SequenceModel
from recommender.plan import Plan, plan
from recommender.shelf import save
from recommender.train import Judge, train
from retrieval.catalogue import Catalogue, read_catalogue
from retrieval.database import database
from retrieval.errors import Problem, Stale
from retrieval.settings import Settings

JUDGES = 3000


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

    def held_out() -> Checkpoint:
        return fit(interactions, catalogue, plan(interactions.without_last(HELD_OUT), seed, epochs), console)

    if not whole:
        return _saved(settings, held_out, console)
    held = _held_out(settings, interactions)
    if held is None:
        console.print("no held-out checkpoint of these events to take epochs and weights from: fitting it first")
        held = _saved(settings, held_out, console)
    return _saved(settings, lambda: fit_whole(interactions, held, console), console)


def fit(interactions: Interactions, catalogue: Catalogue, by: Plan, console: Console) -> Checkpoint:
    """Learn from all but each user's last two events; choose epochs and weights on the second-last. Never looks at
    the last. Raises Problem if nobody has an event more than that."""
    seen = interactions.without_last(HELD_OUT)
    asked = questions(interactions, catalogue, last=HELD_OUT)
    if not len(seen):
        raise Problem(f"no user has more than {HELD_OUT} events, which are held out, so there is nothing to learn from")
    rows = content([catalogue[id] for id in seen.items], by.reading)
    words = torch.from_numpy(directions(rows, by.reading, by.training.seed))
    shape = replace(by.shape, words=words.shape[1])
    learned = train(seen, shape, by.training, console, judge=_judge(asked, by.training.seed), words=words)
    checkpoint = Checkpoint(
        items=seen.items,
        weights={},
        held_out=HELD_OUT,
        saw=interactions.fingerprint(),
        seed=by.training.seed,
        epochs=learned.epochs,
        planned=by.training.epochs,
        validation=learned.validation,
        counting=by.counting,
        easing=by.easing,
        reading=by.reading,
        model=learned.model,
        content=rows,
        **_counted(seen, by.counting, by.easing, by.training.seed),
    )
    return replace(checkpoint, weights=fuse_by_length(checkpoint.raw, asked, by.training.seed))


def fit_whole(interactions: Interactions, held: Checkpoint, console: Console) -> Checkpoint:
    """Learn from every event, with the settings, the epochs, the seed and the weights of the held-out checkpoint."""
    by = plan(interactions.without_last(HELD_OUT), held.seed, held.planned).training
    learned = train(interactions, held.model.shape, by, console, until=held.epochs, words=held.model.words[:-1])
    counted = _counted(interactions, held.counting, held.easing, held.seed)
    return replace(held, held_out=0, model=learned.model, epochs=learned.epochs, validation=0.0, **counted)


def _counted(seen: Interactions, counting: Counting, easing: Easing | None, seed: int) -> dict[str, Any]:
    items = len(seen.items)
    affinities = ease(seen.histories(), items, easing) if easing else np.zeros((0, 0), dtype=np.float32)
    return {
        "transitions": count(seen, counting, np.random.default_rng(seed)),
        "affinities": affinities,
        "popularity": np.bincount(seen.item, minlength=items).astype(np.float32),
    }


def _judge(asked: Questions, seed: int) -> Judge:
    """NDCG@10 of the sequence model on at most JUDGES of the questions: more would cost time and decide little."""
    if len(asked) > JUDGES:
        asked = asked.of(np.sort(np.random.default_rng(seed).permutation(len(asked))[:JUDGES]))

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
    most = weights_for(checkpoint.weights, max(checkpoint.weights))
    weights = ", ".join(f"{name} {weight:.2f}" for name, weight in most.items())
    saw = f"all but the last {checkpoint.held_out} events of each user" if checkpoint.held_out else "every event"
    console.print(
        f"behaviour learned from {saw} in {time.monotonic() - started:.0f} s: "
        f"{checkpoint.epochs} epochs, seed {checkpoint.seed}; weights of long histories: {weights}"
    )
    return checkpoint
