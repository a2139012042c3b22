"""Another value than the one there is: `a different brand`, `the second one in another colour`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from chat.understanding.acts.phrases import pointed_at, spoken
from chat.understanding.references.works_of import called_in_words
from chat.understanding.text.blanks import blanked
from chat.understanding.values.known import Known
from retrieval.filtering.where import Where
from retrieval.items import Item


def differing(text: str, known: Known, held: Where, named: Sequence[Item], shown: Sequence[Item]) -> tuple[Where, str]:
    """The values that are not wanted any more, and the text with blanks for the words that say so: those of the items
    that are named or that the text points at, and those asked for; without either, those of the items shown, of what an
    item has several of only what most of them have."""
    places = range(len(shown))
    at = pointed_at(spoken(text), [str(place) for place in places])
    pointed = named or [shown[place] for place in places if str(place) in at]
    unwanted: dict[str, frozenset[str]] = {}
    for facet in known.facets:
        for match in reversed(list(re.finditer(_pattern(facet), text, re.IGNORECASE))):
            values = held.asked(facet) | {value for item in pointed for value in item.facet(facet)}
            if values := values or _common(facet, known, shown):
                unwanted[facet] = unwanted.get(facet, frozenset()) | values
                text = blanked(text, *match.span())
    return Where(unwanted=unwanted), text


def _common(facet: str, known: Known, shown: Sequence[Item]) -> frozenset[str]:
    often = Counter(value for item in shown for value in set(item.facet(facet)))
    fewest = 1 if known.alternates(facet) else len(shown) / 2
    return frozenset(value for value, times in often.items() if times >= fewest)


def _pattern(facet: str) -> str:
    called = called_in_words(facet)
    return (
        rf"\b(?:(?:(?:just|only|but|from|by|of|in|with) )*(?:an?other|(?:an? |some |any )?(?:different|other))"
        rf"|(?:not|change) (?:the same|this|that|the)) (?:{called})(?![\w-])(?: (?:than|from|to) (?:this|that|the)"
        rf"(?: (?:one|{called}))?)?(?: please)?"
    )
