"""The curve of the dial as a picture: distance within a list against accuracy."""

from __future__ import annotations

from pathlib import Path

from matplotlib.figure import Figure

from eval.protocols import TOP
from eval.report import Report
from retrieval.errors import Problem

COLORS = {"dial": "#1b6e53", "mmr": "#8a4b2d", "dpp": "#4b4f9c"}


def draw(report: Report, file: Path) -> None:
    """A line for each way, with 95 % intervals of the accuracy. Raises Problem if the file cannot be written."""
    figure = Figure(figsize=(8.4, 5.2), dpi=120, layout="constrained")
    axes = figure.subplots()
    metric = f"ndcg@{TOP}"
    for way, color in COLORS.items():
        rows = [row for row in report.rows if row.name.split()[0] == way]
        across = [row.metrics["distance"] for row in rows]
        up = [row.metrics[metric] for row in rows]
        axes.plot(across, up, color=color, marker="o", markersize=4, label=way)
        if way == "dial":
            axes.fill_between(
                across, [row.low[metric] for row in rows], [row.high[metric] for row in rows], color=color, alpha=0.12
            )
            for row in rows:
                axes.annotate(
                    row.name.split()[1],
                    (row.metrics["distance"], row.metrics[metric]),
                    xytext=(4, 5),
                    textcoords="offset points",
                    fontsize=8,
                )
    start = next(row for row in report.rows if row.name == "dial 0")
    axes.axhline(0.98 * start.metrics[metric], color="#999999", linestyle="--", linewidth=1, label="-2 % NDCG")
    axes.axvline(1.2 * start.metrics["distance"], color="#999999", linestyle=":", linewidth=1, label="+20 % distance")
    usual = next((row for row in report.rows if row.name == f"dial {report.metrics['usual']:g}"), None)
    if usual:
        at = usual.metrics["distance"], usual.metrics[metric]
        axes.plot(*at, marker="o", markersize=11, fillstyle="none", color="black")
    axes.set_xlabel("distance within a list (1 - cosine of whitened text vectors)")
    axes.set_ylabel(f"{metric.upper()}, shade: 95 % interval")
    axes.set_title(f"{report.metrics.get('file', '')}: {start.n:,} users; the circle is the usual point")
    axes.set_ylim(bottom=0)
    axes.legend(loc="lower left")
    axes.grid(alpha=0.25)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(file, format="png")
    except OSError as error:
        raise Problem(f"{file} cannot be written: {error.strerror}") from error
