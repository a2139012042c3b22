"""A sentence-transformer that learns further."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from retrieval.space.embedding import Embedder, Hashing
from retrieval.space.precision import bf16
from retrieval.space.vector_cache import Cached

if TYPE_CHECKING:
    from retrieval.space.sentence_embedding import SentenceEmbedder

Learned = Mapping[str, NDArray[np.float32]]


class Trainable(nn.Module):
    """A copy of the embedder's model, of which the upper half of the layers can learn: what lies below knows the
    language, of which few dialogues teach nothing new."""

    def __init__(self, embedder: SentenceEmbedder) -> None:
        super().__init__()
        self.model: Any = deepcopy(embedder.model).float()  # the small steps of learning are lost in bfloat16
        self.model.requires_grad_(False)
        for layers in (list(one) for one in self.model.modules() if isinstance(one, nn.ModuleList)):
            for layer in layers[len(layers) // 2 :]:
                layer.requires_grad_(True)
        self.able = [name for name, one in self.model.named_parameters() if one.requires_grad]

    def forward(self, texts: Sequence[str]) -> Tensor:
        """(texts, width), rows of length 1."""
        device = self.model.device
        read = self.model.preprocess([{"text": text} for text in texts])
        read = {name: value.to(device) if isinstance(value, Tensor) else value for name, value in read.items()}
        with torch.autocast(device.type, dtype=torch.bfloat16, enabled=bf16(device)):
            vectors: Tensor = self.model(read)["sentence_embedding"].float()
        return nn.functional.normalize(vectors, dim=1)

    def done(self) -> None:
        """Learns no more, and computes as the embedder does."""
        self.eval().requires_grad_(False)
        if bf16(self.model.device):
            self.model.to(torch.bfloat16)

    def learned(self) -> Learned:
        """All that can learn, by name."""
        return {name: one.detach().float().cpu().numpy().copy() for name, one in self._able()}

    def take(self, learned: Learned) -> None:
        """Puts in place what another copy learned. Raises KeyError or RuntimeError if it was of another model."""
        with torch.no_grad():
            for name, one in self._able():
                one.copy_(torch.from_numpy(learned[name]))

    def _able(self) -> Iterator[tuple[str, nn.Parameter]]:
        able = frozenset(self.able)
        return ((name, one) for name, one in self.model.named_parameters() if name in able)


class AsItIs(nn.Module):
    """The vectors of an embedder that cannot learn."""

    def __init__(self, embedder: Embedder) -> None:
        super().__init__()
        self.embedder = embedder

    def forward(self, texts: Sequence[str]) -> Tensor:
        return torch.from_numpy(self.embedder.queries(texts))

    def done(self) -> None:
        pass

    def learned(self) -> Learned:
        return {}

    def take(self, learned: Learned) -> None:
        pass


Reading = Trainable | AsItIs


def reading(embedder: Embedder) -> Reading:
    """Of a sentence-transformer one that can learn; of a stand-in, which has nothing to train, itself."""
    while isinstance(embedder, Cached):
        embedder = embedder.embedder
    if isinstance(embedder, Hashing):
        return AsItIs(embedder)
    from retrieval.space.sentence_embedding import SentenceEmbedder  # takes seconds, which only who has one needs

    return Trainable(embedder) if isinstance(embedder, SentenceEmbedder) else AsItIs(embedder)
