"""What was popular of late, with everybody or with people who had just begun, at any moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from recommender.interactions import Interactions

DAY = 86_400.0
SPANS = {"recency": 7 * DAY, "trending": DAY, "beginnings": 30 * DAY}  # how far back "of late" reaches, by part
EARLY = 10  # events of a person by which they have begun


@dataclass(frozen=True)
class Stream:
    """Every event by time: `time` (events,) in rising order, `item` (events,) codes; `early` (events,) says which are
    among the first of their person."""

    time: NDArray[np.float64]
    item: NDArray[np.int64]
    early: NDArray[np.bool_]
    items: int

    @classmethod
    def of(cls, interactions: Interactions) -> Stream:
        """Empty where the events have no times."""
        if not interactions.timed:
            return cls(np.zeros(0), np.zeros(0, dtype=np.int64), np.zeros(0, dtype=bool), len(interactions.items))
        order = np.argsort(interactions.time, kind="stable")
        early = interactions.place[order] < EARLY
        return cls(interactions.time[order], interactions.item[order], early, len(interactions.items))

    def part(self, name: str, moments: Sequence[float | None]) -> NDArray[np.float32]:
        """What one of the parts in SPANS counts before each moment, (moments, items). `beginnings` counts only what
        people did among their first EARLY events: how one begins is not how one goes on."""
        stream = self.begun if name == "beginnings" else self
        return stream.popular(moments, SPANS[name])

    @cached_property
    def begun(self) -> Stream:
        """Only how people began."""
        return self.where(self.early)

    def where(self, kept: NDArray[np.bool_]) -> Stream:
        """Only some of the events, `kept` (events,)."""
        return Stream(self.time[kept], self.item[kept], self.early[kept], self.items)

    def followed(self, time: NDArray[np.float64], item: NDArray[np.int64]) -> Stream:
        """With what has happened since, in rising order; who did it is not known, so none of it is a beginning."""
        return Stream(
            np.concatenate([self.time, time]),
            np.concatenate([self.item, item]),
            np.concatenate([self.early, np.zeros(len(time), dtype=bool)]),
            self.items,
        )

    def renamed(self, before: NDArray[np.int64]) -> Stream:
        """The events of the items that stay, by the codes they have now; `before` (items,): those they had, or -1."""
        after = np.full(self.items, -1, dtype=np.int64)
        there = np.flatnonzero(before >= 0)
        after[before[there]] = there
        kept = after[self.item] >= 0
        return Stream(self.time[kept], after[self.item[kept]], self.early[kept], len(before))

    def popular(self, moments: Sequence[float | None], span: float = SPANS["recency"]) -> NDArray[np.float32]:
        """How many events each item had in the `span` seconds before each moment, (moments, items).

        Events after a moment never count. Where a moment is not known or lies after all events, the time right after
        the last event stands for it: what is going on now is what went on when the log ended.
        """
        end = float(self.time[-1]) + 1.0 if len(self.time) else 0.0
        asked = np.array([end if one is None else min(one, end) for one in moments])
        # events of the very second of asking are left out, since they may be what is asked for
        first, last = (np.searchsorted(self.time, asked - back, side="left") for back in (span, 0.0))
        counted = np.zeros((len(asked), self.items), dtype=np.float32)
        known: dict[tuple[int, int], NDArray[np.float32]] = {}
        for row, reach in enumerate(zip(first.tolist(), last.tolist(), strict=True)):
            if reach not in known:
                known[reach] = np.bincount(self.item[slice(*reach)], minlength=self.items).astype(np.float32)
            counted[row] = known[reach]
        return counted
