"""One value in place of another, put as the other being dropped: `swap the comedy for a western`."""

from __future__ import annotations

import re

from chat.understanding.values.constraints import facets_in
from chat.understanding.values.known import PEOPLE, Known
from chat.understanding.values.years import years_in

COULD = r"(?:\b(?:can|could|would|will) (?:you|we|i) |\bplease )*"
SWAP = re.compile(
    rf"{COULD}\b(?:swap|switch|replace|trade|exchange|change)(?: out)? (?P<out>[^,.;:!?·]{{2,40}}?)(?: out)?"
    r" (?:for|with|by|to|against) (?P<other>[^,.;:!?·]{2,40})",
    re.IGNORECASE,
)
PRONOUN = re.compile(r"(?:him|her|them|it|that|this|those|that one|this one)", re.IGNORECASE)


def swapped(text: str, known: Known) -> str:
    """The text with what is wanted no more as something that need not be, and the other as a wish."""
    match = SWAP.search(text)
    if not match:
        return text
    other = _named(match["other"], known)
    if not other:
        return text
    before, after = text[: match.start()], f"{match['other']}{text[match.end() :]}"
    person = any(facet in PEOPLE for facet, _ in other)
    renewed = person or any(facet == "year" for facet, _ in other)  # takes the place of the other anyway
    if person:
        after = f"{match['other'].title()}{text[match.end() :]}"
    if PRONOUN.fullmatch(match["out"]) or (renewed and _named(match["out"], known)):
        return f"{before}instead {after}"
    return f"{before}it does not have to be {match['out']}. {after}" if _named(match["out"], known) else text


def _named(said: str, known: Known) -> set[tuple[str, str]]:
    """The values and the years in some words, last names in small letters as well."""
    years = {("year", span.words("year")) for span in years_in(said, "+" * len(said))[0].values()}
    found = (*facets_in(said, known), *facets_in(f"- {said.title()}", known))
    return {(facet, value) for _, _, facet, value in found} | years
