"""Leaving numbers out at random, at the price of one random byte each."""

from __future__ import annotations

import math

import torch
from torch import Tensor


def dropped(states: Tensor, rate: float, training: bool) -> Tensor:
    """The states, a share `rate` of them zero and the rest larger, so that the mean stays (Srivastava et al., 2014).

    The share is rounded to 1/256, and what remains is scaled by the rounded one: drawing eight bytes at a time is many
    times faster than one draw for each number. Draws come from torch's generator, so its seed decides them.
    """
    out_of_256 = min(255, round(256 * rate))
    if not training or not out_of_256:
        return states
    chances = torch.empty(math.ceil(states.numel() / 8), dtype=torch.int64, device=states.device)
    chances.random_(-(2**63), None)  # None: up to the largest, so that all 64 bits are drawn
    each = chances.view(torch.uint8)[: states.numel()].view(states.shape)
    kept = torch.ge(each, out_of_256, out=torch.empty_like(states))
    return states * kept.mul_(256 / (256 - out_of_256))
