"""Does the next thing people did stand high in the list?"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eval.baselines import Scorer
from eval.metrics import coverage, hr, mrr, ndcg
from eval.protocols import LEAVE_ONE_OUT, TOP, Answers, by_rankings, in_pieces
from eval.report import Report, Row
from recommender.checkpoint import Checkpoint
from recommender.holdout import HELD_OUT, Questions
from recommender.interactions import Interactions
from recommender.significance import difference, interval
from retrieval.catalogue import Catalogue
from retrieval.errors import Stale
from retrieval.ranking import Query, Ranking

Pipeline = Callable[[Query], Ranking]


def fit_to_judge(checkpoint: Checkpoint, interactions: Interactions) -> None:
    """Raises Stale if the checkpoint learned from what it is about to be asked, or from other data."""
    if checkpoint.held_out < HELD_OUT:
        raise Stale("this behaviour model learned from the events it would be judged on; run penchant train")
    if checkpoint.items != interactions.items:
        raise Stale(
            f"the behaviour model knows {len(checkpoint.items)} items, the catalogue has {len(interactions.items)}, "
            "and they are not the same; run penchant train"
        )
    if checkpoint.saw != interactions.fingerprint():
        raise Stale("the behaviour model was fitted on other events than the database holds now; run penchant train")


def judged(
    scorers: Mapping[str, Scorer], pipelines: Mapping[str, Pipeline], asked: Questions, few: Questions, bench: Bench
) -> Iterator[Row]:
    """A row for each scorer over `asked`, then for each pipeline over `few`, as they come."""
    for name, scorer in scorers.items():
        started = time.monotonic()
        yield bench.row(name, in_pieces(scorer, asked), started)
    for name, pipeline in pipelines.items():
        started = time.monotonic()
        rankings = [pipeline(query) for query in bench.queries(few)]
        yield bench.row(name, by_rankings(rankings, few, bench.interactions.items), started)


class Bench:
    """The data all contenders share, and how their answers become rows."""

    def __init__(self, interactions: Interactions, catalogue: Catalogue, seed: int) -> None:
        self.interactions, self.catalogue, self.seed = interactions, catalogue, seed
        self.gains: dict[str, NDArray[np.float64]] = {}  # by row, for differences between rows on the same users

    def queries(self, asked: Questions) -> Iterator[Query]:
        """The questions as the pipeline hears them: no words, what was seen excluded."""
        items = self.interactions.items
        for codes in asked.histories:
            history = tuple(items[code] for code in codes)
            # no user: the pipeline must not look up the whole history, of which the target is the end
            yield Query(history=history, exclude=dict.fromkeys(self.catalogue.twins(history), "seen already"))

    def row(self, name: str, answers: Answers, started: float) -> Row:
        seconds = time.monotonic() - started
        ranks, items = answers.ranks, len(self.interactions.items)
        values = {f"ndcg@{TOP}": ndcg(ranks, TOP), f"hr@{TOP}": hr(ranks, TOP), "mrr": mrr(ranks, items)}
        self.gains[name] = values[f"ndcg@{TOP}"]
        bounds = {metric: interval(value, self.seed) for metric, value in values.items()}
        return Row(
            name=name,
            n=len(ranks),
            metrics={metric: float(np.mean(value)) for metric, value in values.items()}
            | {f"coverage@{TOP}": coverage(answers.lists, items)},
            low={metric: low for metric, (low, _) in bounds.items()},
            high={metric: high for metric, (_, high) in bounds.items()},
            seconds=round(seconds, 3),
            memory_mb=round(_peak(), 1),
        )

    def report(self, rows: list[Row], about: Mapping[str, Any]) -> Report:
        """`about` says what was judged. Where both rows are there, what fusion gains on a plain sum is added."""
        metrics = dict(about)
        if {"fused", "sum"} <= set(self.gains):
            gain, low, high = difference(self.gains["fused"], self.gains["sum"], self.seed)
            metrics["fused-minus-sum"] = {f"ndcg@{TOP}": gain, "low": low, "high": high}
        data = self.interactions.fingerprint()
        return Report(protocol=LEAVE_ONE_OUT, data=data, seed=self.seed, rows=rows, metrics=metrics)


def some(asked: Questions, n: int | None, seed: int) -> Questions:
    """A seeded choice of n questions in their order; all of them without n."""
    if n is None or n >= len(asked):
        return asked
    return asked.of(np.sort(np.random.default_rng(seed).permutation(len(asked))[:n]))


def _peak() -> float:
    """The most memory this process has held so far, in MB."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6
