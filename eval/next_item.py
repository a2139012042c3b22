"""Does the next thing people did stand high in the list?"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track

from eval.baselines import Scorer
from eval.metrics import coverage, hr, mrr, ndcg
from eval.protocols import TOP, Answers, by_rankings, by_scores, joined, pieces
from eval.report import Report, Row
from recommender.checkpoint import Checkpoint
from recommender.holdout import Questions
from recommender.interactions import Interactions
from recommender.significance import difference, interval
from retrieval.catalogue import Catalogue
from retrieval.errors import Stale
from retrieval.ranking import Query, Ranking

Pipeline = Callable[[Query], Ranking]


def fit_to_judge(checkpoint: Checkpoint, interactions: Interactions) -> None:
    """Raises Stale if the checkpoint learned from what it is about to be asked, or from other data."""
    if not checkpoint.held_out:
        raise Stale("this behaviour model learned from the events it would be judged on; run penchant train")
    if checkpoint.items != interactions.items:
        raise Stale(
            f"the behaviour model knows {len(checkpoint.items)} items, the catalogue has {len(interactions.items)}, "
            "and they are not the same; run penchant train"
        )
    if checkpoint.saw != interactions.fingerprint():
        raise Stale("the behaviour model was fitted on other events than the database holds now; run penchant train")


def judged(
    scorers: Mapping[str, Scorer],
    pipelines: Mapping[str, Pipeline],
    asked: Questions,
    few: Questions,
    bench: Bench,
    fitting: Mapping[str, float],
) -> Iterator[Row]:
    """A row for each scorer over `asked`, then for each pipeline over `few`; `fitting` holds the seconds that each of
    them took to fit."""
    whole = sum(fitting.values())
    answers: dict[str, list[Answers]] = {name: [] for name in scorers}
    spent = dict.fromkeys(scorers, 0.0)
    # every scorer on the same piece before the next one, since they share what they ask of the models
    for piece in track(list(pieces(asked)), "judging", console=Console(stderr=True), transient=True):
        for name, scorer in scorers.items():
            started = time.monotonic()
            answers[name].append(by_scores(scorer(piece.pasts), piece))
            spent[name] += time.monotonic() - started
    for name in scorers:
        seconds = fitting.get(name, 0.0 if name == "random" else whole)
        yield bench.row(name, joined(answers[name]), spent[name], seconds)
    for name, pipeline in pipelines.items():
        started = time.monotonic()
        rankings = [
            pipeline(query)
            for query in track(list(bench.queries(few)), name, console=Console(stderr=True), transient=True)
        ]
        answered = by_rankings(rankings, few, bench.interactions.items)
        yield bench.row(name, answered, time.monotonic() - started, whole)


class Bench:
    """The data all contenders share, and how their answers become rows. What is told twice of one name, as of models
    with different seeds, is averaged for each user."""

    def __init__(self, interactions: Interactions, catalogue: Catalogue, seed: int, protocol: str) -> None:
        self.interactions, self.catalogue, self.seed, self.protocol = interactions, catalogue, seed, protocol
        self.values: dict[str, dict[str, list[NDArray[np.float64]]]] = {}  # by row and metric, one array a telling

    def queries(self, asked: Questions) -> Iterator[Query]:
        """The questions as the pipeline hears them: no words, what was seen excluded."""
        for past in asked.pasts:
            known = self.interactions.known(past)
            # no user: the pipeline must not look up the whole history, of which the target is the end
            exclude = dict.fromkeys(self.catalogue.twins(known.history), "seen already")
            yield Query(history=known.history, exclude=exclude, moments=known.moments, now=known.now)

    def row(self, name: str, answers: Answers, seconds: float, fitting: float) -> Row:
        """The figures so far, with the `seconds` that judging took and those that `fitting` did."""
        ranks, items = answers.ranks, len(self.interactions.items)
        told = self.values.setdefault(name, {})
        for metric, value in (
            (f"ndcg@{TOP}", ndcg(ranks, TOP)),
            (f"hr@{TOP}", hr(ranks, TOP)),
            ("mrr", mrr(ranks, items)),
        ):
            told.setdefault(metric, []).append(value)
        values = {metric: np.mean(each, axis=0) for metric, each in told.items()}
        bounds = {metric: interval(value, self.seed) for metric, value in values.items()}
        return Row(
            name=name,
            n=len(ranks),
            metrics={metric: float(np.mean(value)) for metric, value in values.items()}
            | {f"coverage@{TOP}": coverage(answers.lists, items), "fit_seconds": round(fitting, 2)},
            low={metric: low for metric, (low, _) in bounds.items()},
            high={metric: high for metric, (_, high) in bounds.items()},
            seconds=round(seconds, 3),
            memory_mb=round(peak(), 1),
        )

    def gap(self, one: str, other: str) -> dict[str, float]:
        """What the first row gains on the second in NDCG, over the same users, with its 95 % interval."""
        ours, theirs = (np.mean(self.values[name][f"ndcg@{TOP}"], axis=0) for name in (one, other))
        gain, low, high = difference(ours, theirs, self.seed)
        return {f"ndcg@{TOP}": gain, "low": low, "high": high}

    def by_seed(self, name: str) -> list[float]:
        """The mean NDCG of each telling of a row."""
        return [float(value.mean()) for value in self.values[name][f"ndcg@{TOP}"]]

    def report(self, rows: list[Row], about: Mapping[str, Any]) -> Report:
        """`about` says what was judged. Where these rows are there, it is added what fusion gains on plain sums, and
        what a model gains by being told the wanted action."""
        metrics = dict(about)
        for other in ("sum", "sum-personal"):
            if {"fused", other} <= set(self.values):
                metrics[f"fused-minus-{other}"] = self.gap("fused", other)
        if "fused" in self.values:
            metrics["fused-by-seed"] = self.by_seed("fused")
        for name in self.values:
            if name.endswith("-unasked"):
                told = name.removesuffix("-unasked")
                metrics[f"{told}-minus-unasked"] = self.gap(told, name)
        data = self.interactions.fingerprint()
        return Report(protocol=self.protocol, data=data, seed=self.seed, rows=rows, metrics=metrics)


def peak() -> float:
    """The most memory this process has held so far, in MB."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6
