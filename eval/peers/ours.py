"""Penchant on the same file and split, with the seconds each part of it takes to fit."""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np
from rich.console import Console

from eval.baselines import scorers
from eval.next_item import Bench
from eval.protocols import in_pieces
from eval.report import Row
from recommender.checkpoint import Checkpoint
from recommender.counts import count
from recommender.ease import ease
from recommender.holdout import HELD_OUT, Questions
from recommender.interactions import Interactions
from recommender.plan import plan
from recommender.training import fit, fit_whole
from retrieval.catalogue import Catalogue

PARTS = ("counts", "ease", "sequence", "fused")


def fitted(
    interactions: Interactions, catalogue: Catalogue, seed: int, console: Console
) -> tuple[Checkpoint, dict[str, float]]:
    """A checkpoint that chose on each user's second-last event and then learned from all but the last; with seconds.

    The parts that learn alone are timed alone; the others take the whole time.
    """
    started = time.monotonic()
    held = fit(interactions, catalogue, plan(interactions.without_last(HELD_OUT), seed), console)
    checkpoint = fit_whole(interactions.without_last(1), held, console)
    seconds = dict.fromkeys(PARTS, time.monotonic() - started)
    seen = interactions.without_last(1)
    started = time.monotonic()
    count(seen, checkpoint.counting, np.random.default_rng(seed))
    seconds["counts"] = time.monotonic() - started
    if checkpoint.easing:
        started = time.monotonic()
        ease(seen.histories(), len(seen.items), checkpoint.easing)
        seconds["ease"] = time.monotonic() - started
    return checkpoint, seconds


def rows(checkpoint: Checkpoint, seconds: dict[str, float], asked: Questions, bench: Bench) -> Iterator[Row]:
    """A row for each part and for all of them fused, as they come."""
    every = scorers(checkpoint, bench.seed)
    for name in PARTS:
        if name in every:
            started = time.monotonic()
            yield timed(bench.row(f"penchant-{name}", in_pieces(every[name], asked), started), seconds[name])


def timed(row: Row, fit_seconds: float, **changed: float) -> Row:
    """The row with the seconds of choosing and learning, and without what 80 columns have no room for."""
    kept = {name: value for name, value in row.metrics.items() if not name.startswith("coverage")}
    return row.model_copy(update={"metrics": {**kept, "fit_seconds": round(fit_seconds, 1)}, **changed})
