"""The next item, read from the sequence of events: a causal transformer with gated residuals."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from recommender.attention import attended
from recommender.batch import Batch
from recommender.dropout import dropped
from recommender.normalising import normalised

NEAR = 8  # steps back that each have a bias of their own; farther ones share, in growing groups
GROUPS = 32
SPANS = 40  # groups of time between an event and the moment of asking, each twice as long as the one before
UNSAID = 0.15  # share of what is known of the moment and the person that is left out of a training step


@dataclass(frozen=True)
class Shape:
    """How large the model is, what it reads and how it forgets. `window`: events it looks back at; `items`: size of the
    catalogue; `words`: width of the items' text vectors, 0 without; `unknown`: share of items whose own vector is left
    out of a training step, so that their words alone must do; `time`: whether it reads how long ago events were;
    `marks`, `asking`, `person`: the number of codes of each mark of an event, of the moment of asking, and of each
    attribute of a person that it reads."""

    items: int
    words: int = 0
    unknown: float = 0.1
    width: int = 64
    heads: int = 2
    layers: int = 1
    window: int = 100
    dropout: float = 0.3
    time: bool = False
    marks: Mapping[str, int] = field(default_factory=dict)
    asking: Mapping[str, int] = field(default_factory=dict)
    person: Mapping[str, int] = field(default_factory=dict)


class SequenceModel(nn.Module):
    """Self-attentive sequential recommendation (Kang and McAuley, 2018), pre-norm, with gated residuals and SwiGLU
    (LiGR: Borisyuk et al., 2024), a learned bias by distance instead of positions (T5: Raffel et al., 2020) and one by
    the time that passed until the moment of asking (HSTU: Zhai et al., 2024).

    Item codes are 0 to items - 1; `items` itself is the padding. The vectors that read an item also score it. A vector
    is the item's own, plus a learned projection of its frozen text vector (after AlphaFuse: Hu et al., 2025) and of its
    facet values, so that an item without events is scored by what is told of it. A history begins with a token of its
    own, to which what is known of the person is added; so a newcomer is answered too. What is known of the moment of
    asking is added where it is asked, which no earlier place can see.
    """

    words: Tensor

    def __init__(self, shape: Shape, words: Tensor | None = None) -> None:
        """`words` (items, shape.words): the text vectors; zeros, to be loaded over, if not given."""
        super().__init__()
        self.shape = shape
        self.item = nn.Embedding(shape.items + 1, shape.width, padding_idx=shape.items)
        nn.init.normal_(self.item.weight, std=0.05)
        self.register_buffer("words", torch.zeros(shape.items + 1, shape.words))
        self.meaning = nn.Parameter(torch.randn(shape.width, shape.words) * 0.05) if shape.words else None
        if words is not None:
            self.words[:-1] = words
        self.start = nn.Parameter(torch.randn(shape.width) * 0.05)
        self.marks, self.asking, self.person = (
            nn.ModuleDict({f"of_{name}": _codes(codes, shape.width) for name, codes in some.items()})
            for some in (shape.marks, shape.asking, shape.person)
        )
        self.bias = nn.Parameter(torch.zeros(shape.items))
        self.layers = nn.ModuleList(Layer(shape) for _ in range(shape.layers))
        self.norm = nn.RMSNorm(shape.width)

    def forward(self, batch: Batch, vectors: Tensor) -> Tensor:
        """States in which each event, and last the one to come, is expected, (rows, time + 1, width); `vectors()`."""
        states, distance = self._begun(batch, vectors)
        spans = passed(batch) if self.shape.time else None
        for layer in self.layers:
            states = layer(states, distance, spans)
        return normalised(states, self.norm.weight)

    def _begun(self, batch: Batch, vectors: Tensor) -> tuple[Tensor, Tensor]:
        """What the first layer reads, (rows, time + 1, width), and how far apart the places are, `grouped`."""
        states = F.embedding(batch.codes, vectors) + self._read(self.marks, batch.marks)
        start = (self.start + self._read(self.person, batch.person, UNSAID)).expand(len(states), -1)
        states = torch.cat([start[:, None], states], dim=1) + self._read(self.asking, batch.asking, UNSAID)
        states = dropped(states, self.shape.dropout, self.training)
        if torch.is_autocast_enabled(states.device.type):
            states = states.to(torch.get_autocast_dtype(states.device.type))
        return states, grouped(states.shape[1], self.shape.window).to(states.device)

    def vectors(self, codes: Tensor | None = None) -> Tensor:
        """What reads and scores each item, and last the padding, (items + 1, width); or only those of `codes` (n,)."""
        own, words = self.item.weight, self.words
        if codes is not None:
            own, words = own[codes], words[codes]
        if self.training and self.shape.words:
            own = own * (torch.rand(len(own), 1, device=own.device) >= self.shape.unknown)
        return own if self.meaning is None else own + words @ self.meaning.T

    @torch.no_grad()
    def states(self, batch: Batch) -> Tensor:
        """In what state each row asks, (rows, width) in float32."""
        # of a large catalogue a few histories name a few items, so no other vectors are made
        named, codes = torch.unique(batch.codes, return_inverse=True)
        batch = replace(batch, codes=codes)
        states, distance = self._begun(batch, self.vectors(named))
        before, last = self.layers[:-1], cast(Layer, self.layers[-1])
        if len(before):
            spans = passed(batch) if self.shape.time else None
            for layer in before:
                states = layer(states, distance, spans)
        # nobody reads what the last layer makes of the other places
        asking = passed(batch, batch.lengths) if self.shape.time else None
        return normalised(last.at(batch.lengths, states, distance, asking), self.norm.weight).float()

    @torch.no_grad()
    def matrix(self) -> NDArray[np.float32]:
        """What scores each item in a state: its vector and last its bias, (items, width + 1)."""
        return torch.cat([self.vectors()[:-1], self.bias[:, None]], dim=1).float().numpy()

    @property
    def settled(self) -> tuple[str, ...]:
        """The names of the weights that are not learned any more: they ask for no gradient."""
        return tuple(name for name, weight in self.named_parameters() if not weight.requires_grad)

    def settle(self, names: Collection[str]) -> None:
        """Learn these weights no more, as far as there are such."""
        for name, weight in self.named_parameters():
            if name in names:
                weight.requires_grad_(False)

    def _read(self, tables: nn.ModuleDict, codes: Mapping[str, Tensor], unsaid: float = 0.0) -> Tensor | float:
        """The sum over what is known; while learning some of it is left out, so that it may be unknown when asked."""
        total: Tensor | float = 0.0
        for name, table in tables.items():
            known = codes.get(name.removeprefix("of_"))
            if known is not None:
                if self.training and unsaid:
                    known = known * (torch.rand(known.shape, device=known.device) >= unsaid)
                total = total + table(known)
        return total


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
        self.span = nn.Parameter(torch.zeros(SPANS, shape.heads)) if shape.time else None
        self.wide = nn.Linear(width, 4 * width, bias=False)
        self.narrow = nn.Linear(2 * width, width, bias=False)
        self.attention_gate, self.step_gate = nn.Linear(width, width), nn.Linear(width, width)

    def forward(self, states: Tensor, distance: Tensor, spans: Tensor | None) -> Tensor:
        """(rows, time, width) to the same; `distance` (time, time) is `grouped`, `spans` `passed`."""
        asked = self.asked(normalised(states, self.before_attention.weight))
        bias = self.distance[None, :, distance]
        if spans is not None and self.span is not None:
            bias = bias + F.embedding(spans, self.span).permute(0, 3, 1, 2)
        # padding needs no mask: it stands to the right, where nobody looks
        return self._stepped(states, attended(asked, bias, self.heads))

    def at(self, place: Tensor, states: Tensor, distance: Tensor, spans: Tensor | None) -> Tensor:
        """The same for one place of each row alone, (rows, width); `place` (rows,), `spans` (rows, time) of these."""
        rows, time, width = states.shape
        here = torch.arange(rows, device=states.device), place
        ready = normalised(states, self.before_attention.weight)
        query = F.linear(ready[here], self.asked.weight[:width]).view(rows, self.heads, 1, -1)
        key, value = F.linear(ready, self.asked.weight[width:]).view(rows, time, 2, self.heads, -1).unbind(2)
        bias = self.distance[:, distance[place]].transpose(0, 1)
        if spans is not None and self.span is not None:
            bias = bias + F.embedding(spans, self.span).transpose(1, 2)
        scores = (query @ key.permute(0, 2, 3, 1)).squeeze(2) / math.sqrt(width // self.heads) + bias
        later = torch.arange(time, device=states.device) > place[:, None]
        shares = scores.masked_fill(later[:, None], -torch.inf).softmax(-1)
        given = (shares[:, :, None].to(value.dtype) @ value.transpose(1, 2)).reshape(rows, width)
        return self._stepped(states[here], given)

    def _stepped(self, states: Tensor, taken: Tensor) -> Tensor:
        """The states with what was taken from other places, and then the step of each place by itself."""
        given = dropped(self.answered(taken), self.dropout, self.training)
        states = states + given * torch.sigmoid(self.attention_gate(states))
        ready = normalised(states, self.before_step.weight)
        value, gate = (F.linear(ready, half) for half in self.wide.weight.chunk(2))
        stepped = dropped(self.narrow(F.silu(gate) * value), self.dropout, self.training)
        return torch.as_tensor(states + stepped * torch.sigmoid(self.step_gate(states)))


def grouped(time: int, window: int) -> Tensor:
    """The group of each distance back in time, (time, time): near ones alone, farther ones logarithmically."""
    steps = torch.arange(time)
    back = (steps[:, None] - steps[None]).clamp(min=0)
    growth = math.log(max(window, NEAR + 1) / NEAR)
    far = NEAR + (torch.log(back.clamp(min=1) / NEAR) / growth * (GROUPS - NEAR)).long()
    return torch.where(back < NEAR, back, far.clamp(max=GROUPS - 1))


def passed(batch: Batch, place: Tensor | None = None) -> Tensor:
    """The group of the time from each event to each moment of asking, (rows, time + 1, time + 1): 0 where it is not
    known, as from the token that begins a history; 1 for less than a second; each further one is twice as long. Of one
    moment of each row alone, (rows, time + 1), where `place` (rows,) says which."""
    rows, size = len(batch.codes), batch.codes.shape[1] + 1
    if batch.time is None or batch.moments is None:
        return batch.codes.new_zeros((rows, size, size) if place is None else (rows, size))
    begun, moments = torch.cat([batch.time.new_full((rows, 1), -1.0), batch.time], dim=1), batch.moments
    if place is None:
        begun, moments = begun[:, None], moments[:, :, None]
    else:
        moments = moments.gather(1, place[:, None])
    known = (begun >= 0) & (moments >= 0)
    seconds = (moments - begun).clamp(min=0.0)
    return torch.where(known, 1 + torch.log2(seconds + 1).long().clamp(max=SPANS - 2), 0)


def _codes(count: int, width: int) -> nn.Embedding:
    """Vectors of a mark's codes; that of the unknown, 0, stays nothing."""
    table = nn.Embedding(count, width, padding_idx=0)
    nn.init.normal_(table.weight, std=0.02)
    with torch.no_grad():
        table.weight[0] = 0.0
    return table
