"""Which settings suit which data: by rule, so that nobody tunes a set by hand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from recommender.content import Reading
from recommender.counts import Counting
from recommender.ease import Easing
from recommender.interactions import Interactions
from recommender.model import Shape
from recommender.train import Training

BRIEF = 20  # events a user on average, under which histories are short and the items' words matter more
SMALL = 120_000  # events, under which a wide model only learns by heart
BROAD = 20_000  # items, beyond which EASE would take too much memory


@dataclass(frozen=True)
class Plan:
    """Everything that is settled before the learning begins. `easing` is None where the catalogue is too large."""

    shape: Shape
    training: Training
    counting: Counting
    easing: Easing | None
    reading: Reading


def plan(seen: Interactions, seed: int = 0, epochs: int | None = None) -> Plan:
    """The plan for what may be learned from; `epochs` overrules the number it would try."""
    lengths = np.diff(seen.starts)
    usual = float(lengths[lengths > 0].mean()) if len(seen) else 0.0
    brief, items = usual < BRIEF, len(seen.items)
    window = 50 if brief else 100 if usual < 120 else 200
    shape = Shape(items, width=64 if len(seen) < SMALL else 128, window=window, dropout=0.5 if brief else 0.3)
    training = Training(epochs=epochs or (12 if brief else 24), batch=128 if brief else 64, seed=seed)
    # who has done little is best known by the latest of it
    counting = Counting(decay=0.7) if brief else Counting()
    easing = Easing(ridge=100.0, learning=0.9, asking=0.6) if brief else Easing()
    return Plan(shape, training, counting, easing if items <= BROAD else None, Reading())
