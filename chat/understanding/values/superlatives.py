"""The most or the least of something among all that there is: `the cheapest shoes you have`, `your longest western`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from chat.messages import Extreme
from chat.understanding.acts.purpose import KIN
from chat.understanding.text.blanks import blanked
from chat.understanding.values.degrees import FAME, kind_of
from chat.understanding.values.known import Known

AGE = "age"
# by what a number counts: the words for the most of it, and for the least
MOST: Mapping[str, tuple[str, str]] = {
    "time": ("longest", "shortest|briefest"),
    "money": ("most expensive|dearest|priciest|costliest", "cheapest|least expensive|most affordable|lowest priced"),
    "weight": ("heaviest", "lightest"),
    "rating": (
        "(?:best|highest|top)[ -]rated|with the (?:best|highest) (?:reviews|ratings?)",
        "(?:worst|lowest)[ -]rated",
    ),
    AGE: ("newest|latest|most recent|most modern", "oldest|earliest"),
    FAME: (
        "most (?:popular|famous)|best[ -](?:known|selling)|best[ -]?sellers?",
        "least (?:popular|known|famous)|most obscure",
    ),
}
ABSENT = {"time": "lengths", "money": "prices", "weight": "weights", "rating": "ratings", AGE: "years"}
EVERY = re.compile(
    rf"(?<!\bmy )(?<!\bhis )(?<!\bher )(?<!\btheir )(?<!\bat the )\b(?P<said>"
    rf"{'|'.join(words for pair in MOST.values() for words in pair)})"
    rf"\b(?! (?:{KIN}|sons?|daughters?|child|kids?|boys?|girls?|friends?)\b)(?! (?:running|standing|possible)\b)",
    re.IGNORECASE,
)
# words that speak of all that there is, and not of the list
WHOLE = re.compile(
    r"\byour\b|\byou(?:['’]ve| have)?(?: got| sell| know| carry| stock)?\b|\bhere\b|\bof all\b|\boverall\b"
    r"|\bin (?:the|your) (?:shop|store|catalogue|catalog|collection)\b|\bthere (?:is|are)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Asked:
    """`extreme`: what comes first; `missing`: what the catalogue does not know, by which it would."""

    extreme: Extreme | None = None
    missing: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.extreme or self.missing)


def superlative(text: str, signs: str, known: Known) -> tuple[Asked, str]:
    """Of what the most or the least is wanted, and the text with blanks for the words that say so."""
    for match in EVERY.finditer(text):
        if signs[match.start()] != "+":  # `not the longest`
            continue
        kind, more = _kind(match["said"])
        rest = blanked(text, *match.span())
        if name := counted_by(kind, known):
            return Asked(Extreme(name, more, " ".join(match["said"].casefold().split()))), rest
        return Asked(missing=(ABSENT[kind],)), rest
    return Asked(), text


def counted_by(kind: str, known: Known) -> str:
    """The number of the catalogue that counts this, empty if there is none."""
    if kind == FAME:
        return FAME
    if kind == AGE:
        return "year" if known.has_years else next(iter(known.dates), "")
    return next((name for name, field in known.numbers.items() if kind_of(field) == kind), "")


def _kind(said: str) -> tuple[str, bool]:
    """What is counted, and whether the most of it is meant."""
    each = ((kind, words) for kind, pair in MOST.items() for words in pair)
    kind, words = next((kind, words) for kind, words in each if re.fullmatch(words, said, re.IGNORECASE))
    return kind, words == MOST[kind][0]
