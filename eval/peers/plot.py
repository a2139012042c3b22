"""Accuracy against the seconds of fitting, as a picture."""

from __future__ import annotations

from pathlib import Path

from matplotlib.figure import Figure

from eval.protocols import TOP
from eval.report import Report, Row
from retrieval.errors import Problem

METRIC = f"ndcg@{TOP}"
OURS, THEIRS = "#1b6e53", "#8a4b2d"


def front(rows: list[Row]) -> list[Row]:
    """The rows that none beats in accuracy within as few seconds, quickest first (the Pareto front)."""
    best: list[Row] = []
    for row in sorted(rows, key=lambda row: (row.metrics["fit_seconds"], -row.metrics[METRIC])):
        if not best or row.metrics[METRIC] > best[-1].metrics[METRIC]:
            best.append(row)
    return best


def plot(report: Report, file: Path) -> None:
    """Draw the rows that tell their seconds, with 95 % intervals. Raises Problem if the file cannot be written."""
    rows = [row for row in report.rows if "fit_seconds" in row.metrics]
    figure = Figure(figsize=(8.4, 5.2), dpi=120, layout="constrained")
    axes = figure.subplots()
    edge = [(_seconds(row), row.metrics[METRIC]) for row in front(rows)]
    right = 2.2 * max(map(_seconds, rows))
    steps = [*edge, (right, edge[-1][1])]
    axes.plot(*zip(*steps, strict=True), drawstyle="steps-post", color="#999999", linestyle="--", label="Pareto front")
    for row in sorted(rows, key=lambda row: -row.metrics[METRIC]):
        value, color = row.metrics[METRIC], OURS if row.name.startswith("penchant-") else THEIRS
        around = [[value - row.low[METRIC]], [row.high[METRIC] - value]]
        axes.errorbar(_seconds(row), value, yerr=around, fmt="o", color=color, capsize=3, markersize=6)
    axes.set_xscale("log")
    axes.set_xlim(right=right)
    axes.set_ylim(bottom=0)
    for row in rows:
        left = _crowded(row, rows)
        axes.annotate(
            row.name,
            (_seconds(row), row.metrics[METRIC]),
            xytext=(-7 if left else 7, 5),
            textcoords="offset points",
            horizontalalignment="right" if left else "left",
            fontsize=9,
        )
    axes.set_xlabel(f"seconds of choosing and learning ({report.metrics['threads']} thread, log)")
    axes.set_ylabel(f"{METRIC.upper()}, 95 % intervals")
    axes.set_title(f"{report.metrics['file']}: {rows[0].n:,} users asked, {report.metrics['catalogue']:,} items")
    axes.legend(loc="lower right")
    axes.grid(alpha=0.25)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(file, format="png")
    except OSError as error:
        raise Problem(f"{file} cannot be written: {error.strerror}") from error


def _seconds(row: Row) -> float:
    return max(row.metrics["fit_seconds"], 0.1)  # a logarithm needs something


def _crowded(row: Row, rows: list[Row]) -> bool:
    """Whether the label stands better on the left: towards the right edge."""
    return _seconds(row) > 0.3 * max(map(_seconds, rows))
