"""How much the language model may say in the order: picked on validation users, never on the test event."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.progress import track

from chat.assembly import assistant
from chat.assistant import Assistant
from chat.reranking import Reranker
from recommender.holdout import HELD_OUT
from recommender.interactions import Interactions
from recommender.log import read_interactions
from recommender.significance import difference
from retrieval.errors import Problem
from retrieval.ranking import Known, Query, Ranking
from retrieval.settings import Settings

CHOICES = (0.0, 0.25, 0.5, 1.0)
K = 10


@dataclass
class Weighing:
    """NDCG@10 by weight over the users weighed so far."""

    gains: dict[float, list[float]] = field(default_factory=lambda: {weight: [] for weight in CHOICES})

    def means(self) -> dict[float, float]:
        return {weight: float(np.mean(gains)) if gains else 0.0 for weight, gains in self.gains.items()}

    def best(self) -> float:
        """The weight with the highest mean; of equals the smallest, because what does not help should not speak."""
        means = self.means()
        return max(CHOICES, key=lambda weight: (means[weight], -weight))

    def gain(self, seed: int) -> tuple[float, float, float]:
        """What the best weight gains over none, with its 95 % interval, over the same users."""
        best, none = (np.asarray(self.gains[weight]) for weight in (self.best(), 0.0))
        return difference(best, none, seed)

    def sentence(self, seed: int) -> str:
        """The pick and what it rests on; whether chance may have picked it."""
        figures = ", ".join(f"{weight:g}: {mean:.4f}" for weight, mean in self.means().items())
        picked = (
            f"Language weight {self.best():g}, picked by NDCG@10 of the second-last event over {len(self.gains[0.0])} "
            f"users (seed {seed}): {figures}."
        )
        if not self.best():
            return picked
        gap, low, high = self.gain(seed)
        chance = "; the interval spans zero, so the difference may be chance" if low <= 0 <= high else ""
        return f"{picked} Against 0 it gains {gap:+.4f} (95 % {low:+.4f} to {high:+.4f}){chance}."


def validation_users(interactions: Interactions, n: int, seed: int) -> list[int]:
    """Seeded choice among the users with a validation event and something before it."""
    enough = np.flatnonzero(np.diff(interactions.starts) >= 3)
    if not len(enough):
        raise Problem("no user has three events or more, so there is nobody to pick the weight on")
    return sorted(np.random.default_rng(seed).permutation(enough)[:n].tolist())


def gains_by_weight(known: Known, target: str, bench: Assistant, unit: Reranker) -> dict[float, float]:
    """NDCG@10 of the target after this history with every weight; `unit` re-ranks with weight 1."""
    exclude = dict.fromkeys(bench.catalogue.twins(known.history), "seen already")
    query = Query(history=known.history, exclude=exclude, moments=known.moments, now=known.now)
    ranking = unit(query, bench.rank(query, language=False))
    return {weight: _gain(ranking, weight, target) for weight in CHOICES}


def pick(settings: Settings, users: int = 60, seed: int = 0) -> str:
    """Picks the weight of the language model and keeps it; a sentence with the figures.

    Raises Problem if there is no held-out checkpoint or nobody to pick on.
    """
    with assistant(settings, held_out=HELD_OUT, weight=1.0) as opened:
        bench = replace(opened, things=replace(opened.things, finishing=()))  # which comes after what is weighed here
        if bench.things.reranker is None:
            return "No language model is set, so there is nothing to weigh."
        interactions = read_interactions(bench.engine, bench.catalogue, bench.domain.inputs)
        chosen = validation_users(interactions, users, seed)
        unit = replace(bench.things.reranker, budget=None)
        tally = Weighing()
        for user in track(chosen, "weighing", console=Console(stderr=True), transient=True):
            history = interactions.history(user)
            known = interactions.known(interactions.past(user, len(history) - HELD_OUT))
            for weight, gain in gains_by_weight(known, interactions.items[history[-HELD_OUT]], bench, unit).items():
                tally.gains[weight].append(gain)
    save(settings.models, settings.language, tally, seed)
    return tally.sentence(seed)


def save(models: Path, language: str, tally: Weighing, seed: int) -> None:
    """Keeps the pick with the figures it rests on, in place of the one before."""
    picked: Mapping[str, object] = {
        "language": language,
        "weight": tally.best(),
        "users": len(tally.gains[0.0]),
        "seed": seed,
        "ndcg@10": {str(weight): round(mean, 4) for weight, mean in tally.means().items()},
        "gain over 0 (95 %)": [round(value, 4) for value in tally.gain(seed)],
    }
    models.mkdir(parents=True, exist_ok=True)
    unfinished = models / "language.json.new"
    unfinished.write_text(json.dumps(picked, indent=2))
    os.replace(unfinished, models / "language.json")


def _gain(ranking: Ranking, weight: float, target: str) -> float:
    """NDCG@10 with one target (Järvelin and Kekäläinen, 2002); a tie counts against it, an absent target gains 0."""
    if target not in ranking.ids:
        return 0.0
    at = ranking.position(target)
    scores = sum(part * (weight if name == "language" else 1) for name, part in ranking.parts.items())
    rank = int((np.asarray(scores) >= np.asarray(scores)[at]).sum())
    return 1 / math.log2(rank + 1) if rank <= K else 0.0
