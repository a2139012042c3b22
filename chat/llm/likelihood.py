"""How likely one text is after each of many others, token by token."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

PACKED = 768  # tokens read at once, padding included


@torch.inference_mode()
def after_each(model: Any, given: Sequence[Sequence[int]], said: Sequence[int]) -> NDArray[np.float32]:
    """Log-likelihoods of what is `said` after each of the `given`, all tokens and none empty, (given, said)."""
    likely = np.zeros((len(given), len(said)), dtype=np.float32)
    for pack in _packs([len(before) + len(said) for before in given]):
        likely[pack] = side_by_side(model, [given[at] for at in pack], said).numpy()
    return likely


def side_by_side(model: Any, given: Sequence[Sequence[int]], said: Sequence[int]) -> Tensor:
    """The same in one pass, through which a gradient can go back, (given, said), float32.

    The output layer, a fifth of the work of a small model, computes what is asked for and nothing else.
    """
    longest = max(map(len, given)) + len(said)
    # padded at the right: attention is causal, so no real token sees the padding
    rows = [[*before, *said] for before in given]
    padded = torch.tensor([[*row, *[0] * (longest - len(row))] for row in rows])  # (given, longest)
    states = model.base_model(padded, use_cache=False).last_hidden_state  # (given, longest, width)
    spans = [slice(len(before) - 1, len(before) + len(said) - 1) for before in given]
    asked = torch.stack([states[row, span] for row, span in enumerate(spans)])  # (given, said, width)
    chances = model.get_output_embeddings()(asked).float().log_softmax(-1)
    wanted = torch.tensor(list(said)).expand(len(given), -1)
    return torch.as_tensor(chances.gather(-1, wanted[..., None])[..., 0])


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
