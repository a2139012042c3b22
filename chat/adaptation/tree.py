"""Texts that begin alike, read as one: what they share is computed once, and each sees only its own way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor


@dataclass(frozen=True)
class Tree:
    """`tokens`, `depth` (nodes,): a token and how many stand before it. `seen` (nodes, nodes): which nodes each one may
    look at, those before it in its own text and itself. `ways`: the nodes of each text, in their order."""

    tokens: NDArray[np.int64]
    depth: NDArray[np.int64]
    seen: NDArray[np.bool_]
    ways: tuple[NDArray[np.int64], ...]

    @classmethod
    def of(cls, texts: Sequence[Sequence[int]]) -> Tree:
        """The prefix tree of token ids. After Miao et al., "SpecInfer" (2024), who read guesses side by side so."""
        nodes: dict[tuple[int, int], int] = {}  # (node before, token) -> node
        before, tokens, ways = list[int](), list[int](), []
        for text in texts:
            at, way = -1, []
            for token in text:
                if (at, token) not in nodes:
                    nodes[at, token] = len(tokens)
                    before.append(at)
                    tokens.append(token)
                at = nodes[at, token]
                way.append(at)
            ways.append(np.array(way, dtype=np.int64))
        seen = np.eye(len(tokens), dtype=bool)
        for node, parent in enumerate(before):
            if parent >= 0:
                seen[node] |= seen[parent]
        return cls(np.array(tokens, dtype=np.int64), seen.sum(1) - 1, seen, tuple(ways))

    def __len__(self) -> int:
        return len(self.tokens)


def read(model: Any, tree: Tree, pairs: NDArray[np.int64]) -> Tensor:
    """Log-likelihood of one node after another, in nats, (pairs,), float32; `pairs` (pairs, 2) holds (before, node).

    One forward pass of a causal language model with a mask of its own and positions that begin anew on every branch.
    """
    asked, row = np.unique(pairs[:, 0], return_inverse=True)
    seen = torch.from_numpy(tree.seen)
    shut = torch.zeros(seen.shape, dtype=model.dtype).masked_fill_(~seen, torch.finfo(model.dtype).min)
    logits = (
        model(
            input_ids=torch.from_numpy(tree.tokens)[None].to(model.device),
            attention_mask=shut[None, None].to(model.device),  # (1, 1, nodes, nodes), added to the attention
            position_ids=torch.from_numpy(tree.depth)[None].to(model.device),
            use_cache=False,
            logits_to_keep=torch.from_numpy(asked).to(model.device),
        )
        .logits[0]
        .float()
    )  # (asked, vocabulary)
    rows = torch.from_numpy(row.reshape(-1)).to(model.device)
    tokens = torch.from_numpy(tree.tokens[pairs[:, 1]]).to(model.device)
    likely: Tensor = logits[rows, tokens] - logits.logsumexp(-1)[rows]
    return likely


def steps(way: NDArray[np.int64], start: int) -> NDArray[np.int64]:
    """The (before, node) of every token of a text from place `start` on, (tokens, 2); `start` is 1 at least."""
    return np.stack([way[start - 1 : -1], way[start:]], axis=1)


def means(likely: Tensor, lengths: Sequence[int]) -> Tensor:
    """The mean of each stretch of these lengths, (stretches,)."""
    return torch.stack([part.mean() for part in torch.split(likely, list(lengths))])
