"""How the search goes on: from the start, or with the dial of surprise turned. These words are no wish."""

from __future__ import annotations

import re
from dataclasses import dataclass

from chat.understanding.acts.phrases import FRESH, dial_of

AS_LONG_AS = re.compile(r"\b(?:as|so) long as\b(?! ·)", re.IGNORECASE)  # which says nothing of a length


@dataclass(frozen=True)
class Manner:
    """`fresh`: whether all that was said before is forgotten; `surprise`: where the dial is turned to, if it is."""

    fresh: bool
    surprise: float | None


def manner_of(text: str) -> tuple[Manner, str]:
    """How the search goes on, and the text with blanks for the words that say so."""
    fresh = FRESH.search(text)
    surprise, rest = dial_of(text)
    for words in (FRESH, AS_LONG_AS):
        rest = words.sub(lambda match: " " * len(match[0]), rest)
    return Manner(bool(fresh), surprise), rest
