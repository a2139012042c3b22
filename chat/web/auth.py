"""Who may open the support page: whoever knows its password, for a working day.

One password for all agents; accounts with roles are a matter for the identity provider in front of it. The keys live
in this process only, so a restart logs everybody out, and nothing that could be stolen is written anywhere.
"""

from __future__ import annotations

import hmac
import secrets
import time
from collections.abc import Callable, Mapping
from threading import Lock

from pydantic import SecretStr

from chat.web.throttle import Throttle

COOKIE = "penchant_console"
LASTS = 8 * 3600.0  # seconds
GUESSES, WITHIN = 5, 60.0


class Console:
    """The lock of the support page. Without a password there is no key that fits."""

    def __init__(self, password: SecretStr, clock: Callable[[], float] = time.monotonic) -> None:
        self._password = password
        self._clock = clock
        self._keys: dict[str, float] = {}  # key to the moment it stops to fit
        self._lock = Lock()
        self.guesses = Throttle(GUESSES, WITHIN, clock)

    @property
    def shut(self) -> bool:
        """Whether the operator has set no password at all."""
        return not self._password.get_secret_value()

    def enter(self, password: str) -> str | None:
        """A new key if the password is right. Takes the same time however much of it is right."""
        right = hmac.compare_digest(password.encode(), self._password.get_secret_value().encode())
        if self.shut or not right:
            return None
        key = secrets.token_urlsafe(32)
        now = self._clock()
        with self._lock:
            self._keys = {old: until for old, until in self._keys.items() if until > now}
            self._keys[key] = now + LASTS
        return key

    def knows(self, cookies: Mapping[str, str]) -> bool:
        """Whether the cookies of a request carry a key that still fits."""
        key = cookies.get(COOKIE)
        return key is not None and self._keys.get(key, 0.0) > self._clock()

    def leave(self, cookies: Mapping[str, str]) -> None:
        """The key fits no more."""
        with self._lock:
            self._keys.pop(cookies.get(COOKIE, ""), None)
