"""The loop in which an adapter learns: so many steps as the time allows, to be gone on with after an end."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

import torch
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from torch import Tensor

from chat.adaptation import lora
from chat.adaptation.notes import Course, Notes
from retrieval.errors import Problem

Unit = TypeVar("Unit")
TRIED = 4  # units by which the time of one is measured, after one that does not count
PASSES = 3  # over what there is to learn from, at most
PARTS = 1000  # of the bar
CALM = 0.98  # of the loss that is shown, what stays at each step


@dataclass(frozen=True)
class Training:
    """`rate`: the highest learning rate, reached after `warm` of the steps and falling to 0 like a cosine (Loshchilov
    and Hutter, 2017). `together`: units of one step. `rank`: the form of the adapter."""

    rate: float = 1e-3
    warm: float = 0.05
    together: int = 2
    clip: float = 1.0
    rank: lora.Rank = field(default_factory=lora.Rank)

    def factor(self, done: float) -> float:
        """Of the highest rate, when so much of the training is done, from 0 to 1."""
        if done < self.warm:
            return done / self.warm
        return 0.5 * (1 + math.cos(math.pi * (min(done, 1.0) - self.warm) / (1 - self.warm)))


class Task(Protocol[Unit]):
    """What is learned. `units` gives what there is, over and over, from a number on, the same each time; `loss` is a
    mean over what `lists` counts in a unit, and `what` says what those are."""

    @property
    def name(self) -> str: ...

    @property
    def what(self) -> str: ...

    def __len__(self) -> int: ...

    def units(self, start: int) -> Iterator[Unit]: ...

    def lists(self, unit: Unit) -> int: ...

    def loss(self, model: Any, unit: Unit) -> Tensor: ...


@dataclass(frozen=True)
class Taken:
    """What a training took and saw."""

    steps: int
    lists: int
    seconds: float
    loss: float


def train(
    model: Any,
    task: Task[Unit],
    by: Training,
    budget: float,
    notes: Notes,
    console: Console,
    clock: Callable[[], float] = time.monotonic,
) -> Taken:
    """Teach the adapter of the model for about `budget` seconds, which are turned into a number of steps before it
    begins, by measuring; where the machine turns out slower than that, it learns from less and still ends in time. What
    was cut off goes on where it was, and gives what it would have given.

    Raises Problem after Ctrl-C, and where the loss is no number."""
    weights = [value for value in model.parameters() if value.requires_grad]
    optimizer = torch.optim.AdamW(weights, lr=by.rate, weight_decay=0.0)
    model.train()
    if found := notes.read():
        course, tensors = found
        lora.restore(model, {name[2:]: value for name, value in tensors.items() if name.startswith("w.")})
        _remember(optimizer, weights, tensors)
        console.print(f"{task.name}: going on after {course.step:,} of {course.planned:,} steps")
    else:
        course = _planned(model, task, by, budget, console, clock)

    def note() -> None:
        moments = {
            f"o.{at}.{name}": value for at, one in enumerate(weights) for name, value in optimizer.state[one].items()
        }
        notes.write(course, {**{f"w.{name}": value for name, value in lora.learned(model).items()}, **moments})

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    units = task.units(course.step * by.together)
    with Progress(*columns, console=console, transient=True) as progress:
        bar = progress.add_task(task.name, total=PARTS, completed=int(PARTS * course.done))
        try:
            while course.done < 1:
                started = clock()
                some = [next(units) for _ in range(by.together)]
                loss = _step(model, task, some, optimizer, by, course)
                if not math.isfinite(loss):
                    notes.discard()
                    raise Problem(
                        f"the loss of {task.name} is no number at step {course.step:,}; nothing of it is kept"
                    )
                course.loss = loss if not course.step else CALM * course.loss + (1 - CALM) * loss
                course.step += 1
                course.lists += sum(map(task.lists, some))
                course.seconds += clock() - started
                told = f"{task.name}  {course.lists:,} {task.what}  loss {course.loss:.3f}"
                progress.update(bar, completed=PARTS * course.done, description=told)
                if notes.due:
                    note()
        except KeyboardInterrupt:
            if course.step:
                note()
            raise Problem(
                f"stopped after {course.step:,} of {course.planned:,} steps; the same command goes on"
            ) from None
    note()  # so that an end while it is judged costs little
    model.eval()
    return Taken(course.step, course.lists, course.seconds, course.loss)


def _planned(
    model: Any, task: Task[Unit], by: Training, budget: float, console: Console, clock: Callable[[], float]
) -> Course:
    """How many steps the budget has room for, said before they begin."""
    took, counted = list[float](), 0
    some = (unit for unit in task.units(0) if task.lists(unit))
    for at, unit in zip(range(TRIED + 1), some, strict=False):
        started = clock()
        torch.autograd.backward(task.loss(model, unit))
        took.append(clock() - started)
        counted += task.lists(unit) if at else 0
    model.zero_grad()
    each = sum(took[1:]) / TRIED
    room = int((budget - sum(took)) / (each * by.together))
    most = max(1, PASSES * len(task) // by.together)
    planned = max(1, min(room, most))
    lists = round(planned * by.together * counted / TRIED)
    minutes, one = planned * by.together * each / 60, each * TRIED / max(counted, 1)
    console.print(
        f"{task.name}: {one:.2f} s each, so about {lists:,} {task.what} in {minutes:.0f} min, in {planned:,} steps"
        + (f", {PASSES} times all there are" if planned == most else "")
    )
    return Course(planned=planned, budget=max(budget - sum(took), each))


def _step(model: Any, task: Task[Unit], some: list[Unit], optimizer: Any, by: Training, course: Course) -> float:
    total = sum(map(task.lists, some))
    loss = 0.0
    for unit in some:
        if share := task.lists(unit) / max(total, 1):
            part = task.loss(model, unit) * share
            torch.autograd.backward(part)  # at once, so that the graph of one unit alone is in memory
            loss += part.detach().item()
    torch.nn.utils.clip_grad_norm_([one for one in model.parameters() if one.requires_grad], by.clip)
    for group in optimizer.param_groups:
        group["lr"] = by.rate * by.factor(course.done + 0.5 / course.planned)
    optimizer.step()
    optimizer.zero_grad()
    return loss


def _remember(optimizer: Any, weights: list[Any], tensors: dict[str, Tensor]) -> None:
    """Give the optimizer its moments back."""
    for name, value in tensors.items():
        if name.startswith("o."):
            _, at, key = name.split(".", 2)
            optimizer.state[weights[int(at)]][key] = value
