"""How likely texts are after other texts, each pair for itself, several at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import torch

PACKED = 768  # tokens read at once, padding included


@torch.inference_mode()
def after_each(model: Any, given: Sequence[Sequence[int]], said: Sequence[Sequence[int]]) -> list[float]:
    """Mean log-likelihood a token of each `said` after its own `given`, which are tokens and never empty.

    The output layer, half of the work of a small model, computes what is scored and nothing else.
    """
    scores = [0.0] * len(said)
    for pack in _packs([len(before) + len(text) for before, text in zip(given, said, strict=True)]):
        longest = max(len(given[at]) + len(said[at]) for at in pack)
        # padded at the right: attention is causal, so no real token sees the padding
        rows = [[*given[at], *said[at]] for at in pack]
        padded = torch.tensor([[*row, *[0] * (longest - len(row))] for row in rows])  # (pack, longest)
        states = model.base_model(padded, use_cache=False).last_hidden_state  # (pack, longest, width)
        spans = [slice(len(given[at]) - 1, len(given[at]) + len(said[at]) - 1) for at in pack]
        asked = torch.cat([states[row, span] for row, span in enumerate(spans)])  # (tokens said, width)
        wanted = torch.tensor([token for at in pack for token in said[at]])
        likely = model.get_output_embeddings()(asked).float().log_softmax(-1).gather(-1, wanted[:, None])[:, 0]
        for at, each in zip(pack, likely.split([len(said[at]) for at in pack]), strict=True):
            scores[at] = float(each.mean())
    return scores


def _packs(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Places of texts alike in length, as many as fit: padding costs time and gives nothing."""
    pack, longest = list[int](), 0
    for at in sorted(range(len(lengths)), key=lambda at: lengths[at]):
        longest = max(longest, lengths[at])
        if pack and longest * (len(pack) + 1) > PACKED:
            yield pack
            pack, longest = [], lengths[at]
        pack.append(at)
    if pack:
        yield pack
