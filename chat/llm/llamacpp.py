"""A GGUF file read by llama.cpp in this process: the fastest words a processor without graphics card can give."""

from __future__ import annotations

import json
import queue
import secrets
import threading
from collections.abc import Generator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from chat.adaptation.shelf import kept_for
from chat.llm import ANSWER, TooLong, Turn, Unavailable, adapt
from chat.llm.remote import BYTES
from chat.llm.turns import harmless
from retrieval.errors import Problem, Stale
from retrieval.settings import Settings
from retrieval.weights import find

if TYPE_CHECKING:
    from chat.llm.local import Local

WINDOW = 4096  # tokens; what a model of a hundred thousand would set aside for them is gigabytes
COMPACT = {"x-guidance": {"whitespace_flexible": False}}  # a small model fills what it may with blanks
SMALL = 400_000_000  # bytes of a GGUF file that torch may hold a second time, to weigh titles


def open_llamacpp(name: str, settings: Settings) -> LlamaCpp:
    """`name` as for `local:`, but it has to be a GGUF file. Raises Problem or Stale naming the remedy."""
    place = find(name, settings, kind="language")
    files = [place] if place.is_file() else sorted(place.glob("*.gguf"))
    if not files:
        raise Problem(f"llama.cpp reads GGUF files, and {place} holds none; say local:{name} instead")
    return LlamaCpp(name, files[0], settings.threads, _scorer(name, place, files[0], settings.threads))


class LlamaCpp:
    """One answer at a time. llama.cpp cannot say how likely a given text is, so `scorer` does, where there is one."""

    def __init__(self, name: str, file: Path, threads: int, scorer: Local | None = None) -> None:
        try:
            import xllamacpp
        except ImportError as error:
            raise Problem("llamacpp: needs its wheel; pip install 'penchant[llamacpp]'") from error
        self.name, self.scorer, self.lane = name, scorer, threading.Lock()
        self.window = min(WINDOW, scorer.window) if scorer else WINDOW
        params = xllamacpp.CommonParams()
        params.model.path = str(file)
        params.n_ctx, params.n_parallel = self.window, 1
        params.cpuparams.n_threads = params.cpuparams_batch.n_threads = threads
        params.verbosity = -1
        params.warmup = False
        # it opens a port on loopback that is not used here; nobody else shall use it
        params.api_keys, params.ui = [secrets.token_urlsafe(32)], False
        params.endpoint_metrics = True
        try:
            self.server = xllamacpp.Server(params)
        except RuntimeError as error:
            raise Stale(f"llama.cpp cannot read {file}; delete it to fetch it anew") from error
        # its loop has begun once it has answered: let go before, it never ends and holds the whole process with it
        self.server.handle_metrics()

    @property
    def scores(self) -> bool:
        return self.scorer is not None

    @property
    def identity(self) -> str:
        return f"llama.cpp {getattr(self.scorer, 'identity', self.name)}"

    def wear(self, models: Path) -> str | None:
        """Weighs with the adapters that were kept for these weights from now on. Which of them are not worn, in a
        sentence: llama.cpp reads adapters in a form of its own, which nobody here makes."""
        left = kept_for(models, self.name)
        if self.scorer:
            adapt(self.scorer, models)
            left = tuple(job for job in self.scorer.adapters if job == "words")
        if not left:
            return None
        one, other = ("", "it is") if len(left) == 1 else ("s", "they are")
        names = " and ".join(map(repr, left))
        return f"llamacpp: does not wear the adapter{one} {names}; with local:{self.name} {other} worn."

    def room(self, text: str) -> int:
        if self.scorer:
            return self.scorer.room(text) - self.scorer.window + self.window
        return self.window - ANSWER - len(text.encode()) // BYTES

    def stream(self, messages: Sequence[Turn], schema: Mapping[str, Any] | None = None) -> Generator[str, None, None]:
        """Greedy decoding, held to the schema; the head of the last prompt is not read again."""
        body: dict[str, Any] = {
            "messages": [{"role": turn["role"], "content": harmless(turn["content"])} for turn in messages],
            "max_tokens": ANSWER,
            "temperature": 0,
            "stream": True,
        }
        if schema and "pattern" in schema:
            body["grammar"] = f"%llguidance {{}}\nstart: /{_delimited(schema['pattern'])}/"
        elif schema:
            body["grammar"] = f"%llguidance {{}}\nstart: %json {json.dumps({**schema, **COMPACT})}"
        news: queue.SimpleQueue[Any] = queue.SimpleQueue()
        left = threading.Event()

        def hear(chunk: Any) -> bool:  # True stops the model
            news.put(chunk)
            return left.is_set()

        def ask() -> None:
            try:
                with self.lane:
                    if not left.is_set():
                        self.server.handle_chat_completions(body, hear)
                news.put(None)
            except Exception as error:
                news.put(error)

        threading.Thread(target=ask, name="llama.cpp", daemon=True).start()
        try:
            while (chunk := news.get()) is not None:
                if isinstance(chunk, Exception):
                    raise Unavailable(f"llama.cpp failed ({chunk})") from chunk
                if "choices" not in chunk:
                    error = chunk.get("error", chunk)
                    kind = TooLong if error.get("type") == "exceed_context_size_error" else Unavailable
                    raise kind(f"llama.cpp did not answer: {error.get('message', error)!s:.200}")
                if piece := chunk["choices"][0]["delta"].get("content"):
                    yield piece
        finally:
            left.set()

    def score(self, prefix: str, continuations: Sequence[str]) -> NDArray[np.float32]:
        if self.scorer is None:
            raise Unavailable(f"{self.name} is too large to weigh titles beside llama.cpp; it only words")
        return self.scorer.score(prefix, continuations)

    def after(self, texts: Sequence[str], said: str) -> NDArray[np.float32]:
        if self.scorer is None:
            raise Unavailable(f"{self.name} is too large to weigh titles beside llama.cpp; it only words")
        return self.scorer.after(texts, said)


def _scorer(name: str, place: Path, file: Path, threads: int) -> Local | None:
    """The same weights in torch, which weighs thirty titles in one step; none if they are large or unknown to it."""
    if file.stat().st_size > SMALL:
        return None
    from chat.llm.local import Local

    try:
        return Local(name, place, threads)
    except Stale:
        return None


def _delimited(pattern: str) -> str:
    """The pattern between slashes, which then must not end it."""
    return pattern.replace("/", r"\/")
