"""Facets, numbers, years and wishes beyond the catalogue, by the domain's words and a grammar of years."""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from chat.messages import Degree
from chat.understanding.acts.phrases import spoken
from chat.understanding.text.blanks import blanked
from chat.understanding.text.telling_of import only_tells
from chat.understanding.text.words import BREAK, WORD
from chat.understanding.values.amounts import amounts, plainly
from chat.understanding.values.dates import dates, in_days
from chat.understanding.values.degrees import age, degrees
from chat.understanding.values.known import PEOPLE, Hit, Known
from chat.understanding.values.places import place
from chat.understanding.values.years import REPLACED, years_in
from retrieval.domain import plain
from retrieval.filtering.spans import Span
from retrieval.filtering.where import Where
from retrieval.items import Item

TAKEN_BACK = re.compile(
    r"\b(?:actually|wait|rather|instead|sorry|scratch that|make (?:it|that)|second thoughts?|my mind"
    r"|or (?:maybe|perhaps))\b",
    re.IGNORECASE,
)
AS_WELL = re.compile(r" ?(?:too|as well|also)\b", re.IGNORECASE)
NAME = r"[A-Z][\w'’.-]*"
GLUE = re.compile(
    r"(?:[\s,/]|\b(?:or|either|an?|some|something|stuff|things|maybe|even|films?|movies?|ones?|for|in|the)\b)+", re.I
)
# the limit that is set to what is not known goes with it: `under 90 minutes`
COUNTED = (
    r"(?:(?:\b(?:under|below|over|above|at (?:most|least)|(?:less|more|fewer|no longer) than|about|around|up to) )?"
    r"\b\d+ ?)?"
)
SAME = re.compile(
    r"\b(?:(?:(?:by|from|of|with) )?(?:the same|same|that|this)|(?:by|from|with) (?:its|their)) ([a-z]+?)s?\b",
    re.IGNORECASE,
)
CLAUSE = re.compile(BREAK)
# `war films and westerns` are of the one kind or of the other
KINDS = re.compile(r"(?: (?:films?|movies?))? (?:and|&) ", re.IGNORECASE)
Found = tuple[int, int, str, str]  # start, end, facet and value


def beyond(text: str, known: Known) -> tuple[str, tuple[str, ...]]:
    """Wishes for what the catalogue does not know, by what it is that is missing, and the text with blanks for them."""
    missing, domain = [], known.domain
    for label, phrases in domain.unknown.items():
        pattern = "|".join(rf"\b{re.escape(phrase)}\b" for phrase in sorted(phrases, key=len, reverse=True))
        if label == domain.people:  # `starring Tom Hanks`, `with Tom Hanks`: the name goes with it
            pattern = rf"(?i:{pattern})(?: {NAME})*|\b(?:with|by|featuring) {NAME}(?: {NAME})+"
        else:
            pattern = f"(?i:{COUNTED}(?:{pattern}))"
        for match in re.finditer(pattern, text):
            named = [plain(word) for word in match[0].split()]
            if named[0] in ("with", "by") and any(word in known.values for word in (*named, " ".join(named[1:]))):
                continue
            text = blanked(text, *match.span())
            missing.append(label)
    return text, tuple(dict.fromkeys(missing))


@dataclass(frozen=True)
class Read:
    """What was read of constraints. `rest`: the text with blanks for numbers; `missing`: what cannot be heeded;
    `roughly`: the limits, in words, that are only about right."""

    where: Where
    rest: str
    missing: tuple[str, ...] = ()
    degrees: tuple[Degree, ...] = ()
    roughly: frozenset[str] = frozenset()


