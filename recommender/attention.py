"""Causal attention with an additive bias, some sequences at a time."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor

ROOM = 2**19  # scores held at a time, so that they stay in the processor's cache


def attended(asked: Tensor, bias: Tensor, heads: int) -> Tensor:
    """What each place takes from itself and those before it, (batch, time, width), in the type of `asked`.

    `asked` (batch, time, 3 * width) holds queries, keys and values side by side, each of them head by head; `bias`
    (1 or batch, heads, time, time) in float32 is added to their products, which are divided by the root of a head's
    width (Vaswani et al., 2017). Scores live a block at a time; only the shares are kept for the gradient, which
    takes the row sums from the result (after Dao et al., "FlashAttention", 2022).
    """
    return torch.as_tensor(_Attended.apply(asked, bias, heads))  # type: ignore[no-untyped-call]


class _Attended(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, asked: Tensor, bias: Tensor, heads: int) -> Tensor:
        query, key, value = _apart(asked, heads)
        batch, _, time, width = query.shape
        hidden = torch.full((time, time), -torch.inf, dtype=bias.dtype, device=asked.device).triu(1)
        given = asked.new_empty(batch, time, heads, width)
        # serving needs no gradient and no memory of the shares
        kept = asked.new_empty(batch if any(ctx.needs_input_grad) else 0, heads, time, time)
        for rows in _blocks(batch, heads, time):
            scores = (query[rows] @ key[rows].transpose(-1, -2)).to(bias.dtype)
            torch.add(_of(bias, rows) + hidden, scores, alpha=1 / math.sqrt(width), out=scores)
            shares = scores.softmax(-1).to(asked.dtype)
            given.transpose(1, 2)[rows] = shares @ value[rows]
            if len(kept):
                kept[rows] = shares
        ctx.save_for_backward(asked, bias, given, kept)
        return given.view(batch, time, heads * width)

    @staticmethod
    def backward(ctx: Any, *slopes: Tensor) -> tuple[Tensor | None, ...]:
        asked, bias, given, kept = ctx.saved_tensors
        batch, time, heads, width = given.shape
        query, key, value = _apart(asked, heads)
        by_asked, by_bias = torch.empty_like(asked), torch.zeros_like(bias)
        by_query, by_key, by_value = _apart(by_asked, heads)
        slope = slopes[0].reshape(given.shape)
        sums = (slope.to(bias.dtype) * given.to(bias.dtype)).sum(-1).transpose(1, 2)[..., None]
        slope = slope.transpose(1, 2)  # (batch, heads, time, width)
        for rows in _blocks(batch, heads, time):
            by_value[rows] = kept[rows].transpose(-1, -2) @ slope[rows]
            by_scores = (slope[rows] @ value[rows].transpose(-1, -2)).to(bias.dtype).sub_(sums[rows]).mul_(kept[rows])
            _of(by_bias, rows).add_(by_scores if len(bias) > 1 else by_scores.sum(0, keepdim=True))
            low = by_scores.mul_(1 / math.sqrt(width)).to(asked.dtype)
            by_query[rows] = low @ key[rows]
            by_key[rows] = low.transpose(-1, -2) @ query[rows]
        return by_asked, by_bias, None


def _apart(asked: Tensor, heads: int) -> tuple[Tensor, ...]:
    """Views of the queries, keys and values, each (batch, heads, time, width of a head)."""
    batch, time, width = asked.shape
    return asked.view(batch, time, 3, heads, width // 3 // heads).permute(2, 0, 3, 1, 4).unbind()


def _of(bias: Tensor, rows: slice) -> Tensor:
    return bias[rows] if len(bias) > 1 else bias


def _blocks(batch: int, heads: int, time: int) -> list[slice]:
    step = max(1, ROOM // (heads * time * time))
    return [slice(start, start + step) for start in range(0, batch, step)]
