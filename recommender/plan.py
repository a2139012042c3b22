"""Which settings suit which data: by rule, so that nobody tunes a set by hand."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from recommender.content import Reading
from recommender.counts import Counting
from recommender.ease import Easing
from recommender.interactions import Interactions
from recommender.learner import Training
from recommender.model import Shape

BRIEF = 20  # events a user on average, under which histories are short and the items' words matter more
SMALL = 120_000  # events, under which a wide model only learns by heart, and what another catalogue taught stays
DEEP = 500_000  # events, from which a second layer pays
STEPS = 500  # of learning, at least, where histories are brief
MOST = 36  # passes over the events, however few steps one has
BROAD = 20_000  # items, beyond which EASE takes too much memory and the loss looks at drawn items only


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
    batch = 128 if brief else 64
    each = max(1, math.ceil(int((lengths > 0).sum()) / batch))  # steps a pass, where no history is cut
    passes = max(12, min(MOST, math.ceil(STEPS / each))) if brief else 24
    sizes = {name: len(scale) for name, scale in seen.scales.items()}
    shape = Shape(
        items,
        width=64 if len(seen) < SMALL else 128,
        layers=2 if len(seen) >= DEEP else 1,
        window=50 if brief else 100 if usual < 120 else 200,
        dropout=0.5 if brief else 0.3,
        time=seen.timed and seen.inputs.time,
        marks={name: sizes[name] for name in seen.inputs.marks if name in sizes},
        asking={name: sizes[name] for name in seen.inputs.asking if name in sizes},
        person={name: sizes[f"person.{name}"] for name in seen.inputs.person if f"person.{name}" in sizes},
    )
    training = Training(
        epochs=epochs or passes,
        batch=batch,
        loss="full" if items <= BROAD else "sampled",
        seed=seed,
        settled=len(seen) < SMALL,
    )
    # who has done little is best known by the latest of it
    easing = Easing(ridge=100.0, learning=0.9, asking=0.6) if brief else Easing()
    return Plan(shape, training, Counting(), easing if items <= BROAD else None, Reading())
