"""Where something has to be, where the catalogue has places: `within 5 km of 52.52, 13.40`."""

from __future__ import annotations

import re

from chat.understanding.text.blanks import blanked
from chat.understanding.values.known import Known
from retrieval.filtering.conditions import Near, on_earth

AROUND = 10.0  # km that `near` reaches
DEGREES = r"(?P<north>-?\d{1,2}(?:\.\d+)?)(?:°? ?[nN])?,? (?P<east>-?\d{1,3}(?:\.\d+)?)(?:°? ?[eE])?"
AT = re.compile(
    rf"\b(?:within (?P<km>\d+(?:\.\d+)?) ?(?:km|kilomet(?:er|re)s?) (?:of|from)|near|around) {DEGREES}(?!\w)"
)
SOMEWHERE = re.compile(
    r"\b(?:(?:within \d+(?:\.\d+)? ?(?:km|kilomet(?:er|re)s?) (?:of|from)|near(?:by)?|close to|around) "
    r"(?P<name>(?-i:[A-Z][\w-]+(?: [A-Z][\w-]+)*)|me|here|us)|nearby|near me|around the corner)\b",
    re.IGNORECASE,
)


def place(text: str, known: Known) -> tuple[Near | None, str, tuple[str, ...]]:
    """Where it has to be, the text with blanks for that, and what place is not known: only degrees are."""
    if not known.place:
        return None, text, ()
    if match := AT.search(text):
        north, east = float(match["north"]), float(match["east"])
        rest = blanked(text, *match.span())
        if not on_earth(north, east):
            return None, rest, ("a place at these degrees",)
        return Near(known.place, north, east, float(match["km"] or AROUND)), rest, ()
    if match := SOMEWHERE.search(text):
        named = match["name"]
        where = "where you are" if not named or named.casefold() in ("me", "here", "us") else f"where {named} is"
        return None, blanked(text, *match.span()), (where,)
    return None, text, ()
