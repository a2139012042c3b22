"""Certificates said outright: `rated PG`, `nothing above PG-13`, `12 or under`; in the order that the domain's table of
ages gives them."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from chat.understanding.text.blanks import blanked
from chat.understanding.values.amounts import plainly
from chat.understanding.values.suiting import Here
from retrieval.domain import Domain
from retrieval.filtering.where import Where

RATED = r"(?:rated|ratings?(?: of| is)?|certificates?(?: of| is)?|certified|cert)"
BEYOND = r"(?:above|over|beyond|past|(?:higher|worse|stricter|harsher|older) than)"
NOT_BEYOND = rf"\b(?:nothing|not|no|never|none)(?: [\w'’-]+){{0,3}}? {BEYOND}(?: an?)?(?: {RATED})?"
# the words around a certificate, and how the ages of those that they leave stand to its own
BOUNDS: tuple[tuple[str, str, Callable[[int, int], bool]], ...] = (
    (NOT_BEYOND, "", operator.le),
    (rf"\b(?:{RATED} )?(?:at most|up to|max(?:imum)?(?: of)?|no more than)(?: {RATED})?", "", operator.le),
    (
        rf"(?:\b{RATED})?",
        r"(?: (?:or|and) (?:lower|under|below|less|milder)| at (?:the )?most| max| tops)\b",
        operator.le,
    ),
    (rf"\b(?:{RATED} )?at least(?: {RATED})?", "", operator.ge),
    (rf"(?:\b{RATED})?", r" (?:or|and) (?:higher|above|over|up)\b", operator.ge),
    (rf"\b(?:{RATED} )?{BEYOND}(?: {RATED})?", "", operator.gt),
)


def certified(text: str, domain: Domain, here: Here) -> tuple[Where, tuple[str, ...], str]:
    """The limits that follow, what of them is not known here, and the text with blanks for their words. One that the
    items have and that is named alone stays, to be read as any value."""
    either, missing = dict[str, frozenset[str]](), list[str]()
    for facet, table in domain.ages.items():
        limits = list(_limits(text, table))
        alone = [] if here[facet] else [match.span() for match in re.finditer(_alone(table), text, re.IGNORECASE)]
        for start, end in (*(place for place, _ in limits), *alone):
            text = blanked(text, start, end)
        if here[facet] and limits:
            left = frozenset.intersection(*(values for _, values in limits))
            either[facet] = left & here[facet] or left
        elif limits or alone:
            missing.append(f"{plainly(facet)}s")
    return Where(either=either), tuple(missing), text


def as_mild(allowed: Where, domain: Domain, here: Here) -> Where:
    """Who allows a certificate allows those below it."""
    either = dict(allowed.either)
    for facet, table in domain.ages.items():
        if ages := [table[value] for value in allowed.asked(facet) if value in table]:
            either[facet] = frozenset(value for value in here[facet] if table.get(value, 99) <= max(ages))
    return replace(allowed, either=either)


def _limits(text: str, table: Mapping[str, int]) -> Iterator[tuple[tuple[int, int], frozenset[str]]]:
    """From where to where a bound is spoken of, and the certificates that it leaves."""
    ages = {_bare(value): age for value, age in table.items()}
    for before, after, stands in BOUNDS:
        for match in re.finditer(rf"{before}(?:^|\s)(?P<value>{_any(table)})(?![\w-]){after}", text, re.IGNORECASE):
            if match["value"].isdigit() and not re.search(RATED, match[0], re.IGNORECASE):
                continue  # `up to 12` may be anything
            left = frozenset(value for value, age in table.items() if stands(age, ages[_bare(match["value"])]))
            yield match.span(), left
            text = blanked(text, *match.span())


def _alone(table: Mapping[str, int]) -> str:
    """One by itself; a number or a letter may be anything, unless it is said to be one."""
    telling = _any(value for value in table if len(value) > 1 and not value.isdigit())
    every = _any(table)
    return rf"\b{RATED} (?:{every})(?![\w-])|\b(?:{every})[ -](?:{RATED})\b|\b(?:{telling})(?![\w-])"


def _any(values: Iterable[str]) -> str:
    """Any of them, `pg13` too; a letter by itself has to be a capital where it is one."""
    each = sorted(values, key=len, reverse=True)
    return "|".join(
        rf"(?-i:{re.escape(one)})" if len(one) == 1 else re.escape(one).replace(r"\-", "[- ]?") for one in each
    )


def _bare(value: str) -> str:
    return re.sub(r"\W", "", value).casefold()
