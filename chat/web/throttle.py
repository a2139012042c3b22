"""How often one client may do something."""

import time
from collections import deque
from collections.abc import Callable
from threading import Lock

MOST_CLIENTS = 10_000  # the memory of a throttle is bounded, whoever comes


class Throttle:
    """At most `times` counts of one client within `seconds`."""

    def __init__(self, times: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.times = times
        self.seconds = seconds
        self.clock = clock
        self._counts: dict[str, deque[float]] = {}
        self._lock = Lock()

    def full(self, client: str) -> bool:
        """Whether the client has used up what it may do for now."""
        with self._lock:
            return len(self._recent(client)) >= self.times

    def count(self, client: str) -> bool:
        """Count one more and say whether it was still allowed; what was refused is not counted."""
        with self._lock:
            recent = self._recent(client)
            if len(recent) >= self.times:
                return False
            recent.append(self.clock())
            self._counts[client] = recent
            if len(self._counts) > MOST_CLIENTS:
                del self._counts[next(iter(self._counts))]
            return True

    def _recent(self, client: str) -> deque[float]:
        recent = self._counts.get(client, deque())
        while recent and recent[0] <= self.clock() - self.seconds:
            recent.popleft()
        return recent
