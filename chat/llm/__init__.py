"""A language model behind one seam: it words what it is given, and weighs titles."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import typer
from numpy.typing import NDArray

from retrieval.errors import Problem
from retrieval.settings import Settings

if TYPE_CHECKING:
    from chat.llm.local import Local

Turn = Mapping[str, str]  # {"role": "system" | "user" | "assistant", "content": ...}


class LLM(Protocol):
    """What every backend can do. Both calls may be slow; closing the stream stops the work."""

    @property
    def name(self) -> str: ...

    def stream(self, messages: Sequence[Turn], schema: Mapping[str, Any] | None = None) -> Generator[str, None, None]:
        """The answer in pieces. A last message of the assistant is continued, not answered."""
        ...

    def score(self, prefix: str, continuations: Sequence[str]) -> NDArray[np.float32]:
        """Mean log-likelihood a token of each continuation after the prefix, in nats, shape (continuations,)."""
        ...


class Unavailable(Problem):
    """The language model cannot answer now; the recommendation stands without it."""


def open_llm(settings: Settings, adapted: bool = True) -> LLM | None:
    """The language model that the settings name; None for `none:`. Raises Problem for an unknown kind.

    A local one wears the adapters that `penchant train-language` kept for it, unless it is not to be `adapted`; what is
    wrong with one is said, and the model works without it.
    """
    kind, _, name = settings.language.partition(":")
    if kind == "none":
        return None
    if kind == "scripted":
        from chat.llm.scripted import Scripted

        return Scripted()
    if kind == "local" and name:
        from chat.llm.local import Local
        from retrieval.weights import find

        local = Local(name, find(name, settings), settings.threads)
        if adapted:
            _dress(local, settings.models)
        return local
    raise Problem(f"language is {settings.language!r}; it must be local:NAME, scripted: or none:")


def _dress(local: Local, models: Path) -> None:
    from chat.adaptation.shelf import fitting

    found = fitting(models, local.base)
    for note in found.notes:
        typer.echo(note, err=True)
    local.wear(found.folders)
