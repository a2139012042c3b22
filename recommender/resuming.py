"""A training that was cut off goes on where it was."""

from __future__ import annotations

import json
import os
import shutil
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import safetensors.torch
from safetensors import SafetensorError
from torch import Tensor

SECONDS = 30.0  # between two notes, at least


@dataclass
class Course:
    """Where a training stands. `epoch` counts from 1 and is the one under way, `position` the batches of it that are
    done; `chance` is the state of the generator of orders when it began; `curve` holds epoch, loss and validation of
    those that are over; `best` the epoch and the validation of the model that is kept."""

    epoch: int = 1
    position: int = 0
    losses: list[float] = field(default_factory=list)
    chance: dict[str, Any] = field(default_factory=dict)
    curve: list[tuple[int, float, float]] = field(default_factory=list)
    best: tuple[int, float] = (0, 0.0)


class Notes:
    """What is written down of a training into a folder, now and then: tensors as safetensors, the rest as JSON, which
    names them and is put in place in one step. Without a folder nothing is."""

    def __init__(self, folder: Path | None, job: str) -> None:
        """`job` tells this training from any other, whose notes are passed over."""
        self.folder, self.job, self.last = folder, job, time.monotonic()

    @property
    def due(self) -> bool:
        return self.folder is not None and time.monotonic() - self.last >= SECONDS

    def write(self, course: Course, tensors: dict[str, Tensor]) -> None:
        """Note all of it, in place of what was noted before."""
        if self.folder is None:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        name = f"{course.epoch}-{course.position}.safetensors"
        # weights that share their memory cannot be written as they are
        apart = {key: value.contiguous().clone() for key, value in tensors.items()}
        safetensors.torch.save_file(apart, self.folder / name)
        unfinished = self.folder / "course.json.new"
        unfinished.write_text(json.dumps({"job": self.job, "tensors": name, **asdict(course)}))
        os.replace(unfinished, self.folder / "course.json")
        for file in self.folder.glob("*.safetensors"):
            if file.name != name:
                file.unlink()
        self.last = time.monotonic()

    def read(self) -> tuple[Course, dict[str, Tensor]] | None:
        """What was noted of this very job, None if there is nothing that can be gone on from."""
        if self.folder is None:
            return None
        try:
            told = json.loads((self.folder / "course.json").read_text())
            if told.pop("job") != self.job:
                return None
            tensors = safetensors.torch.load_file(self.folder / told.pop("tensors"))
            curve = [(int(epoch), float(loss), float(mark)) for epoch, loss, mark in told.pop("curve")]
            epochs, validation = told.pop("best")
            return Course(**told, curve=curve, best=(int(epochs), float(validation))), tensors
        except (OSError, ValueError, KeyError, TypeError, SafetensorError):
            return None

    def discard(self) -> None:
        """The training is over."""
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)
