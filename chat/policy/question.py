"""The one question whose answer would change the list most, or none.

After maximal information gain in conversational recommendation (Christakopoulou et al., "Towards conversational
recommender systems", 2016): how much the answer says of which candidate is wanted, by what each is worth now.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chat.grammar import any_of
from chat.messages import Intent
from chat.understanding.values.amounts import plainly
from chat.understanding.values.degrees import kind_of
from retrieval.catalogue import Catalogue
from retrieval.domain import Domain, plain
from retrieval.items import Item
from retrieval.ranking import Ranking

AMONG = 100  # of the candidates, the best
KNOWN = 0.8  # share of what is wanted that must have the attribute
BITS = 1.0  # an answer that says less is not worth a question
FLAT = 0.4  # of the candidates: if so many are as good as each other, the list is told apart by nothing
MANY = 20  # candidates, from which a wish that names something leaves too many to choose from
SELDOM = 0.5  # of people care for the years of a thing, or so much less would an answer say
NAMED = 8  # answers that come to a person's mind; the others count as one, for nobody names one brand of hundreds
OFFERED = 3  # answers that are offered
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
    if not vague(intent, domain) and (len(chances) < MANY or flatness(chances) < FLAT * len(chances)):
        return None
    items = [catalogue[id] for id in ranking.ids[:AMONG]]
    found = [
        asked
        for field in askable(domain)
        if field not in before.get("asked", ()) and not said_of(intent, field)
        if (asked := _question(field, items, chances, domain)) and asked.bits >= BITS
    ]
    return max(found, key=lambda one: one.bits, default=None)


def vague(intent: Intent, domain: Domain) -> bool:
    """Whether there is nothing in the wish to go by: `something to buy`."""
    empty = {domain.noun, domain.plural, *domain.harmless}
    words = [word for word in intent.words.split() if plain(word) not in empty]
    named = intent.like or intent.unlike or words or intent.degrees or intent.unknown or intent.extreme
    return not (named or intent.where or intent.surprise is not None)


def said_of(intent: Intent, field: str) -> bool:
    """Whether the wish says something of the attribute."""
    where = intent.where
    return bool(where.asked(field) or where.unwanted.get(field) or field in where.ranges)


def askable(domain: Domain) -> Collection[str]:
    """The attributes that people can answer with a few words: kinds, prices and lengths, and the year."""
    named = (name for name, field in domain.fields.items() if field.type in ("category", "categories"))
    numbers = (name for name, field in domain.fields.items() if kind_of(field) in ("money", "time"))
    return tuple(dict.fromkeys((*domain.facets, *named, *numbers, "year")))


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


def _question(field: str, items: Sequence[Item], chances: NDArray[np.float64], domain: Domain) -> Question | None:
    values = values_of(field, items, chances, domain)
    having = np.array([bool(one) for one in values])
    if float(chances[having].sum()) < KNOWN:
        return None
    own = chances[having] / chances[having].sum()
    _, answers = gain([one for one in values if one], own)
    first = sorted(answers, key=lambda value: (-answers[value], value))[:NAMED]
    bits, _ = gain([tuple(dict.fromkeys(v if v in first else "" for v in one)) for one in values if one], own)
    offered = tuple(first[:OFFERED])
    if len(offered) < 2:
        return None
    if field in domain.fields and domain.fields[field].type == "number":  # from the least to the most
        offered = tuple(sorted(offered, key=lambda said: (not said.startswith("under"), said.startswith("over"))))
    return Question(field, offered, worded(field, offered, domain), bits * (SELDOM if field == "year" else 1))


def values_of(
    field: str, items: Sequence[Item], chances: NDArray[np.float64], domain: Domain
) -> Sequence[tuple[str, ...]]:
    """What each item answers when it is asked for: its values, its decade, or which of three ranges it lies in."""
    if field == "year":
        return [(f"the {one.year // 10 * 10}s",) if one.year else () for one in items]
    if field not in domain.fields or domain.fields[field].type != "number":
        return [one.facet(field) for one in items]
    numbers = np.array([one.all_numbers.get(field, np.nan) for one in items])
    if np.isnan(numbers).all():
        return [()] * len(items)
    low, high = (rounded(one) for one in np.nanquantile(numbers, (1 / 3, 2 / 3)))
    if not 0 < low < high:
        return [()] * len(items)
    unit = domain.fields[field].unit
    said = f"under {low:g} {unit}", f"{low:g} to {high:g} {unit}", f"over {high:g} {unit}"
    return [() if np.isnan(n) else (said[0] if n < low else said[1] if n <= high else said[2],) for n in numbers]


def rounded(number: float) -> float:
    """To a number that people say: two digits, of which the second is 0 or 5."""
    if number <= 0:
        return 0.0
    step = 10.0 ** math.floor(math.log10(number)) / 2
    return round(number / step) * step


def worded(field: str, offered: Sequence[str], domain: Domain) -> str:
    """The question in a sentence."""
    kind = kind_of(domain.fields[field]) if field in domain.fields else ""
    if field == "year":
        return f"Which years would you like most: {any_of(offered)}?"
    if kind == "money":
        return f"How much may it cost: {any_of(offered)}?"
    if kind == "time":
        return f"How long may it be: {any_of(offered)}?"
    return f"Is there a {plainly(field)} you would like most: {any_of(offered)}?"
