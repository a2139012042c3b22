"""What is known of an event besides its item, as codes: action, value, hour, device, anything categorical."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from recommender.events import Event
from retrieval.ranking import Moment

Codes = NDArray[np.int64]
STEPS = 10  # groups that the values of an action are cut into where they are many
MOST = 200  # values of one mark that are told apart, the most frequent ones
UNKNOWN = 0  # the code of what is not known, or was never met while learning


@dataclass(frozen=True)
class Scale:
    """The values of one mark: code 1 stands for `names[0]`, and so on. With `edges` a value is a number, and code c
    stands for what reaches `edges[c - 1]` and not the next."""

    names: tuple[str, ...] = ()
    edges: tuple[float, ...] = ()

    def __len__(self) -> int:
        """How many codes there are, that of the unknown among them."""
        return 1 + max(len(self.names), len(self.edges))

    def codes(self, found: Sequence[str | float | None]) -> Codes:
        """One code each, shape (found,)."""
        if self.edges:
            numbers = np.array([np.nan if one is None else float(one) for one in found], dtype=np.float64)
            reached = np.searchsorted(self.edges, numbers, side="right").clip(1)
            return np.where(np.isnan(numbers), UNKNOWN, reached).astype(np.int64)
        code_of = {name: code for code, name in enumerate(self.names, 1)}
        return np.array([code_of.get(str(one), UNKNOWN) for one in found], dtype=np.int64)

    def value(self, code: int) -> str | float:
        """What a code stands for, or the least that it does."""
        values: Sequence[str | float] = self.edges or self.names
        return values[code - 1]


def moment(event: Event) -> Moment:
    """All that is known of an event besides its item."""
    named = {"action": event.action, "value": event.value, **instant(event.time), **event.context}
    return Moment(event.time, tuple((name, said) for name, said in named.items() if said is not None))


def instant(time: float) -> dict[str, str]:
    """The marks that come from a time alone (UTC)."""
    at = datetime.fromtimestamp(time, UTC)
    return {"hour": str(at.hour), "weekday": str(at.weekday())}


def marks_of(name: str) -> Callable[[Event], str | float | None]:
    """How a mark is read off an event."""
    if name == "action":
        return lambda event: event.action
    if name == "value":
        return lambda event: event.value
    if name in ("hour", "weekday"):
        return lambda event: instant(event.time)[name]
    return lambda event: event.context.get(name)


def scaled(found: Iterable[str | float | None]) -> Scale:
    """The scale of what was met; empty where all is the same, so that there is nothing to learn from it."""
    counted = Counter(None if one == "" else one for one in found)
    if len(counted) < 2:
        return Scale()
    known = {one: count for one, count in counted.items() if one is not None}
    if all(isinstance(one, float) for one in known):
        return Scale(edges=_edges(known))
    return Scale(names=tuple(str(one) for one, _ in Counter(known).most_common(MOST)))


def _edges(known: Mapping[str | float, int]) -> tuple[float, ...]:
    values = np.array(sorted(float(one) for one in known))
    if len(values) <= 2 * STEPS:
        return tuple(values.tolist())
    each = np.repeat(values, [known[value] for value in values.tolist()])
    return tuple(np.unique(np.quantile(each, np.linspace(0, 1, STEPS, endpoint=False))).tolist())
