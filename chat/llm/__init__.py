"""A language model behind one seam: it words what it is given, and weighs titles."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import typer
from numpy.typing import NDArray

from retrieval.errors import Problem, Stale
from retrieval.settings import Settings

if TYPE_CHECKING:
    from chat.llm.guarded import Guarded
    from chat.llm.local import Local

Turn = Mapping[str, str]  # {"role": "system" | "user" | "assistant", "content": ...}

ANSWER = 160  # tokens of one answer: nobody reads more under a card


class LLM(Protocol):
    """What every backend can do. Both calls may be slow; closing the stream stops the work."""

    @property
    def name(self) -> str: ...

    @property
    def scores(self) -> bool:
        """Whether `score` works: a model behind a server can only be asked."""
        ...

    @property
    def window(self) -> int:
        """Tokens of prompt and answer together."""
        ...

    def room(self, text: str) -> int:
        """Tokens that the window has left after the text and an answer; below 0 the text is too long."""
        ...

    def stream(self, messages: Sequence[Turn], schema: Mapping[str, Any] | None = None) -> Generator[str, None, None]:
        """The answer in pieces. A last message of the assistant is continued, not answered.

        `schema`: a JSON schema, or `{"type": "string", "pattern": ...}` for plain text by a regular expression. A
        backend in this process keeps to it; a server may not, so whoever asks checks.
        """
        ...

    def score(self, prefix: str, continuations: Sequence[str]) -> NDArray[np.float32]:
        """Mean log-likelihood a token of each continuation after the prefix, in nats, shape (continuations,).

        Raises ValueError if a continuation is empty, Unavailable where `scores` is false.
        """
        ...

    def after(self, texts: Sequence[str], said: str) -> NDArray[np.float32]:
        """Log-likelihoods of the tokens of one thing said after each of the texts, in nats, shape (texts, tokens).

        Raises ValueError if a text or what is said is empty, Unavailable where `scores` is false.
        """
        ...


class Unavailable(Problem):
    """The language model cannot answer now; the recommendation stands without it. `kind` is what a metric counts."""

    kind = "broken"


class Unreachable(Unavailable):
    """Nobody answered, or it was told to come back later, before the first word: asking again can do no harm."""

    kind = "unreachable"


class TooLong(Unavailable):
    """The prompt does not fit into the window; `shortened` in chat/llm/window.py makes one that does."""

    kind = "too_long"


def open_llm(settings: Settings, adapted: bool = True) -> Guarded | None:
    """The language model that the settings name, guarded; None for `none:`. Raises Problem for an unknown kind.

    One in this process uses the adapters that `penchant train-language` kept for it, unless it is not to be `adapted`;
    what is wrong with one is said, and the model works without it. llama.cpp weighs with them and words without.

    Whoever has all the time in the world asks the guarded one for `within(None)`.
    """
    if settings.language == "none:":
        return None
    from chat.llm.guarded import Guarded

    return Guarded(_opened(settings, adapted), settings.language_deadline)


def _opened(settings: Settings, adapted: bool) -> LLM:
    kind, _, name = settings.language.partition(":")
    if kind == "scripted":
        from chat.llm.scripted import Scripted

        return Scripted()
    if kind == "local" and name:
        from chat.llm.local import Local
        from retrieval.weights import find

        local = Local(name, find(name, settings, kind="language"), settings.threads)
        if adapted:
            adapt(local, settings.models)
        return local
    if kind == "llamacpp" and name:
        from chat.llm.llamacpp import open_llamacpp

        llamacpp = open_llamacpp(name, settings)
        if adapted and (note := llamacpp.wear(settings.models)):
            typer.echo(note, err=True)
        return llamacpp
    if kind in ("http", "https"):
        from chat.llm.remote import Remote

        return Remote(settings.language, settings.language_key.get_secret_value())
    raise Problem(
        f"language is {settings.language!r}; it must be local:NAME, llamacpp:NAME, http://HOST:PORT/v1#MODEL, "
        "scripted: or none:"
    )


def adapt(local: Local, models: Path) -> None:
    """Has the model wear the adapters that were kept for it; what is wrong with one is said."""
    from chat.adaptation.shelf import fitting

    found = fitting(models, local.base)
    for note in found.notes:
        typer.echo(note, err=True)
    try:
        local.wear(found.folders)
    except Stale as stale:
        typer.echo(f"{stale}; until then the model works as it came", err=True)
        local.wear({})
