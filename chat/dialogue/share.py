"""How much the dialogue model may say in the order: what `penchant train-dialogue` adds to the fusion of behaviour."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from chat.dialogue.conversing import FORMS
from chat.fused import added
from recommender.checkpoint import Checkpoint
from recommender.fusion import Shortlist, likeliest
from recommender.holdout import folds, gain
from recommender.significance import difference
from retrieval.ranking import Query, Ranking, Scores

ADDED = "dialogue"  # its name in the fusion
LEAST = 30  # turns below which nothing is learned
PULL = 4.0  # by which weights are held back; divided by the turns learned from
FIXED = 1.0  # of the score so far, which is in nats: of histories, on which it rests, dialogues of others know nothing


class Share(BaseModel):
    """Of which dialogue model; the weight of each form, in units of the score without it, none where it does not help.
    `without`: NDCG@10 of the list so far over `asked` turns; `gain`: what it adds to that, with its 95 % interval,
    cross-validated."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    model: str = ""
    weights: Mapping[str, Annotated[float, Field(allow_inf_nan=False)]] = {}
    asked: int = 0
    without: float = 0.0
    gain: tuple[float, float, float] = (0.0, 0.0, 0.0)
    seed: int = 0


def share(checkpoint: Checkpoint) -> Share | None:
    """What was learned on top of this behaviour, None before it was. Raises Problem if it cannot be read."""
    return added(checkpoint, ADDED, Share, "run penchant train-dialogue")


@dataclass(frozen=True)
class Turn:
    """A list as it is without the dialogue model, the forms of what that says of its items, (items,) each, and where
    the item stands that was suggested then, None where it is not among them."""

    scores: Scores
    forms: Mapping[str, Scores]
    target: int | None

    def gain(self, weights: Mapping[str, float]) -> float:
        """NDCG@10 (Järvelin and Kekäläinen, 2002) with these weights; ties count against the item."""
        if self.target is None:
            return 0.0
        return gain(self.scores + sum(weight * self.forms[name] for name, weight in weights.items()), self.target)


def turn(
    query: Query, target: str, ranking: Ranking, forms: Callable[[Query], Mapping[str, Scores]], rows: Mapping[str, int]
) -> Turn:
    """The turn whose list is this ranking; `rows`: where each item stands in what `forms` gives."""
    at = [rows[id] for id in ranking.ids]
    said = {name: scores[at] for name, scores in forms(query).items()}
    return Turn(ranking.scores, said, ranking.ids.index(target) if target in ranking.ids else None)


def learned(turns: Sequence[Turn], seed: int) -> Share:
    """The weights under which what was suggested is likeliest, if they gain on turns that they were not learned from;
    none if the interval of that gain is not above zero."""
    able = [at for at, one in enumerate(turns) if one.target is not None]
    if len(able) < LEAST:
        return Share(asked=len(turns), seed=seed)
    without = np.array([one.gain({}) for one in turns])
    gains = without.copy()
    for fold in folds(len(able), seed):
        others = weighed([turns[able[at]] for at in np.setdiff1d(np.arange(len(able)), fold)])
        for at in fold:
            gains[able[at]] = turns[able[at]].gain(others)
    gained = difference(gains, without, seed)
    weights = weighed([turns[at] for at in able]) if gained[1] > 0 else {}
    return Share(weights=weights, asked=len(turns), without=float(without.mean()), gain=gained, seed=seed)


def weighed(turns: Sequence[Turn]) -> dict[str, float]:
    """By form, by conditional logit, beside the score without it as it is."""
    most = max(len(one.scores) for one in turns)
    scores = np.full((1 + len(FORMS), len(turns), most), -np.inf, dtype=np.float32)
    for at, one in enumerate(turns):
        for form, values in enumerate((one.scores, *(one.forms[name] for name in FORMS))):
            scores[form, at, : len(values)] = values
    shortlist = Shortlist(scores, np.array([one.target for one in turns], dtype=np.int64))
    pull, low, high = (
        np.array([so_far, *[each] * len(FORMS)])
        for so_far, each in ((0.0, PULL / len(turns)), (FIXED, 0.0), (FIXED, np.inf))
    )
    found = likeliest(shortlist, pull, low, high)
    return {name: round(float(weight), 4) for name, weight in zip(FORMS, found[1:], strict=True)}
