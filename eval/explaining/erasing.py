"""Do the cited items carry the score? Taken out, and kept alone, against as many others of the history.

Comprehensiveness and sufficiency after DeYoung et al., "ERASER: A Benchmark to Evaluate Rationalized NLP Models"
(2020).
"""

from __future__ import annotations

import random
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from chat.assistant import Assistant
from eval.explaining.turns import Told
from retrieval.ranking import Known

CHOICES = ("cited", "random", "recent")


@dataclass(frozen=True)
class Erased:
    """For one shown item and each choice of as many history items: by how much the behaviour score falls without them
    (`comprehensiveness`), and with nothing but them (`sufficiency`; less is better)."""

    user: str
    comprehensiveness: Mapping[str, float]
    sufficiency: Mapping[str, float]


def erased(
    assistant: Assistant, told: Told, cited: Iterable[tuple[str, tuple[str, ...]]], dice: random.Random
) -> list[Erased]:
    """`cited`: shown items with the history items given as a reason; all of one turn are asked in one batch."""
    known, found = told.query.known, list[Erased]()
    history = list(dict.fromkeys(known.history))
    chosen = []
    for item, causes in cited:
        these = [id for id in history if id in causes]
        others = [id for id in history if id not in these]
        if these and len(others) >= len(these):
            drawn = dice.sample(others, len(these))
            chosen.append((item, dict(zip(CHOICES, (these, drawn, history[-len(these) :]), strict=True))))
    if not chosen:
        return []
    asked = [
        known,
        *(each for _, sets in chosen for ids in sets.values() for each in (_less(known, ids), _only(known, ids))),
    ]
    scores = assistant.things.behaviour.total(asked)
    for at, (item, sets) in enumerate(chosen):
        row = assistant.things.behaviour.row[item]
        falls = scores[0, row] - scores[1 + 6 * at : 7 + 6 * at, row]  # without and only, of each choice in turn
        found.append(
            Erased(
                told.user,
                {name: float(falls[2 * place]) for place, name in enumerate(sets)},
                {name: float(falls[2 * place + 1]) for place, name in enumerate(sets)},
            )
        )
    return found


def idle(assistant: Assistant, told: Told, item: str, among: Sequence[str]) -> str | None:
    """One of the history items without which the item would score no lower: what must not be given as a reason."""
    known = told.query.known
    scores = assistant.things.behaviour.total([known, *(known.without(id) for id in among)])
    row = assistant.things.behaviour.row[item]
    return next((id for id, score in zip(among, scores[1:, row], strict=True) if score >= scores[0, row]), None)


def averaged(found: Iterable[Erased], what: str, choice: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """The mean of each user, in the order in which they came."""
    by_user: dict[str, list[float]] = {}
    for one in found:
        by_user.setdefault(one.user, []).append(getattr(one, what)[choice])
    return np.array([np.mean(values) for values in by_user.values()], dtype=np.float64)


def _less(known: Known, gone: Collection[str]) -> Known:
    for id in gone:
        known = known.without(id)
    return known


def _only(known: Known, kept: Collection[str]) -> Known:
    return _less(known, [id for id in dict.fromkeys(known.history) if id not in kept])
