"""The next item, read from the sequence of items: a causal transformer with gated residuals."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from recommender.attention import attended
from recommender.dropout import dropped
from recommender.normalising import normalised

NEAR = 8  # steps back that each have a bias of their own; farther ones share, in growing groups
GROUPS = 32


@dataclass(frozen=True)
class Shape:
    """How large the model is and how it forgets. `window`: events it looks back at; `items`: size of the catalogue;
    `words`: width of the items' text vectors, 0 without; `unknown`: share of items whose own vector is left out of a
    training step, so that their words alone must do."""

    items: int
    words: int = 0
    unknown: float = 0.1
    width: int = 64
    heads: int = 2
    layers: int = 1
    window: int = 100
    dropout: float = 0.3


class SequenceModel(nn.Module):
    """Self-attentive sequential recommendation (Kang and McAuley, 2018), pre-norm, with gated residuals and SwiGLU
    (LiGR: Borisyuk et al., 2024) and a learned bias by distance instead of positions (T5: Raffel et al., 2020).

    Item codes are 0 to items - 1; `items` itself is the padding. The vectors that read an item also score it. A vector
    is the item's own plus a learned projection of its frozen text vector (after AlphaFuse: Hu et al., 2025), so that
    an item without events is scored by its words.
    """

    words: Tensor

    def __init__(self, shape: Shape, words: Tensor | None = None) -> None:
        """`words` (items, shape.words): the text vectors; zeros, to be loaded over, if not given."""
        super().__init__()
        self.shape = shape
        self.item = nn.Embedding(shape.items + 1, shape.width, padding_idx=shape.items)
        nn.init.normal_(self.item.weight, std=0.05)
        self.register_buffer("words", torch.zeros(shape.items + 1, shape.words))
        self.meaning = nn.Parameter(torch.randn(shape.width, shape.words) * 0.05)
        if words is not None:
            self.words[:-1] = words
        self.bias = nn.Parameter(torch.zeros(shape.items))
        self.layers = nn.ModuleList(Layer(shape) for _ in range(shape.layers))
        self.norm = nn.RMSNorm(shape.width)

    def forward(self, codes: Tensor, vectors: Tensor) -> Tensor:
        """States after each event, (batch, time, width), from codes (batch, time), padded on the right, and
        `vectors()`."""
        states = dropped(F.embedding(codes, vectors), self.shape.dropout, self.training)
        distance = grouped(codes.shape[1], self.shape.window).to(codes.device)
        for layer in self.layers:
            states = layer(states, distance)
        return normalised(states, self.norm.weight)

    def vectors(self, codes: Tensor | None = None) -> Tensor:
        """What reads and scores each item, and last the padding, (items + 1, width); or only those of `codes` (n,)."""
        own, words = self.item.weight, self.words
        if codes is not None:
            own, words = own[codes], words[codes]
        if self.training and self.shape.words:
            own = own * (torch.rand(len(own), 1, device=own.device) >= self.shape.unknown)
        return own + words @ self.meaning.T if self.shape.words else own

    @torch.no_grad()
    def scores(self, codes: Tensor) -> Tensor:
        """Scores of every item as the next one, (batch, items) in float32. Each row must hold an event."""
        last = (codes != self.shape.items).sum(1) - 1
        vectors = self.vectors()
        states = self(codes, vectors)[torch.arange(len(codes)), last].float()
        return torch.as_tensor(states @ vectors[:-1].T + self.bias)


class Layer(nn.Module):
    """Attention, then a gated feed-forward step; each lets the sum through as far as its gate says."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        width = shape.width
        self.heads, self.dropout = shape.heads, shape.dropout
        self.before_attention, self.before_step = nn.RMSNorm(width), nn.RMSNorm(width)
        self.asked = nn.Linear(width, 3 * width, bias=False)
        self.answered = nn.Linear(width, width, bias=False)
        self.distance = nn.Parameter(torch.zeros(shape.heads, GROUPS))
        self.wide = nn.Linear(width, 4 * width, bias=False)
        self.narrow = nn.Linear(2 * width, width, bias=False)
        self.attention_gate, self.step_gate = nn.Linear(width, width), nn.Linear(width, width)

    def forward(self, states: Tensor, distance: Tensor) -> Tensor:
        """(batch, time, width) to the same; `distance` (time, time) is `grouped`."""
        asked = self.asked(normalised(states, self.before_attention.weight))
        # padding needs no mask: it stands to the right, where nobody looks
        given = self.answered(attended(asked, self.distance[None, :, distance], self.heads))
        given = dropped(given, self.dropout, self.training)
        states = states + given * torch.sigmoid(self.attention_gate(states))
        value, gate = self.wide(normalised(states, self.before_step.weight)).chunk(2, dim=-1)
        stepped = dropped(self.narrow(F.silu(gate) * value), self.dropout, self.training)
        return torch.as_tensor(states + stepped * torch.sigmoid(self.step_gate(states)))


def grouped(time: int, window: int) -> Tensor:
    """The group of each distance back in time, (time, time): near ones alone, farther ones logarithmically."""
    steps = torch.arange(time)
    back = (steps[:, None] - steps[None]).clamp(min=0)
    growth = math.log(max(window, NEAR + 1) / NEAR)
    far = NEAR + (torch.log(back.clamp(min=1) / NEAR) / growth * (GROUPS - NEAR)).long()
    return torch.where(back < NEAR, back, far.clamp(max=GROUPS - 1))
