"""From the workspace to a table: what `penchant eval next-item` does."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from pydantic import ValidationError
from rich.console import Console
from rich.progress import track

from chat.assembly import assistant, language_weight
from eval.baselines import scorers
from eval.next_item import Bench, Pipeline, fit_to_judge, judged, some
from eval.protocols import last_events
from eval.report import Report
from recommender.checkpoint import Checkpoint, read_checkpoint
from recommender.datasets.files import from_files
from recommender.events import all_events
from recommender.holdout import HELD_OUT
from recommender.interactions import Interactions
from recommender.plan import plan
from recommender.training import fit
from retrieval.catalogue import read_catalogue
from retrieval.database import database
from retrieval.errors import Problem
from retrieval.settings import Settings


def next_item(settings: Settings, json: Path | None, language: int | None, seed: int, saved: bool) -> bool:
    """Judge the held-out checkpoint and, on `language` users, the pipeline; print the table and keep the figures.

    With `saved` the last evaluation is shown instead, if it asked the same and is still about this checkpoint and
    these events. Whether there was something to judge.
    Raises Stale if the checkpoint must not be judged, Problem if there is nobody to ask.
    """
    keep = settings.home / "eval" / "next-item.json"
    checkpoint = read_checkpoint(settings.models, held_out=True)
    with database(settings.database_url) as engine:
        catalogue = read_catalogue(engine)
        interactions = Interactions.of(all_events(engine), sorted(catalogue))
    fit_to_judge(checkpoint, interactions)
    about = {"checkpoint": fingerprint(checkpoint), "language": language, "setting": _setting(settings)}
    report = _kept(keep, seed, about, interactions.fingerprint()) if saved else None
    if report is None:
        with _pipelines(settings, language) as pipelines:
            report = _judged(checkpoint, pipelines, language, Bench(interactions, catalogue, seed), about)
        report.save(keep)
        saved = False
    report.show(Console())
    _written(report, json)
    return not saved


def next_item_of(data: Path, items: Path | None, threads: int, json: Path | None, seed: int) -> None:
    """Fit and judge on files, without a workspace; print the table.

    Raises Problem if a file cannot be read or nobody can be asked.
    """
    torch.set_num_threads(threads)
    interactions, catalogue = from_files(data, items, seed)
    started = time.monotonic()
    checkpoint = fit(interactions, catalogue, plan(interactions.without_last(HELD_OUT), seed), Console(stderr=True))
    about = {
        "file": data.name,
        "items": items.name if items else None,
        "fit_seconds": round(time.monotonic() - started, 1),
        "weights": {str(least): dict(weights) for least, weights in checkpoint.weights.items()},
    }
    report = _judged(checkpoint, {}, None, Bench(interactions, catalogue, seed), about)
    report.show(Console())
    _written(report, json)


def _judged(
    checkpoint: Checkpoint, pipelines: Mapping[str, Pipeline], language: int | None, bench: Bench, about: dict[str, Any]
) -> Report:
    asked = last_events(bench.interactions, bench.catalogue)
    if not len(asked):
        raise Problem("no user has three events or more, so there is nobody to ask")
    contenders = scorers(checkpoint, bench.seed)
    rows = judged(contenders, pipelines, asked, some(asked, language, bench.seed), bench)
    total = len(contenders) + len(pipelines)
    return bench.report(list(track(rows, "judging", total=total, console=Console(stderr=True), transient=True)), about)


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


def _setting(settings: Settings) -> str:
    return f"{settings.embedder} {settings.language} {language_weight(settings):g}"


def _written(report: Report, json: Path | None) -> None:
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
    with assistant(settings, held_out=True) as bench:
        yield {
            "pipeline-without-language": lambda query: bench.rank(query, language=False),
            **({"pipeline": bench.rank} if bench.reranker else {}),
        }
