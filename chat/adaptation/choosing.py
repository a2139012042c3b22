"""The job `rerank`: of eight titles, the one that came next is to be the likeliest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from chat.adaptation.lists import Choice, Lists, Sheet
from chat.adaptation.tree import Tree, means, read, steps


@dataclass(frozen=True)
class Choosing:
    """Cross-entropy over the titles of a list, each scored as serving does it: by its mean log-likelihood a token,
    times `sharpness`. Beside it counts, by `telling`, how well the history itself is foreseen, title after title."""

    lists_of: Lists
    tokenizer: Any
    sharpness: float = 1.0
    telling: float = 0.1
    name: str = "rerank"

    def __len__(self) -> int:
        return len(self.lists_of)

    def units(self, start: int) -> Iterator[Sheet]:
        return self.lists_of.sheets(start)

    def lists(self, unit: Sheet) -> int:
        return len(unit)

    def loss(self, model: Any, unit: Sheet) -> Tensor:
        scores, told = scored(model, self.tokenizer, unit, bool(self.telling))
        right = torch.stack(
            [
                -torch.log_softmax(self.sharpness * one, dim=0)[choice.right]
                for one, choice in zip(scores, unit, strict=True)
            ]
        ).mean()
        return right if told is None else right - self.telling * told


def scored(
    model: Any, tokenizer: Any, sheet: Sequence[Choice], told: bool = False
) -> tuple[list[Tensor], Tensor | None]:
    """Mean log-likelihood a token of each title of each list, (titles,) each; and, where wanted, that of what stands
    before them in lists without a wish. All in one forward pass."""
    texts, starts = list[list[int]](), list[int]()
    for choice in sheet:
        prefix = tokenizer.encode(choice.prefix, add_special_tokens=False)
        for title in choice.titles:
            texts.append(prefix + tokenizer.encode(title, add_special_tokens=False))
            starts.append(len(prefix))
    tree = Tree.of(texts)
    asked = [steps(way, start) for way, start in zip(tree.ways, starts, strict=True)]
    before = np.zeros((0, 2), dtype=np.int64)
    if told:
        firsts = np.cumsum([0, *(len(choice.titles) for choice in sheet)])[:-1]
        plain = [steps(tree.ways[at][: starts[at]], 1) for at, one in zip(firsts, sheet, strict=True) if not one.wished]
        before = np.unique(np.concatenate([before, *plain]), axis=0)
    likely = read(model, tree, np.concatenate([*asked, before]))
    scores = means(likely[: len(likely) - len(before)], list(map(len, asked)))
    split = list(torch.split(scores, [len(choice.titles) for choice in sheet]))
    return split, likely[len(likely) - len(before) :].mean() if len(before) else None
