"""The one form in which every evaluation is told: a table for people, JSON for scripts."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict
from rich import box
from rich.console import Console
from rich.table import Table

FIT = "fit_seconds"  # a metric that has a column of its own


class Row(BaseModel):
    """One contender. `low` and `high` bound a metric at 95 %; a metric without them is a plain figure."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    n: int
    metrics: dict[str, float]
    low: dict[str, float]
    high: dict[str, float]
    seconds: float
    memory_mb: float


class Report(BaseModel):
    """One evaluation: `protocol` says in a sentence what was asked, `data` is the fingerprint of the events."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    protocol: str
    data: str
    seed: int
    rows: list[Row]
    metrics: dict[str, Any]

    def tables(self, width: int) -> Iterator[Table]:
        """Metrics by contender, each with its interval, and what it cost: in as many tables, one below the other, as
        lines of `width` characters call for."""
        names = list(dict.fromkeys(name for row in self.rows for name in row.metrics if name != FIT))
        columns = {name.upper().replace("/", "/\n"): [_lines(row, name) for row in self.rows] for name in names}
        if any(FIT in row.metrics for row in self.rows):
            columns["fit s"] = [[f"{row.metrics.get(FIT, 0):.0f}"] for row in self.rows]
        columns["MB"] = [[f"{row.memory_mb:.0f}"] for row in self.rows]
        heads = {"": [_folded(row.name) for row in self.rows], "n": [[str(row.n)] for row in self.rows]}
        room = width - sum(_width(head, cells) for head, cells in heads.items())
        parts, left = list[dict[str, list[list[str]]]]([{}]), room
        for head, cells in columns.items():
            if parts[-1] and _width(head, cells) > left:
                parts, left = [*parts, {}], room
            parts[-1][head] = cells
            left -= _width(head, cells)
        for part in parts:
            yield _table({**heads, **part})

    @property
    def caption(self) -> str:
        """What holds for all figures."""
        bounded = any(row.low for row in self.rows)
        return f"{'95 % intervals below each figure; ' if bounded else ''}seed {self.seed}"

    def show(self, console: Console) -> None:
        """Print the figures, so that they fit the terminal."""
        console.print(self.protocol, highlight=False)
        self.show_figures(console)

    def show_figures(self, console: Console) -> None:
        """The same without the protocol."""
        for table in self.tables(console.width):
            console.print()
            console.print(table)
        console.print(f"[dim italic]{self.caption}[/]")

    def save(self, file: Path) -> None:
        """Write the JSON in one step, making its folder."""
        file.parent.mkdir(parents=True, exist_ok=True)
        unfinished = file.with_name(f"{file.name}.new")
        unfinished.write_text(self.model_dump_json(indent=2) + "\n", encoding="utf-8")
        os.replace(unfinished, file)


def _table(columns: Mapping[str, Sequence[Sequence[str]]]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=0)
    for head, cells in columns.items():
        width = _width(head, cells) - 1
        table.add_column(head, justify="right" if head else "left", min_width=width, overflow="fold")
    for at in range(len(next(iter(columns.values())))):
        table.add_row(*(_cell(cells[at], bool(head)) for head, cells in columns.items()))
    return table


def _cell(lines: Sequence[str], figures: bool) -> str:
    """The lines of a cell, those below a figure less loud."""
    return "\n".join(f"[dim]{line}[/]" if figures and at else line for at, line in enumerate(lines))


def _width(head: str, cells: Sequence[Sequence[str]]) -> int:
    """Characters of a column with the space before the next."""
    return 1 + max(len(line) for lines in ([*head.split("\n")], *cells) for line in (*lines, ""))


def _folded(name: str) -> list[str]:
    """A long name in lines."""
    return name.replace("-without-", "\nwithout-").replace("-before-", "\nbefore-").split("\n")


def _lines(row: Row, name: str) -> list[str]:
    """The figure, and below it its interval; nothing where it does not apply."""
    if name not in row.metrics:
        return []
    bounds = [f"{row.low[name]:.3f}-{row.high[name]:.3f}"] if name in row.low else []
    return [f"{row.metrics[name]:.4f}", *bounds]
