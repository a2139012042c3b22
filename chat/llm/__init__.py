"""A language model behind one seam: it words what it is given, and weighs titles."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from retrieval.errors import Problem
from retrieval.settings import Settings

Turn = Mapping[str, str]  # {"role": "system" | "user" | "assistant", "content": ...}


class LLM(Protocol):
    """What every backend can do. Both calls may be slow; closing the stream stops the work."""

    @property
    def name(self) -> str: ...

    def stream(self, messages: Sequence[Turn], schema: Mapping[str, Any] | None = None) -> Generator[str, None, None]:
        """The answer in pieces. A last message of the assistant is continued, not answered."""
        ...

    def score(
        self, prefix: str, continuations: Sequence[str], given: Sequence[str] | None = None
    ) -> NDArray[np.float32]:
        """Mean log-likelihood a token of each continuation after the prefix, in nats, shape (continuations,).

        `given`: of each continuation what stands between the prefix and it, and is not scored itself.
        """
        ...


class Unavailable(Problem):
    """The language model cannot answer now; the recommendation stands without it."""


def open_llm(settings: Settings) -> LLM | None:
    """The language model that the settings name; None for `none:`. Raises Problem for an unknown kind."""
    kind, _, name = settings.language.partition(":")
    if kind == "none":
        return None
    if kind == "scripted":
        from chat.llm.scripted import Scripted

        return Scripted()
    if kind == "local" and name:
        from chat.llm.local import Local
        from retrieval.weights import find

        return Local(name, find(name, settings), settings.threads)
    raise Problem(f"language is {settings.language!r}; it must be local:NAME, scripted: or none:")
