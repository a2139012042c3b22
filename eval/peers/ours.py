"""Penchant on the same file and split, with the seconds each part of it takes to fit."""

from __future__ import annotations

import time
from collections.abc import Iterator

from eval.baselines import scorers
from eval.next_item import Bench
from eval.protocols import in_pieces
from eval.report import FIT, Row
from recommender.checkpoint import Checkpoint
from recommender.holdout import Questions

PARTS = ("counts", "ease", "sequence", "fused")


def seconds(checkpoint: Checkpoint) -> dict[str, float]:
    """What each part took to choose and learn: alone where it learns alone, the whole time for what needs the rest."""
    whole = sum(checkpoint.seconds.values())
    return {name: checkpoint.seconds.get(name, whole) for name in PARTS}


def rows(checkpoint: Checkpoint, asked: Questions, bench: Bench) -> Iterator[Row]:
    """A row for each part and for all of them fused, as they come."""
    every, took = scorers(checkpoint, bench.seed), seconds(checkpoint)
    for name in PARTS:
        if name in every:
            started = time.monotonic()
            answers = in_pieces(every[name], asked)
            yield timed(bench.row(f"penchant-{name}", answers, time.monotonic() - started, took[name]), took[name])


def timed(row: Row, fit_seconds: float, **changed: float) -> Row:
    """The row with the seconds of choosing and learning, and without what 80 columns have no room for."""
    kept = {name: value for name, value in row.metrics.items() if not name.startswith("coverage")}
    return row.model_copy(update={"metrics": {**kept, FIT: round(fit_seconds, 1)}, **changed})
