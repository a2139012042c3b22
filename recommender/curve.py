"""The learning curve as a picture."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator


def draw(curve: Sequence[tuple[int, float, float]], best: int, file: Path) -> None:
    """Loss and validation by epoch as a PNG, the `best` epoch marked; put in place in one step, so that a viewer which
    reloads it never sees half of it. `curve` holds epoch, loss in nats and NDCG@10, 0 where nothing was judged."""
    epochs = [epoch for epoch, _, _ in curve]
    judged = any(mark for _, _, mark in curve)
    figure = Figure(figsize=(7, 6 if judged else 3.4), layout="constrained")
    axes = figure.subplots(2 if judged else 1, 1, sharex=True, squeeze=False)[:, 0]
    axes[0].plot(epochs, [loss for _, loss, _ in curve], color="#444444", marker="o", markersize=3)
    axes[0].set_ylabel("loss while learning (nats)")
    if judged:
        axes[1].plot(epochs, [mark for _, _, mark in curve], color="#1f6f8b", marker="o", markersize=3)
        axes[1].set_ylabel("NDCG@10 on validation")
        kept = {epoch: mark for epoch, _, mark in curve}.get(best)
        if kept is not None:
            axes[1].axvline(best, color="#c0563b", linewidth=1, linestyle="--")
            axes[1].annotate(
                f"kept: epoch {best}, {kept:.4f}",
                (best, kept),
                xytext=(6, -14),
                textcoords="offset points",
                color="#c0563b",
            )
    axes[-1].set_xlabel("epoch")
    axes[-1].xaxis.set_major_locator(MaxNLocator(integer=True))
    for one in axes:
        one.grid(alpha=0.3)
        one.spines[["top", "right"]].set_visible(False)
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_name(f"{file.name}.new")
    figure.savefig(unfinished, format="png", dpi=120)
    os.replace(unfinished, file)
