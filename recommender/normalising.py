"""Root mean square normalisation, with few passes over its numbers."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor


def normalised(states: Tensor, scale: Tensor) -> Tensor:
    """The states over the root of the mean of their squares, times `scale` (width,); (..., width) in the type that
    autocast asks for (Zhang and Sennrich, 2019). Sums are taken in the type of `scale`."""
    where = states.device.type
    kind = torch.get_autocast_dtype(where) if torch.is_autocast_enabled(where) else states.dtype
    return torch.as_tensor(_Normalised.apply(states, scale, kind))  # type: ignore[no-untyped-call]


class _Normalised(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, states: Tensor, scale: Tensor, kind: torch.dtype) -> Tensor:
        wide = states.to(scale.dtype)
        mean = torch.linalg.vector_norm(wide, dim=-1, keepdim=True).square_().div_(states.shape[-1])
        root = mean.add_(torch.finfo(scale.dtype).eps).rsqrt_()
        ctx.save_for_backward(states, scale, root)
        normal: Tensor = (wide * root).mul_(scale).to(kind)
        return normal

    @staticmethod
    def backward(ctx: Any, *slopes: Tensor) -> tuple[Tensor | None, ...]:
        states, scale, root = ctx.saved_tensors
        unit = states.to(scale.dtype) * root
        slope = slopes[0].to(scale.dtype)
        by_unit = slope * scale
        along = slope.mul_(unit) if slopes[0].dtype != scale.dtype else slope * unit
        by_scale = along.flatten(0, -2).sum(0)
        # along @ scale is the part of the slope that only lengthens, which normalising takes back
        by_states = by_unit.addcmul_(unit, (along @ scale)[..., None], value=-1 / states.shape[-1]).mul_(root)
        return by_states.to(states.dtype), by_scale, None
