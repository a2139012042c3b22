"""One history as the models read it, and the moment in which somebody asks what comes next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.int64]


@dataclass(frozen=True)
class Past:
    """What one person did, oldest first.

    `item`: codes, shape (events,); `time`: seconds, (events,), None where no times are known; `marks`: by name the
    codes of what else is known of each event, (events,). `now`: when they ask, None if that is not known; `asking`:
    codes of the marks of that moment; `person`: codes of the person's attributes. 0 is the code of the unknown, and a
    name that is absent is unknown throughout.
    """

    item: Codes
    time: NDArray[np.float64] | None = None
    marks: Mapping[str, Codes] = field(default_factory=dict)
    now: float | None = None
    asking: Mapping[str, int] = field(default_factory=dict)
    person: Mapping[str, int] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.item)

    def last(self, n: int) -> Past:
        """The same moment with no more than the last n events."""
        start = max(0, len(self) - n)
        return replace(
            self,
            item=self.item[start:],
            time=None if self.time is None else self.time[start:],
            marks={name: codes[start:] for name, codes in self.marks.items()},
        )

    def unasked(self) -> Past:
        """The same, but for the next event of whatever action."""
        return replace(self, asking={name: code for name, code in self.asking.items() if name != "action"})

    @property
    def moment(self) -> float | None:
        """When they ask; where that is not known, the time of the last event, None without one."""
        if self.now is None and self.time is not None and len(self):
            return float(self.time[-1])
        return self.now


def past(item: Codes) -> Past:
    """A history of which nothing but the items is known."""
    return Past(np.asarray(item, dtype=np.int64))
