"""Whose other works are meant by a pronoun: `her other films`, `more by him`, `what else has she been in?`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from chat.understanding.known import PEOPLE, Known
from retrieval.filtering.where import Where
from retrieval.items import Item

WORKS = r"(?:films?|movies?|work|works|books?|albums?|songs?|ones?)"
DONE = r"(?:done|made?|direct(?:ed)?|been in|star(?:red)? in|writ(?:e|ten)|play(?:ed)?(?: in)?)"
# to watch something with her is no wish for whom she is
WITH_THEM = re.compile(r"\b(?:watch|see|play|share|do)(?:ing)?\s+$", re.IGNORECASE)
THEIRS = re.compile(
    rf"\b(?:his|her|their) (?:(?:other|earlier|later|newer|older|best|next|more) )?{WORKS}\b"
    r"|\b(?:more|something|anything|another|others?)(?: (?:else|films?|movies?|one|ones))?"
    r" (?:by|from|with) (?:him|her|them)\b"
    rf"|\bwhat else (?:has|have|did) (?:he|she|they) {DONE}\b"
    r"|\b(?:his|hers|theirs) others?\b",
    re.IGNORECASE,
)
ACTS = re.compile(r"\b(?:with (?:him|her|them)|been in|star|play)", re.IGNORECASE)


def theirs(text: str, held: Where, shown: Sequence[Item], known: Known) -> tuple[Mapping[str, frozenset[str]], str]:
    """The attribute and the name that a pronoun stands for, and the text with blanks for the words: a person that is
    wished for, else who has made the one item that is spoken of, or plays in it where that is said."""
    match = THEIRS.search(text)
    if not match or WITH_THEM.search(text[: match.start()]):
        return {}, text
    rest = text[: match.start()] + " " * len(match[0]) + text[match.end() :]
    people = [facet for facet in known.facets if facet in PEOPLE]
    if ACTS.search(match[0]):
        people.sort(key=lambda facet: facet not in ("star", "actor"))
    if one := next((held.wanted[facet] for facet in people if held.wanted.get(facet)), None):
        facet = people[0] if ACTS.search(match[0]) else next(facet for facet in people if held.wanted.get(facet))
        return {facet: one}, rest
    for facet in people:
        if len(shown) == 1 and (names := shown[0].facet(facet)):
            return {facet: frozenset(names[:1])}, rest
    return {}, text
