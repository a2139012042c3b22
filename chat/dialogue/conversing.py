"""What people went on to in dialogues of others, as a source of candidates and as a part of the score."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np

from chat.dialogue.model import Model
from chat.dialogue.talk import Talk
from recommender.forms import BY_PLACE, by_place
from recommender.ranker import top
from retrieval.catalogue import Catalogue
from retrieval.ranking import Query, Ranker, Ranking, Scores, Source
from retrieval.sources import standardised

PART = "dialogue"  # its name among the parts of a score
FORMS = (PART, f"{PART}{BY_PLACE}")
CANDIDATES = 100
KEPT = 16  # talks of the turns under way


class Conversing:
    """The model of dialogues over a catalogue. It reads the wish as it stands and the items named as examples; an item
    that came after it learned is in the middle of all."""

    def __init__(self, model: Model, catalogue: Catalogue) -> None:
        self.model = model
        row = model.counted.row
        self._rows = np.array([row.get(id, -1) for id in catalogue.ids], dtype=np.int64)
        self.catalogue = catalogue
        self.forms_of = lru_cache(maxsize=KEPT)(self._forms_of)

    def hears(self, query: Query) -> bool:
        """Whether anything was said or named that dialogues could know of."""
        return bool(query.text or query.like)

    def forms(self, query: Query) -> Mapping[str, Scores]:
        """In standard deviations over the catalogue, and by place in it; (items,) each, in its order."""
        return self.forms_of(Talk((query.text,) if query.text else (), query.like))

    def _forms_of(self, talk: Talk) -> Mapping[str, Scores]:
        known = self._rows >= 0
        scores = np.zeros(len(self._rows), dtype=np.float32)
        scored = self.model.scores([talk])[0][self._rows[known]]
        scores[known] = standardised(scored, over=scored) if len(scored) else 0.0
        named = [self.catalogue.row[id] for id in talk.named if id in self.catalogue]
        return {PART: scores, f"{PART}{BY_PLACE}": by_place(scores[None], [named])[0]}


def by_talk(conversing: Conversing, n: int = CANDIDATES) -> Source:
    """What people went on to after such words and such examples; nothing where nothing was said."""

    def source(query: Query) -> Ranking:
        if not conversing.hears(query):
            return Ranking()
        return top(conversing.forms(query)[PART], conversing.catalogue, query, n)

    return source


def by_dialogue(conversing: Conversing, weights: Mapping[str, float]) -> Ranker:
    """Adds `dialogue`, the sum of its forms with these weights, learned on top of all before the language model."""

    def ranker(query: Query, ranking: Ranking) -> Ranking:
        if not ranking.ids or not conversing.hears(query):
            return ranking
        forms, rows = conversing.forms(query), [conversing.catalogue.row[id] for id in ranking.ids]
        said = np.sum([weight * forms[name][rows] for name, weight in weights.items()], axis=0)
        return ranking.adding(PART, np.asarray(said, dtype=np.float32))

    return ranker
