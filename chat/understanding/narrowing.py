"""Whether a message only narrows the wish before it: `under two hours`, `brown`, `max 100 minutes`."""

from __future__ import annotations

import re

from chat.messages import Intent
from chat.understanding.words import singular
from retrieval.domain import Domain, plain

# words that say nothing of a thing, beside those that never do
SLACK = frozenset(
    """
    actually all better bit budget could cost couldnt enough fine fits go going hm hmm keep little long make max
    maximum minutes hours need ok please price sorry spend still then though time wait want well were would work works
    year tbh say old pls plz anymore
    """.split()
)


def narrows(intent: Intent, said: str, domain: Domain) -> bool:
    """Whether it says how something has to be and not what: no kind of thing, no title, and no word besides.

    The kind of thing is the attribute of which the domain gives words first."""
    kind = next(iter(domain.facets), "")
    if intent.act != "suggest" or intent.like or intent.unlike or intent.purpose or intent.where.asked(kind):
        return False
    named = names_things(said, domain)
    if intent.degrees and not named:  # more or less than what is there
        return True
    return bool(intent.where) and not named and not _further(intent, domain)


def names_things(said: str, domain: Domain) -> bool:
    """Whether it speaks of films, or of products: of any there are."""
    return bool(re.search(rf"\b(?:movies?|{plain(domain.noun)}|{plain(domain.plural)})\b", said))


def remarks(intent: Intent, domain: Domain) -> bool:
    """Whether it only says what they do not want, what they thought of a title, or what need not be any more."""
    kind = next(iter(domain.facets), "")
    if intent.act != "suggest" or intent.purpose or intent.where.asked(kind) or {"ask", "alike"} & set(intent.does):
        return False
    refused = intent.unlike or intent.where.unwanted or "drop" in intent.does
    return bool(refused or (intent.like and "prefer" in intent.does))


def _further(intent: Intent, domain: Domain) -> list[str]:
    """The words of the wish that neither stand for what was read nor are slack."""
    where = intent.where
    values = {one for side in (where.wanted, where.unwanted, where.either) for some in side.values() for one in some}
    read = {word for value in values for word in plain(value).split()}
    read |= {word for said, (_, value) in domain.words.items() if value in values for word in said.split()}
    words = plain(intent.words.replace("-", " ")).split()
    return [word for word in words if word not in read and word not in SLACK and singular(word) not in read]
