"""What is no longer asked for: `it doesn't have to be a comedy`, `any year is fine`, `forget the price`."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from chat.messages import Intent
from chat.understanding.acts import spoken
from chat.understanding.amounts import plainly
from chat.understanding.constraints import facets_in
from chat.understanding.cues import cues
from chat.understanding.known import Known
from chat.understanding.sentences import sentences
from retrieval.domain import plain
from retrieval.filtering.where import Where

OTHER_NAMES = {
    "year": "years?|old|new|recent|age|decade",
    "price": "prices?|budget|cost|money|cheap|expensive",
    "runtime": "length|long|short|duration|running time",
    "brand": "makers?|manufacturers?|who (?:makes|made|makes? it)",
    "director": "who (?:made|makes|directed|directs)",
    "star": "actors?|cast|whos in|who (?:is|plays|stars)",
}


# takes back what was said right before: `anything but comedy, or maybe not`
OR_NOT = re.compile(r"(?:(?:or|well|hm+|but|and|oh|no) )*(?:maybe|perhaps|possibly|actually) not(?: after all)?[.!?]*")
# lets in again what was kept out, and wants nothing: `cartoons are fine`
FINE = re.compile(
    r"(?:(?:oh|ok|okay|no|wait|well|actually|hm+|and|but) ,? ?)*[\w· -]+ (?:is|are) (?:fine|ok|okay|allowed|welcome)"
    r"(?: (?:with|by|for) (?:me|us))?(?: [.!])*"
)


ANY = re.compile(r"(?:(?:ok|okay|fine|well|then|so|oh|or) ,? ?)*(?:any|whatever|every) ")


@dataclass(frozen=True)
class Dropped:
    """Values that need not hold any more, by facet and value, and names of which nothing is asked any more. `same`: the
    values of which the message that drops them says nothing else afterwards."""

    values: frozenset[tuple[str, str]] = frozenset()
    names: frozenset[str] = frozenset()
    same: frozenset[tuple[str, str]] = frozenset()


def dropping(text: str, known: Known, held: Where) -> tuple[Dropped | None, str]:
    """What the text takes back of what `held`, None if nothing, and the text with blanks for the sentences that
    do."""
    banned = {(facet, value) for facet, values in held.unwanted.items() for value in values}
    values, names, last = set[tuple[str, str]](), set[str](), 0
    before = ""
    for sentence in (clause for one in sentences(text) for clause in re.split(r",|;|\bbut\b", one)):
        said, clause, before = spoken(sentence), before, sentence
        if OR_NOT.fullmatch(said):
            values |= {(facet, value) for _, _, facet, value in facets_in(clause, known)}
            last = text.index(sentence)
            text = text[:last] + " " * len(sentence) + text[last + len(sentence) :]
            continue
        found = {(facet, value) for _, _, facet, value in facets_in(sentence, known)}
        if ANY.match(said):  # `any drill will do` asks for one
            found = set()
        if not cues()["drop"].search(said) and not (found and found <= banned and FINE.fullmatch(said)):
            continue
        every = {*known.facets, *known.numbers, *known.dates, "year"}
        named = {one for one in every if re.search(rf"\b(?:{plainly(one)}s?|{OTHER_NAMES.get(one, '(?!)')})\b", said)}
        named |= {name for phrase, (name, _) in known.flags.items() if re.search(rf"\b{re.escape(phrase)}\b", said)}
        if "year" in named and not known.has_years and len(known.dates) == 1:
            named.add(known.dates[0])
        if found or named:
            values |= found
            names |= named
            last = text.index(sentence)
            text = text[:last] + " " * len(sentence) + text[last + len(sentence) :]
    again = {(facet, value) for start, _, facet, value in facets_in(text, known) if start > last}
    dropped = Dropped(frozenset(values), frozenset(names), frozenset(values - again))
    return (dropped, text) if values or names else (None, text)


def without(wish: Intent, dropped: Dropped | None) -> Intent:
    """The wish as it is when something of it need not hold any more."""
    if not dropped:
        return wish
    where = wish.where

    def kept(side: dict[str, frozenset[str]]) -> dict[str, frozenset[str]]:
        left = {
            facet: frozenset(value for value in values if (facet, value) not in dropped.values)
            for facet, values in side.items()
            if facet not in dropped.names
        }
        return {facet: values for facet, values in left.items() if values}

    gone = {value for _, value in dropped.values} | {
        value for name in dropped.names for value in (*where.asked(name), *where.unwanted.get(name, ()))
    }
    return replace(
        wish,
        words=" ".join(word for word in wish.words.split() if not _names(word, gone)),
        where=Where(
            kept(dict(where.wanted)),
            kept(dict(where.unwanted)),
            kept(dict(where.either)),
            {name: span for name, span in where.ranges.items() if name not in dropped.names},
            where.contains,
            where.near,
        ),
    )


def _names(word: str, values: set[str]) -> bool:
    return any(plain(word).rstrip("s") == plain(value).rstrip("s") for value in values)
