"""The language model weighs titles: how likely is each, after this history and this wish?"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooSlow
from dataclasses import dataclass

import numpy as np

from chat.llm import LLM, Unavailable
from retrieval.catalogue import Catalogue
from retrieval.domain import Domain
from retrieval.ranking import Query, Ranking, Scores, ranked

CANDIDATES = 20
REMEMBERED = 12  # titles of the history the model is told, the newest
CAP = 2.0  # standard deviations: no title gains or loses more than this times the weight and the spread


@dataclass(frozen=True)
class Reranker:
    """Adds the part `language` to the best candidates.

    The score is the mean log-likelihood a token of the title, standardised over the candidates, capped, and brought to
    the spread of their other scores; the weight is picked on validation users. So the model can only reorder what it
    was given, and only so far. After Hou et al., "Large Language Models are Zero-Shot Rankers for Recommender Systems"
    (2024), with likelihood in place of generation.
    """

    llm: LLM
    catalogue: Catalogue
    domain: Domain
    weight: float
    budget: float | None = None  # seconds; None waits

    def __call__(self, query: Query, ranking: Ranking) -> Ranking:
        """Raises Unavailable when the model fails or is later than the budget."""
        best = ranking.top(CANDIDATES)
        if self.weight == 0 or len(best) < 2:
            return ranking
        spread = float(best.scores.std())
        language = self.weight * spread * np.clip(standing(self.likelihood(query, best)), -CAP, CAP)
        # what lies below keeps its place below: it gets what the last of the best got
        low = language.min() if len(ranking) > len(best) else 0.0
        scores = np.full(len(ranking), low, dtype=np.float32)
        scores[: len(best)] = language
        return ranked(ranking.ids, {**ranking.parts, "language": scores})

    def likelihood(self, query: Query, ranking: Ranking) -> Scores:
        """Mean log-likelihood a token of each title, in nats."""
        prefix, titles = self.prompt(query), [f" {self.catalogue[id].title}" for id in ranking.ids]
        if self.budget is None:
            return self.llm.score(prefix, titles)
        lane = ThreadPoolExecutor(max_workers=1)
        try:
            return lane.submit(self.llm.score, prefix, titles).result(timeout=self.budget)
        except TooSlow:
            raise Unavailable(f"the language model took longer than {self.budget:g} s to weigh the titles") from None
        finally:
            lane.shutdown(wait=False)

    def prompt(self, query: Query) -> str:
        """What the model reads before a title."""
        known = [self.catalogue[id].title for id in query.history[-REMEMBERED:] if id in self.catalogue]
        wish = ", ".join(
            [*query.where.words(), *(f"something like {self.catalogue[id].title}" for id in query.like), query.text]
        ).strip(", ")
        return (
            (self.domain.prompt.format(history=", ".join(known)) if known else "")
            + (self.domain.wish.format(wish=wish) if wish else "")
            + self.domain.next
        ).strip()


def standing(scores: Scores) -> Scores:
    """In standard deviations from the mean of them all."""
    return np.asarray((scores - scores.mean()) / max(float(scores.std()), 1e-6), dtype=np.float32)
