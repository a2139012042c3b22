"""The job `words`: the sentence that says the facts is to be the likeliest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from torch import Tensor

from chat.adaptation.pairs import Pair
from chat.adaptation.tree import Tree, read, steps


@dataclass(frozen=True)
class Wording:
    """Cross-entropy of the sentence a token, after what the model is asked."""

    pairs: Sequence[Pair]
    tokenizer: Any
    name: str = "words"
    what: str = "sentences"

    def __len__(self) -> int:
        return len(self.pairs)

    def units(self, start: int) -> Iterator[Pair]:
        number = start
        while True:
            yield self.pairs[number % len(self.pairs)]
            number += 1

    def lists(self, unit: Pair) -> int:
        return 1

    def loss(self, model: Any, unit: Pair) -> Tensor:
        return -likelihood(model, self.tokenizer, unit)


def likelihood(model: Any, tokenizer: Any, pair: Pair) -> Tensor:
    """Mean log-likelihood a token of the sentence and of its end, in nats."""
    given = tokenizer.apply_chat_template(
        [dict(turn) for turn in pair.given], add_generation_prompt=True, return_dict=True
    )["input_ids"]
    said = [*tokenizer.encode(pair.said, add_special_tokens=False), tokenizer.eos_token_id]
    tree = Tree.of([[*given, *said]])
    return read(model, tree, steps(tree.ways[0], len(given))).mean()
