"""From the workspace to a table: what `penchant eval next-item` does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from pydantic import ValidationError
from rich.console import Console
from rich.progress import track

from chat.assembly import assistant
from eval.baselines import Scorer, by_text, scorers
from eval.next_item import Bench, Pipeline, fit_to_judge, judged, some
from eval.protocols import last_events
from eval.report import Report
from recommender.checkpoint import Checkpoint, read_checkpoint
from recommender.events import all_events
from recommender.interactions import Interactions
from retrieval.catalogue import read_catalogue
from retrieval.database import database
from retrieval.embedding import open_embedder
from retrieval.errors import Problem, Stale
from retrieval.index import open_index
from retrieval.settings import Settings


def next_item(settings: Settings, json: Path | None, language: int | None, seed: int, saved: bool) -> bool:
    """Judge the held-out checkpoint and, on `language` users, the pipeline; print the table and keep the figures.

    With `saved` the last evaluation is shown instead, if it is still about this checkpoint and these events.
    Whether there was something to judge.
    Raises Stale if the checkpoint must not be judged, Problem if there is nobody to ask.
    """
    console, err = Console(), Console(stderr=True)
    keep = settings.home / "eval" / "next-item.json"
    checkpoint = read_checkpoint(settings.models, held_out=True)
    with database(settings.database_url) as engine:
        catalogue = read_catalogue(engine)
        interactions = Interactions.of(all_events(engine), sorted(catalogue))
    fit_to_judge(checkpoint, interactions)
    about = fingerprint(checkpoint)
    if saved and (report := _kept(keep, about, interactions.fingerprint())):
        report.show(console)
        _written(report, json)
        return False
    asked = last_events(interactions, catalogue)
    if not len(asked):
        raise Problem("no user has three events or more, so there is nobody to ask")
    bench = Bench(interactions, catalogue, seed)
    contenders = {**scorers(checkpoint, seed), **_text(settings, checkpoint)}
    with _pipelines(settings, language) as pipelines:
        rows = judged(contenders, pipelines, asked, some(asked, language, seed), bench)
        total = len(contenders) + len(pipelines)
        report = bench.report(list(track(rows, "judging", total=total, console=err, transient=True)), about)
    report.show(console)
    report.save(keep)
    _written(report, json)
    return True


def fingerprint(checkpoint: Checkpoint) -> str:
    """What the figures are about: changes with the data, the seed, the epochs and the weights."""
    weights = " ".join(f"{name}={weight}" for name, weight in sorted(checkpoint.weights.items()))
    return f"{checkpoint.saw[:16]} seed={checkpoint.seed} epochs={checkpoint.epochs} {weights}"


def _kept(file: Path, about: str, data: str) -> Report | None:
    try:
        report = Report.model_validate_json(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValidationError):
        return None
    return report if report.metrics.get("checkpoint") == about and report.data == data else None


def _written(report: Report, json: Path | None) -> None:
    if json:
        try:
            report.save(json)
        except OSError as error:
            raise Problem(f"{json} cannot be written: {error.strerror}") from error


def _text(settings: Settings, checkpoint: Checkpoint) -> Mapping[str, Scorer]:
    """The row `text`, where there is an index of these items; absent where there is none."""
    with database(settings.database_url) as engine:
        catalogue = read_catalogue(engine)
    try:
        index = open_index(catalogue, open_embedder(settings), settings)
        return {"text": by_text(index.vectors(list(checkpoint.items)))}
    except Stale:
        return {}


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
