"""What is held back from learning, asked as a question: given this history, which item came next?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.interactions import Interactions
from retrieval.catalogue import Catalogue

Codes = NDArray[np.int64]
HELD_OUT = 2  # events of each user: the last is for the test, the one before it for every choice


@dataclass(frozen=True)
class Questions:
    """One a user: `histories` as item codes, oldest first; `seen`: codes that may not be suggested, twins among them;
    `targets`: what came next, shape (questions,); `users`: codes of who is asked."""

    users: Codes
    histories: Sequence[Codes]
    seen: Sequence[Codes]
    targets: Codes

    def __len__(self) -> int:
        return len(self.targets)

    def of(self, chosen: Codes) -> Questions:
        """Some of the questions, by position."""
        return Questions(
            self.users[chosen],
            [self.histories[at] for at in chosen],
            [self.seen[at] for at in chosen],
            self.targets[chosen],
        )


def questions(interactions: Interactions, catalogue: Catalogue, last: int) -> Questions:
    """The event `last` from the end (1: the test, 2: validation) asked of what came before it.

    Only users with three events or more are asked, so that validation and test ask the same people.
    """
    code_of = {id: code for code, id in enumerate(interactions.items)}
    users = np.flatnonzero(np.diff(interactions.starts) > HELD_OUT)
    whole = [interactions.history(int(user)) for user in users]
    histories = [history[:-last] for history in whole]
    seen = []
    for history in histories:
        twins = catalogue.twins(interactions.items[code] for code in history)
        seen.append(np.array(sorted(code_of[id] for id in twins if id in code_of), dtype=np.int64))
    targets = np.array([history[-last] for history in whole], dtype=np.int64)
    return Questions(users, histories, seen, targets)


def ranks(scores: NDArray[np.float32], asked: Questions) -> Codes:
    """Where each target stands among what its user has not seen, from 1, shape (questions,).

    Ties count against the target. One that was seen already, or is a twin of something seen, stands beyond the last.
    """
    open_to = scores.astype(np.float32, copy=True)
    for row, codes in enumerate(asked.seen):
        open_to[row, codes] = -np.inf
    reached = open_to[np.arange(len(asked)), asked.targets]
    places = (open_to >= reached[:, None]).sum(1)
    return np.asarray(np.where(np.isfinite(reached), places, scores.shape[1] + 1), dtype=np.int64)


def gains(places: Codes, k: int = 10) -> NDArray[np.float64]:
    """NDCG@k of one relevant item each, from ranks (Järvelin and Kekäläinen, 2002), shape (questions,)."""
    return np.where(places <= k, 1 / np.log2(places + 1.0), 0.0)
