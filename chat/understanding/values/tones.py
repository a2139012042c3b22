"""A kind that is wanted and another word for it that is refused: `scary but not gory`, `shoes, but no boots`.

Both words stand for one value here, so the refusal is of something that no value tells apart: it takes nothing back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chat.messages import Constraint, Intent
from chat.understanding.values.constraints import TAKEN_BACK, facets_in
from chat.understanding.values.known import Hit, Known
from retrieval.domain import plain
from retrieval.filtering.where import Where


@dataclass(frozen=True)
class Toned:
    """`where`: what is like that as a rule, and had better not be; `traced`: where it comes from; `untold`: what
    nothing tells here."""

    where: Where
    traced: tuple[Constraint, ...]
    untold: tuple[str, ...]


def toned(text: str, signs: str, known: Known, before: Intent | None) -> tuple[Toned, str]:
    """What is refused of a kind that is wanted, now or `before`, and the text with blanks for the words."""
    found = [(start, end, (facet, value)) for start, end, facet, value in facets_in(text, known)]
    wanted = _said_of(before, known)
    for start, end, hit in found:
        if signs[start] == "+":
            wanted[hit] = (*wanted.get(hit, ()), _stem(text[start:end]))
    unwanted, traced, untold = dict[str, frozenset[str]](), list[Constraint](), list[str]()
    asked = {value for _, value in wanted}
    for start, end, (facet, value) in found:
        word = text[start:end]
        itself = _stem(word) in (_stem(value), *wanted.get((facet, value), ()))
        back = TAKEN_BACK.search(text[:start])
        if signs[start] != "-" or (facet, value) not in wanted or itself or back:
            continue
        tied = {one for one, words in known.domain.tones.get(facet, {}).items() if plain(word) in words} - asked
        if tied:
            unwanted[facet] = unwanted.get(facet, frozenset()) | tied
        traced += [Constraint(f"no {one}", f"not {word}", hard=False) for one in sorted(tied)]
        untold.append(f"to which {value} {known.domain.plural} “{word.casefold()}” applies")
        text = text[:start] + " " * len(word) + text[end:]
    return Toned(Where(unwanted=unwanted), tuple(traced), tuple(dict.fromkeys(untold))), text


def _said_of(before: Intent | None, known: Known) -> dict[Hit, tuple[str, ...]]:
    """What is wanted of the wish before, with the words that asked for it: `not scary` takes back `scary`."""
    if before is None:
        return {}
    words = [before.words, *(one.words for one in before.constraints)]
    said = [(hit, _stem(each[start:end])) for each in words for start, end, *hit in facets_in(each, known)]
    sides: Sequence[Mapping[str, frozenset[str]]] = (before.where.wanted, before.where.either)
    hits = {(facet, value) for side in sides for facet, values in side.items() for value in values}
    return {hit: tuple(word for of, word in said if tuple(of) == hit) for hit in hits}


def _stem(word: str) -> str:
    return plain(word).removesuffix("s")
