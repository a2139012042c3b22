"""What every peer's script does first and last: read the task, keep to its seconds, write the answer.

Runs in the peer's own environment, so it needs nothing but NumPy, and torch where that is there. The form is that of
eval/peers/exchange.py.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

import numpy as np

JUDGES = 3000  # users at most whose latest known event is held back to choose by
PIECE = 1000  # users scored at a time


class Task:
    """One task: the events (user, item, time), who is asked and when, and a clock that runs from the first reading."""

    def __init__(self, folder: str) -> None:
        self.folder = Path(folder)
        self.started = time.monotonic()
        task = json.loads((self.folder / "task.json").read_text(encoding="utf-8"))
        self.items, self.timed, self.top = task["items"], task["timed"], task["top"]
        self.seconds, self.threads = task["seconds"], task["threads"]
        self.user, self.item, self.time, self.asked, self.asked_at = (
            np.load(self.folder / f"{name}.npy") for name in ("user", "item", "time", "asked", "asked_at")
        )
        self.users = int(max(self.user.max(initial=-1), self.asked.max(initial=-1))) + 1
        self.starts = np.searchsorted(self.user, np.arange(self.users + 1))

    def history(self, user: int) -> np.ndarray:
        """Item codes of a user, oldest first."""
        return self.item[self.starts[user] : self.starts[user + 1]]

    def judges(self, least: int = 3) -> np.ndarray:
        """Codes of users to choose by, drawn from those with `least` events or more; always the same ones."""
        able = np.flatnonzero(np.diff(self.starts) >= least)
        return np.sort(np.random.default_rng(0).permutation(able)[:JUDGES])

    def passed(self) -> float:
        """Seconds since the task was read."""
        return time.monotonic() - self.started

    def left(self) -> float:
        """Seconds that choosing and learning may still take."""
        return self.seconds - self.passed()

    def answer(self, scores, fit_seconds: float, settings: str) -> None:
        """Write the best of `scores`, a function from positions in `asked` to scores (users, items); with the figures.

        What a user has seen is left out.
        """
        started = time.monotonic()
        lists = np.full((len(self.asked), self.top), -1, dtype=np.int64)
        reached = np.zeros((len(self.asked), self.top), dtype=np.float32)
        for start in range(0, len(self.asked), PIECE):
            rows = np.arange(start, min(start + PIECE, len(self.asked)))
            found = np.array(scores(rows), dtype=np.float32)
            for row, user in enumerate(self.asked[rows]):
                found[row, self.history(user)] = -np.inf
            best = np.argpartition(-found, self.top - 1, axis=1)[:, : self.top]
            reached[rows] = np.take_along_axis(found, best, axis=1)
            lists[rows] = np.where(np.isfinite(reached[rows]), best, -1)
        np.save(self.folder / "lists.npy", lists)
        np.save(self.folder / "scores.npy", np.where(lists >= 0, reached, 0))
        unit = 1 if sys.platform == "darwin" else 1024
        told = {
            "fit_seconds": round(fit_seconds, 2),
            "ask_seconds": round(time.monotonic() - started, 2),
            "memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6, 1),
            "settings": settings,
        }
        (self.folder / "told.json").write_text(json.dumps(told), encoding="utf-8")


def ndcg(scores: np.ndarray, targets: np.ndarray, histories: list) -> float:
    """NDCG@10 of one target each among what is not in the history; ties count against it."""
    scores = scores.copy()
    for row, history in enumerate(histories):
        scores[row, history] = -np.inf
    reached = scores[np.arange(len(targets)), targets]
    ranks = (scores >= reached[:, None]).sum(1)
    return float(np.where(np.isfinite(reached) & (ranks <= 10), 1 / np.log2(ranks + 1.0), 0.0).mean())


def precision() -> str:
    """What Lightning should multiply in: bfloat16 only where the processor has it, since elsewhere it is slower."""
    import torch

    known = getattr(torch.cpu, "_is_avx512_bf16_supported", None)
    return "bf16-mixed" if known and known() else "32-true"
