"""Questions about all that there is: `how many westerns do you have?`, `do you have anything by Kubrick?`, `which is
the cheapest brand?`."""

from __future__ import annotations

import re

from chat.understanding.values.amounts import plainly
from chat.understanding.values.known import PEOPLE, Known
from chat.understanding.values.superlatives import MOST
from retrieval.filtering.where import Where

HAVE = r"(?:do|have|did) (?:you|we|they)(?: (?:have|know|sell|carry|stock|offer|got))?|(?:are|is) (?:there|here|in)"
HOW_MANY = re.compile(
    r"\bhow many\b(?! (?:minutes|hours|people|stars|times|days|years|seasons|of (?:them|these|those)))"
    rf"[^?.!]*\b(?:{HAVE})\b"
    r"|\bhow (?:big|large) is (?:your|the) (?:catalogue|catalog|collection|shop|store|range|selection|list)\b"
)
ANY = re.compile(
    rf"(?:(?:and|so|but|ok|hi|hey|hello|or) ,? ?)*(?:{HAVE}|got)"
    r" (?:any|anything|something|some|one|a|an|other|more)\b.*"
)
NAMES = (*PEOPLE, "brand", "maker", "publisher")  # attributes whose values are names


def asks_of_all(said: str, where: Where, known: Known, wishing: bool) -> bool:
    """Whether it asks what there is, and wishes for nothing: how many, whose, or which values there are. `said` is as
    `spoken` gives it; who is not `wishing` for something already wants what they ask for: `got anything by Kubrick?`"""
    if HOW_MANY.search(said) or listed_facet(said, known):
        return True
    named = [facet for facet in (*where.wanted, *where.either) if facet in NAMES]
    only = len(named) == len({*where.wanted, *where.either}) and not (where.ranges or where.unwanted)
    return bool(wishing and named and only and ANY.fullmatch(said))


def listed_facet(said: str, known: Known) -> str:
    """The attribute of which they ask which values there are, empty if of none: `which brands do you have?`"""
    for facet in known.facets:
        name = re.escape(plainly(facet).removesuffix("y"))
        if re.search(rf"\b(?:what|which)(?: (?:kinds? of|other))? {name}(?:s|y|ies)\b[^?.!]*\b(?:{HAVE})\b", said):
            return facet
    return ""


def compared_facet(said: str, known: Known) -> str:
    """The attribute of whose values they ask which has the most or the least of a number, empty if of none: `which is
    the cheapest brand?`, `which brand has the best rated ones?`. `said` is as `spoken` gives it."""
    for facet in known.facets:
        name = rf"{re.escape(plainly(facet))}s?"
        most = "|".join(words for pair in MOST.values() for words in pair)
        behind = rf"\b(?:{most}) {name}\b"
        before = rf"\b(?:which|what) {name} (?:is|are|has|have|makes?|sells?|offers?)\b[^,.;!?]*\b(?:{most})\b"
        if re.search(f"{behind}|{before}", said):
            return facet
    return ""
