"""From the database to a checkpoint that serves."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from rich.console import Console

from recommender.checkpoint import Checkpoint, read_checkpoint, sequence_scores
from recommender.choosing import choose_counting
from recommender.content import Reader
from recommender.counts import paired, updated
from recommender.curve import draw
from recommender.ease import ease
from recommender.fusion import LEAST, fuse_by_length, weights_for
from recommender.growing import elsewhere, grown, met_before, transplanted
from recommender.holdout import HELD_OUT, Questions, Split, beginnings, gains, leave_one_out, ranks
from recommender.interactions import Interactions
from recommender.learner import leads
from recommender.log import read_first, read_interactions
from recommender.model import SequenceModel
from recommender.newcomers import Newcomers
from recommender.plan import Plan, plan
from recommender.recency import Stream
from recommender.shelf import read_folder, save
from recommender.threads import compute_with
from recommender.train import Judge, train
from retrieval.catalogue import Catalogue, read_catalogue
from retrieval.database import database
from retrieval.domain import read_domain
from retrieval.errors import Problem, Stale
from retrieval.settings import Settings

JUDGES = 3000
AGAIN = 1 / 3  # of the chosen epochs, by which a model goes on when there are more events


def fit_and_save(
    settings: Settings,
    whole: bool = False,
    epochs: int | None = None,
    seed: int = 0,
    update: bool = False,
    origin: Path | None = None,
    watch: Path | None = None,
) -> Checkpoint:
    """Fit the checkpoint that chooses and the one that is judged, or with `whole` the one for serving; let it serve.

    The latter goes on from the one that chose, which is fitted first if there is none for the present data. With
    `update` the one that serves goes on with what has happened since, whatever it was fitted on. `origin`: the folder
    of a checkpoint, of any catalogue, whose weights the model begins with. `watch`: a PNG for the learning curve.
    A training that was cut off goes on where it was. Raises Problem if there is nothing to learn from.
    """
    console = Console(stderr=True, quiet=not leads())
    compute_with(settings.threads)
    with database(settings.database_url) as engine:
        catalogue = read_catalogue(engine)
        interactions = read_interactions(engine, catalogue, read_domain(settings.domain).inputs)
    if not len(interactions):
        raise Problem("there are no events to learn from; run penchant fetch ml-100k, or penchant import events FILE")
    split = leave_one_out(interactions, catalogue)
    way = Way(console, settings.models / "training", watch)
    if update:
        serving = read_checkpoint(settings.models)
        begun = _read_anew(grown(serving, catalogue, interactions.items), interactions)
        seen = _seen(settings, serving, interactions)
        return _saved(settings, lambda: refit(interactions, begun, 0, way, seen), console)

    def chosen() -> Checkpoint:
        by = plan(split.learning, seed, epochs)
        begun = read_folder(origin) if origin else None
        return _saved(settings, lambda: choose(split, catalogue, by, way, interactions.fingerprint(), begun), console)

    if whole:
        first = _held_out(settings, interactions)
        if first is None:
            console.print("no held-out checkpoint of these events to go on from: fitting it first")
    else:
        first = _half_done(settings, interactions, plan(split.learning, seed, epochs), origin)
    if first is None:
        first, way = chosen(), replace(way, curve=None)  # of two curves the one that chose is worth looking at
    known, lacks = (interactions, 0) if whole else (split.known, 1)
    return _saved(settings, lambda: refit(known, first, lacks, way), console)


@dataclass(frozen=True)
class Way:
    """How a training tells of itself: the console, the folder where it notes how far it is, the PNG of its curve."""

    console: Console
    notes: Path | None = None
    curve: Path | None = None

    def watch(self, curve: Sequence[tuple[int, float, float]], best: int) -> None:
        """Draw the curve where that is wanted."""
        if self.curve:
            draw(curve, best, self.curve)


def fit(
    split: Split, catalogue: Catalogue, by: Plan, console: Console, origin: Checkpoint | None = None
) -> tuple[Checkpoint, Checkpoint]:
    """What `choose` and then `refit` give, for evaluation: the one that chose, and the one to be judged."""
    way = Way(console)
    chosen = choose(split, catalogue, by, way, origin=origin)
    fitted = refit(split.known, chosen, 1, way)
    return chosen, fitted.hearing(chosen.stream) if split.stream else fitted


def choose(
    split: Split, catalogue: Catalogue, by: Plan, way: Way, saw: str = "", origin: Checkpoint | None = None
) -> Checkpoint:
    """Learn from `split.learning`; choose epochs, the way of counting and weights on `split.validation`. Never looks at
    what comes after. `saw` names the data as a whole. With an `origin`, of whatever catalogue, the model begins with
    its weights: with the vectors of the items it has met, and with how it reads a history, which is not learned anew
    where there is little to learn from (after Lu et al., "Frozen pretrained transformers", 2022). Raises Problem if
    there is nothing to learn from."""
    seen, asked, seed = split.learning, split.validation, by.training.seed
    if not len(seen):
        raise Problem(f"no user has more than {HELD_OUT} events, which are held out, so there is nothing to learn from")
    if seen.inputs.wanted and not len(asked):
        raise Problem(
            f"no event to choose on is a {seen.inputs.wanted!r}, which is wanted; want another action, or any"
        )
    spent = Spent()
    with spent.on("text"):
        told = [catalogue[id] for id in seen.items]
        reader = Reader.of(told, by.reading, seed)
        rows = reader.content(told)
    with spent.on("sequence"):
        words = torch.from_numpy(reader.directions(rows))
        shape = replace(by.shape, words=words.shape[1])
        begun = None
        if origin:
            shape = replace(shape, **{name: getattr(origin.model.shape, name) for name in ("width", "heads", "layers")})
            torch.manual_seed(seed)
            begun = elsewhere(origin, shape, words, met_before(origin, told), seen.scales)
        judge = _judge(asked, seed)
        new = Newcomers.of(rows, np.bincount(seen.item, minlength=len(seen.items)) > 0)
        learned = train(seen, shape, by.training, way.console, judge, words, new, begun, way.notes, way.watch)
    with spent.on("counts"):
        pairs = paired(seen, by.counting)
        counting = choose_counting(pairs, by.counting, asked, seed)
    with spent.on("ease"):
        affinities = _affinities(seen, by)
    checkpoint = Checkpoint(
        items=seen.items,
        weights={},
        held_out=HELD_OUT,
        saw=saw,
        seed=seed,
        epochs=learned.epochs,
        planned=by.training.epochs,
        validation=learned.validation,
        counting=counting,
        easing=by.easing,
        reader=reader,
        model=learned.model,
        pairs=pairs,
        content=rows,
        affinities=affinities,
        popularity=_popularity(seen),
        stream=Stream.of(split.stream or seen),
        scales=seen.scales,
        inputs=seen.inputs,
        seconds=spent.seconds,
    ).meeting(new)
    strangers = split.strangers
    if strangers is None or len(strangers) < LEAST:
        strangers = beginnings(seen, catalogue)
    with spent.on("fusion"):
        return checkpoint.weighing(fuse_by_length(checkpoint.forms, asked, seed, strangers))


def refit(
    known: Interactions, chosen: Checkpoint, held_out: int, way: Way, before: Interactions | None = None
) -> Checkpoint:
    """The same on more events, with the settings and the weights of the checkpoint that chose them.

    The sequence model goes on from where it was, for a third of its epochs and with the learning rate rising and
    falling anew; the rest is counted again, or with the events of `before`, which the checkpoint saw, pairs are counted
    only where something changed. `held_out`: how many last events of each user `known` lacks.
    """
    by = plan(known, chosen.seed, math.ceil(AGAIN * chosen.epochs))
    shape, words = chosen.model.shape, chosen.model.words[:-1]
    spent = Spent(chosen.seconds)
    with spent.on("sequence"):
        new = Newcomers.of(chosen.content, np.bincount(known.item, minlength=len(known.items)) > 0)
        learned = train(known, shape, by.training, way.console, None, words, new, chosen.model, way.notes, way.watch)
    with spent.on("counts"):
        pairs = updated(chosen.pairs, before, known, chosen.counting) if before else paired(known, chosen.counting)
    with spent.on("ease"):
        affinities = _affinities(known, replace(by, easing=chosen.easing))
    return replace(
        chosen,
        held_out=held_out,
        model=learned.model,
        validation=0.0,
        pairs=pairs,
        affinities=affinities,
        popularity=_popularity(known),
        stream=Stream.of(known),
        seconds=spent.seconds,
    ).meeting(new)


class Spent:
    """The seconds that each part took, added to those `before`."""

    def __init__(self, before: Mapping[str, float] | None = None) -> None:
        self.seconds = dict(before or {})

    @contextmanager
    def on(self, part: str) -> Iterator[None]:
        started = time.monotonic()
        yield
        self.seconds[part] = round(self.seconds.get(part, 0.0) + time.monotonic() - started, 3)


def _read_anew(before: Checkpoint, interactions: Interactions) -> Checkpoint:
    """The checkpoint with what the codes of marks stand for in the present data."""
    shape = plan(interactions).shape
    known = {name: getattr(shape, name) for name in ("marks", "asking", "person", "time")}
    old = before.model
    moved = transplanted(
        old,
        replace(old.shape, **known),
        old.words[:-1],
        np.arange(len(before.items)),
        (before.scales, interactions.scales),
    )
    saw = interactions.fingerprint()
    return replace(before, model=moved, scales=interactions.scales, inputs=interactions.inputs, saw=saw)


def _seen(settings: Settings, serving: Checkpoint, interactions: Interactions) -> Interactions | None:
    """The events that the serving checkpoint was counted on, in the codes of now; None where the database does not
    begin with just these any more, as after an erasure."""
    if serving.held_out or not set(serving.items) <= set(interactions.items):
        return None
    count = int(serving.popularity.sum(dtype=np.float64))
    with database(settings.database_url) as engine:
        then, now = (
            read_first(engine, items, serving.inputs, count, serving.items)
            for items in (serving.items, interactions.items)
        )
    return now if then.fingerprint() == serving.saw else None


def _affinities(seen: Interactions, by: Plan) -> NDArray[np.float32]:
    return ease(seen.histories(), len(seen.items), by.easing) if by.easing else np.zeros((0, 0), dtype=np.float32)


def _popularity(seen: Interactions) -> NDArray[np.float32]:
    return np.bincount(seen.item, minlength=len(seen.items)).astype(np.float32)


def _judge(asked: Questions, seed: int) -> Judge:
    """NDCG@10 of the sequence model on at most JUDGES of the questions: more would cost time and decide little."""
    some = asked.some(JUDGES, seed)

    def judge(model: SequenceModel) -> float:
        return float(gains(ranks(sequence_scores(model, some.pasts), some)).mean()) if len(some) else 0.0

    return judge


def _held_out(settings: Settings, interactions: Interactions) -> Checkpoint | None:
    """The checkpoint that chose, if there is one and it is about the present data."""
    try:
        held = read_checkpoint(settings.models, held_out=HELD_OUT)
    except Stale:
        return None
    return held if held.saw == interactions.fingerprint() else None


def _half_done(settings: Settings, interactions: Interactions, by: Plan, origin: Path | None) -> Checkpoint | None:
    """The checkpoint that chose by this very plan, if the one to be judged was not reached after it."""
    held = _held_out(settings, interactions)
    if origin or held is None or (held.seed, held.planned) != (by.training.seed, by.training.epochs):
        return None
    try:
        return None if read_checkpoint(settings.models, held_out=1).saw == held.saw else held
    except Stale:
        return held


def _saved(settings: Settings, fitted: Callable[[], Checkpoint], console: Console) -> Checkpoint:
    started = time.monotonic()
    checkpoint = fitted()
    if not leads():
        return checkpoint
    save(settings.models, checkpoint)
    most = weights_for(checkpoint.weights, max(checkpoint.weights))
    weights = ", ".join(f"{name} {weight:.2f}" for name, weight in most.items() if weight >= 0.005)
    out = checkpoint.held_out
    last = f"the last {out} events" if out > 1 else "the last event"
    saw = f"all but {last} of each user" if out else "every event"
    console.print(
        f"behaviour learned from {saw} in {time.monotonic() - started:.0f} s: "
        f"{checkpoint.epochs} epochs, seed {checkpoint.seed}; weights of long histories: {weights}"
    )
    return checkpoint
