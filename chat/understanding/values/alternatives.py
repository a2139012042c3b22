"""What becomes of alternatives from message to message: another value takes the place of the one before, or stands
beside it (`also black`, `or the 90s`)."""

from __future__ import annotations

import re
from collections.abc import Set
from dataclasses import replace

from chat.messages import Intent
from chat.understanding.values.known import PEOPLE, Known
from chat.understanding.values.suiting import unless_asked
from retrieval.domain import plain
from retrieval.filtering.spans import Span
from retrieval.filtering.where import Where

SO = r"(?:(?:and|but|oh|ok|okay|yes|yeah|well|maybe|actually|perhaps)\b(?: ,)? ?)*"
OR = re.compile(rf"{SO}or\b(?! (?:not|better|rather)\b)")
ALSO = re.compile(
    rf"{SO}(?:also|even)\b(?! if\b)|.*\b(?:too|also|as well)(?: please| thanks| then)*(?: [.!?])*$", re.DOTALL
)
AND = re.compile(r"(?:and|plus)\b")


def following(before: Where, intent: Intent, said: str, known: Known) -> Where:
    """The wish before together with that of the message.

    After an `or` what is asked stands beside what was asked of the same before. So does a period after an `also`, and
    a value of what items have one of as a rule, `also black`; without it such a value takes the place of the other.
    Values of what items have several of, such as genres, add up, but somebody else is wanted in place of the other.
    """
    later, or_, also, and_ = intent.where, OR.match(said), ALSO.match(said), AND.match(said)
    alternates = {facet for facet in later.wanted if known.alternates(facet)}
    single = {facet for facet in alternates if known.domain.fields[facet].type == "category"}
    people = {facet for facet in later.wanted if facet in PEOPLE and not (also or and_)}
    beside = {*later.wanted, *later.either} if or_ else alternates if also else single if and_ else set()
    either = {facet: later.asked(facet) | before.asked(facet) for facet in beside}
    renewed = beside if and_ and not also else beside | alternates | people
    joined = {name for name, span in later.ranges.items() if or_ or (also and _two_sided(span))} & before.ranges.keys()
    ranges = {name: _span(name, span, before, intent, name in joined) for name, span in later.ranges.items()}
    before = replace(before, ranges={name: span for name, span in before.ranges.items() if name not in joined})
    wanted = {facet: values for facet, values in later.wanted.items() if facet not in beside}
    later = replace(later, wanted=wanted, either={**later.either, **either}, ranges=ranges)
    both = unless_asked(_without(before, renewed), later, known.domain).followed_by(later)
    return replace(both, ranges={name: span for name, span in both.ranges.items() if not span.everything})


def widened(where: Where, allowed: Where) -> Where:
    """The wish with what is allowed as well: beside the one thing that it asked for instead, and no more kept out."""
    wanted, either, unwanted = dict(where.wanted), dict(where.either), dict(where.unwanted)
    ranges = dict(where.ranges)
    for facet in {*allowed.wanted, *allowed.either}:
        values = allowed.asked(facet)
        if facet in unwanted and (lifted := unwanted[facet] & values):
            unwanted[facet] -= lifted
            values -= lifted
        both = facet in wanted and (facet in either or len(wanted[facet]) > 1)
        if values and where.asked(facet) and not both:
            either[facet] = where.asked(facet) | values
            wanted.pop(facet, None)
    for name, span in allowed.ranges.items():
        if name in ranges and span.kind == "flag":
            del ranges[name]
        elif name in ranges:
            ranges[name] = ranges[name].either(span)
    left = {facet: values for facet, values in unwanted.items() if values}
    ranges = {name: span for name, span in ranges.items() if not span.everything}
    return replace(where, wanted=wanted, either=either, unwanted=left, ranges=ranges)


def put_right(before: Where, later: Where) -> tuple[Where, Where]:
    """A wish and its correction, `I meant shoes, not clothes`: the wish without what is asked for in its place, and the
    correction, which keeps nothing out that was only asked for by mistake."""
    unwanted = {facet: left for facet, no in later.unwanted.items() if (left := no - before.asked(facet))}
    return _without(before, {*later.wanted, *later.either}), replace(later, unwanted=unwanted)


def words_left(words: str, before: Where, now: Where, known: Known) -> list[str]:
    """The words of a wish without those for values that it no longer asks for."""
    gone = {
        value
        for facet in {*before.wanted, *before.either, *now.unwanted}
        for value in (before.asked(facet) | now.unwanted.get(facet, frozenset())) - now.asked(facet)
    }
    said = {word for value in gone for word in plain(value).split()}
    return [
        word
        for word in words.split()
        if known.domain.words.get(plain(word), ("", ""))[1] not in gone and plain(word) not in said
    ]


def _span(name: str, span: Span, before: Where, intent: Intent, beside: bool) -> Span:
    """The span that a number is to lie in now: of a period that stands beside another, both; and neither `cheaper`
    nor `not the 70s` takes back the limit before it."""
    if name not in before.ranges:
        return span
    held = before.ranges[name]
    if any(one.of == name for one in intent.degrees) or (span.denies and not beside):
        both = held.within(span)
        return span if both.empty else both
    return held.either(span) if beside and span.kind != "flag" else span


def _two_sided(span: Span) -> bool:
    return span.low is not None and span.high is not None


def _without(where: Where, facets: Set[str]) -> Where:
    """The wish without what it asks of these attributes."""
    wanted, either = (
        {facet: values for facet, values in side.items() if facet not in facets}
        for side in (where.wanted, where.either)
    )
    return replace(where, wanted=wanted, either=either)