def constraints(
    text: str, signs: str, known: Known, shown: Sequence[Item] = (), middle: Sequence[Item] | None = None
) -> Read:
    """What must or must not hold.

    `signs`: the stance of each character of the text. `shown`: the items that `that brand` speaks of; `middle`: those
    that `shorter` speaks of, if they are others.
    """
    middle = shown if middle is None else middle
    near, text, nowhere = place(text, known)
    ranges, text, unheeded, roughly = amounts(text, signs, known.numbers)
    of_dates, text = dates(text, signs, known)
    more, compared, text, incomparable = degrees(text, signs, known, middle)
    of_years, text, about = years_in(text, signs)
    if of_years and not known.has_years and len(known.dates) == 1:
        of_years = {known.dates[0]: in_days(of_years["year"])}
    roughly |= of_years.keys() if about else set()
    aged, of_age, text = age(text, signs, known, middle) if not of_years else ((), {}, text)
    of_flags, text = _flags(text, signs, known)
    same = list(_same(text, known, shown))
    found = sorted([*facets_in(text, known), *same])
    stands = _stands(text, signs, found)
    found = [one for one in found if not _replaced(text, one, found, stands)]
    wanted, unwanted, either = (defaultdict[str, set[str]](set) for _ in range(3))
    for facet, value in (one for one, said in stands.items() if "-" in said):
        unwanted[facet].add(value)
    for run in _runs(text, found):
        asked = {(facet, value) for _, _, facet, value in run if "+" in stands[facet, value]}
        between = text[run[0][0] : run[-1][1]]
        alike = len({start for start, *_ in run}) < len(run)  # a name that several have
        side = either if len(asked) > 1 and (alike or re.search(r"\bor\b|/", between) or _kinds(text, run)) else wanted
        for facet, value in asked:
            side[facet].add(value)
    for facet, values in either.items():
        wanted[facet] -= values
    missed = (*unheeded, *nowhere, *incomparable, *_nobody(text, known, shown))
    for match, _ in _pointing(text, known) if shown else ():  # these words point, and are none to look for
        text = blanked(text, *match.span())
    frozen = [{f: frozenset(v) for f, v in each.items() if v} for each in (wanted, unwanted, either)]
    where = Where(
        frozen[0], frozen[1], frozen[2], {**compared, **ranges, **of_age, **of_dates, **of_years, **of_flags}, near=near
    )
    about_so = frozenset(where.ranges[name].words(name) for name in roughly)
    return Read(where, text, tuple(dict.fromkeys(missed)), (*more, *aged), about_so)


def _stands(text: str, signs: str, found: Sequence[Found]) -> Mapping[tuple[str, str], str]:
    """How each value is meant: of two stances the later one holds if the person takes something back between them,
    else both do, and it is for the answer to say that they contradict each other."""
    stands: dict[tuple[str, str], str] = {}
    ended: dict[tuple[str, str], int] = {}
    for start, end, *named in found:
        value, sign = (named[0], named[1]), signs[start]
        before = stands.get(value, "")
        if before == "-" and sign == "+" and only_tells(spoken(_clause(text, start))):
            continue  # `no chocolate, everybody gives her chocolate`
        back = TAKEN_BACK.search(text, ended.get(value, 0), start)
        if back and before == "-" and AS_WELL.match(text, end):  # `no horror, or maybe horror too`
            sign = "0"
        stands[value] = sign if back or "0" in (sign, before) else before + sign
        ended[value] = end
    return stands


def _clause(text: str, at: int) -> str:
    """The clause in which a place of the text stands."""
    ends = [0, *(match.end() for match in CLAUSE.finditer(text)), len(text)]
    return next(text[one:other] for one, other in itertools.pairwise(ends) if at < other)


def _replaced(text: str, one: Found, found: Sequence[Found], stands: Mapping[tuple[str, str], str]) -> bool:
    """Whether another value of the same facet is wanted in its place: `a comedy, no wait, a horror film`."""
    _, end, facet, value = one
    return any(
        other[2] == facet and other[3] != value and stands[facet, other[3]] == "+" == stands[facet, value]
        and other[0] > end and REPLACED.search(text, end, other[0])
        for other in found
    )  # fmt: skip


