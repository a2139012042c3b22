"""Learning what comes next: the training loop."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import cast

import numpy as np
import torch
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from torch import Tensor
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from recommender.batch import Batch, batches
from recommender.interactions import Interactions
from recommender.model import SequenceModel, Shape
from recommender.objective import Judged, Name, objective
from retrieval.errors import Problem

Judge = Callable[[SequenceModel], float]


@dataclass(frozen=True)
class Training:
    """`epochs`: passes over the events at most; `patience`: passes without a gain in validation before it stops;
    `batch`: sequences a step; `rate`: of learning, warmed up and then falling to nothing along a cosine; `memory`:
    share of the running mean of the weights that stays at each step (Polyak and Juditsky, 1992); `loss`: over the whole
    catalogue, or over drawn items (sampled softmax, or gBCE), of which there are `negatives` a step."""

    epochs: int = 24
    patience: int = 6
    batch: int = 64
    rate: float = 3e-3
    weight_decay: float = 0.01
    warmup: int = 50
    memory: float = 0.98
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
    begun: SequenceModel | None = None,
) -> Learned:
    """The model after `until` epochs, or after those that `judge` liked best; `words` are the items' text vectors.

    With `begun` it goes on from that model's weights, which stays as it is, instead of from chance (a warm start).

    Ctrl-C ends it with the best so far, and so does a loss that is no number; both are said on the console.
    Raises Problem if no epoch was finished.
    """
    torch.manual_seed(by.seed)
    random = np.random.default_rng(by.seed)
    model = SequenceModel(shape, words)
    if begun is not None:
        model.load_state_dict(begun.state_dict())
    optimizer = torch.optim.AdamW(model.parameters(), lr=by.rate, weight_decay=by.weight_decay, betas=(0.9, 0.98))
    steps = max(1, sum(1 for _ in batches(interactions, shape.window, by.batch, np.random.default_rng(by.seed))))
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _rate(step, by.warmup, steps * by.epochs))
    # the mean over the latest steps is meant to make the best epoch less a matter of luck
    mean = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(by.memory))  # type: ignore[no-untyped-call]
    steady = cast(SequenceModel, mean.module)
    events = torch.from_numpy(np.bincount(interactions.item, minlength=shape.items))
    judged = objective(by.loss, by.negatives, events, torch.Generator().manual_seed(by.seed))
    weights = _weights(interactions)
    best, ended = Learned(copy.deepcopy(model), 0, 0.0), ""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        bar = progress.add_task("training", total=steps * (until or by.epochs))
        try:
            for epoch in range(1, (until or by.epochs) + 1):
                model.train()
                losses = []
                for batch in batches(interactions, shape.window, by.batch, random):
                    losses.append(_step(model, batch, weights, optimizer, schedule, judged))
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


def bf16() -> bool:
    """Whether the processor multiplies bfloat16 in hardware; elsewhere it would be slower than float32."""
    known = getattr(torch.cpu, "_is_avx512_bf16_supported", None)
    return bool(known and known())


def _step(
    model: SequenceModel,
    batch: Batch,
    weights: Tensor | None,
    optimizer: torch.optim.Optimizer,
    schedule: torch.optim.lr_scheduler.LRScheduler,
    judged: Callable[[Tensor], Judged],
) -> float:
    real = batch.expected
    step = judged(batch.codes)
    vectors = model.vectors(step.items)
    bias = model.bias if step.items is None else model.bias[step.items[:-1]]
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=bf16()):
        states = model(replace(batch, codes=step.codes).before_last(), vectors)[real]
    low = states.to(torch.bfloat16) if bf16() else states
    targets = step.codes[real][:, None]
    counted = weights[batch.marks["action"][real]] if weights is not None else None
    loss = step.loss(low, vectors[:-1], bias, targets, torch.ones(targets.shape), weights=counted)
    if not math.isfinite(value := loss.item()):
        return value  # taking the step would spoil the weights
    optimizer.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call]
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    schedule.step()
    return value


def _weights(interactions: Interactions) -> Tensor | None:
    """How much each action counts as a target, by its code; None where all count alike."""
    by_name, scale = interactions.inputs.weights, interactions.scales.get("action")
    if not by_name or scale is None:
        return None
    return torch.tensor([1.0, *(by_name.get(name, 1.0) for name in scale.names)])


def _rate(step: int, warmup: int, steps: int) -> float:
    return min(1.0, (step + 1) / warmup) * (1 + math.cos(math.pi * min(1.0, step / steps))) / 2
