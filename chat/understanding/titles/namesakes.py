"""One of several items of the same title, told apart in words of their own: `the old one`, `the one from 2010`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from retrieval.words.titles import Link, Titles

NEW = "newer|newest|new|latest|more recent|most recent|recent|remake"
OLD = "older|oldest|old|original|classic"
ONE = "one|version|movie|film|remake|original"
REFERENCE = re.compile(
    rf"\b(?:the|that|this) (?:(?P<age>remake|original)(?: (?:{ONE}))?"
    rf"|(?P<aged>{NEW}|{OLD}) (?:{ONE})|(?P<year>(?:1[89]|20)\d\d)(?: (?:{ONE}))"
    rf"|(?P<side>{NEW}|{OLD})(?= (?:and|or|with|than|versus|vs|to)\b)"
    r"|(?:one|version|movie|film|remake) (?:from|of) (?P<of>(?:1[89]|20)\d\d))(?![\w-])",
    re.IGNORECASE,
)


def with_namesakes(text: str, links: Sequence[Link], titles: Titles) -> list[Link]:
    """The links and those of the namesakes that the text speaks of besides; a title that may mean several is the first
    of those."""
    named = next((one for one in links if len(titles.namesakes(one.ids[0])) > 1), None)
    if not named:
        return list(links)
    more = list[Link]()
    for match in REFERENCE.finditer(text):
        if any(one.start < match.end() and match.start() < one.end for one in links):
            continue
        if meant := _meant(match, titles.namesakes(named.ids[0]), titles):
            more.append(Link(match.start(), match.end(), meant, named.score))
    if not more:
        return list(links)
    sure = replace(named, ids=more[0].ids) if len(named.ids) > 1 else named
    return sorted([*(one if one is not named else sure for one in links), *more], key=lambda one: one.start)


def _meant(match: re.Match[str], ids: Sequence[str], titles: Titles) -> tuple[str, ...]:
    """The one of them that is of that year, the oldest or the newest; none if that does not tell."""
    years = {id: year for id in ids if (year := titles.catalogue[id].year)}
    if said := match["year"] or match["of"]:
        meant = [id for id, year in years.items() if year == int(said)]
    else:
        new = re.fullmatch(NEW, match["age"] or match["aged"] or match["side"], re.IGNORECASE)
        end = (max if new else min)(years.values(), default=0)
        meant = [id for id, year in years.items() if year == end]
    return tuple(meant) if len(meant) == 1 and len(years) > 1 else ()
