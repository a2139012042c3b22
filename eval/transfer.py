"""What one catalogue teaches about another: a model begun with the first, where little is known of the second."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from rich.console import Console

from eval.baselines import scorers
from eval.judging import Files, written
from eval.next_item import Bench, judged
from eval.report import Row
from recommender.checkpoint import Checkpoint
from recommender.holdout import HELD_OUT, Split, leave_one_out, questions
from recommender.interactions import Interactions
from recommender.plan import plan
from recommender.threads import compute_with
from recommender.training import Way, choose, fit
from retrieval.catalogue import Catalogue
from retrieval.errors import Problem

JUDGED = ("sequence", "fused")
PROTOCOL = (
    "transfer. Of the second data set only whole histories of users drawn by the seed are learned from, as many as "
    "hold the share of its events; of these the last is kept for the test and the one before it for every choice, then "
    "the models are fitted again on all but the last. `fresh` learns from these alone, `begun` starts from a "
    "model of the first data set, fitted on all but the last two events of each user. Asked is the last event of every "
    "user with three or more, drawn or not, of all they did before it, which is known when they ask; full catalogue; "
    "seen items and their twins removed; score ties count against the target"
)


def scarce(interactions: Interactions, catalogue: Catalogue, share: float, seed: int) -> Split:
    """The split of PROTOCOL. Raises Problem where the share leaves nobody to learn from or to choose on."""
    lengths = np.diff(interactions.starts)
    order = np.random.default_rng(seed).permutation(len(lengths))
    before = np.cumsum(lengths[order]) - lengths[order]
    drawn = np.zeros(len(lengths), dtype=bool)
    drawn[order[before < share * len(interactions)]] = True
    split = leave_one_out(interactions.where(drawn[interactions.owner]), catalogue)
    if not len(split.validation):
        raise Problem(
            f"a share of {share:g} of the events holds no user with more than {HELD_OUT}, so there is nothing to learn "
            "from; take a larger one"
        )
    return replace(split, protocol=PROTOCOL, test=questions(interactions, catalogue, 1))


def transfer(first: Files, second: Files, share: float, seeds: int, threads: int, json: Path | None, seed: int) -> None:
    """Fit on the first, then on a share of the second afresh and begun with the first; print how both are asked.

    With several seeds, from `seed` on, the second half is done with each: other users are drawn, and the models have
    other luck. Each user's figures are the mean over them.
    Raises Problem if a file cannot be read or the share is too small to learn from.
    """
    compute_with(threads)
    console = Console(stderr=True)
    interactions, catalogue = second.read(seed)
    splits = {number: scarce(interactions, catalogue, share, number) for number in range(seed, seed + seeds)}
    origin = _origin(first, console, seed)
    bench = Bench(interactions, catalogue, seed, PROTOCOL)
    rows: dict[str, Row] = {}
    for number, split in splits.items():
        for name, begun in (("fresh", None), ("begun", origin)):
            rows |= {row.name: row for row in _told(name, number, split, begun, bench, console)}
    gaps = {f"{part}: begun-minus-fresh": bench.gap(f"begun/{part}", f"fresh/{part}") for part in JUDGED}
    drawn = [int((np.diff(split.known.starts) > 0).sum()) for split in splits.values()]
    about = {
        "first": first.data.name,
        "second": second.data.name,
        "share": share,
        "seeds": list(splits),
        "users drawn": drawn,
        "events drawn": [len(split.known) + users for split, users in zip(splits.values(), drawn, strict=True)],
        "events in all": len(interactions),
        **gaps,
        **{f"{name} by seed": bench.by_seed(name) for name in rows},
    }
    report = bench.report(list(rows.values()), about)
    report.show(Console())
    for name, gap in gaps.items():
        Console().print(f"{name} {gap['ndcg@10']:+.4f} ({gap['low']:+.4f} to {gap['high']:+.4f})")
    written(report, json)


def _origin(files: Files, console: Console, seed: int) -> Checkpoint:
    interactions, catalogue = files.read(seed)
    split = leave_one_out(interactions, catalogue)
    return choose(split, catalogue, plan(split.learning, seed), Way(console))


def _told(
    name: str, number: int, split: Split, begun: Checkpoint | None, bench: Bench, console: Console
) -> Iterator[Row]:
    _, checkpoint = fit(split, bench.catalogue, plan(split.learning, number), console, begun)
    every = scorers(checkpoint, bench.seed)
    contenders = {f"{name}/{part}": every[part] for part in JUDGED}
    seconds = dict.fromkeys(contenders, sum(checkpoint.seconds.values()))
    yield from judged(contenders, {}, split.test, split.test, bench, seconds)
