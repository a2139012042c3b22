"""The dialogue encoder: what was said and named becomes a vector that lies near the items suggested next.

Two towers (after Yi et al., "Sampling-bias-corrected neural modeling for large corpus item recommendations", 2019, here
without sampling): the dialogue, read by a sentence-transformer that learns along, with a vector for each item named and
thing heard; and the items, by their texts and a vector of their own. Cross-entropy over the whole catalogue.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track
from scipy import sparse
from torch import Tensor, nn
from torch.nn import functional

from recommender.forms import Scores
from retrieval.space.embedding import Vectors
from retrieval.space.trainable import Reading

EPOCHS, STEPS = 4, 60  # times through all, and more until so many steps were made
BATCH = 128
RATE, READING_RATE = 2e-3, 5e-5  # of what begins from nothing, and of what was trained before
WARM, LAST = 50, 0.02  # steps until the rate is reached, at most a tenth of all; the share of it at the end
DROPOUT = 0.3
UNHEARD = 0.2  # of what is named, the share that is left out while learning
ALIKE = 16  # batches whose texts are sorted by length, so that one long text does not make all wait


@dataclass(frozen=True)
class Encoder:
    """`reading`: of what was said; `projection`, `shift`: of the vectors it gives; `met` (items and things, width):
    what each one named adds; `items` (items, width): what that is compared with, of unit length; `sharpness`: what a
    cosine counts as a logit."""

    reading: Reading
    projection: Scores
    shift: Scores
    met: Scores
    items: Scores
    sharpness: float

    def scores(self, texts: Sequence[str], met: sparse.csr_array) -> Scores:
        """Of every item, (talks, items), for what was said, and what was named and heard, (talks, items and things)."""
        states = self._read(texts) @ self.projection.T + self.shift + met @ self.met
        lengths = np.maximum(np.linalg.norm(states, axis=1, keepdims=True), 1e-6)
        return np.asarray(self.sharpness * (states / lengths) @ self.items.T, dtype=np.float32)

    def _read(self, texts: Sequence[str]) -> Vectors:
        each = sorted(dict.fromkeys(texts), key=len) or [""]
        with torch.no_grad():
            read = [self.reading(each[at : at + BATCH]).cpu().numpy() for at in range(0, len(each), BATCH)]
        row = {text: at for at, text in enumerate(each)}
        rows = np.array([row[text] for text in texts], dtype=np.int64)
        return np.asarray(np.concatenate(read)[rows], dtype=np.float32)


class Towers(nn.Module):
    """Dialogue on one side, items on the other; it begins as the plain cosine of the sentence vectors. `things`: what
    can be named besides items."""

    texts: Tensor

    def __init__(self, reading: Reading, items: Tensor, things: int) -> None:
        super().__init__()
        width = items.shape[1]
        self.reading = reading
        self.register_buffer("texts", items)
        self.talk, self.item = nn.Linear(width, width), nn.Linear(width, width)
        for layer in (self.talk, self.item):
            nn.init.eye_(layer.weight)
            nn.init.zeros_(layer.bias)
        self.met = nn.EmbeddingBag(len(items) + things, width, mode="sum")
        nn.init.zeros_(self.met.weight)
        self.own = nn.Parameter(torch.zeros(len(items), width))
        self.prior = nn.Parameter(torch.zeros(len(items)))
        self.sharpness = nn.Parameter(torch.tensor(10.0))

    def matrix(self) -> Tensor:
        """The items, (items, width), of unit length."""
        return functional.normalize(self._dropped(self.item(self.texts)) + self.own, dim=1)

    def forward(self, texts: Sequence[str], met: sparse.csr_array) -> Tensor:
        """Logits, (talks, items)."""
        device = self.own.device
        which, starts = (torch.from_numpy(one.astype(np.int64)).to(device) for one in (met.indices, met.indptr[:-1]))
        often = torch.from_numpy(met.data.astype(np.float32)).to(device)
        kept = often * (torch.rand_like(often) >= UNHEARD)
        named = self.met(which, starts, per_sample_weights=kept)
        states = self.talk(self._dropped(self.reading(texts))) + self._dropped(named)
        return self.sharpness * functional.normalize(states, dim=1) @ self.matrix().T + self.prior

    def _dropped(self, vectors: Tensor) -> Tensor:
        return functional.dropout(vectors, DROPOUT, self.training)


def learned(
    reading: Reading,
    said: Sequence[str],
    met: sparse.csr_array,
    targets: Sequence[Sequence[int]],
    items: Vectors,
    seed: int,
) -> Encoder:
    """Trained on what was said and met, (talks, items and things), and the items suggested next; `reading` learns
    along. Twenty thousand short talks take some five minutes on one core. The share of each item in general is learned
    apart, and left to the other parts."""
    torch.manual_seed(seed)
    texts = torch.from_numpy(np.asarray(items, dtype=np.float32))
    towers = Towers(reading, texts, met.shape[1] - len(items)).train()
    inner = [one for one in reading.parameters() if one.requires_grad]
    outer = [one for name, one in towers.named_parameters() if not name.startswith("reading.")]
    groups = [{"params": inner, "lr": READING_RATE}, {"params": outer, "lr": RATE}]
    optimizer = torch.optim.AdamW([one for one in groups if one["params"]], weight_decay=1e-4)
    epochs = max(EPOCHS, math.ceil(STEPS / math.ceil(len(said) / BATCH)))
    batches = [batch for epoch in range(epochs) for batch in _batches([len(text) for text in said], (seed, epoch))]
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, partial(_share, of=len(batches)))
    for rows in track(batches, "training the encoder", console=Console(stderr=True), transient=True):
        logits = towers([said[row] for row in rows], met[rows])
        likely = functional.log_softmax(logits, dim=1)
        loss = -torch.stack([likely[at, list(targets[row])].mean() for at, row in enumerate(rows)]).mean()
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        schedule.step()
    towers.eval()
    reading.done()
    with torch.no_grad():
        projection, shift, added, matrix = (
            one.detach().cpu().numpy().copy()
            for one in (towers.talk.weight, towers.talk.bias, towers.met.weight, towers.matrix())
        )
    return Encoder(reading, projection, shift, added, matrix, float(towers.sharpness.detach()))


def _batches(lengths: Sequence[int], seed: tuple[int, int]) -> Iterator[NDArray[np.int64]]:
    """All rows once, in an order drawn by the seed, those of a batch of about the same length."""
    random, long = np.random.default_rng(seed), np.asarray(lengths)
    order = random.permutation(len(long))
    batches: list[NDArray[np.int64]] = []
    for near in np.split(order, range(BATCH * ALIKE, len(order), BATCH * ALIKE)):
        by_length = near[np.argsort(long[near], kind="stable")]
        batches += np.split(by_length, range(BATCH, len(by_length), BATCH))
    return (batches[at] for at in random.permutation(len(batches)))


def _share(step: int, of: int) -> float:
    """Of the rate of learning at a step: it rises, then falls evenly."""
    return min(1.0, (step + 1) / max(1, min(WARM, of // 10))) * max(LAST, 1 - step / of)
