"""Learning what comes next: the training loop."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import cast

import numpy as np
import torch
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from torch import Tensor
from torch.nn.functional import pad
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from recommender.interactions import Interactions
from recommender.model import SequenceModel, Shape
from recommender.objective import Judged, Name, objective
from recommender.ties import shuffled
from retrieval.errors import Problem

Judge = Callable[[SequenceModel], float]


@dataclass(frozen=True)
class Training:
    """`epochs`: passes over the events at most; `patience`: passes without a gain in validation before it stops;
    `batch`: sequences a step; `rate`: of learning, warmed up and then falling to nothing along a cosine; `ahead`:
    events after each place that count as targets, each `fade` times as much as the one before; `memory`: share of the
    running mean of the weights that stays at each step (Polyak and Juditsky, 1992); `loss`: over the whole catalogue,
    or over drawn items (sampled softmax, or gBCE), of which there are `negatives` a step."""

    epochs: int = 24
    patience: int = 6
    batch: int = 64
    rate: float = 3e-3
    weight_decay: float = 0.01
    warmup: int = 50
    memory: float = 0.98
    ahead: int = 1
    fade: float = 0.5
    loss: Name = "full"
    negatives: int = 2048
    seed: int = 0


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
    until: int | None = None,
    words: Tensor | None = None,
) -> Learned:
    """The model after `until` epochs, or after those that `judge` liked best; `words` are the items' text vectors.

    Ctrl-C ends it with the best so far, and so does a loss that is no number; both are said on the console.
    Raises Problem if no epoch was finished.
    """
    torch.manual_seed(by.seed)
    random = np.random.default_rng(by.seed)
    model = SequenceModel(shape, words)
    optimizer = torch.optim.AdamW(model.parameters(), lr=by.rate, weight_decay=by.weight_decay, betas=(0.9, 0.98))
    steps = max(1, len(list(batches(interactions, shape, by, random))))
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _rate(step, by.warmup, steps * by.epochs))
    # the mean over the latest steps is meant to make the best epoch less a matter of luck
    mean = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(by.memory))  # type: ignore[no-untyped-call]
    steady = cast(SequenceModel, mean.module)
    events = torch.from_numpy(np.bincount(interactions.item, minlength=shape.items))
    judged = objective(by.loss, by.negatives, events, torch.Generator().manual_seed(by.seed))
    best, ended = Learned(copy.deepcopy(model), 0, 0.0), ""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        bar = progress.add_task("training", total=steps * (until or by.epochs))
        try:
            for epoch in range(1, (until or by.epochs) + 1):
                model.train()
                losses = []
                for codes in batches(interactions, shape, by, random):
                    losses.append(_step(model, codes, by, optimizer, schedule, judged))
                    mean.update_parameters(model)
                    progress.advance(bar)
                loss = float(np.mean(losses)) if losses else 0.0
                if not math.isfinite(loss):
                    ended = f"the loss is no number in epoch {epoch} at learning rate {schedule.get_last_lr()[0]:.2g}"
                    break
                if judge is None:
                    best = Learned(steady, epoch, 0.0)
                    continue
                steady.eval()
                validation = judge(steady)
                console.print(f"epoch {epoch:3}  loss {loss:.3f}  validation NDCG@10 {validation:.4f}")
                if validation > best.validation or best.epochs == 0:
                    best = Learned(copy.deepcopy(steady), epoch, validation)
                elif epoch - best.epochs >= by.patience:
                    break
        except KeyboardInterrupt:
            ended = "stopped"
    if ended and not best.epochs:
        raise Problem(f"{ended}, before anything was learned; the model of before, if there is one, goes on serving")
    if ended:
        console.print(f"{ended}; keeping epoch {best.epochs}")
    best.model.eval()
    return best


def batches(interactions: Interactions, shape: Shape, by: Training, random: np.random.Generator) -> Iterator[Tensor]:
    """One pass over the events: codes (sequences, time), padded on the right, alike in length, in random order.

    Histories longer than the window are cut at a random place, anew each pass, so that no event always stands first.
    """
    pieces: list[NDArray[np.int64]] = []
    for history in shuffled(interactions, random).histories():
        first = int(random.integers(2, shape.window + 2)) if len(history) > shape.window + 1 else len(history)
        for end in (*range(first, len(history), shape.window), len(history)):
            piece = history[max(0, end - shape.window - 1) : end]
            if len(piece) > 1:
                pieces.append(piece)
    lengths = np.array([len(piece) for piece in pieces]) + random.random(len(pieces)) * 10
    alike = np.array_split(np.argsort(lengths), max(1, math.ceil(len(pieces) / by.batch))) if pieces else []
    for at in random.permutation(len(alike)):
        chosen = [pieces[place] for place in alike[at]]
        yield padded(chosen, shape.items)


def padded(histories: list[NDArray[np.int64]], padding: int) -> Tensor:
    """Codes (histories, longest), padded on the right."""
    codes = np.full((len(histories), max(map(len, histories))), padding, dtype=np.int64)
    for row, history in enumerate(histories):
        codes[row, : len(history)] = history
    return torch.from_numpy(codes)


def bf16() -> bool:
    """Whether the processor multiplies bfloat16 in hardware; elsewhere it would be slower than float32."""
    known = getattr(torch.cpu, "_is_avx512_bf16_supported", None)
    return bool(known and known())


def _step(
    model: SequenceModel,
    codes: Tensor,
    by: Training,
    optimizer: torch.optim.Optimizer,
    schedule: torch.optim.lr_scheduler.LRScheduler,
    judged: Callable[[Tensor], Judged],
) -> float:
    real = codes[:, 1:] != model.shape.items
    step = judged(codes)
    codes, vectors = step.codes, model.vectors(step.items)
    bias = model.bias if step.items is None else model.bias[step.items[:-1]]
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=bf16()):
        states = model(codes[:, :-1], vectors)[real]
    targets, shares = _targets(codes, real, len(vectors) - 1, by)
    low = states.to(torch.bfloat16) if bf16() else states
    loss = step.loss(low, vectors[:-1], bias, targets, shares)
    if not math.isfinite(value := loss.item()):
        return value  # taking the step would spoil the weights
    optimizer.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call]
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    schedule.step()
    return value


def _targets(codes: Tensor, real: Tensor, padding: int, by: Training) -> tuple[Tensor, Tensor]:
    """Codes and shares of what follows each real place, both (places, ahead)."""
    following = [pad(codes[:, 1 + step :], (0, step), value=padding)[real] for step in range(by.ahead)]
    targets = torch.stack(following, 1)
    shares = (targets != padding) * torch.tensor([by.fade**step for step in range(by.ahead)])
    return targets.clamp(max=padding - 1), shares / shares.sum(1, keepdim=True)


def _rate(step: int, warmup: int, steps: int) -> float:
    return min(1.0, (step + 1) / warmup) * (1 + math.cos(math.pi * min(1.0, step / steps))) / 2
