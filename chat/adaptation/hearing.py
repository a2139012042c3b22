"""The job `wish`: of lines about eight items, that of the one that is meant is to make the wish the likeliest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from chat.adaptation import lora
from chat.adaptation.wants import Want, Wants
from chat.llm.likelihood import side_by_side
from chat.llm.turns import plain


@dataclass(frozen=True)
class Hearing:
    """Cross-entropy over the lines of a question, each scored as serving does it: by what the tokens of the wish gain
    on their median over the lines, times `sharpness`. Beside it counts, by `telling`, how likely a token of the wish is
    after the right line, which says something even where the order is right already."""

    wants: Wants
    tokenizer: Any
    sharpness: float = 0.3
    telling: float = 0.1
    name: str = "wish"
    what: str = "wishes"

    def __len__(self) -> int:
        return len(self.wants)

    def units(self, start: int) -> Iterator[Want]:
        return self.wants.units(start)

    def lists(self, unit: Want) -> int:
        return 1

    def loss(self, model: Any, unit: Want) -> Tensor:
        likely = heard(lora.bare(model), self.tokenizer, unit)
        right = -torch.log_softmax(self.sharpness * gained(likely), dim=0)[unit.right]
        return right - self.telling * likely[unit.right].mean()


def heard(model: Any, tokenizer: Any, want: Want) -> Tensor:
    """Log-likelihoods of the tokens of the wish after each line, (lines, tokens)."""
    lines = [plain(tokenizer, line) for line in want.lines]
    return side_by_side(model, lines, plain(tokenizer, f" {want.wish}"))


def gained(likely: Tensor) -> Tensor:
    """`evidence` of chat/reranking/reordering.py with a gradient, which takes the median as given, (lines,)."""
    return (likely - likely.detach().quantile(0.5, dim=0)).clamp(min=0).sum(dim=1)
