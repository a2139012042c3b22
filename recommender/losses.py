"""How wrong the model is about what came next."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from recommender.negatives import Negatives

ROWS = 256  # rows of logits held at a time, so that they stay in the processor's cache
Slopes = tuple[Tensor, Tensor, Tensor]  # the loss of each row, and its slopes by the targets' and negatives' logits


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


def sampled_softmax(
    states: Tensor,
    vectors: Tensor,
    bias: Tensor,
    targets: Tensor,
    shares: Tensor,
    negatives: Negatives,
    weights: Tensor | None = None,
) -> Tensor:
    """Mean cross-entropy with drawn items in place of the catalogue, the same for every row, in nats.

    The rest as in `cross_entropy`. Subtracting `negatives.logq` from their logits makes the sum over them an unbiased
    estimate of the sum over all (Bengio and Senécal, 2008; as logQ correction: Yi et al., 2019). A row's own targets
    are certain, not drawn, so they stand uncorrected and are passed over among the negatives (Khrylchenko et al.,
    2025). Costs n * (m + k) products, and only the rows of targets and negatives get a gradient.
    """

    def formula(reached: Tensor, against: Tensor, shares: Tensor, counted: Tensor) -> Slopes:
        against.sub_(negatives.logq)
        first = reached.masked_fill(~counted, -torch.inf)
        top = torch.cat([first, against.amax(1, keepdim=True)], 1).amax(1, keepdim=True)
        first, against = first.sub_(top).exp_(), against.sub_(top).exp_()
        sums = first.sum(1, keepdim=True) + against.sum(1, keepdim=True)
        lost = (sums.log() + top).squeeze(1) - (reached * shares).sum(1)
        return lost, first / sums - shares, against.div_(sums)

    worth = _worth(states, weights)
    return torch.as_tensor(_Sampled.apply(formula, states, vectors, bias, targets, shares, negatives.codes, worth))  # type: ignore[no-untyped-call]


def gbce(
    states: Tensor,
    vectors: Tensor,
    bias: Tensor,
    targets: Tensor,
    shares: Tensor,
    negatives: Negatives,
    weights: Tensor | None = None,
    calibration: float = 0.75,
) -> Tensor:
    """Mean generalised binary cross-entropy over the targets and drawn items, the same for every row, in nats each.

    The rest as in `cross_entropy`. The probability of a target is raised to the power a * (t * (1 - 1 / a) + 1 / a),
    where a is the share of the catalogue that was drawn, and t = `calibration`: 0 is plain binary cross-entropy, 1
    undoes all of the overconfidence that few negatives bring (Petrov and Macdonald, gSASRec, 2023). `negatives` should
    have been drawn alike; a row's own targets are passed over among them. Costs as `sampled_softmax`.
    """
    drawn = min(1.0, max(1, len(negatives.codes)) / max(1, negatives.items - 1))
    power = drawn * (calibration * (1 - 1 / drawn) + 1 / drawn)
    each = 1 / (1 + len(negatives.codes))

    def formula(reached: Tensor, against: Tensor, shares: Tensor, counted: Tensor) -> Slopes:
        lost = power * (F.softplus(-reached) * shares).sum(1) + F.softplus(against).sum(1)
        return lost * each, -power * each * shares * torch.sigmoid(-reached), against.sigmoid_().mul_(each)

    worth = _worth(states, weights)
    return torch.as_tensor(_Sampled.apply(formula, states, vectors, bias, targets, shares, negatives.codes, worth))  # type: ignore[no-untyped-call]


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


class _Sampled(torch.autograd.Function):
    """Any loss of the targets' logits (n, k) and the negatives' (n, m), of which `formula` gives value and slopes."""

    @staticmethod
    def forward(
        ctx: Any,
        formula: Callable[[Tensor, Tensor, Tensor, Tensor], Slopes],
        states: Tensor,
        vectors: Tensor,
        bias: Tensor,
        targets: Tensor,
        shares: Tensor,
        negatives: Tensor,
        worth: Tensor,
    ) -> Tensor:
        wide = _wide(states)
        across, offset = vectors[negatives].to(states.dtype), bias[negatives]
        by_state = torch.empty_like(states)
        by_vector = torch.zeros(vectors.shape, dtype=wide, device=states.device)
        by_bias = torch.zeros(bias.shape, dtype=wide, device=states.device)
        by_across = torch.zeros(across.shape, dtype=wide, device=states.device)
        total = torch.zeros((), dtype=wide, device=states.device)
        for start in range(0, len(states), ROWS):
            rows = slice(start, start + ROWS)
            own, codes = states[rows].to(wide)[:, None], targets[rows].contiguous()
            aims = vectors[codes].to(wide)  # (rows, k, width)
            against = (states[rows] @ across.T).to(wide).add_(offset)
            counted = _counted(codes, shares[rows])
            _pass_over(against, codes, counted, negatives)
            reached = (own * aims).sum(-1) + bias[codes]
            lost, by_reached, by_against = formula(reached, against, shares[rows], counted)
            total += (lost * worth[rows, 0]).sum()
            by_reached, low = by_reached * worth[rows], by_against.mul_(worth[rows])
            by_bias.index_add_(0, negatives, low.sum(0)).index_add_(0, codes.flatten(), by_reached.flatten())
            low = low.to(states.dtype)
            by_state[rows] = ((low @ across).to(wide) + (by_reached[..., None] * aims).sum(1)).to(states.dtype)
            by_across += low.T @ states[rows]
            by_vector.index_add_(0, codes.flatten(), (by_reached[..., None] * own).flatten(0, 1))
        by_vector.index_add_(0, negatives, by_across)
        ctx.save_for_backward(by_state, by_vector, by_bias)
        return total

    @staticmethod
    def backward(ctx: Any, *slopes: Tensor) -> tuple[Tensor | None, ...]:
        by_state, by_vector, by_bias = ctx.saved_tensors
        return None, by_state * slopes[0], by_vector * slopes[0], by_bias * slopes[0], None, None, None, None


def _counted(targets: Tensor, shares: Tensor) -> Tensor:
    """Which of a row's targets count in its sum, (rows, k): those with a share, and of the same ones the first."""
    real = shares > 0
    again = (targets[:, :, None] == targets[:, None]) & real[:, None]
    return real & ~again.tril(-1).any(-1)


def _pass_over(against: Tensor, targets: Tensor, counted: Tensor, negatives: Tensor) -> None:
    """Put -inf where a negative is one of its row's targets."""
    places = torch.searchsorted(negatives, targets).clamp_(max=len(negatives) - 1)
    row, column = ((negatives[places] == targets) & counted).nonzero(as_tuple=True)
    against[row, places[row, column]] = -torch.inf
