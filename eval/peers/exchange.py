"""What a peer is given and what it gives back: a folder of plain arrays, so that neither knows the other's code."""

from __future__ import annotations

import json
from pathlib import Path
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, ValidationError

from eval.protocols import PIECE, Answers, by_scores, joined
from recommender.holdout import Questions
from recommender.interactions import Interactions
from retrieval.errors import Problem

TOP = 1000  # items a peer is asked for; a target it puts lower counts as missed
TASK, TOLD, LISTS, SCORES = "task.json", "told.json", "lists.npy", "scores.npy"


class Told(BaseModel):
    """What a peer says of itself: seconds of choosing and learning, of asking, and the most memory it held."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    fit_seconds: float
    ask_seconds: float
    memory_mb: float
    settings: str


def write_task(folder: Path, interactions: Interactions, asked: Questions, seconds: float, threads: int) -> None:
    """Write what a peer may know: all but each user's last event, who is asked, and when.

    `user.npy`, `item.npy` and `time.npy` hold an event each, by user and then time, as codes and seconds; `asked.npy`
    the users to answer for, whose histories are all of their events there; `asked_at.npy` when they are asked.
    `task.json` holds the number of items, whether times are more than places in a line, the cap in seconds on
    choosing and learning, the compute threads and how many items to answer with.
    """
    seen = interactions.without_last(1)
    folder.mkdir(parents=True, exist_ok=True)
    arrays = {
        "user": seen.owner,
        "item": seen.item,
        "time": seen.time,
        "asked": asked.users,
        "asked_at": interactions.time[interactions.starts[asked.users + 1] - 1],
    }
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array)
    task = {
        "items": len(seen.items),
        "timed": interactions.timed,
        "seconds": seconds,
        "threads": threads,
        "top": min(TOP, len(seen.items)),
    }
    (folder / TASK).write_text(json.dumps(task), encoding="utf-8")


def read_answer(folder: Path, asked: Questions, items: int) -> tuple[Answers, Told]:
    """Where the targets stand in the lists a peer wrote, and what it says of itself.

    `lists.npy` (asked, k) holds item codes, -1 for an empty place, and `scores.npy` their scores, the higher the
    better, in any order; what was seen may be among them and is passed over. A target that is not there stands
    beyond the last. Raises Problem if the answer is not of this form.
    """
    try:
        told = Told.model_validate_json((folder / TOLD).read_text(encoding="utf-8"))
        lists, scores = (np.load(folder / name, allow_pickle=False) for name in (LISTS, SCORES))
    except (OSError, ValueError, ValidationError) as error:
        raise Problem(f"its answer cannot be read: {str(error).splitlines()[0]}") from error
    if lists.ndim != 2 or lists.shape != scores.shape or len(lists) != len(asked):
        raise Problem(f"its answer has shapes {lists.shape} and {scores.shape} for {len(asked)} users")
    if lists.dtype.kind != "i" or (lists.size and not -1 <= lists.min() <= lists.max() < items):
        raise Problem(f"its answer names items that are none of the codes 0 to {items - 1}")
    if not np.isfinite(scores[lists >= 0]).all():
        raise Problem("its answer has scores that are no numbers")
    return _answers(lists, scores, asked, items), told


def _answers(lists: NDArray[np.int64], scores: NDArray[np.float32], asked: Questions, items: int) -> Answers:
    pieces = []
    for start in range(0, len(asked), PIECE):
        rows = np.arange(start, min(start + PIECE, len(asked)))
        # one column more, for the empty places
        every = np.full((len(rows), items + 1), -np.inf, dtype=np.float32)
        np.put_along_axis(every, lists[rows], scores[rows].astype(np.float32), axis=1)
        pieces.append(by_scores(every[:, :items], asked.of(rows)))
    return joined(pieces)
