"""What the moment adds: an ablation of everything that is known of events besides their items."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from eval.baselines import scorers
from eval.judging import Files, written
from eval.next_item import Bench
from eval.protocols import in_pieces
from eval.report import Row
from recommender.holdout import temporal
from recommender.interactions import Interactions
from recommender.plan import plan
from recommender.threads import compute_with
from recommender.training import fit
from retrieval.catalogue import Catalogue
from retrieval.domain import Domain, Inputs
from retrieval.errors import Problem

CLOCK = ("hour", "weekday")  # marks that belong to time


def context(files: Files, threads: int, json: Path | None, seed: int) -> None:
    """Fit with nothing but items, with each kind of context alone, with all, and with all but each; print the table.

    Raises Problem if a file cannot be read, has no times, or varies in nothing that its domain names.
    """
    compute_with(threads)
    console = Console(stderr=True)
    interactions, catalogue = replace(files, domain=telling_all(files.domain) if files.domain else None).read(seed)
    kinds = kinds_of(interactions)
    if not kinds:
        raise Problem(f"{files.data.name} has no context: name its columns in a domain, under [log.context]")
    whole = temporal(interactions, catalogue, seed)
    bench = Bench(interactions, catalogue, seed, whole.protocol)
    rows: list[Row] = []
    for name, used in ablations(kinds).items():
        console.print(f"[bold]{name}[/]")
        rows += _judged(name, only(interactions, used), catalogue, bench, console)
    alone = {name: "items/fused" if name.endswith("/fused") else "items" for name in bench.values}
    gains = {name: bench.gap(name, base) for name, base in alone.items() if name not in (base, "recency")}
    about = {
        "file": files.data.name,
        "gains on items alone": gains,
        "all against all but one": {kind: bench.gap("all", rest) for kind, rest in others(kinds).items()},
    }
    report = bench.report(rows, about)
    report.show(Console())
    for name, gap in gains.items():
        Console().print(f"{name} gains {gap['ndcg@10']:+.4f} ({gap['low']:+.4f} to {gap['high']:+.4f}) on items alone")
    written(report, json)


def telling_all(domain: Domain) -> Domain:
    """The domain with everything taking part that its log can tell, whatever of it does so far."""
    context = tuple(domain.log.context)
    told = {"marks": ("action", "value", *context), "asking": (*CLOCK, *context), "time": True}
    return domain.model_copy(update={"inputs": domain.inputs.model_copy(update=told)})


def kinds_of(interactions: Interactions) -> tuple[str, ...]:
    """The kinds of context that vary in the data: time, and every mark that is not read off it."""
    marks = [name for name in interactions.marks if name not in CLOCK]
    return (*(["time"] if interactions.timed else []), *marks)


def ablations(kinds: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """What is used under each name: nothing, each kind alone, all, all but each."""
    alone: dict[str, tuple[str, ...]] = {"items": (), **{kind: (kind,) for kind in kinds}}
    if len(kinds) < 2:
        return alone
    without = {rest: tuple(other for other in kinds if other != kind) for kind, rest in others(kinds).items()}
    return {**alone, "all": kinds, **without}


def others(kinds: tuple[str, ...]) -> dict[str, str]:
    """For each kind the name of the ablation that has all the others; of two it is the other one's."""
    if len(kinds) == 2:
        return {kinds[0]: kinds[1], kinds[1]: kinds[0]}
    return {kind: f"all-without-{kind}" for kind in kinds} if len(kinds) > 2 else {}


def only(interactions: Interactions, kinds: tuple[str, ...]) -> Interactions:
    """The same events, of which the models read no more than these kinds of context; their order stays."""
    allowed = {*kinds, *(CLOCK if "time" in kinds else ())}
    inputs: Inputs = interactions.inputs.model_copy(
        update={
            "marks": tuple(name for name in interactions.inputs.marks if name in allowed),
            "asking": tuple(name for name in interactions.inputs.asking if name in allowed),
            "time": "time" in kinds,
        }
    )
    return replace(interactions, inputs=inputs)


def _judged(
    name: str, interactions: Interactions, catalogue: Catalogue, bench: Bench, console: Console
) -> Iterator[Row]:
    split = temporal(interactions, catalogue, bench.seed)
    _, checkpoint = fit(split, catalogue, plan(split.learning, bench.seed), console)
    every = scorers(checkpoint, bench.seed)
    wanted = {name: "sequence", f"{name}/fused": "fused", **({"recency": "recency"} if name == "items" else {})}
    for row, scorer in wanted.items():
        started = time.monotonic()
        answers = in_pieces(every[scorer], split.test)
        yield bench.row(row, answers, time.monotonic() - started, sum(checkpoint.seconds.values()))
