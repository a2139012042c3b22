"""The one form in which every evaluation is told: a table for people, JSON for scripts."""

from __future__ import annotations

import os
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

    def table(self) -> Table:
        """Metrics by contender, each with its interval."""
        names = list(dict.fromkeys(name for row in self.rows for name in row.metrics if name != FIT))
        table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=0)
        bounded = any(row.low for row in self.rows)
        table.caption = f"{'95 % intervals below each figure; ' if bounded else ''}seed {self.seed}"
        longest = max((len(row.name) for row in self.rows), default=0)
        table.add_column("", min_width=min(16, longest), overflow="fold")
        fitted = any(FIT in row.metrics for row in self.rows)
        headings = [name.upper().replace("/", "/\n") for name in names]
        for column in ("n", *headings, *(["fit s"] if fitted else []), "MB"):
            table.add_column(column, justify="right", no_wrap=True)
        for row in self.rows:
            figures = [_figure(row, name) for name in names]
            table.add_row(
                row.name.replace("-without-", "\nwithout-").replace("-before-", "\nbefore-"),
                str(row.n),
                *figures,
                *([f"{row.metrics.get(FIT, 0):.0f}"] if fitted else []),
                f"{row.memory_mb:.0f}",
            )
        return table

    def show(self, console: Console) -> None:
        """Print the table; it fits a terminal of 80 columns."""
        console.print(self.protocol, highlight=False)
        console.print()
        console.print(self.table())

    def save(self, file: Path) -> None:
        """Write the JSON in one step, making its folder."""
        file.parent.mkdir(parents=True, exist_ok=True)
        unfinished = file.with_name(f"{file.name}.new")
        unfinished.write_text(self.model_dump_json(indent=2) + "\n", encoding="utf-8")
        os.replace(unfinished, file)


def _figure(row: Row, name: str) -> str:
    if name not in row.metrics:
        return ""
    bounds = f"\n[dim]{row.low[name]:.3f}-{row.high[name]:.3f}[/]" if name in row.low else ""
    return f"{row.metrics[name]:.4f}{bounds}"
