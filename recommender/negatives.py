"""Which items stand for all the others in a step of learning."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Negatives:
    """`codes` (m,): items, ascending and distinct; `logq` (m,): logarithm of how often each was expected among the
    draws over how often it came; `items`: how many there are to draw from."""

    codes: Tensor
    logq: Tensor
    items: int

    def to(self, device: torch.device) -> Negatives:
        """The same on that device."""
        return Negatives(self.codes.to(device), self.logq.to(device), self.items)


def proposal(events: Tensor, exponent: float) -> Tensor:
    """Log-probability of each item at one draw, (items,) in float64, from its number of `events`, (items,).

    It grows as the power `exponent` of the number of events: 0 draws all items alike, 1 as they come. An item without
    events counts as one with one, since what cannot be drawn would never be told from a target.
    """
    return torch.log_softmax(exponent * events.double().clamp(min=1).log(), 0)


def drawn(logq: Tensor, draws: int, generator: torch.Generator) -> Negatives:
    """So many independent draws from log-probabilities `logq` (items,), those of one item put together.

    The generator's state decides them and moves on. Costs one pass over the catalogue.
    """
    upto = logq.exp().cumsum(0)
    chances = torch.rand(draws, generator=generator, dtype=upto.dtype) * upto[-1]
    found = torch.searchsorted(upto, chances, right=True).clamp_(max=len(upto) - 1)
    codes, times = torch.unique(found, return_counts=True)
    return Negatives(codes, (logq[codes] + math.log(max(draws, 1)) - times.log()).float(), len(logq))
