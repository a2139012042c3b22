"""Whom `him` and `her` mean: the person of the message before, else the one who made what was asked about."""

from __future__ import annotations

import re
from collections.abc import Sequence

from chat.messages import Intent
from chat.understanding import Understand
from chat.understanding.known import PEOPLE
from retrieval.catalogue import Catalogue

SHE = r"(?:him|her)(?![\w'’]| (?:own|new|old|best|next|last|birthday)\b)"
THINGS = r"(?:movies?|films?|books?|works?|ones?|stuff|others?|titles?)"
# `her other ones`, `his films`; `movies by him`, `something else with her`; `what else has she made`
THEIRS = re.compile(
    rf"\b(?:his|her) (?P<which>(?:(?:other|newer|older|best|early|later|more recent) )*{THINGS})\b", re.I
)
BY = re.compile(
    rf"\b(?P<what>(?:{THINGS}|something|anything|more|else)) (?P<how>by|from|with|of|starring|featuring) {SHE}", re.I
)
ELSE = re.compile(
    r"\b(?:what|which (?:films|movies|ones)|anything) (?:else )?(?P<made>(?:has|did|does|is|was) (?:he|she)"
    r" (?:(?:also|ever) )?(?:made?|direct(?:ed)?|done?|write|written|wrote|in|been in|star(?:red)?(?: in)?))\b",
    re.I,
)
SAME = re.compile(r"\bthe same (?P<facet>[a-z]+)\b(?! (?:as|of|from|in)\b)", re.I)
WATCHING = re.compile(r"\b(?:watch|see|play|share|do)(?:ing)?\s+$", re.I)
MADE = re.compile(r"\b(?:by|from|of|made?|makes?|direct\w*|writ\w*|wrote|done?)\b", re.I)
MAKERS = ("director", "author", "writer", "artist")


def named_again(
    text: str, last: str, shown: Sequence[str], understand: Understand, catalogue: Catalogue
) -> tuple[str, tuple[str, ...]]:
    """The text with a name for words that point at a person of the message before, which is `last`, and with the title
    that it named for `the same director`; and the ids beside which others are wanted. `shown`: ids of the last answer;
    where it is a single one, it may tell who is meant."""
    theirs, by, other, same = (pattern.search(text) for pattern in (THEIRS, BY, ELSE, SAME))
    if by and WATCHING.search(text[: by.start()]):  # to watch something with her is no wish for whom she is
        by = None
    if not last or not (theirs or by or other or same):
        return text, ()
    spoken_of = understand(last, None, ())
    if theirs:
        match, how, put = theirs, last, f"the {theirs['which']} with {{}}"
    elif by:
        match, how, put = by, by["how"], f"{by['what']} {by['how']} {{}}"
    elif other:
        match, how, put = other, other["made"], "something else with {}"
    else:
        named = tuple(dict.fromkeys((*spoken_of.like, *spoken_of.about)))
        if not same or len(named) != 1 or named[0] not in catalogue:
            return text, ()
        return f"{text[: same.end()]} as {catalogue[named[0]].name}{text[same.end() :]}", ()
    name = _who(spoken_of, how, shown, catalogue)
    if not name:
        return text, ()
    others = tuple(shown) if len(shown) == 1 and re.search(r"\b(?:else|others?|more)\b", text, re.I) else ()
    return f"{text[: match.start()]}{put.format(name)}{text[match.end() :]}", others


def _who(spoken_of: Intent, how: str, shown: Sequence[str], catalogue: Catalogue) -> str:
    """The one person that was named, else the one who made, or who plays in, the one item of the answer."""
    people = {name for facet in PEOPLE for name in spoken_of.where.asked(facet)}
    if not people and len(shown) == 1 and shown[0] in catalogue:
        facets = MAKERS if MADE.search(how) else tuple(facet for facet in PEOPLE if facet not in MAKERS)
        people = {name for facet in facets for name in catalogue[shown[0]].facet(facet)}
    return people.pop() if len(people) == 1 else ""
