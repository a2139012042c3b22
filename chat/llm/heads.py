"""What a model has read lately, kept so that the next prompt that begins alike is read from there on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch

KEPT = 4  # prompts: a conversation has one for the order and a few for the words
WORTH = 16  # tokens: a shorter head is read as fast as it is looked up


@dataclass(frozen=True)
class Head:
    """A prompt that was read: its tokens, keys and values by layer, and the logits after it, (1, vocabulary)."""

    tokens: tuple[int, ...]
    layers: tuple[tuple[torch.Tensor, torch.Tensor], ...]  # each (1, heads, tokens, width)
    after: torch.Tensor

    def cut(self, n: int) -> list[tuple[torch.Tensor, torch.Tensor]]:
        """Keys and values of the first n tokens: views, so whoever goes on from them must not write into them."""
        return [(keys[..., :n, :], values[..., :n, :]) for keys, values in self.layers]


class Heads:
    """The last few prompts, the newest first. Not to be shared between weights: another adapter reads otherwise."""

    def __init__(self) -> None:
        self.kept: list[Head] = []

    def nearest(self, tokens: Sequence[int]) -> tuple[Head | None, int]:
        """The prompt that shares the longest head with these tokens, and how many; (None, 0) if it is not worth it.

        All of the tokens only if it is the same prompt, whose logits then are known; else at least one is left to read.
        """
        best, most = None, 0
        for head in self.kept:
            same = len(tokens) if head.tokens == tuple(tokens) else min(_shared(head.tokens, tokens), len(tokens) - 1)
            if same > most:
                best, most = head, same
        return (best, most) if most >= min(WORTH, len(tokens)) else (None, 0)

    def keep(self, head: Head) -> None:
        self.kept = [head, *(one for one in self.kept if one.tokens != head.tokens)][:KEPT]


def _shared(one: Sequence[int], other: Sequence[int]) -> int:
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
