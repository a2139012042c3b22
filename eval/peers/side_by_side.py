"""Ours and theirs in one run: the same file, split and metric code, and for each at most the seconds we took."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.console import Console

from eval.next_item import Bench
from eval.peers import ours
from eval.peers.children import run
from eval.peers.contenders import Peer
from eval.peers.environments import environment
from eval.peers.exchange import read_answer, write_task
from eval.protocols import TOP
from eval.report import Report, Row
from recommender.datasets.files import from_files
from recommender.holdout import Questions, leave_one_out
from recommender.plan import plan
from recommender.threads import compute_with
from recommender.training import fit
from retrieval.errors import Problem

PROTOCOL = (
    "leave-one-out on files: the last event of each user with three or more, by time, ties by file order; full "
    "catalogue; seen items removed; score ties count against the target; all chose on each user's second-last event "
    "and learned from all but the last, save that the neural peers keep the second-last of up to 3,000 users for "
    "choosing alone; seconds are of choosing and learning, without imports, the whole fit for penchant-sequence and "
    "penchant-fused"
)
SLACK = 900.0  # seconds a peer may take beyond its cap: imports, the end of a step, answering


def writable(*files: Path | None) -> None:
    """Raises Problem if one of the files cannot be written, which is better known before an hour of work."""
    for file in filter(None, files):
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Problem(f"{file} cannot be written: {error.strerror}") from error
        if file.is_dir() or not os.access(file.parent, os.W_OK):
            raise Problem(f"{file} cannot be written: choose another place")


def show(report: Report, console: Console) -> None:
    """Print the table, how far ours is ahead of each peer on the same users, and who was skipped and why."""
    report.show(console)
    console.print()
    for name, gap in report.metrics["fused-minus"].items():
        bounds = f"({gap['low']:+.3f} to {gap['high']:+.3f})"
        console.print(f"penchant-fused minus {name}: {gap[f'ndcg@{TOP}']:+.3f} {bounds}", highlight=False)
    for name, reason in report.metrics["skipped"].items():
        console.print(f"skipped {name}: {reason}", highlight=False, markup=False)


def side_by_side(
    data: Path,
    items: Path | None,
    peers: Mapping[str, Peer],
    home: Path,
    threads: int,
    seconds: float | None,
    seed: int = 0,
) -> Report:
    """Fit Penchant and each peer on the file and judge them alike; a peer that cannot is left out and says why.

    `seconds` caps what a peer may take to choose and learn; without it, what Penchant took. What a peer and pip said
    is kept in `home`. Raises Problem if the files cannot be read or nobody can be asked.
    """
    compute_with(threads)
    console = Console(stderr=True)
    interactions, catalogue = from_files(data, items, seed)
    split = leave_one_out(interactions, catalogue)
    asked = split.test
    if not len(asked):
        raise Problem("no user has three events or more, so there is nobody to ask")
    bench = Bench(interactions, catalogue, seed, PROTOCOL)
    _, checkpoint = fit(split, catalogue, plan(split.learning, seed), console)
    rows = list(ours.rows(checkpoint, asked, bench))
    cap = seconds or ours.seconds(checkpoint)["fused"]
    about: dict[str, Any] = {
        "file": data.name,
        "items": items.name if items else None,
        "users": len(interactions.users),
        "catalogue": len(interactions.items),
        "events": len(interactions),
        "threads": threads,
        "seconds_for_peers": round(cap, 1),
        "settings": {},
        "skipped": {},
        "fused-minus": {},
    }
    for name, peer in peers.items():
        try:
            row, about["settings"][name] = _answered(name, peer, bench, asked, home, cap, threads, console)
        except Problem as problem:
            console.print(f"skipped {name}: {problem}", highlight=False, markup=False)
            about["skipped"][name] = str(problem)
            continue
        rows.append(row)
        about["fused-minus"][name] = bench.gap("penchant-fused", name)
    data_seen = interactions.fingerprint()
    return Report(protocol=PROTOCOL, data=data_seen, seed=seed, rows=rows, metrics=about)


def _answered(
    name: str, peer: Peer, bench: Bench, asked: Questions, home: Path, cap: float, threads: int, console: Console
) -> tuple[Row, str]:
    """The peer's row, and the settings it chose."""
    python = environment(home, peer.environment, console)
    log = home / f"{name}.log"
    log.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(prefix="penchant-") as temporary:
        folder = Path(temporary)
        write_task(folder, bench.interactions, asked, cap, threads)
        with console.status(f"{name} has {cap:.0f} s"):
            run([python, peer.script, folder, *peer.words], log, threads, cap + SLACK)
        answers, told = read_answer(folder, asked, len(bench.interactions.items))
    row = bench.row(name, answers, told.ask_seconds, told.fit_seconds)
    return ours.timed(row, told.fit_seconds, seconds=told.ask_seconds, memory_mb=told.memory_mb), told.settings
