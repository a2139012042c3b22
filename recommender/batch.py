"""Histories side by side as tensors, padded on the right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from recommender.interactions import Interactions
from recommender.past import Codes, Past
from recommender.ties import shuffled

NEVER = -1.0  # the time of padding, and of what has none


@dataclass(frozen=True)
class Batch:
    """`codes` (rows, time): items, padded by `items` itself; `time` and `marks` of those events, of the same shape.
    `moments` and `asking` (rows, time + 1): of the moment before each event, and of the one after the last, in which
    somebody asks. `person`: (rows,) by attribute. `lengths` (rows,). `expected` (rows, time) says which events
    are to be foreseen. What is not known is absent."""

    codes: Tensor
    lengths: Tensor
    time: Tensor | None
    moments: Tensor | None
    marks: Mapping[str, Tensor]
    asking: Mapping[str, Tensor]
    person: Mapping[str, Tensor]
    expected: Tensor

    def to(self, device: torch.device) -> Batch:
        """The same on that device."""

        def each(codes: Mapping[str, Tensor]) -> dict[str, Tensor]:
            return {name: one.to(device) for name, one in codes.items()}

        return Batch(
            self.codes.to(device),
            self.lengths.to(device),
            None if self.time is None else self.time.to(device),
            None if self.moments is None else self.moments.to(device),
            each(self.marks),
            each(self.asking),
            each(self.person),
            self.expected.to(device),
        )

    def before_last(self) -> Batch:
        """The same without the last column of events, so that each of them can be expected in its own moment."""
        return replace(
            self,
            codes=self.codes[:, :-1],
            time=None if self.time is None else self.time[:, :-1],
            marks={name: codes[:, :-1] for name, codes in self.marks.items()},
        )


@dataclass(frozen=True)
class Pieces:
    """Stretches of histories to learn from: `first` and `lengths` (pieces,) in events; `whole` says which begin where
    the history does, so that their first event is a target too."""

    first: Codes
    lengths: Codes
    whole: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.first)


def cut(lengths: Codes, window: int, random: np.random.Generator) -> Pieces:
    """Histories of these lengths in pieces of at most `window` + 1 events, each but the first beginning with the last
    event of the one before: so every event is a target once.

    A history longer than that is cut at a random place, anew each pass, so that no event always stands first.
    """
    starts = np.cumsum(lengths) - lengths
    long = lengths > window + 1
    first = np.where(long, random.integers(2, window + 2, size=len(lengths)), lengths)
    count = np.where(lengths > 0, 1 + np.ceil((lengths - first) / window), 0).astype(np.int64)
    owner = np.repeat(np.arange(len(lengths)), count)
    number = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    end = np.minimum(first[owner] + number * window, lengths[owner])
    begin = np.where(number > 0, first[owner] + (number - 1) * window - 1, 0)
    begin = np.maximum(begin, end - window - 1)
    return Pieces(starts[owner] + begin, end - begin, begin == 0)


def batches(interactions: Interactions, window: int, size: int, random: np.random.Generator) -> Iterator[Batch]:
    """One pass over the events: `size` pieces a batch, alike in length, in random order.

    The moments are those of the events themselves, so `before_last()` is what the model reads to expect them.
    """
    drawn = shuffled(interactions, random)
    fresh = drawn.first_time
    pieces = cut(np.diff(drawn.starts), window, random)
    near = np.argsort(pieces.lengths + random.random(len(pieces)) * 10)
    alike = np.array_split(near, max(1, -(-len(pieces) // size))) if len(pieces) else []
    for at in random.permutation(len(alike)):
        yield _gathered(drawn, fresh, pieces, alike[at])


def _gathered(interactions: Interactions, fresh: NDArray[np.bool_], pieces: Pieces, chosen: Codes) -> Batch:
    lengths = pieces.lengths[chosen]
    steps = np.arange(lengths.max())
    real = steps < lengths[:, None]
    at = np.where(real, pieces.first[chosen, None] + steps, 0)

    def filled(values: NDArray[np.int64], padding: int) -> Tensor:
        return torch.from_numpy(np.where(real, values[at], padding))

    times = torch.from_numpy(np.where(real, interactions.time[at], NEVER)) if interactions.timed else None
    marks = {name: filled(codes, 0) for name, codes in interactions.marks.items()}
    owner = np.searchsorted(interactions.starts, pieces.first[chosen], side="right") - 1
    person = {name: torch.from_numpy(codes[owner]) for name, codes in interactions.person.items()}
    codes = filled(interactions.item, len(interactions.items))
    expected = real & fresh[at]
    expected[:, 0] &= pieces.whole[chosen]  # what came before the first event of a stretch is not in it
    return Batch(codes, torch.from_numpy(lengths), times, times, marks, marks, person, torch.from_numpy(expected))


def collated(pasts: Sequence[Past], padding: int) -> Batch:
    """Histories to be continued, each asked at its own moment."""
    lengths = np.array([len(one) for one in pasts], dtype=np.int64)
    real = np.arange(lengths.max(initial=0)) < lengths[:, None]

    def filled(values: Sequence[NDArray[Any]], padding: float, kind: type) -> NDArray[Any]:
        whole: NDArray[Any] = np.full(real.shape, padding, dtype=kind)
        whole[real] = np.concatenate(values) if len(values) else []
        return whole

    def beyond(values: NDArray[Any], last: Sequence[float], kind: type) -> Tensor:
        """One more column, and in each row the moment of asking right after its last event."""
        wide = np.concatenate([values, np.zeros((len(pasts), 1), dtype=kind)], axis=1)
        wide[np.arange(len(pasts)), lengths] = last
        return torch.from_numpy(wide)

    codes = torch.from_numpy(filled([one.item for one in pasts], padding, np.int64))
    time = moments = None
    if any(one.moment is not None for one in pasts):
        known = [np.full(len(one), NEVER) if one.time is None else one.time for one in pasts]
        numbers = filled(known, NEVER, np.float64)
        time = torch.from_numpy(numbers)
        moments = beyond(numbers, [NEVER if one.moment is None else one.moment for one in pasts], np.float64)
    names = {name for one in pasts for name in (*one.marks, *one.asking)}
    marks, asking = {}, {}
    for name in sorted(names):
        given = [one.marks.get(name, np.zeros(len(one), dtype=np.int64)) for one in pasts]
        rows = filled(given, 0, np.int64)
        marks[name] = torch.from_numpy(rows)
        asking[name] = beyond(rows, [one.asking.get(name, 0) for one in pasts], np.int64)
    people = {name for one in pasts for name in one.person}
    person = {name: torch.tensor([one.person.get(name, 0) for one in pasts]) for name in sorted(people)}
    return Batch(
        codes,
        torch.from_numpy(lengths),
        time,
        moments,
        marks,
        asking,
        person,
        torch.zeros(codes.shape, dtype=torch.bool),
    )
