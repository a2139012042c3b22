"""A causal language model in this process, and the only place that knows transformers."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Generator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from transformers import AutoModelForCausalLM, AutoTokenizer, DynamicCache, GgufConfig
from transformers.utils import logging

from chat.adaptation import JOBS, Job
from chat.adaptation.shelf import identity
from chat.llm import Turn
from chat.llm.constraint import Constraint
from retrieval.errors import Problem, Stale
from retrieval.manifest import damage, seal

LONGEST = 160  # tokens of one answer: nobody reads more under a card
BATCH = 32  # continuations scored at once


class Local:
    """Weights in a local folder: safetensors, or one GGUF file, which is converted beside it once.

    One computation at a time: a lock keeps two conversations from fighting over the cores.
    Raises Stale if the folder does not hold a model that can be read.
    """

    def __init__(self, name: str, folder: Path, threads: int) -> None:
        self.name = name
        self.lane = threading.Lock()
        torch.set_num_threads(threads)
        logging.disable_progress_bar()
        try:
            folder = _converted(folder)
            self.tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
            self.model = AutoModelForCausalLM.from_pretrained(folder, dtype=_precision(), local_files_only=True)
        except (OSError, ValueError, KeyError, SafetensorError) as error:
            raise Stale(
                f"the model in {folder} cannot be read ({error}); delete the folder to fetch it anew"
            ) from error
        self.model.eval()
        self.base = identity(folder)
        self.models = dict.fromkeys(JOBS, self.model)

    def wear(self, adapters: Mapping[Job, Path]) -> None:
        """From now on these jobs are done with their adapters, the others by the model as it came.

        Each adapter is added into the weights it touches, of which it gets its own copy; all others are shared. Raises
        Stale if one does not fit.
        """
        worn = dict.fromkeys(JOBS, self.model)
        if adapters:
            from chat.adaptation.lora import merged

            for job, folder in adapters.items():
                try:
                    worn[job] = merged(self.model, folder)
                except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
                    what = f"the adapter in {folder} cannot be read ({error})"
                    raise Stale(f"{what}; run penchant train-language --job {job}") from error
        with self.lane:
            self.models = worn

    def stream(self, messages: Sequence[Turn], schema: Mapping[str, Any] | None = None) -> Generator[str, None, None]:
        """Greedy decoding: the same question gets the same answer."""
        constraint = Constraint(self.tokenizer, schema) if schema else None
        going_on = messages[-1]["role"] == "assistant"
        encoded = self.tokenizer.apply_chat_template(
            [dict(turn) for turn in messages],
            add_generation_prompt=not going_on,
            continue_final_message=going_on,
            return_dict=True,
            return_tensors="pt",
        )
        model = self.models["words"]
        cache, tokens, said, new = DynamicCache(), encoded["input_ids"], "", list[int]()
        while len(new) < LONGEST:
            with self.lane, torch.inference_mode():
                out = model(tokens, None, None, cache, use_cache=True, logits_to_keep=1)
                logits = constraint.masked(out.logits[:, -1]) if constraint else out.logits[:, -1]
                token = int(logits.argmax(dim=-1))
            if token == self.tokenizer.eos_token_id:
                return
            taken = constraint.take(token) if constraint else [token]
            tokens = torch.tensor([taken])  # (1, taken)
            new += taken
            # a character may need several tokens, so the whole is decoded and the difference given
            whole = self.tokenizer.decode(new, skip_special_tokens=True)
            if not whole.endswith("\ufffd"):
                yield whole[len(said) :]
                said = whole
            if constraint and constraint.complete:
                return

    def score(self, prefix: str, continuations: Sequence[str]) -> NDArray[np.float32]:
        """The prefix is read once; its keys and values serve every batch of continuations."""
        ids = [self.tokenizer.encode(text, add_special_tokens=False) for text in continuations]
        if not all(ids):
            raise ValueError("a continuation is empty")
        start = self.tokenizer(prefix, return_tensors="pt", add_special_tokens=False)["input_ids"]
        scores: list[float] = []
        with self.lane, torch.inference_mode():
            # the cache goes by its place: transformers 5.24 gave the argument another name
            kept = DynamicCache()
            model = self.models["rerank"]
            after = model(start, None, None, kept, use_cache=True, logits_to_keep=1).logits[:, -1:]
            for at in range(0, len(ids), BATCH):
                scores += self._score_batch(model, kept, after, ids[at : at + BATCH])
        return np.asarray(scores, dtype=np.float32)

    def _score_batch(
        self, model: Any, prefix: DynamicCache, after: torch.Tensor, ids: Sequence[Sequence[int]]
    ) -> list[float]:
        longest = max(map(len, ids))
        # padded at the right: attention is causal, so no real token sees the padding
        padded = torch.tensor([[*each, *[0] * (longest - len(each))] for each in ids])  # (batch, longest)
        cache = DynamicCache()
        for layer, kept in enumerate(prefix.layers):
            cache.update(kept.keys.repeat(len(ids), 1, 1, 1), kept.values.repeat(len(ids), 1, 1, 1), layer)
        out = model(padded, None, None, cache, use_cache=True)
        first = after.expand(len(ids), -1, -1)
        logits = torch.cat([first, out.logits[:, :-1]], dim=1).float()  # (batch, longest, vocabulary)
        likely = logits.log_softmax(dim=-1).gather(-1, padded[..., None]).squeeze(-1)  # (batch, longest)
        real = torch.arange(longest) < torch.tensor([len(each) for each in ids])[:, None]
        mean = (likely * real).sum(dim=1) / real.sum(dim=1)
        return [float(value) for value in mean]


def _precision() -> torch.dtype:
    # bf16 is two to five times faster where the processor has it, and as good; elsewhere it is slower
    if torch.cuda.is_available() or torch.cpu._is_avx512_bf16_supported():
        return torch.bfloat16
    return torch.float32


def _converted(folder: Path) -> Path:
    """The folder itself, or the safetensors made from its GGUF file, which load ten times faster."""
    ggufs = sorted(folder.glob("*.gguf"))
    if not ggufs or (folder / "config.json").exists():
        return folder
    finished, unfinished = folder / "safetensors", folder / "safetensors.building"
    if damage(finished):
        for old in (finished, unfinished):
            shutil.rmtree(old, ignore_errors=True)
        name = ggufs[0].name
        model = AutoModelForCausalLM.from_pretrained(
            folder, gguf_file=name, quantization_config=GgufConfig(dequantize=True), dtype=torch.bfloat16
        )
        model.save_pretrained(unfinished)
        AutoTokenizer.from_pretrained(folder, gguf_file=name).save_pretrained(unfinished)
        if not (unfinished / "model.safetensors").exists():
            raise Problem(f"{ggufs[0]} could not be converted; delete {folder} to fetch it anew")
        seal(unfinished, f"converted from {name}", "as the original")
        unfinished.rename(finished)
    return finished
