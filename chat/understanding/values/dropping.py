"""What is no longer asked for: `it doesn't have to be a comedy`, `any year is fine`, `forget the price`; and what was
never asked, and need not hold."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from chat.messages import Intent
from chat.understanding.acts.cues import cues
from chat.understanding.acts.phrases import spoken
from chat.understanding.text.blanks import blanked
from chat.understanding.text.sentences import sentences
from chat.understanding.values.amounts import plainly, units_of
from chat.understanding.values.constraints import constraints, facets_in
from chat.understanding.values.known import Known
from retrieval.domain import plain
from retrieval.filtering.spans import Span
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
# where one thing that is said ends and the next begins
CLAUSE = re.compile(
    r",|;|\bbut\b|\band (?=(?:it|its|it['’]s|i|we|show|make|give|please|let|no|not|only|just|should|must|the)\b)"
    r"|(?=\bnot necessarily\b)",
    re.IGNORECASE,
)
NOT_NECESSARILY = re.compile(r"not necessarily\b")
SCRAPS = re.compile(r"\b(?:scrap|ditch|drop|lose|skip|forget|leave out|without) (?:the|that|those|all the) ")
TELLS = re.compile(rf"{SCRAPS.pattern}|\bnot necessarily\b|\b(?:is|are) (?:fine|ok|okay|allowed|welcome)\b")
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
    values, names, last = set[tuple[str, str]](), set[str](), 0
    before = ""
    for sentence in (clause for one in sentences(text) for clause in CLAUSE.split(one)):
        said, clause, before = spoken(sentence), before, sentence
        if OR_NOT.fullmatch(said):
            values |= {(facet, value) for _, _, facet, value in facets_in(clause, known)}
            last = text.index(sentence)
            text = blanked(text, last, last + len(sentence))
            continue
        if not TELLS.search(said) and not cues()["drop"].search(said):
            continue
        found = {(facet, value) for _, _, facet, value in facets_in(sentence, known)}
        if ANY.match(said):  # `any drill will do` asks for one
            found = set()
        spans = constraints(sentence, "+" * len(sentence), known).where.ranges
        if not _takes_back(said, found, spans, held):
            continue
        named = _named(said, known, held)
        named |= {facet for facet, _ in found if facet in known.domain.ages}  # who need not have PG has any
        named |= {name for name, span in spans.items() if name in held.ranges and not _apart(held.ranges[name], span)}
        if found or named or spans:
            values |= found
            names |= named
            last = text.index(sentence)
            text = blanked(text, last, last + len(sentence))
    again = {(facet, value) for start, _, facet, value in facets_in(text, known) if start > last}
    dropped = Dropped(frozenset(values), frozenset(names), frozenset(values - again))
    return (dropped, text) if values or names else (None, text)


def _takes_back(said: str, found: set[tuple[str, str]], spans: Mapping[str, Span], held: Where) -> bool:
    """Whether a clause says that what it names need not be, or need not be kept out."""
    if cues()["drop"].search(said):
        return True
    banned = {(facet, value) for facet, values in held.unwanted.items() for value in values}
    if found and found <= banned and FINE.fullmatch(said):
        return True
    asked = {(facet, value) for side in (held.wanted, held.either) for facet in side for value in side[facet]}
    all_held = found <= asked and spans.keys() <= held.ranges.keys()
    return bool((found or spans) and all_held and (NOT_NECESSARILY.match(said) or SCRAPS.search(said)))


def _named(said: str, known: Known, held: Where) -> set[str]:
    """The attributes that a clause names: by what they are called, a word for a flag, or a unit of what is limited."""
    flags = {name for name, _ in known.flags.values()}
    every = {*known.facets, *known.numbers, *known.dates, *flags, "year"}
    named = {one for one in every if re.search(rf"\b(?:{plainly(one)}s?|{OTHER_NAMES.get(one, '(?!)')})\b", said)}
    named |= {name for phrase, (name, _) in known.flags.items() if re.search(rf"\b{re.escape(phrase)}\b", said)}
    if "year" in named and not known.has_years and len(known.dates) == 1:
        named.add(known.dates[0])
    limited = ((name, units_of(field)) for name, field in known.numbers.items() if name in held.ranges)
    return named | {  # `two hours is not a must`
        name for name, units in limited if any(re.search(rf"(?:\d|\b){re.escape(one)}(?!\w)", said) for one in units)
    }


def _apart(held: Span, said: Span) -> bool:
    """Whether what need not hold is no part of what is asked for: of the eighties, that it need not be the nineties."""
    return held.kind != "flag" and held.within(said).empty


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
