"""Learning what comes next: the training loop."""

from __future__ import annotations

import copy
import hashlib
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from torch import Tensor

from recommender.batch import batches
from recommender.interactions import Interactions
from recommender.learner import Learner, Training, means, under
from recommender.model import SequenceModel, Shape
from recommender.newcomers import Newcomers
from recommender.resuming import Course, Notes
from retrieval.errors import Problem

Judge = Callable[[SequenceModel], float]
Watch = Callable[[Sequence[tuple[int, float, float]], int], None]  # the curve so far and the best epoch


@dataclass(frozen=True)
class Learned:
    """`epochs` is where `model` stood at its best; `validation` its NDCG@10 there, 0 without a judge."""

    model: SequenceModel
    epochs: int
    validation: float


def train(
    interactions: Interactions,
    shape: Shape,
    by: Training,
    console: Console,
    judge: Judge | None = None,
    words: Tensor | None = None,
    newcomers: Newcomers | None = None,
    begun: SequenceModel | None = None,
    notes: Path | None = None,
    watch: Watch | None = None,
) -> Learned:
    """The model after all epochs, or after those that `judge` liked best; `words` are the items' text vectors,
    `newcomers` the items without an event, which are introduced by their kin.

    With `begun` it goes on from that model's weights, which stays as it is, instead of from chance (a warm start).
    With a folder for `notes` a training of the same data and settings that was cut off goes on where it was, and gives
    what it would have given. `watch` is told the curve after each epoch.

    Ctrl-C ends it with the best so far, and so does a loss that is no number; both are said on the console.
    Raises Problem if no epoch was finished.
    """
    learner = Learner(interactions, shape, by, words, begun)
    if not learner.accelerator.is_main_process:
        console, notes, watch = Console(quiet=True), None, None
    random = np.random.default_rng(by.seed)
    course, best, ended = Course(), copy.deepcopy(learner.model).cpu(), ""
    kept = Notes(notes, _job(interactions, shape, by, begun))
    if found := kept.read():
        course, tensors = found
        best.load_state_dict(under("best.", tensors))
        learner.restore(tensors)
        console.print(f"going on in epoch {course.epoch}, after {course.position} of its steps")
    else:
        course.chance = dict(random.bit_generator.state)

    def note() -> None:
        kept.write(
            course, {**learner.written(), **{f"best.{name}": value for name, value in best.state_dict().items()}}
        )

    first = batches(interactions, shape.window, by.batch, np.random.default_rng(by.seed))
    planned = by.epochs * max(1, sum(1 for _ in learner.mine(first)))
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        bar = progress.add_task("training", total=planned, completed=learner.steps)
        try:
            while course.epoch <= by.epochs:
                random.bit_generator.state = course.chance
                learner.model.train()
                coming = learner.mine(batches(interactions, shape.window, by.batch, random))
                for batch in islice(coming, course.position, None):
                    course.losses.append(learner.step(batch, planned))
                    course.position += 1
                    progress.advance(bar)
                    if kept.due:
                        note()
                loss = means(course.losses)
                if not math.isfinite(loss):
                    at = f"in epoch {course.epoch} at learning rate {learner.rate(planned):.2g}"
                    ended = f"the loss is no number {at}"
                    break
                steady = learner.steady.eval()
                if newcomers:
                    newcomers.introduce(steady)
                validation = learner.agreed(judge(steady)) if judge else 0.0
                if judge is None or validation > course.best[1] or not course.best[0]:
                    course.best, best = (course.epoch, validation), copy.deepcopy(steady)
                course.curve.append((course.epoch, loss, validation))
                told = f"  validation NDCG@10 {validation:.4f}" if judge else ""
                console.print(f"epoch {course.epoch:3}  loss {loss:.3f}{told}")
                if watch:
                    watch(course.curve, course.best[0])
                if course.epoch - course.best[0] >= by.patience:
                    break
                course.epoch, course.position, course.losses = course.epoch + 1, 0, []
                course.chance = dict(random.bit_generator.state)
                note()
        except KeyboardInterrupt:
            ended = "stopped"
    kept.discard()
    epochs, validation = course.best
    if ended and not epochs:
        raise Problem(f"{ended}, before anything was learned; the model of before, if there is one, goes on serving")
    if ended:
        console.print(f"{ended}; keeping epoch {epochs}")
    best.eval()
    return Learned(best, epochs, validation)


def _job(interactions: Interactions, shape: Shape, by: Training, begun: SequenceModel | None) -> str:
    """What tells this training from any other: the data, the settings and where it began."""
    whole = hashlib.sha256(f"{interactions.fingerprint()} {shape} {by}".encode())
    for value in begun.state_dict().values() if begun else ():
        whole.update(value.numpy().tobytes())
    return whole.hexdigest()
