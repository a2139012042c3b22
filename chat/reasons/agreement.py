"""Whether two sentences about an item say the same, by what both say of it: its names, the past, the wish, the rest."""

from __future__ import annotations

import re
from collections.abc import Sequence

from chat.messages import Evidence
from chat.reasons.grounding import MANY, NEGATIONS
from chat.reasons.reading import Reading
from chat.reasons.relations import ASKED, DONE, LIKED, brief
from chat.reasons.spoken import as_data
from retrieval.domain import Domain
from retrieval.items import Item

CLAIMS = (
    ("the past", DONE),
    ("a liking", LIKED),
    ("the wish", ASKED),
    ("what many chose", MANY),
    ("a change", r"\bchange\b"),
    ("what is featured", r"\bfeatured?\b"),
)


def difference(sentence: str, other: str, item: Item, evidence: Sequence[Evidence], domain: Domain) -> str | None:
    """What one of them says and the other does not, in words; None if they rest on the same facts. Both are of the
    evidence: whether they are true is for `objection` to say."""
    item, evidence = as_data(item, evidence)
    one, two = (Reading(each, item, evidence, domain) for each in (sentence, other))
    if odd := {each.name for each in one.mentions} ^ {each.name for each in two.mentions}:
        return f"only one of them speaks of {brief(min(odd))}"
    for claim, pattern in CLAIMS:
        said = pattern.replace("{did}", re.escape(domain.did))
        if bool(re.search(said, one.line)) != bool(re.search(said, two.line)):
            return f"only one of them speaks of {claim}"
    if _denied(one) != _denied(two):
        return "they do not say no alike"
    return None


def _denied(read: Reading) -> int:
    return sum(word in NEGATIONS for word in read.line.split())
