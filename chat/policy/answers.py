"""What people say to an open question besides a value: the second of those offered, yes, or that they do not mind."""

from __future__ import annotations

import re
from collections.abc import Sequence

from retrieval.domain import plain

PLACES = ("first", "second", "third")
_WORD = rf"(?:the )?(?:{'|'.join((*PLACES, 'last'))})(?: (?:one|option))?"
_PLACE = rf"(?:{_WORD}|(?:number )?[1-3])"
ONLY_PLACES = re.compile(
    rf"(?:(?:id say|lets say|maybe|ok|okay|yes) )*{_PLACE}(?: (?:or|and) {_PLACE})*(?: (?:please|then|thanks))*"
)
YES = re.compile(r"(?:yes|yeah|yep|yup|sure|ok|okay|there is|i do|of course|definitely|absolutely|please| )+")
NO_MATTER = (
    r"no preferences?|i do not care|i dont care|dont care|i dont mind|i do not mind|doesnt matter|does not matter"
    r"|it doesnt matter|no idea|i dont know|dont know|not sure|up to you|you choose|you decide|you pick|whatever"
)
_THANKS = (
    r"(?: (?:is|are|would be|works) (?:fine|good|ok|okay))?(?: (?:really|thanks|thank you|please|with me|of them))*"
)
# no preference in what was asked; and, without a question, in what to see next
OPEN = re.compile(
    rf"(?:(?:no|nope|nah|well|hmm|honestly) )?(?:no|nope|nah|not really|none|any|either|neither|anything|all|both"
    rf"|{NO_MATTER}){_THANKS}"
)
UNDECIDED = re.compile(rf"(?:{NO_MATTER}){_THANKS}")


def chosen(text: str, values: Sequence[str]) -> str | None:
    """The values that a message names by their places alone, `the first or the third`, as they would be written."""
    said = plain(text)
    if not ONLY_PLACES.fullmatch(said):
        return None
    places = [_at(word) for word in said.split() if word in (*PLACES, "last") or word.isdigit()]
    named = [values[at] for at in places if at < len(values)]
    return " or ".join(named) if len(named) == len(places) else None


def undecided(text: str, asked: bool) -> bool:
    """Whether somebody has no preference: in what they were `asked`, or at all."""
    return bool((OPEN if asked else UNDECIDED).fullmatch(plain(text)))


def affirms(text: str) -> bool:
    """Whether the message is a yes and nothing else."""
    return bool(YES.fullmatch(plain(text)))


def _at(said: str) -> int:
    """Where it stands, counted from 0; the last is -1."""
    if said.isdigit():
        return int(said) - 1
    return -1 if said == "last" else PLACES.index(said)
