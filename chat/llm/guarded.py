"""Any language model made safe to call: an answer or Unavailable comes by the deadline, whatever the model does."""

from __future__ import annotations

import math
import queue
import re
import threading
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from chat.llm import LLM, TooLong, Turn, Unavailable, Unreachable
from chat.llm.breaker import Breaker, Resting
from chat.telemetry import language_failures

LONGEST = 4000  # characters of an answer; what says more has lost its way
AGAIN = (0.2, 0.6)  # seconds before another try, as long as nothing was said
T = TypeVar("T")
NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class Late(Unavailable):
    kind = "late"


class Garbage(Unavailable):
    kind = "garbage"


class Endless(Unavailable):
    kind = "endless"


@dataclass(frozen=True, eq=False)
class Guarded:
    """The model works in a thread of its own, so the caller is never stuck in it; one that hangs is left behind.

    `deadline` is in seconds from the call to its last word; None waits. `until` is the moment at which all has to be
    done. Words and scores have a breaker each: a model may be too slow to take part in the order and still have
    something to say.
    """

    llm: LLM
    deadline: float | None
    until: float = math.inf
    words: Breaker = field(default_factory=Breaker)
    weights: Breaker = field(default_factory=Breaker)

    @property
    def name(self) -> str:
        return self.llm.name

    @property
    def identity(self) -> str:
        """Changes where the same texts would get other scores: with the weights, or with an adapter."""
        return str(getattr(self.llm, "identity", self.llm.name))

    @property
    def identities(self) -> tuple[str, str]:
        """The same of `score` alone and of `after` alone, where the model tells them apart."""
        weighing, hearing = getattr(self.llm, "identities", (self.identity, self.identity))
        return weighing, hearing

    @property
    def scores(self) -> bool:
        return self.llm.scores

    @property
    def window(self) -> int:
        return self.llm.window

    def room(self, text: str) -> int:
        return self.llm.room(text)

    def within(self, seconds: float | None) -> Guarded:
        """The same model, all of whose answers together may take so long from now on; None waits."""
        return replace(self, deadline=None, until=math.inf if seconds is None else time.monotonic() + seconds)

    def stream(self, messages: Sequence[Turn], schema: Mapping[str, Any] | None = None) -> Generator[str, None, None]:
        """Raises Unavailable when the model is late, dies, talks garbage or does not end."""
        said = 0
        with self._watched(self.words):
            for piece in self._patiently(lambda: self.llm.stream(messages, schema)):
                if not isinstance(piece, str) or NO_TEXT.search(piece):
                    raise Garbage(f"the language model answered with what is no text: {piece!r:.40}")
                said += len(piece)
                if said > LONGEST:
                    raise Endless(f"the language model did not end within {LONGEST:,} characters")
                yield piece

    def score(self, prefix: str, continuations: Sequence[str]) -> NDArray[np.float32]:
        """Raises Unavailable when the model is late, fails, or gives anything but a finite number for each."""
        if not all(continuations):
            raise ValueError("a continuation is empty")
        return self._scored(lambda: self.llm.score(prefix, continuations), len(continuations))

    def after(self, texts: Sequence[str], said: str) -> NDArray[np.float32]:
        """As `score`."""
        if not all(texts) or not said:
            raise ValueError("a text is empty")
        return self._scored(lambda: self.llm.after(texts, said), len(texts), axes=2)

    def _scored(self, work: Callable[[], NDArray[np.float32]], n: int, axes: int = 1) -> NDArray[np.float32]:
        if not n:
            return np.zeros((0,) * axes, dtype=np.float32)
        if not self.scores:
            raise Unavailable(f"{self.name} can only be asked, not weigh titles")

        def once() -> Iterator[NDArray[np.float32]]:
            yield work()

        with self._watched(self.weights):
            (scores,) = self._patiently(once)
            scores = np.asarray(scores, dtype=np.float32)
            if len(scores.shape) != axes or len(scores) != n or not scores.size or not np.isfinite(scores).all():
                raise Garbage("the language model did not give every title a score")
            return scores

    @contextmanager
    def _watched(self, breaker: Breaker) -> Iterator[None]:
        """What goes wrong inside is counted. What ends in peace, or is left after the first word, clears the model."""
        try:
            breaker.ask()
            yield
        except (Resting, TooLong) as error:  # not the model's fault now
            language_failures.labels(error.kind).inc()
            raise
        except Unavailable as error:
            language_failures.labels(error.kind).inc()
            breaker.failed()
            raise
        except GeneratorExit:
            breaker.succeeded()
            raise
        breaker.succeeded()

    def _patiently(self, work: Callable[[], Iterator[T]]) -> Generator[T, None, None]:
        """The pieces, asked for again where nobody answered and nothing was said yet."""
        now = time.monotonic()
        until = min(self.until, math.inf if self.deadline is None else now + self.deadline)
        for wait in (*AGAIN, None):
            begun = False
            try:
                with closing(_apart(work, until)) as pieces:
                    for piece in pieces:
                        begun = True
                        yield piece
                return
            except Unreachable:
                if begun or wait is None or time.monotonic() + wait > until:
                    raise
                time.sleep(wait)


def in_one_deadline(llm: LLM) -> LLM:
    """The same model, all of whose answers together may take as long from now on as one of them may."""
    return llm.within(llm.deadline) if isinstance(llm, Guarded) else llm


def in_half_the_time(llm: LLM) -> LLM:
    """The same model, all of whose answers together may take half of the time that is left to it, so that the rest
    remains for others."""
    if not isinstance(llm, Guarded) or llm.until == math.inf:
        return llm
    return llm.within((llm.until - time.monotonic()) / 2)


def within(llm: LLM, seconds: float | None) -> LLM:
    """Any model, guarded, all of whose answers together may take so long from now on; None waits."""
    return (llm if isinstance(llm, Guarded) else Guarded(llm, None)).within(seconds)


def _apart(work: Callable[[], Iterator[T]], until: float) -> Generator[T, None, None]:
    """The pieces of some work done in another thread, which is told to stop when the generator is closed."""
    news: queue.SimpleQueue[tuple[str, Any]] = queue.SimpleQueue()
    left = threading.Event()
    begun = time.monotonic()

    def run() -> None:
        try:
            with closing(work()) as pieces:  # type: ignore[type-var]
                for piece in pieces:
                    news.put(("piece", piece))
                    if left.is_set():
                        return
            news.put(("end", None))
        except Exception as error:
            news.put(("error", error))

    threading.Thread(target=run, name="language model", daemon=True).start()
    try:
        while True:
            try:
                wait = None if until == math.inf else max(0.0, until - time.monotonic())
                what, piece = news.get(timeout=wait)
            except queue.Empty:
                raise Late(f"the language model took longer than {round(until - begun, 1):g} s") from None
            if what == "end":
                return
            if isinstance(piece, Unavailable):
                raise piece
            if what == "error":
                raise Unavailable(f"the language model failed ({type(piece).__name__}: {piece})") from piece
            yield piece
    finally:
        left.set()
