"""One model while it learns: a step at a time, alone or as one of several processes."""

from __future__ import annotations

import atexit
import copy
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, TypeVar, cast

import numpy as np
import torch
from accelerate import Accelerator
from accelerate.state import PartialState
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from recommender.batch import Batch
from recommender.interactions import Interactions
from recommender.model import SequenceModel, Shape
from recommender.objective import Judged, Name, objective
from retrieval.space.precision import bf16

Thing = TypeVar("Thing")
NEVER = -1e4  # a score that nothing overcomes


@dataclass(frozen=True)
class Training:
    """`epochs`: passes over the events at most; `patience`: passes without a gain in validation before it stops;
    `batch`: sequences a step; `rate`: of learning, warmed up and then falling to nothing along a cosine; `memory`:
    share of the running mean of the weights that stays at each step (Polyak and Juditsky, 1992); `loss`: over the whole
    catalogue, or over drawn items (sampled softmax, or gBCE), of which there are `negatives` a step; `settled`:
    what is settled in the model it begins with stays as it is."""

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
    settled: bool = False


class Learner:
    """The model, the running mean of its weights, the optimizer and every generator, so that all of it can be written
    down and taken up again. Under `torchrun` each process holds one, and their gradients are averaged."""

    def __init__(
        self, interactions: Interactions, shape: Shape, by: Training, words: Tensor | None, begun: SequenceModel | None
    ) -> None:
        torch.manual_seed(by.seed)
        self.by, self.steps = by, 0
        self.model = SequenceModel(shape, words)
        if begun is not None:
            self.model.load_state_dict(begun.state_dict())
            if by.settled:
                self.model.settle(begun.settled)
        self.negatives = torch.Generator().manual_seed(by.seed)
        events = torch.from_numpy(np.bincount(interactions.item, minlength=shape.items))
        self.unmet = events == 0
        if begun is None:
            with torch.no_grad():
                self.model.item.weight[:-1][self.unmet] = 0.0
        losses = objective(by.loss, by.negatives, events, self.negatives)
        wrong = Wrong(self.model, losses, self.unmet, _weights(interactions))
        optimizer = torch.optim.AdamW(
            self.model.parameters(), lr=by.rate, weight_decay=by.weight_decay, betas=(0.9, 0.98)
        )
        self.accelerator = together()
        self.wrong, self.optimizer = self.accelerator.prepare(wrong, optimizer)
        # the mean over the latest steps is meant to make the best epoch less a matter of luck
        self.mean = AveragedModel(self.model, multi_avg_fn=get_ema_multi_avg_fn(by.memory))  # type: ignore[no-untyped-call]
        torch.manual_seed(by.seed + 1000 * self.accelerator.process_index)  # each drops out something else

    @property
    def steady(self) -> SequenceModel:
        """The running mean of the weights, as a model on the CPU, where it is judged, kept and asked."""
        mean = cast(SequenceModel, self.mean.module)
        return mean if self.accelerator.device.type == "cpu" else copy.deepcopy(mean).cpu()

    def rate(self, planned: int) -> float:
        """Of learning, at the present step of so many `planned` ones."""
        fall = (1 + math.cos(math.pi * min(1.0, self.steps / planned))) / 2
        return self.by.rate * min(1.0, (self.steps + 1) / self.by.warmup) * fall

    def step(self, batch: Batch, planned: int) -> float:
        """Learn from one batch; how wrong the model was about it. A loss that is no number changes nothing."""
        for group in self.optimizer.param_groups:
            group["lr"] = self.rate(planned)
        loss: Tensor = self.wrong(batch.to(self.accelerator.device))
        if not math.isfinite(value := loss.item()):
            return value  # taking the step would spoil the weights
        self.optimizer.zero_grad()
        self.accelerator.backward(loss)
        self.accelerator.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        self.mean.update_parameters(self.model)
        self.steps += 1
        return value

    def mine(self, batches: Iterator[Thing]) -> Iterator[Thing]:
        """Of all batches those of this process: as many for each, so that none waits for another at the end."""
        group: list[Thing] = []
        for batch in batches:
            group.append(batch)
            if len(group) == self.accelerator.num_processes:
                yield group[self.accelerator.process_index]
                group = []
        if group:
            yield group[self.accelerator.process_index % len(group)]

    def agreed(self, value: float) -> float:
        """What the first process says."""
        if self.accelerator.num_processes == 1:
            return value
        said = [value if self.accelerator.is_main_process else 0.0]
        told = torch.tensor(said, dtype=torch.float64, device=self.accelerator.device)
        return float(self.accelerator.reduce(told, reduction="sum").item())

    def written(self) -> dict[str, Tensor]:
        """Everything that the next step depends on, by name; the numbers of steps stand in it too."""
        state = self.optimizer.state_dict()["state"]
        return {
            **{f"model.{name}": value for name, value in self.model.state_dict().items()},
            **{f"mean.{name}": value for name, value in self.mean.state_dict().items()},
            **{f"optimizer.{at}.{name}": value for at, each in state.items() for name, value in each.items()},
            "steps": torch.tensor([self.steps]),
            "chance": torch.get_rng_state(),
            "negatives": self.negatives.get_state(),
            **({"device": torch.cuda.get_rng_state()} if self.accelerator.device.type == "cuda" else {}),
        }

    def restore(self, tensors: dict[str, Tensor]) -> None:
        """Go on from what was written. Raises KeyError or RuntimeError if it is of another model."""
        self.model.load_state_dict(under("model.", tensors))
        self.mean.load_state_dict(under("mean.", tensors))
        state: dict[int, dict[str, Any]] = {}
        for key, value in under("optimizer.", tensors).items():
            at, _, name = key.partition(".")
            state.setdefault(int(at), {})[name] = value
        self.optimizer.load_state_dict({**self.optimizer.state_dict(), "state": state})
        self.steps = int(tensors["steps"].item())
        torch.set_rng_state(tensors["chance"])
        self.negatives.set_state(tensors["negatives"])
        if self.accelerator.device.type == "cuda":
            torch.cuda.set_rng_state(tensors["device"])


