"""A title that is named as one and is none here, with what it may be a slip of: `something like teh matrx`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from chat.understanding.text.blanks import blanked
from chat.understanding.text.words import FILLER, WORD
from chat.understanding.titles.mentions import STOP
from chat.understanding.values.constraints import facets_in
from chat.understanding.values.known import Known
from retrieval.domain import plain
from retrieval.words.titles import Titles

NEAR = 72  # of 100: how much a title has to be like what was written to be offered
LONGEST = 6  # words of a name
CUE = re.compile(
    r"\b(?:(?:something|anything|one|ones|films?|movies?|shows?|books?|games?|more) (?:just )?(?:like|similar to)"
    r"|^(?:like|similar to)|(?:do you (?:have|know)|have you (?:got|seen)|is there|(?:i|we)(?:['’]ve| have)? (?:just )?"
    r"(?:seen|watched|loved|saw)))\s+(?P<the>(?:the (?:film|movie) )?)",
    re.IGNORECASE,
)
SMALL = frozenset("the a an of and in on at to for from with part".split())


@dataclass(frozen=True)
class Unheard:
    """`name`: as it was written, empty if there is none; `near`: the ids of a title that it may be a slip of."""

    name: str = ""
    near: tuple[str, ...] = ()


def unheard(text: str, titles: Titles, known: Known) -> tuple[Unheard, str]:
    """What is named as a title is, and is none here, and the text with blanks for it. Titles stand as `·` in the text.

    A name has capitals; what has none is one only where a title is near, and where a word of it is nobody's word. What
    the texts of the catalogue speak of, and what has a meaning here, is no name."""
    for cue in CUE.finditer(text):
        said = re.split(STOP, text[cue.end() :], maxsplit=1, flags=re.IGNORECASE)[0].rstrip()
        words = [word[0] for word in WORD.finditer(said)]
        telling = [word for word in words if plain(word) not in FILLER | SMALL]
        if not telling or len(words) > LONGEST or "·" in said or any(facets_in(said, known)):
            continue
        if any(plain(word) in known.values or plain(word).isdigit() for word in telling):
            continue
        capital = text != text.upper() and all(word[0].isupper() for word in telling)
        near = titles.closest(said, NEAR)
        odd = any(plain(word) not in titles.ordinary for word in telling)
        if capital or (near and odd and len(said) >= LONGEST):
            start, end = cue.end(), cue.end() + len(said)
            return Unheard(" ".join(said.split()), near), blanked(text, start, end)
    return Unheard(), text
