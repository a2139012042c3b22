"""The one question whose answer would change the list most, or none.

After maximal information gain in conversational recommendation (Christakopoulou et al., "Towards conversational
recommender systems", 2016): how much the answer says of which candidate is wanted, by what each is worth now.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chat.messages import Intent
from chat.reasons.evidence import listed
from retrieval.catalogue import Catalogue
from retrieval.domain import Domain
from retrieval.ranking import Ranking

AMONG = 100  # of the candidates, the best
KNOWN = 0.8  # share of what is wanted that must have the attribute
BITS = 1.0  # an answer that says less is not worth a question
FLAT = 40.0  # candidates that are as good as each other, from which a list is told apart by nothing
OFFERED = 3  # answers that are named
PATIENCE = 2  # questions that nobody answered, after which there are no more


@dataclass(frozen=True)
class Question:
    """`field`: the attribute it asks for; `values`: the likeliest answers; `bits`: what an answer says."""

    field: str
    values: tuple[str, ...]
    text: str
    bits: float


def worth_asking(
    intent: Intent, ranking: Ranking, before: Mapping[str, Any], catalogue: Catalogue, domain: Domain
) -> Question | None:
    """The best question after this list, if one is due. `before`: the record of the turn before.

    Due it is where the wish names nothing to go by, or where the best candidates are as good as each other; never
    right after a question that was not answered, and never about what was asked or said already.
    """
    if before.get("question") or int(before.get("unanswered", 0)) >= PATIENCE or len(ranking) < 2 * OFFERED:
        return None
    chances = likely(ranking)
    if not vague(intent) and flatness(chances) < FLAT:
        return None
    found = [
        asked
        for field in categories(domain)
        if field not in before.get("asked", ()) and not said_of(intent, field)
        if (asked := _question(field, ranking.ids[:AMONG], chances, catalogue, domain)) and asked.bits >= BITS
    ]
    return max(found, key=lambda one: one.bits, default=None)


def vague(intent: Intent) -> bool:
    """Whether there is nothing in the wish to go by."""
    named = intent.like or intent.unlike or intent.words or intent.degrees or intent.unknown
    return not (named or intent.where or intent.surprise is not None)


def said_of(intent: Intent, field: str) -> bool:
    """Whether the wish says something of the attribute."""
    return bool(intent.where.asked(field) or intent.where.unwanted.get(field))


def categories(domain: Domain) -> Collection[str]:
    """The attributes that people can answer with a word."""
    named = [name for name, field in domain.fields.items() if field.type in ("category", "categories")]
    return tuple(dict.fromkeys((*domain.facets, *named)))


def likely(ranking: Ranking) -> NDArray[np.float64]:
    """How likely each of the best candidates is the one that is wanted, (candidates,): their scores as logits, which is
    how their weights were learned."""
    scores = np.asarray(ranking.scores[:AMONG], dtype=np.float64)
    chances = np.exp(scores - scores.max())
    return np.asarray(chances / chances.sum())


def flatness(chances: NDArray[np.float64]) -> float:
    """As many equal candidates would be as hard to tell apart (the perplexity)."""
    return float(2 ** entropy(chances))


def entropy(chances: NDArray[np.float64]) -> float:
    """In bits."""
    some = chances[chances > 0]
    return float(-(some * np.log2(some)).sum())


def gain(values: Sequence[Sequence[str]], chances: NDArray[np.float64]) -> tuple[float, dict[str, float]]:
    """What an answer says of the item that is wanted, in bits, and how likely each answer is.

    Who wants an item answers with one of its values, each as likely: mutual information is the entropy of the answer
    less what is left of it when the item is known.
    """
    answers: dict[str, float] = {}
    known = 0.0
    for chance, of_item in zip(chances, values, strict=True):
        known += chance * np.log2(max(1, len(of_item)))
        for value in of_item:
            answers[value] = answers.get(value, 0.0) + chance / len(of_item)
    return entropy(np.array(list(answers.values()))) - float(known), answers


def _question(
    field: str, ids: Sequence[str], chances: NDArray[np.float64], catalogue: Catalogue, domain: Domain
) -> Question | None:
    values = [tuple(catalogue[id].facet(field)) for id in ids]
    having = np.array([bool(one) for one in values])
    if float(chances[having].sum()) < KNOWN:
        return None
    bits, answers = gain([one for one in values if one], chances[having] / chances[having].sum())
    offered = tuple(sorted(answers, key=lambda value: (-answers[value], value))[:OFFERED])
    if len(offered) < 2:
        return None
    text = f"Is there a {field.replace('_', ' ')} you would like most: {listed(offered).replace(' and ', ' or ')}?"
    return Question(field, offered, text, bits)
