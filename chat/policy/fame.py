"""Less known, or better known, than what was shown: what the list is made of is chosen by how many people chose it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from statistics import median

import numpy as np

from chat.messages import Intent
from chat.ordering import CARDS, Ordering
from chat.understanding.values.degrees import FAME
from retrieval.ranking import Query, Ranking, Scores
from retrieval.sources import ids_allowed

MORE = 100  # candidates that are taken from the whole catalogue, where the sources have found too few


def asked(intent: Intent) -> bool | None:
    """Whether better known ones are wanted (True), less known ones (False), or neither (None)."""
    return next((one.more for one in intent.degrees if one.of == FAME), None)


def on_that_side(candidates: Ranking, better: bool, query: Query, than: Sequence[str], ordering: Ordering) -> Ranking:
    """The candidates that are better known, or less, than the middle one of `than`; nothing if there are none."""
    middle = median(fame(than, ordering).tolist())
    kept = _beyond(candidates.ids, middle, better, ordering)
    if len(kept) < CARDS:
        every = _beyond(ids_allowed(ordering.catalogue, query), middle, better, ordering)
        near = np.argsort(np.abs(fame(every, ordering) - middle), kind="stable")[:MORE]
        kept = tuple(dict.fromkeys((*kept, *(every[at] for at in near))))
    return replace(candidates, ids=kept, parts={})


def fame(ids: Sequence[str], ordering: Ordering) -> Scores:
    """How many chose each of the items, (items,)."""
    things = ordering.things
    return things.behaviour.pick(things.served.popularity, ids) if ids else np.zeros(0, dtype=np.float32)


def _beyond(ids: Sequence[str], middle: float, better: bool, ordering: Ordering) -> tuple[str, ...]:
    counts = fame(ids, ordering)
    return tuple(id for id, count in zip(ids, counts, strict=True) if (count > middle if better else count < middle))
