"""What somebody has already, by what it is called: `he already has the puzzle`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import dropwhile

from chat.understanding.text.blanks import blanked
from chat.understanding.text.words import FILLER
from chat.understanding.titles.called import called
from chat.understanding.values.constraints import facets_in
from chat.understanding.values.known import Known
from retrieval.catalogue import Catalogue
from retrieval.domain import plain

FEW = 3  # things that one name may mean and that are noted one by one
WHO = r"(?P<who>\b(?:i|we|he|she|they|my (?:[\w'’-]+ )?[\w'’-]+))(?:['’](?:ve|s))?"
HAS = r"(?:have|has|had|got|owns?|owned|bought)(?: got)?"
OF = r"(?:the|that|this|those|these|an?|some|several|lots? of|plenty of|enough|many|two|three) "
WHAT = rf"(?P<{{0}}>(?P<{{0}}_of>{OF})?[\w '’-]+?)"
END = r"(?=\s*(?:[,.;:!?)–—]|$|\b(?:but|and|so|though|because|already|at home)\b))"
OWNED = re.compile(
    rf"{WHO} (?:already {HAS} {WHAT.format('one')}|{HAS} {WHAT.format('other')} already){END}", re.IGNORECASE
)
NOUNS = frozenset(("can", "will", "watch"))  # that are things behind the words that tell which: `a watering can`
OTHERS = re.compile(r"(?:he|she|they|my .*)", re.IGNORECASE)


@dataclass(frozen=True)
class Owned:
    """`ids`: what is so called; `sure`: whether it is these, and not some of them; `refused`: from where to where words
    stand that say a kind of thing of which somebody else has enough."""

    ids: tuple[str, ...] = ()
    sure: bool = False
    refused: tuple[int, int] | None = None


def owned(text: str, shown: Sequence[str], catalogue: Catalogue, known: Known) -> tuple[Owned, str]:
    """What is said to be there already, and the text with blanks for the words. Titles stand as `·` in it.

    A thing is called by the words that its title ends with; of one that they speak of as known, those of the list come
    first. The kind is refused only where somebody else has it: who has a dog wants things for it."""
    match = OWNED.search(text)
    if not match or "·" in match[0]:
        return Owned(), text
    place = "one" if match["one"] else "other"
    said, definite = _words(match[place]), bool(re.match(r"th", match[place], re.IGNORECASE))
    if not said or plain(match[place]).endswith((" one", " ones")):
        return Owned(), text
    others = bool(OTHERS.fullmatch(match["who"]))
    kind = others and any(facets_in(match[place], known))
    here = tuple(called(said, shown, catalogue)) if definite else ()
    bare = not match[f"{place}_of"]  # `he already has shoes`
    if ids := () if bare and kind else here or tuple(called(said, tuple(catalogue), catalogue)):
        sure = len(ids) <= (FEW if others else 1)
        return Owned(ids, sure), blanked(text, *match.span())
    if kind:
        start, end = match.span(place)
        text = blanked(text, match.start(), start)
        return Owned(refused=(start, end)), blanked(text, end, match.end())
    return Owned(), text


def _words(phrase: str) -> list[str]:
    words = dropwhile(lambda word: word in FILLER or word in ("lots", "enough"), plain(phrase).split())
    return [word for word in words if word not in FILLER or word in NOUNS]
