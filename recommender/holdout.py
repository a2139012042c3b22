"""What is held back from learning, asked as a question: given this history, which item came next?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.interactions import Interactions
from recommender.past import Past
from retrieval.catalogue import Catalogue
from retrieval.errors import Problem

Codes = NDArray[np.int64]
HELD_OUT = 2  # events of each user: the last is for the test, the one before it for every choice
LEAVE_ONE_OUT = (
    "leave-one-out: the last event of each user with three or more, by time, ties by file order; full catalogue; "
    "seen items and their twins removed; score ties count against the target; settings, epochs and weights chosen on "
    "the second-last events with models of all before them, then the models fitted again on all but the last event"
)
TEMPORAL = (
    "global temporal split: models of the first 90 % of the events by time, settings, epochs and weights chosen on the "
    "last ninth of these; one event a user of the last 10 %, drawn by the seed, asked of all they did before; what is "
    "popular of late is counted up to that moment; full catalogue; seen items and their twins removed; score ties "
    "count against the target"
)
VALIDATION, TEST = 0.8, 0.9  # shares of the events that lie before the two periods of the temporal split


@dataclass(frozen=True)
class Questions:
    """One a user: `pasts`, what they had done; `seen`: codes that may not be suggested, twins among them; `targets`:
    what came next, shape (questions,); `users`: codes of who is asked."""

    users: Codes
    pasts: Sequence[Past]
    seen: Sequence[Codes]
    targets: Codes

    def __len__(self) -> int:
        return len(self.targets)

    def of(self, chosen: Codes) -> Questions:
        """Some of the questions, by position."""
        return Questions(
            self.users[chosen],
            [self.pasts[at] for at in chosen],
            [self.seen[at] for at in chosen],
            self.targets[chosen],
        )

    def some(self, n: int | None, seed: int) -> Questions:
        """A seeded choice of n questions in their order; all of them without n."""
        if n is None or n >= len(self):
            return self
        return self.of(np.sort(np.random.default_rng(seed).permutation(len(self))[:n]))


@dataclass(frozen=True)
class Split:
    """What may be learned from while choosing and what is asked then; what may be learned from in the end and what is
    asked then. `protocol` tells it in words; `held_out` is how many last events of each user the choosing lacks, None
    where the split is by time. `strangers`: what people began with who came after the learning, if any did.
    `stream`: everybody's events, of which those before each moment of asking tell what is popular then; without it,
    what was learned from does."""

    protocol: str
    learning: Interactions
    validation: Questions
    known: Interactions
    test: Questions
    held_out: int | None = HELD_OUT
    strangers: Questions | None = None
    stream: Interactions | None = None


def leave_one_out(interactions: Interactions, catalogue: Catalogue) -> Split:
    """The split of LEAVE_ONE_OUT."""
    return Split(
        protocol(LEAVE_ONE_OUT, interactions),
        interactions.without_last(HELD_OUT),
        questions(interactions, catalogue, HELD_OUT),
        interactions.without_last(1),
        questions(interactions, catalogue, 1),
    )


def temporal(interactions: Interactions, catalogue: Catalogue, seed: int = 0) -> Split:
    """The split of TEMPORAL. Raises Problem if the events have no times, one for all, or most of them the first one."""
    times = np.sort(interactions.time)
    if not interactions.timed or not len(times) or times[0] == times[int(len(times) * VALIDATION)]:
        raise Problem(
            "a split by time needs events with times, and these have none that differ enough; use --split loo"
        )
    first, second = (float(times[int(len(times) * share)]) for share in (VALIDATION, TEST))
    known = interactions.where(interactions.time < second)
    return Split(
        protocol(TEMPORAL, interactions),
        interactions.where(interactions.time < first),
        drawn(interactions, catalogue, (interactions.time >= first) & (interactions.time < second), seed),
        known,
        drawn(interactions, catalogue, interactions.time >= second, seed),
        held_out=None,
        strangers=beginnings(known, catalogue, since=first),
        stream=interactions,
    )


def drawn(interactions: Interactions, catalogue: Catalogue, among: NDArray[np.bool_], seed: int) -> Questions:
    """One question a user with an event `among` (events,) those that may be asked for, drawn by the seed; what the
    user had done before, and so would not be shown, is not asked for."""
    among = among & interactions.first_time & interactions.wanted
    dice = np.random.default_rng(seed).random(len(interactions))
    order = np.lexsort((np.where(among, dice, 2.0), interactions.owner))
    first = order[interactions.starts[:-1][np.diff(interactions.starts) > 0]]
    return asked(interactions, catalogue, first[among[first]])


def beginnings(interactions: Interactions, catalogue: Catalogue, most: int = 1000, since: float = -np.inf) -> Questions:
    """What users did first who came at that time or later, asked of no history: of those who came last, where there
    are times."""
    first = interactions.starts[:-1][np.diff(interactions.starts) > 0]
    first = first[interactions.time[first] >= since]
    latest = (
        np.argsort(interactions.time[first], kind="stable")[-most:] if interactions.timed else np.arange(len(first))
    )
    return asked(interactions, catalogue, first[np.sort(latest[-most:])])


def questions(interactions: Interactions, catalogue: Catalogue, last: int) -> Questions:
    """The event `last` from the end (1: the test, 2: validation) asked of what came before it.

    Only users with three events or more are asked, so that validation and test ask the same people.
    """
    users = np.flatnonzero(np.diff(interactions.starts) > HELD_OUT)
    return asked(interactions, catalogue, interactions.starts[users + 1] - last)


def protocol(split: str, interactions: Interactions) -> str:
    """The split in words, and which action alone is asked for where one is wanted."""
    wanted = interactions.inputs.wanted
    return f"{split}; asked only where that event is a {wanted!r}, and told so" if wanted else split


def asked(interactions: Interactions, catalogue: Catalogue, events: Codes) -> Questions:
    """Each of these `events`, by their places in the interactions, asked of what the user did before it.

    Where an action is wanted, only those events that are of it.
    """
    events = events[interactions.wanted[events]]
    code_of = {id: code for code, id in enumerate(interactions.items)}
    works = [np.array([code_of[id] for id in catalogue.twins([id]) if id in code_of]) for id in interactions.items]
    single = all(len(twins) == 1 for twins in works)
    users = np.searchsorted(interactions.starts, events, side="right") - 1
    pasts = [interactions.past(int(u), int(at - interactions.starts[u])) for u, at in zip(users, events, strict=True)]
    seen = []
    for one in pasts:
        met = np.unique(one.item)
        seen.append(met if single or not len(met) else np.unique(np.concatenate([works[code] for code in met])))
    return Questions(users, pasts, seen, interactions.item[events])


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


def gain(scores: NDArray[np.float32], right: int, k: int = 10) -> float:
    """NDCG@k of the one relevant item, which stands at `right` among the scores; a tie counts against it."""
    return float(gains(np.array((scores >= scores[right]).sum()), k))


def folds(n: int, seed: int, parts: int = 5) -> list[NDArray[np.int64]]:
    """Everything once, in parts of about one size."""
    return np.array_split(np.random.default_rng(seed).permutation(n), min(parts, n))
