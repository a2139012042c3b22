"""What the language model adds to the order of what is suggested next, on some of the turns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from chat.dialogue.model import Fitted, Model
from chat.dialogue.talk import Case
from chat.llm import LLM
from chat.reranking.influence import NONE, Learned
from chat.reranking.rehearsal import List
from chat.reranking.reordering import CANDIDATES, WISH, Reranker, fuse, weighed
from chat.reranking.tuning import Heard, heard, learned
from retrieval.catalogue import Catalogue
from retrieval.domain import Domain
from retrieval.ranking import Query, Ranking, ranked

WISHED = 300  # characters of the end of a dialogue that are taken for the wish


def lists_of(model: Model, cases: Sequence[Case]) -> Iterator[tuple[Case, List]]:
    """The best candidates of each case that had not been named, in the order of the dialogue model, and the first thing
    that was suggested and new."""
    for case in cases:
        scores = model.scores([case.talk])[0]
        scores[[model.counted.row[id] for id in case.talk.named if id in model.counted.row]] = -np.inf
        best = np.argsort(-scores, kind="stable")[:CANDIDATES]
        ids = tuple(model.counted.ids[at] for at in best)
        query = Query(text=" ".join(case.talk.said)[-WISHED:])
        yield case, List(query, ranked(ids, {"dialogue": scores[best]}), case.new[0])


def with_language(
    fitted: Fitted,
    catalogue: Catalogue,
    learning: Sequence[Case],
    judged: Sequence[Case],
    llm: LLM,
    domain: Domain,
    seed: int,
) -> tuple[dict[str, NDArray[np.int64]], Learned]:
    """By contender the place of the first new item of each judged case, from 1, beyond the candidates if it is not
    among them; and what was learned on the other cases of how much the likelihood of the wish counts."""
    reranker = Reranker(llm, catalogue, domain, NONE, NONE)
    earlier = [one for _, one in lists_of(fitted.first, learning)]
    weights = learned(heard(reranker, earlier, "language: learning", (WISH,)), seed)
    lists = [one for _, one in lists_of(fitted.model, judged)]
    said = heard(reranker, lists, "language: judging", (WISH,))
    return {
        "without-language": np.array([place(one.best, one.target) for one in lists], dtype=np.int64),
        "with-language": np.array([place(fused(one, weights), one.list.target) for one in said], dtype=np.int64),
    }, weights


def fused(one: Heard, weights: Learned) -> Ranking:
    """The list in the order that it has with the language model."""
    parts = weighed(one.parts, weights.weights)
    return fuse(one.list.best, parts) if parts else one.list.best


def place(ranking: Ranking, id: str) -> int:
    """From 1; beyond the last where it is not among them."""
    return ranking.ids.index(id) + 1 if id in ranking.ids else 10**6
