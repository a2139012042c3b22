"""How wrong the model is about what came next."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

ROWS = 512  # rows of logits held at a time, so that they stay in the processor's cache


def cross_entropy(states: Tensor, vectors: Tensor, bias: Tensor, targets: Tensor, shares: Tensor) -> Tensor:
    """Mean cross-entropy over the whole catalogue against a mixture of targets, in nats.

    `states` (n, width) at real positions only; `vectors` (items, width); `bias` (items,); `targets` (n, k) item codes;
    `shares` (n, k), how much each target counts, summing to 1 in a row. The gradient is taken along with the value,
    some rows at a time, so the (n, items) logits never exist at once (after Wijmans et al., "Cut your losses", 2024).
    """
    return torch.as_tensor(_CrossEntropy.apply(states, vectors, bias, targets, shares))  # type: ignore[no-untyped-call]


class _CrossEntropy(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, states: Tensor, vectors: Tensor, bias: Tensor, targets: Tensor, shares: Tensor) -> Tensor:
        across = vectors.to(states.dtype)
        by_state = torch.empty_like(states)
        by_vector = torch.zeros(vectors.shape, device=states.device)
        by_bias = torch.zeros(bias.shape, device=states.device)
        total = torch.zeros((), device=states.device)
        for start in range(0, len(states), ROWS):
            rows = slice(start, start + ROWS)
            logits = (states[rows] @ across.T).float().add_(bias)
            top = logits.amax(1, keepdim=True)
            reached = (logits.gather(1, targets[rows]) * shares[rows]).sum()
            sums = logits.sub_(top).exp_().sum(1, keepdim=True)  # from here on `logits` holds exponentials
            total += top.sum() + sums.log().sum() - reached
            slope = logits.div_(sums).scatter_add_(1, targets[rows], -shares[rows]).div_(len(states))
            by_bias += slope.sum(0)
            low = slope.to(states.dtype)
            by_state[rows] = low @ across
            by_vector += (low.T @ states[rows]).float()
        ctx.save_for_backward(by_state, by_vector, by_bias)
        return total / max(len(states), 1)

    @staticmethod
    def backward(ctx: Any, *slopes: Tensor) -> tuple[Tensor | None, ...]:
        by_state, by_vector, by_bias = ctx.saved_tensors
        return by_state * slopes[0], by_vector * slopes[0], by_bias * slopes[0], None, None
