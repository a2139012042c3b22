"""How likely one text is after each of many others, token by token."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

PACKED = 768  # tokens read at once, padding included


@torch.inference_mode()
def after_each(model: Any, given: Sequence[Sequence[int]], said: Sequence[int]) -> NDArray[np.float32]:
    """Log-likelihoods of what is `said` after each of the `given`, all tokens and none empty, (given, said).

    The output layer, a fifth of the work of a small model, computes what is asked for and nothing else.
    """
    likely = np.zeros((len(given), len(said)), dtype=np.float32)
    wanted = torch.tensor(list(said))
    for pack in _packs([len(before) + len(said) for before in given]):
        longest = max(len(given[at]) for at in pack) + len(said)
        # padded at the right: attention is causal, so no real token sees the padding
        rows = [[*given[at], *said] for at in pack]
        padded = torch.tensor([[*row, *[0] * (longest - len(row))] for row in rows])  # (pack, longest)
        states = model.base_model(padded, use_cache=False).last_hidden_state  # (pack, longest, width)
        spans = [slice(len(given[at]) - 1, len(given[at]) + len(said) - 1) for at in pack]
        asked = torch.stack([states[row, span] for row, span in enumerate(spans)])  # (pack, said, width)
        chances = model.get_output_embeddings()(asked).float().log_softmax(-1)
        likely[pack] = chances.gather(-1, wanted.expand(len(pack), -1)[..., None])[..., 0].numpy()
    return likely


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
