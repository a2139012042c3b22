"""How many tokens a second the language model reads and writes, beside what the machine would allow."""

from __future__ import annotations

from contextlib import closing
from itertools import islice
from time import perf_counter
from typing import Any

import numpy as np
import torch
from torch.utils.flop_counter import FlopCounterMode

from chat.llm import LLM
from chat.llm.guarded import Guarded
from chat.llm.local import Local
from eval.speed import bandwidth, products

READ = 448  # tokens of a prompt: a history, a wish and the instruction take about as many
WRITTEN = 24  # tokens of a sentence
AGAIN = 5


def token_speed(llm: LLM | None) -> dict[str, Any]:
    """`prefill` and `decode` in tokens a second, medians of five, each with the `bound` of the machine and the `share`
    of it that is reached; empty for a model that is not in this process.

    Reading is bound by the products of matrices it takes, at the pace of the fastest one here; writing by reading all
    weights from memory for every token.
    """
    llm = llm.llm if isinstance(llm, Guarded) else llm
    if not isinstance(llm, Local):
        return {}
    ids = torch.randint(len(llm.tokenizer), (1, READ), generator=torch.Generator().manual_seed(0))
    with llm.lane, torch.inference_mode():
        llm.model(ids, logits_to_keep=1)  # the first one allocates
        reading = float(np.median([_seconds(llm, ids) for _ in range(AGAIN)]))
        with FlopCounterMode(display=False) as counter:
            llm.model(ids, logits_to_keep=1)
    writing = float(np.median([_writing(llm) for _ in range(AGAIN)]))
    weights = sum(one.numel() * one.element_size() for one in llm.model.parameters())
    return {
        "prefill": _beside(READ / reading, products(torch.device("cpu")) / (counter.get_total_flops() / READ)),
        "decode": _beside(writing, bandwidth() / weights),
    }


def _seconds(llm: Local, ids: torch.Tensor) -> float:
    started = perf_counter()
    llm.model(ids, logits_to_keep=1)
    return perf_counter() - started


def _writing(llm: Local) -> float:
    """Tokens a second of one answer, after its first token."""
    with closing(llm.stream([{"role": "user", "content": "Tell me a long story about the sea."}])) as pieces:
        came = [perf_counter() for _ in islice(pieces, WRITTEN + 1)]
    return (len(came) - 1) / (came[-1] - came[0]) if len(came) > 1 else 0.0


def _beside(pace: float, bound: float) -> dict[str, float]:
    return {"tokens/s": round(pace, 1), "bound": round(bound, 1), "share": round(pace / bound, 3)}
