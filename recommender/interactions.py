"""Everybody's history as arrays."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.events import Event


@dataclass(frozen=True)
class Interactions:
    """Events sorted by user, then time, then the order they came in.

    `item`, `time`: shape (events,), item codes and seconds. User u did the events `starts[u]` to `starts[u + 1]`.
    `users` and `items` name what the codes stand for; `items` may hold more than the events mention.
    """

    users: tuple[str, ...]
    items: tuple[str, ...]
    starts: NDArray[np.int64]  # (users + 1,)
    item: NDArray[np.int64]  # (events,)
    time: NDArray[np.float64]  # (events,)

    @classmethod
    def of(cls, events: Iterable[Event], items: Sequence[str]) -> Interactions:
        """From events in the order they were written. Events of items not in `items` are left out."""
        code_of = {id: code for code, id in enumerate(items)}
        known = [event for event in events if event.item in code_of]
        users = tuple(sorted({event.user for event in known}))
        user_code = {id: code for code, id in enumerate(users)}
        user = np.fromiter((user_code[e.user] for e in known), dtype=np.int64, count=len(known))
        item = np.fromiter((code_of[e.item] for e in known), dtype=np.int64, count=len(known))
        time = np.fromiter((e.time for e in known), dtype=np.float64, count=len(known))
        order = np.lexsort((time, user))  # stable: ties keep the order of writing
        starts = np.concatenate([[0], np.cumsum(np.bincount(user, minlength=len(users)))]).astype(np.int64)
        return cls(users, tuple(items), starts, item[order], time[order])

    def __len__(self) -> int:
        return len(self.item)

    def history(self, user: int) -> NDArray[np.int64]:
        """Item codes of one user, oldest first."""
        return self.item[self.starts[user] : self.starts[user + 1]]

    def histories(self) -> list[NDArray[np.int64]]:
        return [self.history(user) for user in range(len(self.users))]

    def without_last(self, n: int) -> Interactions:
        """Each user's history without their last n events. A user with n or fewer keeps an empty one."""
        lengths = np.diff(self.starts)
        place = np.arange(len(self.item)) - np.repeat(self.starts[:-1], lengths)
        keep = place < np.repeat(lengths - n, lengths)
        starts = np.concatenate([[0], np.cumsum(np.maximum(lengths - n, 0))]).astype(np.int64)
        return Interactions(self.users, self.items, starts, self.item[keep], self.time[keep])

    def in_order(self, users: NDArray[np.int64]) -> Interactions:
        """The same histories with the users in another order; `users` (users,) holds their present codes."""
        lengths = np.diff(self.starts)[users]
        starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        place = np.arange(len(self.item)) - np.repeat(starts[:-1], lengths) + np.repeat(self.starts[users], lengths)
        return Interactions(
            tuple(self.users[user] for user in users), self.items, starts, self.item[place], self.time[place]
        )

    def fingerprint(self) -> str:
        """Changes with any event, user or item: what a checkpoint saw."""
        whole = hashlib.sha256("\0".join((*self.users, "", *self.items)).encode())
        for part in (self.starts, self.item, self.time):
            whole.update(part.tobytes())
        return whole.hexdigest()
