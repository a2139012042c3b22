"""The dialogue encoder: what was said becomes a vector that lies near the items suggested next.

Two towers over the sentence-transformer's vectors, which stay as they are: a projection of the dialogue, and one of the
item with a vector of its own beside it, learned by cross-entropy over the whole catalogue (after Yi et al.,
"Sampling-bias-corrected neural modeling for large corpus item recommendations", 2019, here without sampling).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from recommender.forms import Scores
from retrieval.space.embedding import Vectors

EPOCHS = 6
BATCH = 256
RATE = 2e-3
DROPOUT = 0.3


@dataclass(frozen=True)
class Encoder:
    """`projection`, `shift`: of the vector of what was said; `items` (items, width): what it is compared with, of unit
    length; `sharpness`: what a cosine counts as a logit."""

    projection: Scores
    shift: Scores
    items: Scores
    sharpness: float

    def scores(self, said: Vectors) -> Scores:
        """Of every item, (talks, items), for the sentence vectors of what was said, (talks, width)."""
        states = said @ self.projection.T + self.shift
        lengths = np.maximum(np.linalg.norm(states, axis=1, keepdims=True), 1e-6)
        return np.asarray(self.sharpness * (states / lengths) @ self.items.T, dtype=np.float32)


class Towers(nn.Module):
    """Dialogue on one side, items on the other; it begins as the plain cosine of the sentence vectors."""

    def __init__(self, items: Tensor) -> None:
        super().__init__()
        width = items.shape[1]
        self.register_buffer("texts", items)
        self.talk, self.item = nn.Linear(width, width), nn.Linear(width, width)
        for layer in (self.talk, self.item):
            nn.init.eye_(layer.weight)
            nn.init.zeros_(layer.bias)
        self.own = nn.Parameter(torch.zeros(len(items), width))
        self.prior = nn.Parameter(torch.zeros(len(items)))
        self.sharpness = nn.Parameter(torch.tensor(10.0))

    def matrix(self, dropout: float = 0.0) -> Tensor:
        """The items, (items, width), of unit length."""
        texts = functional.dropout(self.item(self.texts), dropout, self.training)
        return functional.normalize(texts + self.own, dim=1)

    def forward(self, said: Tensor) -> Tensor:
        """Logits, (talks, items)."""
        states = functional.normalize(self.talk(functional.dropout(said, DROPOUT, self.training)), dim=1)
        return self.sharpness * states @ self.matrix(DROPOUT).T + self.prior


def learned(
    said: Vectors,
    targets: Sequence[int],
    items: Vectors,
    seed: int,
    told: Callable[[int, float], None] = lambda epoch, loss: None,
) -> Encoder:
    """Trained on pairs of what was said, (pairs, width), and the item suggested next; about a minute for twenty
    thousand on one core. The share of each item in general is learned apart, and left to the other parts."""
    torch.manual_seed(seed)
    towers = Towers(torch.from_numpy(np.asarray(items, dtype=np.float32)))
    optimizer = torch.optim.AdamW(towers.parameters(), lr=RATE, weight_decay=1e-4)
    asked, wanted = torch.from_numpy(np.asarray(said, dtype=np.float32)), torch.tensor(list(targets))
    towers.train()
    for epoch in range(1, EPOCHS + 1):
        losses = []
        for rows in torch.split(torch.randperm(len(asked)), BATCH):
            loss = functional.cross_entropy(towers(asked[rows]), wanted[rows])
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            losses.append(float(loss.detach()))
        told(epoch, float(np.mean(losses)))
    towers.eval()
    with torch.no_grad():
        return Encoder(
            towers.talk.weight.numpy().copy(),
            towers.talk.bias.numpy().copy(),
            towers.matrix().numpy().copy(),
            float(towers.sharpness),
        )