def facets_in(text: str, known: Known) -> Iterator[Found]:
    """The facet values in the text, in their order; of two phrases that begin alike the longer one. Where a word is
    none of them, it may be one but for a slip."""
    tokens = [(word.start(), word.end(), plain(word[0])) for word in WORD.finditer(text)]
    at = 0
    while at < len(tokens):
        for length in range(min(known.longest, len(tokens) - at), 0, -1):
            said = [word for _, _, word in tokens[at : at + length]]
            if hit := known.value(said, text, tokens[at][0]) or known.called(said) or _with_a_slip(said, known):
                yield tokens[at][0], tokens[at + length - 1][1], *hit
                at += length - 1
                break
        else:
            start, _, word = tokens[at]
            bearers = known.bearers(word, text, start) or known.surname_slipped(word, text, start)
            yield from ((*tokens[at][:2], *hit) for hit in bearers)
        at += 1


def _with_a_slip(said: Sequence[str], known: Known) -> Hit | None:
    return known.slipped(said[0]) if len(said) == 1 else known.misspelt(*said) if len(said) == 2 else None


def people_in(text: str, known: Known) -> tuple[tuple[int, int], ...]:
    """From where to where the whole names of people stand that the catalogue knows."""
    found = [one for one in facets_in(text, known) if one[2] in PEOPLE]
    return tuple((start, end) for start, end, _, name in found if plain(text[start:end]) == plain(name))


def _same(text: str, known: Known, shown: Sequence[Item]) -> Iterator[Found]:
    """The values of what was shown first that words point at: `that director`, `the same brand`."""
    for match, facet in _pointing(text, known):
        for value in shown[0].facet(facet) if shown else ():
            yield match.start(), match.end(), facet, value


def _nobody(text: str, known: Known, shown: Sequence[Item]) -> Iterator[str]:
    """What words point at and the item has not: the director of a film of which it is not known."""
    for _, facet in _pointing(text, known):
        if shown and not shown[0].facet(facet):
            yield f"the {plainly(facet)} of {shown[0].title}"


def _pointing(text: str, known: Known) -> Iterator[tuple[re.Match[str], str]]:
    """Where words point at an attribute of an item, and which it is."""
    for match in SAME.finditer(text):
        facet = next((name for name in known.facets if plainly(name) == match[1].casefold()), None)
        if facet:
            yield match, facet


def _flags(text: str, signs: str, known: Known) -> tuple[Mapping[str, Span], str]:
    """The flags asked for or refused, and the text with blanks for them."""
    found: dict[str, Span] = {}
    for said in sorted(known.flags, key=len, reverse=True):
        name, wanted = known.flags[said]
        words = r"[\W_]+".join(map(re.escape, said.split()))
        for match in re.finditer(rf"(?<!\w){words}(?!\w)", text, re.IGNORECASE):
            if signs[match.start()] != "0":
                held = float(wanted == (signs[match.start()] == "+"))
                found[name] = Span(held, held, kind="flag")
            text = blanked(text, *match.span())
    return found, text


def _kinds(text: str, run: Sequence[Found]) -> bool:
    """Whether things of several kinds are named, each in the plural, and not one thing that is all of them."""
    for (start, end, *_), (later, until, *_) in itertools.pairwise(run):
        plural = text[start:end].endswith("s") or re.match(r" (?:films|movies)\b", text[end:])
        last = text[later:until].endswith("s") or re.match(r" (?:films|movies)\b", text[until:])
        if not (KINDS.fullmatch(text[end:later]) and plural and last):
            return False
    return len(run) > 1


def _runs(text: str, found: Sequence[Found]) -> list[list[Found]]:
    """Values of one facet that stand together as a list: `a comedy, a western or a musical`."""
    runs: list[list[Found]] = []
    for one in found:
        between = text[runs[-1][-1][1] : one[0]] if runs else ""
        alike = runs and runs[-1][-1][0] == one[0]
        joined = alike or (re.search(r"[,/]|\bor\b", between) and GLUE.fullmatch(between))
        kinds = bool(runs) and _kinds(text, [runs[-1][-1], one])
        if runs and (joined or kinds) and runs[-1][-1][2] == one[2]:
            runs[-1].append(one)
        else:
            runs.append([one])
    return runs
