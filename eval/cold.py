"""What is made of newcomers: items nobody has touched yet, and people of whom next to nothing is known."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
from rich.console import Console

from eval.baselines import Scorer, scorers
from eval.judging import Files, written
from eval.next_item import Bench
from eval.protocols import in_pieces
from eval.report import Row
from recommender.holdout import Codes, Questions, Split, asked, temporal
from recommender.interactions import Interactions
from recommender.plan import plan
from recommender.threads import compute_with
from recommender.training import fit
from retrieval.catalogue import Catalogue
from retrieval.errors import Problem

FEW = 5  # events up to which a person counts as new
PROTOCOL = (
    "cold start. Items: a share of the items, drawn by the seed, has no event while learning; each user who came to "
    "one is asked for the last of them, after what they did before it with other items, against the full catalogue; "
    "weights chosen the same way on items held out of what is left. People: global temporal split; users whose first "
    "event lies in the last 10 % are asked for their first, second, ... event; what is popular of late is counted up "
    "to the moment of asking, for every row. Seen items and their twins removed; score ties count against the target"
)


def cold_split(interactions: Interactions, catalogue: Catalogue, share: float, seed: int) -> Split:
    """Some items held out whole, and of the rest as many again to choose on. Raises Problem if no user met one."""
    order = np.random.default_rng(seed).permutation(len(interactions.items))
    count = max(1, round(share * len(order)))
    test, validation = order[:count], order[count : 2 * count]
    known, questions = _held_out(interactions, catalogue, test)
    learning, choosing = _held_out(known, catalogue, validation)
    if not len(questions) or not len(choosing):
        raise Problem(f"a share of {share:g} holds out items that nobody came to after others; take a larger one")
    return Split(PROTOCOL, learning, choosing, known, questions, held_out=None)


def _held_out(interactions: Interactions, catalogue: Catalogue, items: Codes) -> tuple[Interactions, Questions]:
    """What may be known without the items, and who is asked for one: up to the last time they came to one of them."""
    cold = np.isin(interactions.item, items)
    last = np.full(len(interactions.users), -1)
    np.maximum.at(last, interactions.owner[cold], np.flatnonzero(cold))
    before = np.arange(len(interactions)) < np.where(last >= 0, last, len(interactions))[interactions.owner]
    # the target stays at the end of its history just long enough to be asked for
    asking = interactions.where((~cold & before) | np.isin(np.arange(len(interactions)), last[last >= 0]))
    ends = asking.starts[1:][(last >= 0) & (np.diff(asking.starts) > 1)] - 1
    return interactions.where(~cold & before), asked(asking, catalogue, ends)


def new_people(interactions: Interactions, catalogue: Catalogue, split: Split) -> dict[int, Questions]:
    """By the number of events they had had, what users were to do next who came after all that may be known."""
    lengths = np.diff(interactions.starts)
    there = np.bincount(split.known.owner, minlength=len(lengths)) > 0
    first, told = interactions.first_time, {}
    for n in range(FEW + 1):
        users = np.flatnonzero(~there & (lengths > n))
        events = interactions.starts[users] + n
        events = events[first[events]]
        if len(events):
            told[n] = asked(interactions, catalogue, events)
    return told


def cold(files: Files, share: float, threads: int, json: Path | None, seed: int) -> None:
    """Fit without some items, and without some people, and print how both are served; new people need times.

    Raises Problem if a file cannot be read or nobody can be asked.
    """
    compute_with(threads)
    console = Console(stderr=True)
    interactions, catalogue = files.read(seed)
    bench = Bench(interactions, catalogue, seed, PROTOCOL)
    rows = [*_items(interactions, catalogue, share, bench, console)]
    gaps = {"fused-minus-text": bench.gap("items/fused", "items/text")} if "items/text" in bench.values else {}
    about: dict[str, object] = {"file": files.data.name, "share": share, **gaps}
    if interactions.timed:
        rows += _people(interactions, catalogue, bench, console, seed)
        about |= {
            f"{name}-minus-recency": bench.gap(name, f"{name.split('/')[0]}/recency")
            for name in bench.values
            if name.startswith("events-") and not name.endswith("/recency")
        }
    else:
        about["people"] = "not judged: the events have no times, so nobody can be said to have come later"
        console.print(about["people"])
    report = bench.report(rows, about)
    report.show(Console())
    written(report, json)


def _items(
    interactions: Interactions, catalogue: Catalogue, share: float, bench: Bench, console: Console
) -> Iterator[Row]:
    split = cold_split(interactions, catalogue, share, bench.seed)
    _, checkpoint = fit(split, catalogue, plan(split.learning, bench.seed), console)
    yield from _told("items", scorers(checkpoint, bench.seed), split.test, bench, sum(checkpoint.seconds.values()))


def _people(
    interactions: Interactions, catalogue: Catalogue, bench: Bench, console: Console, seed: int
) -> Iterator[Row]:
    nothing = interactions.inputs.model_copy(update={"person": ()})
    anonymous = replace(interactions, person={}, inputs=nothing)
    kinds = {"fused": anonymous, **({"fused-attributes": interactions} if interactions.person else {})}
    for name, known in kinds.items():
        split = temporal(known, catalogue, seed)
        _, checkpoint = fit(split, catalogue, plan(split.learning, seed), console)
        every = scorers(checkpoint, seed)
        wanted = {name: every["fused"], **({"recency": every["recency"]} if name == "fused" else {})}
        for n, questions in new_people(known, catalogue, split).items():
            yield from _told(f"events-{n}", wanted, questions, bench, sum(checkpoint.seconds.values()))


def _told(
    prefix: str, every: Mapping[str, Scorer], questions: Questions, bench: Bench, fitting: float
) -> Iterator[Row]:
    for name, scorer in every.items():
        started = time.monotonic()
        answers = in_pieces(scorer, questions)
        yield bench.row(f"{prefix}/{name}", answers, time.monotonic() - started, fitting)
