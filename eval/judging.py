"""From the workspace, or from files, to a table: what `penchant eval next-item` does."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import ValidationError
from rich.console import Console

from chat.assembly import assistant
from chat.reranking.influence import influence
from eval.baselines import scorers, unasked
from eval.next_item import Bench, Pipeline, fit_to_judge, judged
from eval.report import Report
from eval.speed import learning_speed, told
from recommender.checkpoint import Checkpoint, read_checkpoint
from recommender.datasets.files import from_files
from recommender.holdout import HELD_OUT, Split, leave_one_out, temporal
from recommender.interactions import Interactions
from recommender.log import read_interactions
from recommender.model import SequenceModel
from recommender.plan import plan
from recommender.threads import compute_with
from recommender.training import fit
from retrieval.catalogue import Catalogue, read_catalogue
from retrieval.database import database
from retrieval.domain import Domain, read_domain
from retrieval.errors import Problem
from retrieval.settings import Settings

Kind = Literal["loo", "temporal"]


@dataclass(frozen=True)
class Files:
    """Data out of research files: events, and if given items, users, the domain that says how to read them, and the
    action that is asked for."""

    data: Path
    items: Path | None = None
    users: Path | None = None
    domain: Domain | None = None
    wanted: str = ""

    def read(self, seed: int) -> tuple[Interactions, Catalogue]:
        """Raises Problem naming the line that is wrong."""
        return from_files(self.data, self.items, seed, self.domain, self.users, self.wanted)


def next_item(settings: Settings, json: Path | None, language: int | None, seed: int, saved: bool) -> bool:
    """Judge the checkpoint that lacks the last events and, on `language` users, the pipeline; keep the figures.

    With `saved` the last evaluation is shown instead, if it asked the same and is still about this checkpoint and
    these events. Whether there was something to judge.
    Raises Stale if the checkpoint must not be judged, Problem if there is nobody to ask.
    """
    keep = settings.home / "eval" / "next-item.json"
    chosen, checkpoint = (read_checkpoint(settings.models, held_out) for held_out in (HELD_OUT, 1))
    with database(settings.database_url) as engine:
        catalogue = read_catalogue(engine)
        interactions = read_interactions(engine, catalogue, read_domain(settings.domain).inputs)
    for one in (chosen, checkpoint):
        fit_to_judge(one, interactions)
    about = {"checkpoint": fingerprint(checkpoint), "language": language, "setting": _setting(settings, checkpoint)}
    report = _kept(keep, seed, about, interactions.fingerprint()) if saved else None
    if report is None:
        split = leave_one_out(interactions, catalogue)
        with _pipelines(settings, language) as pipelines:
            bench = Bench(interactions, catalogue, seed, split.protocol)
            report = _judged(chosen, checkpoint, pipelines, language, bench, split, about)
        report.save(keep)
        saved = False
    report.show(Console())
    written(report, json)
    return not saved


def next_item_of(files: Files, kind: Kind, seeds: int, threads: int, json: Path | None, seed: int) -> None:
    """Fit and judge on files, without a workspace; print the table. With several seeds each row is their mean.

    Raises Problem if a file cannot be read or nobody can be asked.
    """
    compute_with(threads)
    console = Console(stderr=True)
    interactions, catalogue = files.read(seed)
    split = split_of(kind, interactions, catalogue, seed)
    bench = Bench(interactions, catalogue, seed, split.protocol)
    for number in range(seed, seed + seeds):
        report, model = _fitted(files, split, number, bench, console)
    speed = learning_speed(split.known, model, seed)
    report.metrics["training speed"] = speed
    report.show(Console())
    Console().print(told(speed), highlight=False)
    written(report, json)


def _fitted(files: Files, split: Split, seed: int, bench: Bench, console: Console) -> tuple[Report, SequenceModel]:
    """The figures so far, and the sequence model of this seed: all else is let go before the next is fitted."""
    chosen, checkpoint = fit(split, bench.catalogue, plan(split.learning, seed), console)
    about = {
        "file": files.data.name,
        "items": files.items.name if files.items else None,
        "counting": vars(checkpoint.counting),
        "shape": {name: value for name, value in vars(checkpoint.model.shape).items() if name != "items"},
        "epochs": checkpoint.epochs,
        "fit_seconds": round(sum(checkpoint.seconds.values()), 1),
        "weights": {str(least): dict(weights) for least, weights in checkpoint.weights.items()},
    }
    return _judged(chosen, checkpoint, {}, None, bench, split, about), checkpoint.model


def split_of(kind: Kind, interactions: Interactions, catalogue: Catalogue, seed: int) -> Split:
    """The split of that name. Raises Problem where the data does not allow it."""
    return leave_one_out(interactions, catalogue) if kind == "loo" else temporal(interactions, catalogue, seed)


def _judged(
    chosen: Checkpoint,
    checkpoint: Checkpoint,
    pipelines: Mapping[str, Pipeline],
    language: int | None,
    bench: Bench,
    split: Split,
    about: dict[str, Any],
) -> Report:
    asked = split.test
    if not len(asked):
        wanted = bench.interactions.inputs.wanted
        what = f", the last of them a {wanted!r}" if wanted else ""
        raise Problem(f"no user has three events or more{what}, so there is nobody to ask")
    before = scorers(chosen, bench.seed)
    contenders = scorers(checkpoint, bench.seed)
    # the stricter protocol in the same run: nothing was fitted again after choosing
    contenders = {**contenders, **{f"{name}-before-refit": before[name] for name in ("sequence", "fused")}}
    if bench.interactions.inputs.wanted:
        contenders |= unasked(scorers(checkpoint, bench.seed), ("sequence", "fused"))
    rows = judged(contenders, pipelines, asked, asked.some(language, bench.seed), bench, checkpoint.seconds)
    return bench.report(list(rows), about)


def fingerprint(checkpoint: Checkpoint) -> str:
    """What the figures are about: changes with the data, the seed, the epochs and the weights."""
    weights = hashlib.sha256(repr(sorted(checkpoint.weights.items())).encode()).hexdigest()
    return f"{checkpoint.saw[:16]} seed={checkpoint.seed} epochs={checkpoint.epochs} weights={weights[:16]}"


def _kept(file: Path, seed: int, about: Mapping[str, Any], data: str) -> Report | None:
    try:
        report = Report.model_validate_json(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValidationError):
        return None
    same = (report.data, report.seed) == (data, seed)
    return report if same and all(report.metrics.get(name) == value for name, value in about.items()) else None


def _setting(settings: Settings, checkpoint: Checkpoint) -> str:
    kept = influence(checkpoint)
    weights = kept.model_dump_json(include={"plain": {"weights"}}) if kept else "nothing tuned"
    return f"{settings.embedder} {settings.language} {weights}"


def written(report: Report, json: Path | None) -> None:
    """Keep the figures in the file, if one is named. Raises Problem if it cannot be written."""
    if json:
        try:
            report.save(json)
        except OSError as error:
            raise Problem(f"{json} cannot be written: {error.strerror}") from error


@contextmanager
def _pipelines(settings: Settings, language: int | None) -> Iterator[Mapping[str, Pipeline]]:
    if language is None:
        yield {}
        return
    with assistant(settings, held_out=1) as bench:
        yield {
            "pipeline-without-language": lambda query: bench.rank(query, language=False),
            **({"pipeline": bench.rank} if bench.things.reranker else {}),
        }
