"""What an item without events is taken for: what its nearest kin by words are known for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from scipy import sparse

from recommender.content import kin
from recommender.model import SequenceModel


@dataclass(frozen=True)
class Newcomers:
    """`items` (new,): codes of items that nobody has met; `kin` (new, items): how much each takes after the others."""

    items: NDArray[np.int64]
    kin: sparse.csr_array

    @classmethod
    def of(cls, content: sparse.csr_array, met: NDArray[np.bool_]) -> Newcomers:
        """Of a catalogue with these contents (items, words), in which `met` (items,) says who has been met."""
        new, known = np.flatnonzero(~met), np.flatnonzero(met)
        return cls(new, kin(content, new, known))

    def lent(self, scores: NDArray[np.float32]) -> NDArray[np.float32]:
        """The scores (rows, items), in place, with those of each newcomer as the mean of its kin's."""
        if len(self.items):
            scores[:, self.items] = (self.kin @ scores.T).T
        return scores

    @torch.no_grad()
    def introduce(self, model: SequenceModel) -> None:
        """Give each newcomer the own vector and the bias of its kin, in place. One without kin keeps its words alone,
        and is as likely as the item of which a quarter are less so."""
        if not len(self.items):
            return
        own, bias = model.item.weight[:-1].numpy(), model.bias.numpy()
        without = np.diff(self.kin.indptr) == 0
        met = np.setdiff1d(np.arange(len(bias)), self.items)
        usual = np.quantile(bias[met], 0.25) if len(met) else 0.0
        lent = np.where(without, usual, self.kin @ bias)
        model.item.weight[self.items] = torch.from_numpy(np.asarray(self.kin @ own, dtype=np.float32))
        model.bias[self.items] = torch.from_numpy(lent.astype(np.float32))
