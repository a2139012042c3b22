"""Titles that are named together by what they have in common: `both Godfathers`, `all the Terminators`."""

from __future__ import annotations

import re

from retrieval.catalogue import Catalogue
from retrieval.domain import plain
from retrieval.words.titles import Link

TOGETHER = re.compile(r"\b(?i:both|all|all of|the (?:two|three|four))(?i: the)? (?P<name>[A-Z][^\W\d_]{3,})s\b(?!['’])")
ARTICLES = frozenset(("the", "a", "an"))


def together(text: str, catalogue: Catalogue) -> list[Link]:
    """All whose title begins with the name that stands there in the plural, each with the place of the words; none
    where fewer than two do."""
    found = list[Link]()
    for match in TOGETHER.finditer(text):
        ids = [each[0] for each in catalogue.works.values() if _first(catalogue[each[0]].title) == plain(match["name"])]
        found += [Link(*match.span(), (id,), 1.0) for id in ids if len(ids) > 1]
    return found


def _first(title: str) -> str:
    return next((word for word in plain(title).split() if word not in ARTICLES), "")
