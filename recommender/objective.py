"""What a step of learning looks at, and how it is told how wrong it was."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal, Protocol

import torch
from torch import Tensor

from recommender.losses import cross_entropy, gbce, sampled_softmax
from recommender.negatives import drawn, proposal

Name = Literal["full", "sampled", "gbce"]
TILT = 0.5  # exponent of popularity by which negatives are drawn for the sampled softmax; gBCE draws all alike


class Loss(Protocol):
    """Any of `recommender.losses`, its negatives in place."""

    def __call__(
        self,
        states: Tensor,
        vectors: Tensor,
        bias: Tensor,
        targets: Tensor,
        shares: Tensor,
        *,
        weights: Tensor | None = None,
    ) -> Tensor: ...


@dataclass(frozen=True)
class Judged:
    """`items` (u,): those whose vectors the step needs, the padding last, or None for all; `codes`: the sequences, as
    places among them; `loss`: over their vectors."""

    items: Tensor | None
    codes: Tensor
    loss: Loss


def objective(name: Name, draws: int, events: Tensor, generator: torch.Generator) -> Callable[[Tensor], Judged]:
    """How to judge a step on codes (batch, time) of sequences, by the loss of that name.

    `events` (items,) is how often each item occurs, which is also the code of the padding. At each call `draws`
    negatives are drawn from the generator, and only items in the sequences or among the negatives are needed: the cost
    of a step does not grow with the catalogue, but for one pass of drawing.
    """
    if name == "full":
        return lambda codes: Judged(None, codes, cross_entropy)
    loss = sampled_softmax if name == "sampled" else gbce
    logq = proposal(events, TILT if name == "sampled" else 0.0)

    def judged(codes: Tensor) -> Judged:
        negatives = drawn(logq, draws, generator).to(codes.device)
        every = torch.cat([codes.flatten(), negatives.codes, codes.new_tensor([len(events)])])
        items, places = torch.unique(every, return_inverse=True)
        own, others = places[: codes.numel()].view(codes.shape), places[codes.numel() : -1]
        return Judged(items, own, partial(loss, negatives=replace(negatives, codes=others)))

    return judged
