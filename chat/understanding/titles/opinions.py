"""What is said of a title after it: that they have seen it, and what they thought of it."""

from __future__ import annotations

import re
from collections.abc import Sequence

WE = r"(?:i|we)(?:['’]?ve| have)?"
# `Heat we have seen`, `not Heat, I have seen it too often`, `has Heat already`
SEEN = re.compile(
    rf",? ?{WE} (?:already |just |both )?(?:seen|watched|saw)\b"
    rf"|,? ?{WE} (?:already )?(?:know|have|own|got) (?:\w+ ){{0,2}}"
    r"(?:already|by heart|inside out|on (?:dvd|blu-?ray|disc|video|tape|vinyl))\b"
    rf"|[^.!?·]{{0,30}}\b{WE} (?:already )?(?:seen|watched|saw) it\b",
    re.I,
)
HAS = re.compile(r"\b(?:has|have|got|owns?|knows?) (?:the )?$", re.I)
ALREADY = re.compile(r"\s+(?:already|by heart|inside out)\b", re.I)
THEY = r"(?:it|they|both|(?:that|this)(?: one)?|those)"
IT = r"(?:it|them|both|that one|those)"
NOT = r"(?:did ?n['’]?t|did not|could ?n['’]?t|could not|can['’]?t) (?:really )?"
BAD = re.compile(
    rf"[^·]*?\b(?:(?:hated?|loathed?|disliked?|{NOT}(?:like|stand|enjoy)) {IT}"
    rf"|{THEY} (?:was|were) (?:\w+ )?(?:bad|boring|terrible|awful|horrible|dull|rubbish))\b",
    re.I,
)
GOOD = re.compile(
    rf"[^·]*?\b(?:(?:loved?|liked|enjoyed|adored) {IT}|{THEY}(?:['’]?s| is| are| was| were)? (?:\w+ )?"
    r"(?:amazing|great|wonderful|brilliant|excellent|fantastic|superb|good))\b",
    re.I,
)


def seen_by(text: str, start: int, end: int) -> bool:
    """Whether a title that begins at `start` is said to have been seen, by what follows it or, at `end`, the titles
    that are listed with it."""
    return bool(SEEN.match(text, end) or (HAS.search(text[:start]) and ALREADY.match(text, end)))


def runs_to(text: str, places: Sequence[tuple[int, int]], joined: re.Pattern[str]) -> list[int]:
    """Where the list ends in which each title stands: `Heat and Casino`."""
    ends: list[int] = []
    for at in range(len(places) - 1, -1, -1):
        goes_on = at + 1 < len(places) and joined.fullmatch(text[places[at][1] : places[at + 1][0]])
        ends.append(ends[-1] if goes_on else places[at][1])
    return ends[::-1]


def opinions(text: str, places: Sequence[tuple[int, int]], joined: re.Pattern[str]) -> list[str]:
    """Of each title, by its place: `-` if they did not like it, `+` if they did, empty if it is not said. What is said
    after several that are joined is said of all of them: `Heat and Casino, both great`."""
    said: list[str] = []
    for at in range(len(places) - 1, -1, -1):
        end, until = places[at][1], places[at + 1][0] if at + 1 < len(places) else len(text)
        after = text[end:until]
        if said and joined.fullmatch(after):
            said.append(said[-1])
        else:
            said.append("-" if BAD.match(after) else "+" if GOOD.match(after) else "")
    return said[::-1]
