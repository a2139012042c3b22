"""A circuit breaker: what failed several times in a row is left alone for a while, then tried once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from chat.llm import Unavailable

FAILURES = 3  # in a row, then it opens
REST = 10.0  # seconds until one call may try again


class Resting(Unavailable):
    """It was not even asked, because it failed so often just now."""

    kind = "resting"


class Breaker:
    """Shared by all who call the same thing. After Nygard, "Release It!" (2007)."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock, self.lock = clock, threading.Lock()
        self.failures, self.since = 0, 0.0

    def ask(self) -> None:
        """May it be called? Raises Resting if not. After the rest one may, and the others wait for how that goes."""
        with self.lock:
            if self.failures < FAILURES:
                return
            left = self.since + REST - self.clock()
            if left > 0:
                raise Resting(
                    f"the language model failed {self.failures} times in a row and rests; again in {left:.0f} s"
                )
            self.since = self.clock()

    def succeeded(self) -> None:
        with self.lock:
            self.failures = 0

    def failed(self) -> None:
        with self.lock:
            self.failures, self.since = self.failures + 1, self.clock()
