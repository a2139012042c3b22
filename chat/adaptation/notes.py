"""Where the training of an adapter stands, written down now and then: one file, put in place in one step."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

SECONDS = 30.0  # between two notes, at least


@dataclass
class Course:
    """`step` of `planned` are done, with so many `lists`, in so many `seconds` of `budget`; `loss` is that of late."""

    planned: int
    budget: float
    step: int = 0
    lists: int = 0
    seconds: float = 0.0
    loss: float = 0.0

    @property
    def done(self) -> float:
        """How much of it, from 0: of the steps, or of the time where that runs out before."""
        return max(self.step / self.planned, self.seconds / self.budget)


class Notes:
    """Of one job, told from any other by what it is about, whose notes are passed over. Without a file nothing is
    written."""

    def __init__(self, file: Path | None, job: str) -> None:
        self.file, self.job, self.last = file, job, time.monotonic()

    @property
    def due(self) -> bool:
        return self.file is not None and time.monotonic() - self.last >= SECONDS

    def write(self, course: Course, tensors: Mapping[str, Tensor]) -> None:
        """Note all of it, in place of what was noted before."""
        if self.file is None:
            return
        self.file.parent.mkdir(parents=True, exist_ok=True)
        unfinished = self.file.with_name(f"{self.file.name}.new")
        said = {"job": self.job, "course": json.dumps(asdict(course))}
        save_file({name: value.contiguous().clone() for name, value in tensors.items()}, unfinished, said)
        os.replace(unfinished, self.file)
        self.last = time.monotonic()

    def read(self) -> tuple[Course, dict[str, Tensor]] | None:
        """What was noted of this very job, None if there is nothing that can be gone on from."""
        if self.file is None:
            return None
        try:
            with safe_open(self.file, "pt") as kept:
                said = kept.metadata() or {}
                if said.get("job") != self.job:
                    return None
                names = list(kept.keys())
                return Course(**json.loads(said["course"])), {name: kept.get_tensor(name) for name in names}
        except (OSError, ValueError, KeyError, TypeError, SafetensorError):
            return None

    def discard(self) -> None:
        """The training is over."""
        if self.file is not None:
            self.file.unlink(missing_ok=True)