class Wrong(nn.Module):
    """How wrong the model is about a batch, as one module, so that several processes can share its gradients.

    `unmet` (items,): items without an event. They are no alternatives to what was done: nobody had the choice.
    """

    handicap: Tensor | None
    weights: Tensor | None

    def __init__(
        self, model: SequenceModel, judged: Callable[[Tensor], Judged], unmet: Tensor, weights: Tensor | None
    ) -> None:
        super().__init__()
        self.model, self.judged = model, judged
        self.register_buffer("handicap", torch.where(unmet, NEVER, 0.0) if unmet.any() else None)
        self.register_buffer("weights", weights)

    def forward(self, batch: Batch) -> Tensor:
        """The mean loss over the expected events, in nats."""
        expected, device = batch.expected, batch.codes.device
        low = bf16(device)
        step = self.judged(batch.codes)
        vectors = self.model.vectors(step.items)
        bias = self.model.bias if self.handicap is None else self.model.bias + self.handicap
        bias = bias if step.items is None else bias[step.items[:-1]]
        with torch.autocast(device.type, dtype=torch.bfloat16, enabled=low):
            states = self.model(replace(batch, codes=step.codes).before_last(), vectors)[expected]
        states = states.to(torch.bfloat16) if low else states
        targets = step.codes[expected][:, None]
        counted = self.weights[batch.marks["action"][expected]] if self.weights is not None else None
        shares = torch.ones(targets.shape, device=device)
        return step.loss(states, vectors[:-1], bias, targets, shares, weights=counted)


def leads() -> bool:
    """Whether this is the only process, or the one of several that speaks and writes."""
    return bool(together().is_main_process)


def together() -> Accelerator:
    """This process, on a GPU where there is one, and the others where `torchrun` started several; they part before the
    interpreter ends."""
    _part_at_the_end()
    return Accelerator(cpu=not torch.cuda.is_available())


@cache
def _part_at_the_end() -> None:
    # a thread of theirs that lets go of a tensor after the interpreter has ended would abort the process
    atexit.register(PartialState(cpu=not torch.cuda.is_available()).destroy_process_group)


def _weights(interactions: Interactions) -> Tensor | None:
    """How much each action counts as a target, by its code; None where all count alike."""
    by_name, scale = interactions.inputs.weights, interactions.scales.get("action")
    if not by_name or scale is None:
        return None
    return torch.tensor([1.0, *(by_name.get(name, 1.0) for name in scale.names)])


def under(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """Those whose names begin with the prefix, without it."""
    return {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}


def means(losses: Sequence[float]) -> float:
    """Their mean, 0 without any."""
    return float(np.mean(losses)) if losses else 0.0
