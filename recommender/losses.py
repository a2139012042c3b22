"""How wrong the model is about what came next."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

ROWS = 256  # rows of logits held at a time, so that they stay in the processor's cache


def cross_entropy(
    states: Tensor, vectors: Tensor, bias: Tensor, targets: Tensor, shares: Tensor, weights: Tensor | None = None
) -> Tensor:
    """Mean cross-entropy over the whole catalogue against a mixture of targets, in nats.

    `states` (n, width) at real positions only; `vectors` (items, width); `bias` (items,); `targets` (n, k) item codes;
    `shares` (n, k), how much each target counts, summing to 1 in a row; `weights` (n,), what each row counts in the
    mean, alike if not given. The gradient is taken along with the value, some rows at a time, so the (n, items) logits
    never exist at once (after Wijmans et al., "Cut your losses", 2024).
    """
    worth = _worth(states, weights)
    return torch.as_tensor(_CrossEntropy.apply(states, vectors, bias, targets, shares, worth))  # type: ignore[no-untyped-call]


def _worth(states: Tensor, weights: Tensor | None) -> Tensor:
    """What each row counts, (n, 1), in all 1, or 0 where no row counts."""
    wide = _wide(states)
    if weights is None:
        return torch.full((len(states), 1), 1 / max(len(states), 1), dtype=wide, device=states.device)
    return (weights / weights.sum().clamp(min=torch.finfo(wide).tiny)).to(wide)[:, None]


def _wide(states: Tensor) -> torch.dtype:
    """The type in which sums are taken: float32, or more if the states have more."""
    return torch.promote_types(states.dtype, torch.float32)


class _CrossEntropy(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any, states: Tensor, vectors: Tensor, bias: Tensor, targets: Tensor, shares: Tensor, worth: Tensor
    ) -> Tensor:
        across, wide = vectors.to(states.dtype), _wide(states)
        by_state = torch.empty_like(states)
        by_vector = torch.zeros(vectors.shape, dtype=wide, device=states.device)
        by_bias = torch.zeros(bias.shape, dtype=wide, device=states.device)
        total = torch.zeros((), dtype=wide, device=states.device)
        for start in range(0, len(states), ROWS):
            rows = slice(start, start + ROWS)
            logits = (states[rows] @ across.T).to(wide).add_(bias)
            top = logits.amax(1, keepdim=True)
            reached = (logits.gather(1, targets[rows]) * shares[rows]).sum(1, keepdim=True)
            sums = logits.sub_(top).exp_().sum(1, keepdim=True)  # from here on `logits` holds exponentials
            total += ((top + sums.log() - reached) * worth[rows]).sum()
            slope = logits.mul_(worth[rows] / sums).scatter_add_(1, targets[rows], -shares[rows] * worth[rows])
            by_bias += slope.sum(0)
            low = slope.to(states.dtype)
            by_state[rows] = low @ across
            by_vector += low.T @ states[rows]
        ctx.save_for_backward(by_state, by_vector, by_bias)
        return total

    @staticmethod
    def backward(ctx: Any, *slopes: Tensor) -> tuple[Tensor | None, ...]:
        by_state, by_vector, by_bias = ctx.saved_tensors
        return by_state * slopes[0], by_vector * slopes[0], by_bias * slopes[0], None, None, None
