"""What was learned, ready to be asked: history in, scores out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from scipy import sparse
from scipy.special import softmax

from recommender.content import Reading
from recommender.counts import Counting, faded
from recommender.ease import Easing
from recommender.fusion import Weights, standardised, weights_for
from recommender.model import SequenceModel

Codes = NDArray[np.int64]
Scores = NDArray[np.float32]
PARTS = ("sequence", "counts", "ease", "text", "popularity")
ROWS = 128  # histories the model reads at a time


@dataclass(frozen=True)
class Checkpoint:
    """Everything fitted on one state of the data.

    `items`: catalogue ids in code order. `weights`: fusion weights by length of history and part name. `held_out`: 2
    if it saw all but each user's last two events, 0 if it saw everything. `saw`: Interactions.fingerprint() of the
    whole data, before holding out. `epochs`: passes over the data, of `planned` ones; `validation`: NDCG@10 of the
    sequence model after them.
    """

    items: tuple[str, ...]
    weights: Weights
    held_out: int
    saw: str
    seed: int
    epochs: int
    planned: int
    validation: float
    counting: Counting
    easing: Easing | None
    reading: Reading
    model: SequenceModel
    transitions: sparse.csr_array  # (items, items)
    affinities: Scores  # (items, items); (0, 0) without easing
    content: sparse.csr_array  # (items, words), rows of unit length
    popularity: Scores  # (items,)

    @cached_property
    def code_of(self) -> dict[str, int]:
        return {id: code for code, id in enumerate(self.items)}

    def parts(self, histories: Sequence[Sequence[str]]) -> dict[str, Scores]:
        """What each part adds to the score of every item, by name, each (histories, items); their sum is the score.

        Ids the checkpoint does not know are left out; an empty history is answered by popularity alone.
        """
        codes = [self.codes(history) for history in histories]
        return self.weighted(self.raw(codes), codes)

    def codes(self, history: Sequence[str]) -> Codes:
        known = [self.code_of[id] for id in history if id in self.code_of]
        return np.array(known, dtype=np.int64)

    def raw(self, histories: Sequence[Codes]) -> dict[str, Scores]:
        """Every part for itself, standardised over the catalogue, each (histories, items); zero where it is silent."""
        silent = np.array([len(history) == 0 for history in histories], dtype=bool)
        parts = {name: standardised(self.score(name, histories)) for name in self.able}
        for name, scores in parts.items():
            if name != "popularity":
                scores[silent] = 0.0
        return parts

    @property
    def able(self) -> tuple[str, ...]:
        """The parts this checkpoint has something to say by."""
        without = {"ease": not self.affinities.size, "text": not self.content.nnz}
        return tuple(name for name in PARTS if not without.get(name))

    def score(self, part: str, histories: Sequence[Codes]) -> Scores:
        """One part before it is standardised, (histories, items). KeyError if there is no such part."""
        items = len(self.items)
        # square roots of shares: one part's certainty does not drown the others, as it would with shares,
        # nor its opinion of what is unlikely anyway, as with their logarithms
        if part == "sequence":
            return np.asarray(np.sqrt(softmax(sequence_scores(self.model, histories), axis=1)), dtype=np.float32)
        if part == "counts":
            return np.sqrt(dense(faded(histories, items, self.counting.decay) @ self.transitions))
        if part == "ease":
            asking = self.easing.asking if self.easing else 0.0
            # what speaks against an item does so mostly by chance
            return np.sqrt(np.maximum(dense(faded(histories, items, asking) @ self.affinities), 0))
        if part == "text":
            profiles = sparse.csr_array(faded(histories, items, self.reading.decay) @ self.content)
            return dense(profiles @ self.content.T)
        if part == "popularity":
            return np.tile(np.log1p(self.popularity), (len(histories), 1)).astype(np.float32)
        raise KeyError(part)

    def weighted(self, raw: Mapping[str, Scores], histories: Sequence[Codes]) -> dict[str, Scores]:
        """The parts with their weights; a stranger gets popularity in full, since nothing else is known."""
        rows = [weights_for(self.weights, len(history)) for history in histories]
        parts = {}
        for name, scores in raw.items():
            weights = np.array([row.get(name, 0.0) for row in rows], dtype=np.float32)
            if weights.any():
                parts[name] = weights[:, None] * scores
        strangers = np.array([len(history) == 0 for history in histories], dtype=bool)
        if strangers.any():
            popular = parts.setdefault("popularity", np.zeros_like(raw["popularity"]))
            popular[strangers] = raw["popularity"][strangers]
        return parts


def dense(scores: sparse.sparray | Scores) -> Scores:
    return np.asarray(scores.toarray() if isinstance(scores, sparse.sparray) else scores, dtype=np.float32)


def sequence_scores(model: SequenceModel, histories: Sequence[Codes]) -> Scores:
    """Logits of every item as the next one, (histories, items); zeros for an empty history."""
    items, window = model.shape.items, model.shape.window
    scores = np.zeros((len(histories), items), dtype=np.float32)
    # alike in length together: padding costs time and gives nothing
    asked = sorted((row for row in range(len(histories)) if len(histories[row])), key=lambda row: len(histories[row]))
    for start in range(0, len(asked), ROWS):
        rows = asked[start : start + ROWS]
        recent = [histories[row][-window:] for row in rows]
        codes = np.full((len(rows), max(map(len, recent))), items, dtype=np.int64)
        for at, history in enumerate(recent):
            codes[at, : len(history)] = history
        scores[rows] = model.scores(torch.from_numpy(codes)).numpy()
    return scores


def read_checkpoint(models: Path, held_out: bool | None = None) -> Checkpoint:
    """The checkpoint that serves: fitted on everything, or the held-out one if `held_out`; None takes the former if
    there is one, else the latter. Raises Stale if there is none, or if a file of it is gone or was changed."""
    from recommender.shelf import JUDGED, SERVING, has, load

    if held_out is None:
        held_out = not has(models, SERVING)
    return load(models, JUDGED if held_out else SERVING)
