"""Whether a message only narrows the wish before it: `under two hours`, `brown`, `max 100 minutes`."""

from __future__ import annotations

import re
from collections.abc import Collection

from chat.messages import Intent
from retrieval.domain import Domain, plain

# words by which somebody asks for something, and not only says more of it
ASKS = re.compile(
    r"\b(?:(?:i|we)(?: (?:just|really|also|now|then|think|would|d|am|m|could))*"
    r" (?:want|need|like|love|fancy|prefer|feel like|looking|after|up for|interested|searching|hoping)"
    r"|looking for|in the mood|show|find|give|get|recommend|suggest|have you|do you (?:have|know|sell|stock)|you got"
    r"|got any|something|anything|(?:what|how) about|lets (?:watch|see|have)|(?:should|can|could) (?:i|we)|any good)\b"
)
ABOUT = re.compile(r"\b(?:something|anything|one|ones) about\b")  # another thing to look for


def narrows(intent: Intent, said: str, another: Collection[str], domain: Domain) -> bool:
    """Whether it says more of what was asked for and asks for nothing else: no title, none of `another` kind of thing,
    and it says how something has to be, or does not ask at all."""
    if intent.act != "suggest" or intent.like or intent.unlike or intent.purpose or another:
        return False
    named = names_things(said, domain)
    if intent.degrees and not named:  # more or less than what is there
        return True
    return not named and not ABOUT.search(said) and (bool(intent.where) or not ASKS.search(said))


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
