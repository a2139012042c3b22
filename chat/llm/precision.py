"""Which number format this processor computes a language model in faster: measured once a process, in milliseconds."""

from __future__ import annotations

import time
from functools import lru_cache

import torch

ROWS, WIDTH = 64, 1024  # tokens read at once by a small model


@lru_cache(maxsize=1)
def fastest() -> torch.dtype:
    """bfloat16 unless float32 is clearly faster here: it is as good for reading and takes half the memory.

    Some processors have the instructions, some emulate them at a tenth of the speed, and the flags do not say which.
    """
    return torch.float32 if _seconds(torch.float32) * 1.5 < _seconds(torch.bfloat16) else torch.bfloat16


def _seconds(dtype: torch.dtype) -> float:
    """The best of a few: others' work on the machine can only slow it down."""
    text, weights = torch.ones(ROWS, WIDTH, dtype=dtype), torch.ones(WIDTH, WIDTH, dtype=dtype)
    taken = []
    with torch.inference_mode():
        for _ in range(6):  # the first also prepares
            begun = time.perf_counter()
            torch.nn.functional.linear(text, weights)
            taken.append(time.perf_counter() - begun)
    return min(taken)
