"""A language model behind any OpenAI-compatible server: vLLM, llama.cpp, Ollama and the like."""

from __future__ import annotations

import math
import re
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, cast
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray
from openai import APIConnectionError, APIError, APIStatusError, APITimeoutError, OpenAI, Stream, Timeout
from openai.types.chat import ChatCompletionChunk
from pydantic_core import from_json

from chat.llm import ANSWER, Turn, Unavailable, Unreachable
from chat.llm.turns import harmless
from retrieval.errors import Problem

CONNECTING = 3.0  # seconds
ASIDE = 2.0  # seconds for what it would only be good to know
BUSY = {429, 502, 503, 504}
WINDOW = 4096  # where the server does not say
QUOTE = "\u201d"  # stands for a straight one inside JSON, where servers that hold to a pattern trip over escapes
BYTES = 3  # of text a token has at least, as a rule; the tokenizer is the server's own


class Refused(Unavailable):
    """The server answered that it will not."""

    kind = "refused"


class BrokenOff(Unavailable):
    """The answer ended before its end."""

    kind = "broken_off"


class Remote:
    """`http://HOST:PORT/v1#MODEL`. It opens no connection before it is asked; `patience` is in seconds without a word.

    Raises Problem if the address is none.
    """

    scores = False

    def __init__(self, url: str, key: str = "", patience: float = 15.0) -> None:
        base, _, model = url.partition("#")
        if not urlsplit(base).hostname or not model:
            raise Problem(f"the language model {url!r} is no address; it must be http://HOST:PORT/v1#MODEL")
        self.name, self.base, self.model = url, base, model
        timeout = Timeout(patience, connect=CONNECTING)
        # retries are made in one place, in chat/llm/guarded.py
        self.client = OpenAI(base_url=base, api_key=key or "none", timeout=timeout, max_retries=0)

    @cached_property
    def window(self) -> int:
        """As the server says it (vLLM, llama.cpp), else a careful guess."""
        try:
            models = {one.id: one.model_extra or {} for one in self.client.with_options(timeout=ASIDE).models.list()}
        except APIError:
            return WINDOW
        known = models.get(self.model, {})
        meta = known.get("meta") or {}
        return int(known.get("max_model_len") or meta.get("n_ctx") or meta.get("n_ctx_train") or WINDOW)

    def room(self, text: str) -> int:
        """By a rule of thumb, since only the server knows its tokens."""
        return self.window - ANSWER - math.ceil(len(text.encode()) / BYTES)

    def models(self) -> list[str]:
        """What the server has. Raises Unavailable."""
        try:
            return sorted(one.id for one in self.client.with_options(timeout=CONNECTING).models.list())
        except APIError as error:
            raise _told(error, self.base) from error

    def stream(self, messages: Sequence[Turn], schema: Mapping[str, Any] | None = None) -> Generator[str, None, None]:
        """A pattern is asked for as JSON with one string in it, which servers can hold to; one that cannot just
        answers. Raises Unavailable."""
        pattern = schema.get("pattern") if schema and schema.get("type") == "string" else None
        body: dict[str, Any] = {
            "model": self.model,
            "messages": [{"role": turn["role"], "content": harmless(turn["content"])} for turn in messages],
            "max_tokens": ANSWER,
            "temperature": 0,
            "stream": True,
        }
        if schema:
            wanted = _wrapped(pattern) if pattern else dict(schema)
            body["response_format"] = {"type": "json_schema", "json_schema": {"name": "answer", "schema": wanted}}
        if messages[-1]["role"] == "assistant":  # as vLLM wants to hear it; llama.cpp goes on by itself
            body["extra_body"] = {"continue_final_message": True, "add_generation_prompt": False}
        try:
            with cast("Stream[ChatCompletionChunk]", self.client.chat.completions.create(**body)) as chunks:
                pieces = self._pieces(chunks)
                yield from _unwrapped(pieces) if pattern else pieces
        except APIError as error:
            raise _told(error, self.base) from error

    def score(self, prefix: str, continuations: Sequence[str]) -> NDArray[np.float32]:
        raise Unavailable(f"{self.name} can only be asked, not weigh titles")

    def after(self, texts: Sequence[str], said: str) -> NDArray[np.float32]:
        raise Unavailable(f"{self.name} can only be asked, not weigh titles")

    def _pieces(self, chunks: Iterable[ChatCompletionChunk]) -> Iterator[str]:
        ended = False
        for chunk in chunks:
            for choice in chunk.choices or ():
                if choice.delta and choice.delta.content:
                    yield choice.delta.content
                ended = ended or bool(choice.finish_reason)
        if not ended:
            raise BrokenOff(f"the answer of {self.base} broke off")


def _wrapped(pattern: str) -> dict[str, Any]:
    """A JSON schema of one string: a string alone is no JSON that every server would write."""
    plain = re.sub(r"\\([^\w\\^$.\[\]()|{}*+?/])", r"\1", pattern)  # `\ ` is Python's, not JSON Schema's
    plain = plain.replace('"', QUOTE)
    text = {"type": "string", "pattern": f"^({plain})$"}
    return {"type": "object", "properties": {"text": text}, "required": ["text"], "additionalProperties": False}


def _unwrapped(pieces: Iterator[str]) -> Iterator[str]:
    """The string inside the JSON while it is written; what is no JSON passes as it is."""
    whole = said = ""
    for piece in pieces:
        whole += piece
        if not whole.lstrip():
            continue
        if not whole.lstrip().startswith("{"):
            yield whole[len(said) :]
            said = whole
            continue
        try:
            known = from_json(whole.strip(), allow_partial="trailing-strings")
        except ValueError:
            raise Unavailable(f"the answer is no JSON: {whole!r:.60}") from None
        text = known.get("text", "") if isinstance(known, dict) else ""
        if isinstance(text, str) and len(text) > len(said):
            text = text.replace(QUOTE, '"')
            yield text[len(said) :]
            said = text


def _told(error: APIError, base: str) -> Unavailable:
    if isinstance(error, APITimeoutError):
        return Unavailable(f"{base} does not answer")
    if isinstance(error, APIConnectionError):
        return Unreachable(f"{base} cannot be reached")
    if isinstance(error, APIStatusError):
        kind = Unreachable if error.status_code in BUSY else Refused
        return kind(f"{base} answered {error.status_code}: {' '.join(str(error.message).split())[:200]}")
    return Unavailable(f"{base} answered with an error: {' '.join(str(error.message).split())[:200]}")
