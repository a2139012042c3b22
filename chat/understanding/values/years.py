"""Years and spans of them: `from the 80s or the 60s`, `since 1990`, `nothing from before I was born in 1975`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from chat.understanding.text.blanks import blanked
from retrieval.domain import plain
from retrieval.filtering.spans import Span

DECADES = {
    "twenties": 1920, "thirties": 1930, "forties": 1940, "fifties": 1950,
    "sixties": 1960, "seventies": 1970, "eighties": 1980, "nineties": 1990,
}  # fmt: skip
ONE = rf"(?:(?:1[89]|20)\d\d(?:['’]?s)?|['’]?\d0['’]?s|{'|'.join(DECADES)})(?!\w)"
PERIOD = rf"(?:the )?(?:(?:early|mid|late)[ -])?{ONE}"
OF_IT = re.compile(ONE, re.IGNORECASE)
# `before I was born in 1975`: what happened then is no wish
HAPPENED = (
    r"(?: (?:i|we|you|he|she|they|it|my|our|his|her|their|the)(?: (?!(?:and|or|but|in|from)\b)[\w'’-]+){1,5},? in)?"
)
BOUND = re.compile(
    r"\b(?:(?P<before>before|older than|earlier than|prior to)|(?P<until>until|till|up to)|(?P<after>after|newer than"
    rf"|later than|more recent than)|(?P<since>since)){HAPPENED} (?P<of>{PERIOD})"
    rf"|(?:\bfrom )?(?<![\w·(])(?<!· )(?P<from>{PERIOD})(?: (?:and|or)|,)? "
    r"(?:(?P<on>onwards?|newer|later|(?:more )?recent|on(?=\s*(?:$|[,.;:!?)])))|(?P<back>older|earlier))\b",
    re.IGNORECASE,
)
ATOM = rf"(?:between {PERIOD} and {PERIOD}|{PERIOD}(?: ?(?:to|-|–|until|till) ?{PERIOD})?)"
# what stands between periods of which any will do
SEPARATOR = r"(?:,? ?\b(?:and|or)\b(?: (?:even|maybe|also|perhaps|from|in|of))* | ?[,/] ?)"
WITHIN = re.compile(
    rf"(?:\b(?:from|in|of|during|either) |(?<![\w·(])(?<!· )){ATOM}(?:{SEPARATOR}{ATOM})*", re.IGNORECASE
)
ABOUT = r"(?:about|around|roughly|approximately|circa|ca\.?|c\.)"
LED = r"(?:\b(?:from|in|of|during|either|released|made|published|out) )*"
ROUGHLY = re.compile(rf"{LED}\b{ABOUT} {ATOM}(?:{SEPARATOR}(?:{ABOUT} )?{ATOM})*", re.IGNORECASE)
EACH = re.compile(ATOM, re.IGNORECASE)
# a number behind these is some amount and no year
COUNTED = re.compile(
    r"\b(?:under|over|above|below|at (?:most|least)|(?:less|more|fewer|cheaper) than) $", re.IGNORECASE
)
REPLACED = re.compile(
    r"\b(?:no[,.]? (?:wait|actually|rather|sorry|make)|wait|scratch that|second thoughts?|my mind|i mean(?:t)?"
    r"|make (?:it|that))\b",
    re.IGNORECASE,
)
ROUND, CLOSE = 5, 2  # years that `around` reaches
Found = tuple[int, int, Span]  # start, end, and what is asked for


def years_in(text: str, signs: str) -> tuple[Mapping[str, Span], str, bool]:
    """The years asked for, the text with blanks for them, and whether they are only about right. `signs`: the stance of
    each character.

    Periods in a list may each be it; all else has to hold together, unless an `or` stands between."""
    text = whole = _without_replaced(text)
    found = list[Found]()
    for match in ROUGHLY.finditer(text):
        if signs[match.start()] == "0":  # `not necessarily from around 1990`
            text = blanked(text, *match.span())
            continue
        span = _any_of([_around(_period(one[0])) for one in EACH.finditer(match[0])])
        found.append((*match.span(), span.outside() if signs[match.start()] == "-" else span))
        text = blanked(text, *match.span())
    roughly = len(found)
    for match in BOUND.finditer(text):
        if signs[match.start()] == "0":
            text = blanked(text, *match.span())
            continue
        low, high = _bounds(match)
        if signs[match.start()] == "-":  # `nothing before 1990` is since 1990
            low, high = high + 1 if high is not None else None, low - 1 if low is not None else None
        found.append((*match.span(), Span(low, high)))
        text = blanked(text, *match.span())
    some = False
    for match in WITHIN.finditer(text):
        if signs[match.start()] == "0":
            text = blanked(text, *match.span())
            continue
        alone = match[0].isdigit()
        if some and signs[match.start()] != "-":
            continue  # of several the first counts; each that is denied does
        if (alone and found) or (alone and COUNTED.search(text[: match.start()])):
            continue  # a number alone may be anything
        span = _any_of([_period(one[0]) for one in EACH.finditer(match[0])])
        found.append((*match.span(), span.outside() if signs[match.start()] == "-" else span))
        text, some = blanked(text, *match.span()), True
    if not found or not (asked := together(whole, found)) or asked == Span():
        return {}, text, False
    return {"year": asked}, text, roughly == len(found)


def together(text: str, found: Sequence[Found]) -> Span:
    """What all of them leave, and where an `or` stands between two, what either does."""
    (_, last, span), *others = sorted(found, key=lambda one: one[0])
    for start, end, one in others:
        span = span.either(one) if re.search(r"\bor\b", text[last:start], re.IGNORECASE) else span.within(one)
        last = end
    return span


def bound(named: Mapping[str, str | None], first: int, last: int) -> tuple[int | None, int | None]:
    """The least and the greatest that a period leaves, with the word before it: `before`, `until`, `after`, `since`."""
    if named.get("before"):
        return None, first - 1
    if named.get("until"):
        return None, last
    if named.get("after"):
        return last + 1, None
    return first, None if named.get("since") else last


def _bounds(match: re.Match[str]) -> tuple[int | None, int | None]:
    if match["of"]:
        span = _period(match["of"])
        return bound(match.groupdict(), int(span.low or 0), int(span.high or 0))
    span = _period(match["from"])
    return (int(span.low or 0), None) if match["on"] else (None, int(span.high or 0))


def _any_of(spans: Sequence[Span]) -> Span:
    first, *others = spans
    for one in others:
        first = first.either(one)
    return first


def _period(said: str) -> Span:
    """The years of `1994`, `the 80s`, `the nineties`, `the 2000s` (ten years), `the 1800s` (a hundred), and from the
    first to the last of two of them."""
    each = [_years(one[0]) for one in OF_IT.finditer(said)]
    return Span(min(first for first, _ in each), max(last for _, last in each))


def _around(span: Span) -> Span:
    """What `around` these years leaves: as far as half way to the next year that is as round, five years from 1970, and
    two years from any that is not round, or from the ends of a decade."""
    low, high = int(span.low or 0), int(span.high or 0)
    reach = ROUND if low == high and low % 10 == 0 else CLOSE
    return Span(low - reach, high + reach)


def _years(said: str) -> tuple[int, int]:
    said = plain(said)
    if said in DECADES:
        return DECADES[said], DECADES[said] + 9
    digits = said.rstrip("s")
    if said == digits:
        return int(digits), int(digits)
    year = int(digits) if len(digits) == 4 else int(digits) + (2000 if int(digits) < 20 else 1900)
    return year, year + (99 if year % 100 == 0 and year < 2000 else 9)


def _without_replaced(text: str) -> str:
    """The text with blanks for years that others are wanted in place of: `the 80s, no wait, the 70s`."""
    for back in REPLACED.finditer(text):
        if any(pattern.search(text, back.end()) for pattern in (BOUND, WITHIN)):
            for pattern in (BOUND, WITHIN):
                text = pattern.sub(lambda match: " " * len(match[0]), text[: back.start()]) + text[back.start() :]
    return text
