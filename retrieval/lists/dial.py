"""One dial from "closest" to "surprise me": how far the list may leave what is likeliest."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from retrieval.catalogue import Catalogue
from retrieval.lists.calibration import Proportion, shares
from retrieval.lists.diversity import Fixed, Measure, Variety, distance, lifted
from retrieval.lists.exploration import strolls
from retrieval.ranking import Query, Ranker, Ranking, Scores, ranked
from retrieval.space.embedding import Vectors

CLOSEST, SURPRISE = 0.0, 1.0
USUAL = 0.2  # where the dial stands by itself: chosen by penchant eval diversity
POOL = 100  # the best by score, among which the list is chosen: what is unlikely to be wanted cannot rise
PLACES = 10  # of the list that is made to differ


@dataclass(frozen=True)
class Strengths:
    """What the dial at 1 weighs, against chances that sum to 1: `diversity`, times the distance within the list as it
    is, so that who is after one thing is left with more of it; `calibration` and `damper`. All grow with the square of
    the dial, so that its lower half is fine to set. `share`: of the places that chance decides, which grows up to the
    middle of the dial."""

    diversity: float = 1.9
    calibration: float = 0.25
    damper: float = 0.05
    share: float = 0.2


def by_dial(
    catalogue: Catalogue,
    themes: Callable[[Sequence[str]], Vectors],
    popularity: Callable[[Sequence[str]], Scores],
    usual: float = USUAL,
    strengths: Strengths | None = None,
    variety: Callable[[Vectors, int], Measure] = Variety,
) -> Ranker:
    """Adds `diversity`, `calibration`, `damper` and `exploration`, as the dial of the query says, or `usual`.

    `themes`: whitened vectors of unit length of the ids, (ids, width); `popularity`: which share of the catalogue is
    less popular, (ids,). At 0 the ranking stays as it is.
    """
    by = strengths or Strengths()

    def ranker(query: Query, ranking: Ranking) -> Ranking:
        dial = usual if query.surprise is None else query.surprise
        if dial <= CLOSEST or len(ranking) < 2:
            return ranking
        best = ranking.top(POOL)
        vectors = themes(best.ids)
        weight = by.diversity * max(0.0, distance(vectors[:PLACES])) * dial**2
        measures: dict[str, tuple[float, Measure]] = {
            "diversity": (weight, variety(vectors, PLACES)),
            "damper": (by.damper * dial**2, Fixed(1 - popularity(best.ids).astype(np.float64))),
        }
        if wanted := shares([catalogue[id] for id in query.history if id in catalogue]):
            items = [catalogue[id] for id in best.ids]
            measures["calibration"] = by.calibration * dial**2, Proportion(items, wanted, PLACES)
        parts = lifted(best.scores, measures, PLACES, strolls(query, by.share * min(1.0, 2 * dial), PLACES))
        return ranked(ranking.ids, {**ranking.parts, **below(parts, len(ranking))})

    return ranker


def below(parts: Mapping[str, Scores], size: int) -> Mapping[str, Scores]:
    """The parts of the best over the least that any of them got, and nothing for those after them: they stay there."""
    after = {name: size - len(scores) for name, scores in parts.items()}
    return {name: np.pad(scores - scores.min(), (0, after[name])) for name, scores in parts.items()}
