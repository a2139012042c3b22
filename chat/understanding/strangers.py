"""People asked for who have nothing to do with any item: `anything by Wes Anderson`."""

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


def strangers(text: str, known: Known) -> tuple[str, ...]:
    """The names of people by whom or with whom something is wanted, none of whom the catalogue knows. Where it knows no
    people at all, nobody is a stranger."""
    if not set(known.facets) & set(PEOPLE):
        return ()
    named = (match["name"] for match in PERSON.finditer(text))
    return tuple(dict.fromkeys(name for name in named if not _is_known(name, known)))


def _is_known(name: str, known: Known) -> bool:
    words = plain(name).split()
    parts = (" ".join(words[start:end]) for start in range(len(words)) for end in range(start + 1, len(words) + 1))
    return bool(DAYS & set(words)) or any(part in known.values for part in parts)
