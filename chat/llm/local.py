"""A causal language model in this process, and the only place that knows transformers."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
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
from chat.llm import ANSWER, TooLong, Turn
from chat.llm.constraint import Constraint
from chat.llm.heads import Head, Heads
from chat.llm.likelihood import after_each
from chat.llm.precision import fastest
from chat.llm.turns import encoded, plain
from retrieval.errors import Problem, Stale
from retrieval.manifest import damage, seal

PACKED = 512  # tokens of continuations read at once: their logits have to fit into memory


@dataclass(frozen=True)
class Reader:
    """The model as one job uses it, perhaps with weights of its own, and what it has read lately."""

    model: Any
    heads: Heads


class Local:
    """Weights in a local folder: safetensors, or a GGUF file or the folder of one, which is converted beside it once.

    One computation at a time: a lock keeps two conversations from fighting over the cores.
    Raises Stale if there is no model that can be read.
    """

    scores = True

    def __init__(self, name: str, place: Path, threads: int) -> None:
        self.name = name
        self.lane, self.encoding = threading.Lock(), threading.Lock()
        torch.set_num_threads(threads)
        logging.disable_progress_bar()
        try:
            folder = _converted(place)
            self.tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
            self.model = AutoModelForCausalLM.from_pretrained(folder, dtype=fastest(), local_files_only=True)
        except (OSError, ValueError, KeyError, SafetensorError) as error:
            what = "file" if place.is_file() else "folder"
            raise Stale(f"the model in {place} cannot be read ({error}); delete the {what} to fetch it anew") from error
        self.model.eval()
        self.base = identity(folder)
        self.wear({})
        self.window = int(getattr(self.model.config, "max_position_embeddings", 2048))
        ends = self.model.generation_config.eos_token_id
        self.ends = {self.tokenizer.eos_token_id, *(ends if isinstance(ends, list) else [ends])}

    def wear(self, adapters: Mapping[Job, Path]) -> None:
        """From now on these jobs are done with their adapters, the others by the model as it came.

        Each adapter is added into the weights that it touches, of which it gets its own copy; all others are shared.
        Raises Stale if one does not fit.
        """
        worn = dict.fromkeys(JOBS, self.model)
        for job, folder in adapters.items():
            from chat.adaptation.lora import merged

            try:
                worn[job] = merged(self.model, folder)
            except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
                what = f"the adapter in {folder} cannot be read ({error})"
                raise Stale(f"{what}; run penchant train-language --job {job}") from error
        with self.lane:
            self.readers = {job: Reader(model, Heads()) for job, model in worn.items()}
            self.adapters = dict(adapters)

    @property
    def identity(self) -> str:
        """What its scores hang on: the weights, and the adapters that titles and wishes are weighed with."""
        return self._state("rerank", "wish")

    @property
    def identities(self) -> tuple[str, str]:
        """The same of `score` alone and of `after` alone."""
        return self._state("rerank"), self._state("wish")

    def room(self, text: str) -> int:
        return self.window - ANSWER - len(self._plain(text))

    def stream(self, messages: Sequence[Turn], schema: Mapping[str, Any] | None = None) -> Generator[str, None, None]:
        """Greedy decoding: the same question gets the same answer."""
        constraint = Constraint(self.tokenizer, schema) if schema else None
        with self.encoding:
            prompt = encoded(self.tokenizer, messages)
        said, new, reader = "", list[int](), self.readers["words"]
        with self.lane, torch.inference_mode():
            logits, cache = self._read(prompt, reader)
        while True:
            token = int((constraint.masked(logits) if constraint else logits).argmax(dim=-1))
            if token in self.ends:
                return
            taken = constraint.take(token) if constraint else [token]
            new += taken
            # a character may need several tokens, so the whole is decoded and the difference given
            whole = self.tokenizer.decode(new, skip_special_tokens=True)
            if not whole.endswith("\ufffd"):
                yield whole[len(said) :]
                said = whole
            if len(new) >= ANSWER or (constraint and constraint.complete):
                return
            with self.lane, torch.inference_mode():
                logits = _on(reader.model, taken, cache)

    def score(self, prefix: str, continuations: Sequence[str]) -> NDArray[np.float32]:
        """The prefix is read once, then all continuations side by side, none of which sees another."""
        ids = [self._plain(text) for text in continuations]
        if not all(ids):
            raise ValueError("a continuation is empty")
        start = self._plain(prefix) or [self.tokenizer.bos_token_id or self.tokenizer.eos_token_id]
        scores, reader = list[float](), self.readers["rerank"]
        with self.lane, torch.inference_mode():
            after, cache = self._read(start, reader, max(map(len, ids), default=0))
            layers = [(layer.keys, layer.values) for layer in cache.layers]
            for some in _packs(ids):
                scores += _side_by_side(reader.model, layers, after, some)
        return np.asarray(scores, dtype=np.float32)

    def after(self, texts: Sequence[str], said: str) -> NDArray[np.float32]:
        """Several at a time."""
        before, ids = [self._plain(text) for text in texts], self._plain(said)
        if not all(before) or not ids:
            raise ValueError("a text is empty")
        if max(map(len, before), default=0) + len(ids) > self.window:
            raise TooLong(f"a text has more tokens than {self.name} holds: {self.window:,}")
        with self.lane:
            return after_each(self.readers["wish"].model, before, ids)

    def _state(self, *jobs: Job) -> str:
        worn = [self.adapters[job].name for job in jobs if job in self.adapters]
        return " ".join((self.name, self.base[:16], *worn))

    def _plain(self, text: str) -> list[int]:
        with self.encoding:  # the tokenizer is told with each text how to take it, so it is no good to two at once
            return plain(self.tokenizer, text)

    def _read(
        self, tokens: Sequence[int], reader: Reader, following: int = ANSWER
    ) -> tuple[torch.Tensor, DynamicCache]:
        """The logits after the tokens, (1, vocabulary), and what to go on from; a head that was read lately is not
        read again."""
        if len(tokens) + following > self.window:
            raise TooLong(f"the prompt has {len(tokens):,} tokens; with an answer {self.name} holds {self.window:,}")
        known, n = reader.heads.nearest(tokens)
        cache = _going_on(known.cut(n) if known else [])
        if known and n == len(tokens):
            return known.after, cache
        after = _on(reader.model, tokens[n:], cache)
        reader.heads.keep(Head(tuple(tokens), tuple((layer.keys, layer.values) for layer in cache.layers), after))
        return after, cache


def _on(model: Any, tokens: Sequence[int], cache: DynamicCache) -> torch.Tensor:
    # the cache goes by its place: transformers 5.24 gave the argument another name
    out = model(torch.tensor([tokens]), None, None, cache, use_cache=True, logits_to_keep=1)
    return torch.as_tensor(out.logits[:, -1])


def _side_by_side(
    model: Any,
    prefix: Sequence[tuple[torch.Tensor, torch.Tensor]],
    after: torch.Tensor,
    ids: Sequence[Sequence[int]],
) -> list[float]:
    """Mean log-likelihoods from one row that holds all continuations: no padding, and the prefix is not repeated.

    A mask keeps each to itself and its place right behind the prefix, as in the tree attention of Miao et al.,
    "SpecInfer" (2024).
    """
    read, total = prefix[0][0].shape[-2], sum(map(len, ids))
    places = torch.tensor([[read + at for each in ids for at in range(len(each))]])  # (1, total)
    whose = torch.tensor([number for number, each in enumerate(ids) for _ in each])
    sees = torch.ones(total, read + total, dtype=torch.bool)
    sees[:, read:] = (whose[:, None] == whose) & torch.ones(total, total, dtype=torch.bool).tril()
    dtype = prefix[0][0].dtype
    mask = torch.zeros(1, 1, total, read + total, dtype=dtype).masked_fill(~sees, torch.finfo(dtype).min)
    row = torch.tensor([[token for each in ids for token in each]])
    out = model(row, mask, places, _going_on(prefix), use_cache=True)
    logits = torch.cat([after, out.logits[0]]).float()  # (1 + total, vocabulary)
    chances = logits - logits.logsumexp(dim=-1, keepdim=True)
    means, at = [], 0
    for each in ids:
        rows = torch.tensor([0, *range(at + 1, at + len(each))])  # a token is foretold by the one before it
        means.append(float(chances[rows, torch.tensor(each)].mean()))
        at += len(each)
    return means


def _going_on(layers: Sequence[tuple[torch.Tensor, torch.Tensor]]) -> DynamicCache:
    """A cache that begins with these keys and values. It grows by copying, so what it began with stays as it is."""
    cache = DynamicCache()
    for at, (keys, values) in enumerate(layers):
        cache.update(keys, values, at)
    return cache


def _packs(ids: Sequence[list[int]]) -> Iterator[list[list[int]]]:
    pack: list[list[int]] = []
    for each in ids:
        if pack and sum(map(len, pack)) + len(each) > PACKED:
            yield pack
            pack = []
        pack.append(each)
    if pack:
        yield pack


def _converted(place: Path) -> Path:
    """The folder itself, or the safetensors made from its GGUF file, which load ten times faster."""
    ggufs = [place] if place.is_file() else sorted(place.glob("*.gguf"))
    if not ggufs or (place / "config.json").exists():
        return place
    folder, name = ggufs[0].parent, ggufs[0].name
    finished = place / "safetensors" if place.is_dir() else place.with_suffix(".safetensors.d")
    unfinished = finished.with_name(f"{finished.name}.building")
    # a file that somebody brought may be another by now, one in a folder of ours is sealed
    changed = place.is_file() and finished.is_dir() and place.stat().st_mtime > finished.stat().st_mtime
    if changed or damage(finished):
        for old in (finished, unfinished):
            shutil.rmtree(old, ignore_errors=True)
        model = AutoModelForCausalLM.from_pretrained(
            folder, gguf_file=name, quantization_config=GgufConfig(dequantize=True), dtype=torch.bfloat16
        )
        model.save_pretrained(unfinished)
        AutoTokenizer.from_pretrained(folder, gguf_file=name).save_pretrained(unfinished)
        if not (unfinished / "model.safetensors").exists():
            raise Problem(f"{ggufs[0]} could not be converted; delete it to fetch it anew")
        seal(unfinished, f"converted from {name}", "as the original")
        unfinished.rename(finished)
    return finished
