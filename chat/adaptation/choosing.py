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
    times `sharpness`. Beside it counts, by `telling`, how well the history itself is foreseen, title after title: of
    what people do it says more in less time, and of what is hard to tell apart less."""

    lists_of: Lists
    tokenizer: Any
    sharpness: float = 1.0
    telling: float = 1.0
    name: str = "rerank"
    what: str = "lists"

    def __len__(self) -> int:
        return len(self.lists_of)

    def units(self, start: int) -> Iterator[Sheet]:
        return self.lists_of.sheets(start)

    def lists(self, unit: Sheet) -> int:
        return len(unit.choices)

    def loss(self, model: Any, unit: Sheet) -> Tensor:
        scores, told = scored(model, self.tokenizer, unit.choices, unit.told if self.telling else "")
        right = torch.stack(
            [
                -torch.log_softmax(self.sharpness * one, dim=0)[choice.right]
                for one, choice in zip(scores, unit.choices, strict=True)
            ]
        ).mean()
        return right if told is None else right - self.telling * told


def scored(model: Any, tokenizer: Any, choices: Sequence[Choice], told: str = "") -> tuple[list[Tensor], Tensor | None]:
    """Mean log-likelihood a token of each title of each list, (titles,) each; and of the text `told`, if there is one.
    All in one forward pass."""
    texts, starts = list[list[int]](), list[int]()
    for choice in choices:
        prefix = tokenizer.encode(choice.prefix, add_special_tokens=False)
        for title in choice.titles:
            texts.append(prefix + tokenizer.encode(title, add_special_tokens=False))
            starts.append(len(prefix))
    if told:
        texts.append(tokenizer.encode(told, add_special_tokens=False))
        starts.append(1)
    tree = Tree.of(texts)
    asked = [steps(way, start) for way, start in zip(tree.ways, starts, strict=True)]
    scores = means(read(model, tree, np.concatenate(asked)), list(map(len, asked)))
    split = torch.split(scores[: len(scores) - bool(told)], [len(choice.titles) for choice in choices])
    return list(split), scores[-1] if told else None
