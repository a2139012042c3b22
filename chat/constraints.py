"""Facets, years and wishes beyond the catalogue, by the domain's words and a grammar of years."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from chat.words import WORD
from retrieval.domain import Domain, plain
from retrieval.filters import Where

DECADES = {
    "twenties": 1920, "thirties": 1930, "forties": 1940, "fifties": 1950,
    "sixties": 1960, "seventies": 1970, "eighties": 1980, "nineties": 1990,
}  # fmt: skip
PERIOD = rf"(?:the )?(?:(?:early|mid|late)[ -])?((?:1[89]|20)\d\d(?:['’]?s)?|['’]?\d0['’]?s|{'|'.join(DECADES)})(?!\w)"
BETWEEN = re.compile(
    rf"\b(?:(?:between|from|either) )?(?<!\w){PERIOD} ?(?:to|-|–|and|or|until|till) ?{PERIOD}", re.IGNORECASE
)
BOUND = re.compile(
    r"\b(?:(?P<before>before|older than|earlier than|prior to)|(?P<until>until|till|up to)|(?P<after>after|newer than"
    rf"|later than|more recent than)|(?P<since>since)) {PERIOD}",
    re.IGNORECASE,
)
WITHIN = re.compile(rf"\b(?:from|in|of|during) {PERIOD}|(?<![\w·(])(?<!· ){PERIOD}", re.IGNORECASE)
A_SPAN = "how to leave out a span of years"
NAME = r"[A-Z][\w'’.-]*"
GLUE = re.compile(r"(?:[\s,/]|\b(?:or|either|an?|some|something|maybe|even|films?|movies?|ones?|the)\b)+", re.I)
Found = tuple[int, int, str, str]  # start, end, facet and value


def beyond(text: str, domain: Domain) -> tuple[str, tuple[str, ...]]:
    """Wishes for what the catalogue does not know, by what it is that is missing, and the text with blanks for them."""
    missing = []
    for label, phrases in domain.unknown.items():
        pattern = "|".join(rf"\b{re.escape(phrase)}\b" for phrase in sorted(phrases, key=len, reverse=True))
        if label == domain.people:  # `starring Tom Hanks`, `with Tom Hanks`: the name goes with it
            pattern = rf"(?i:{pattern})(?: {NAME})*|\b(?:with|by|featuring) {NAME}(?: {NAME})+"
        else:
            pattern = f"(?i:{pattern})"
        for match in re.finditer(pattern, text):
            named = [plain(word) for word in match[0].split()]
            if named[0] in ("with", "by") and any(word in domain.words for word in (*named, " ".join(named[1:]))):
                continue
            text = text[: match.start()] + " " * len(match[0]) + text[match.end() :]
            missing.append(label)
    return text, tuple(dict.fromkeys(missing))


def constraints(
    text: str, signs: str, domain: Domain, years_shown: Iterable[int | None]
) -> tuple[Where, str, tuple[str, ...]]:
    """Facets and years that must or must not hold, the text with blanks for the years, and what cannot be heeded.

    `signs`: the stance of each character of the text.
    """
    since, until, text, missing = _years(text, signs, [year for year in years_shown if year])
    found = list(_facets(text, domain))
    last = {(facet, value): signs[start] for start, _, facet, value in found}  # what is said last holds
    wanted, unwanted, either = (defaultdict[str, set[str]](set) for _ in range(3))
    for facet, value in (one for one, sign in last.items() if sign == "-"):
        unwanted[facet].add(value)
    for run in _runs(text, found):
        asked = {(facet, value) for _, _, facet, value in run if last[facet, value] == "+"}
        between = text[run[0][0] : run[-1][1]]
        side = either if len(asked) > 1 and re.search(r"\bor\b|/", between) else wanted
        for facet, value in asked:
            side[facet].add(value)
    for facet, values in either.items():
        wanted[facet] -= values
    frozen = [{f: frozenset(v) for f, v in each.items() if v} for each in (wanted, unwanted, either)]
    return Where(frozen[0], frozen[1], since, until, frozen[2]), text, missing


def _facets(text: str, domain: Domain) -> Iterator[Found]:
    """The facet values in the text, in their order; of two phrases that begin alike the longer one."""
    tokens = [(word.start(), word.end(), plain(word[0])) for word in WORD.finditer(text)]
    longest = max((len(phrase.split()) for phrase in domain.words), default=0)
    at = 0
    while at < len(tokens):
        for length in range(min(longest, len(tokens) - at), 0, -1):
            if hit := domain.words.get(" ".join(word for _, _, word in tokens[at : at + length])):
                yield tokens[at][0], tokens[at + length - 1][1], *hit
                at += length - 1
                break
        at += 1


def _runs(text: str, found: Sequence[Found]) -> list[list[Found]]:
    """Values of one facet that stand together as a list: `a comedy, a western or a musical`."""
    runs: list[list[Found]] = []
    for one in found:
        between = text[runs[-1][-1][1] : one[0]] if runs else ""
        joined = re.search(r"[,/]|\bor\b", between) and GLUE.fullmatch(between)
        if runs and joined and runs[-1][-1][2] == one[2]:
            runs[-1].append(one)
        else:
            runs.append([one])
    return runs


def _years(text: str, signs: str, shown: Sequence[int]) -> tuple[int | None, int | None, str, tuple[str, ...]]:
    """The first and the last year, the text with blanks for them, and what cannot be heeded."""
    for pattern in (BETWEEN, BOUND, WITHIN):
        if match := pattern.search(text):
            rest = text[: match.start()] + " " * len(match[0]) + text[match.end() :]
            spans = [_period(period) for period in match.groups()[-2 if pattern is not BOUND else -1 :] if period]
            first, last = min(span[0] for span in spans), max(span[1] for span in spans)
            bound = _bound(match.groupdict(), first, last)
            if signs[match.start()] != "-":
                return *bound, rest, ()
            if None not in bound:
                return None, None, rest, (A_SPAN,)
            since, until = bound  # `nothing before 1990` is since 1990
            return until + 1 if until is not None else None, since - 1 if since is not None else None, rest, ()
    for word, older in ((r"\bolder\b", True), (r"\b(?:newer|more recent)\b", False)):
        if shown and (match := re.search(word, text, re.IGNORECASE)):
            middle = sorted(shown)[len(shown) // 2]
            rest = text[: match.start()] + " " * len(match[0]) + text[match.end() :]
            denied = signs[match.start()] == "-"
            if older != denied:
                return None, middle - (not denied), rest, ()
            return middle + (not denied), None, rest, ()
    return None, None, text, ()


def _bound(named: Mapping[str, str | None], first: int, last: int) -> tuple[int | None, int | None]:
    if named.get("before"):
        return None, first - 1
    if named.get("until"):
        return None, last
    if named.get("after"):
        return last + 1, None
    return first, None if named.get("since") else last


def _period(said: str) -> tuple[int, int]:
    """The years of `1994`, `the 80s`, `the nineties`, `the 2000s` (ten years) and `the 1800s` (a hundred)."""
    said = plain(said)
    if said in DECADES:
        return DECADES[said], DECADES[said] + 9
    digits = said.rstrip("s")
    if said == digits:
        return int(digits), int(digits)
    year = int(digits) if len(digits) == 4 else int(digits) + (2000 if int(digits) < 20 else 1900)
    return year, year + (99 if year % 100 == 0 and year < 2000 else 9)
