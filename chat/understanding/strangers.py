"""People and brands asked for that have nothing to do with any item: `anything by Wes Anderson`."""

from __future__ import annotations

import re

from chat.understanding.known import PEOPLE, Known
from retrieval.domain import plain

NAME = r"[A-Z][\w'’-]+"
BY = r"(?i:by|starring|(?:films?|movies?|books?) from|the (?:actor|actress|director|author|writer))"
# what has a capital and is no person: `by Friday Night`
DAYS = frozenset(
    """
    monday tuesday wednesday thursday friday saturday sunday january february march april june july august september
    october november december christmas easter year
    """.split()
)
PERSON = re.compile(rf"\b{BY} (?P<name>{NAME}(?: {NAME}| [A-Z]\.| (?:de|del|della|van|von|la|le|bin)(?= [A-Z]))+)")

BRAND = re.compile(rf"\b(?i:by|the brand) (?P<name>{NAME}(?: {NAME})*)")


def strangers(text: str, known: Known) -> tuple[str, ...]:
    """The names of people by whom or with whom something is wanted, and of brands, none of which the catalogue knows.
    Where it knows no people at all, nobody is a stranger; nor is a brand where it has none."""
    people, brands = bool(set(known.facets) & set(PEOPLE)), "brand" in known.facets
    found = [*(PERSON.finditer(text) if people else ()), *(BRAND.finditer(text) if brands else ())]
    named = (match["name"] for match in found)
    return tuple(dict.fromkeys(name for name in named if not _is_known(name, known)))


def _is_known(name: str, known: Known) -> bool:
    words = plain(name).split()
    parts = (" ".join(words[start:end]) for start in range(len(words)) for end in range(start + 1, len(words) + 1))
    return bool(DAYS & set(words)) or any(part in known.values for part in parts)
