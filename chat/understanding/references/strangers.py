"""People and brands asked for that have nothing to do with any item: `anything by Wes Anderson`."""

from __future__ import annotations

import re

from chat.understanding.values.known import PEOPLE, Known
from retrieval.domain import plain

NAME = r"[A-Z][\w'’-]+"
BY = r"(?i:by|starring|(?:films?|movies?|books?) (?P<from>from(?: the)?)|the (?:actor|actress|director|author|writer))"
# what has a capital and is no person: `by Friday Night`
DAYS = frozenset(
    """
    monday tuesday wednesday thursday friday saturday sunday january february march april june july august september
    october november december christmas easter year
    """.split()
)
# names behind a `from` that are no person's: of places, and of those who make or show many works
PLACE = re.compile(
    r"(?:New|North|South|East|West|(?:North|South|East|West)ern|Central|Latin|Middle|Far|United|Great|Soviet|Saudi|Hong"
    r"|Sri|Costa|Puerto|El Salvador|Ivory|Czech|Los|Las|San|Santa|Rio|Buenos|Cape|Sierra|Papua|Burkina|Tel)(?= )"
    r"|.* (?:City|Republic|Islands?|Kingdom|States|Union|Coast|Peninsula|Guinea|Arabia|Lanka|Leone)$"
)
HOUSE = re.compile(
    r"(?:Studios?|Cannes|Sundance|Venice|Berlin|Toronto|Warner|Film|Prime|Fox|Paramount|Universal|Columbia)(?= )"
    r"|.* (?:Festival|Awards?|Oscars?|Studios?|Pictures|Productions?|Entertainment|Company|Films|Press|Books)$"
)
PERSON = re.compile(rf"\b{BY} (?P<name>{NAME}(?: {NAME}| [A-Z]\.| (?:de|del|della|van|von|la|le|bin)(?= [A-Z]))+)")

BRAND = re.compile(rf"\b(?i:by|the brand) (?P<name>{NAME}(?: {NAME})*)")


def strangers(text: str, known: Known) -> tuple[str, ...]:
    """The names of people by whom or with whom something is wanted, and of brands, none of which the catalogue knows.
    Where it knows no people at all, nobody is a stranger; nor is a brand where it has none. Of a place it is told that
    where things are from is not known."""
    found = list[str]()
    for match in PERSON.finditer(text) if set(known.facets) & set(PEOPLE) else ():
        name = match["name"]
        if match["from"] and PLACE.match(name) and not _is_known(name, known):
            found.append(f"what country {known.domain.plural} are from")
        elif not (match["from"] and HOUSE.match(name)) and not _is_known(name, known):
            found.append(name)
    brands = BRAND.finditer(text) if "brand" in known.facets else ()
    found += [match["name"] for match in brands if not _is_known(match["name"], known)]
    return tuple(dict.fromkeys(found))


def _is_known(name: str, known: Known) -> bool:
    words = plain(name).split()
    parts = (" ".join(words[start:end]) for start in range(len(words)) for end in range(start + 1, len(words) + 1))
    return bool(DAYS & set(words)) or any(part in known.values for part in parts)
