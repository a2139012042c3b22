"""The tables of large catalogues, which are synthetic: sizes, filters, and the stage that finds candidates."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

from rich import box
from rich.console import Console
from rich.progress import track
from rich.table import Table

from eval.scaling import MOST, at_size
from eval.stage import stage
from retrieval.settings import Settings


def large_catalogues(sizes: Sequence[int], settings: Settings, seed: int) -> dict[str, Any]:
    """`sizes`: what `at_size` found of each; `stage`: what `stage` found, of the greatest up to MOST. Each is measured
    in a process of its own, so that its memory is its own. Nothing without sizes."""
    if not sizes:
        return {}
    work: list[tuple[Callable[..., Any], tuple[Any, ...]]] = [
        (at_size, (size, settings.threads, seed)) for size in sizes
    ]
    greatest = max((size for size in sizes if size <= MOST), default=min(sizes))
    work.append((stage, (greatest, settings, seed)))
    console = Console(stderr=True)
    *lines, whole = [_apart(*each) for each in track(work, "large catalogues", console=console, transient=True)]
    return {"sizes": lines, "stage": whole}


def show(metrics: Mapping[str, Any], console: Console) -> None:
    """Print what was found."""
    lines = metrics.get("sizes", [])
    rows = [
        {"items": line["items"], "bound ms": line["bound ms"], "index": name, **line[name]}
        for line in lines
        for name in ("exact", "chroma")
        if name in line
    ]
    if rows:
        console.print(_table("By size; the bound is one reading of all vectors from memory, not from a cache", rows))
    for line in lines:
        title = f"Of {line['items']:,} items, by the share that a filter leaves"
        console.print(_table(title, line["filters"]))
    if found := metrics.get("stage"):
        steps = [{"step": name, **one} for name, one in found.items() if isinstance(one, Mapping)]
        console.print(_table(f"Candidates of a turn among {found['items']:,} items, a filter leaving a tenth", steps))


def _table(title: str, lines: Sequence[Mapping[str, Any]]) -> Table:
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    names = list(dict.fromkeys(name for line in lines for name in line))
    for name in names:
        table.add_column(name.replace("ms/", "ms\n").replace("_", "\n"), justify="right")
    for line in lines:
        table.add_row(*(_said(line.get(name, "")) for name in names))
    return table


def _said(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:.4g}" if isinstance(value, float) else str(value)


def _apart(work: Callable[..., Any], about: tuple[Any, ...]) -> Any:
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as pool:
        return pool.submit(work, *about).result()
