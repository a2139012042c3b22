"""What is only allowed: `used is ok`, `the 90s are fine too`, `I'd also take blue`. Nobody asks for that."""

from __future__ import annotations

import re
from collections.abc import Sequence

from chat.understanding.text.blanks import blanked
from chat.understanding.text.words import FILLER, stance
from chat.understanding.values.constraints import constraints
from chat.understanding.values.known import Known
from retrieval.domain import plain
from retrieval.filtering.where import Where
from retrieval.items import Item

AS_WELL = r"(?:too|also|as well|after all|again)"
FINE = (
    r"(?:ok(?:ay)?|fine|alright|all right|acceptable|possible|allowed|welcome|(?:no|not a) problem|also good|good too"
    r"|good as well|great too)"
)
HEDGES = r"then|now|actually|though|really|I think|I guess|I suppose|if need be"
WITH_US = rf"(?: (?:{AS_WELL}|(?:with|for|by) (?:me|us)|{HEDGES}))*"
BE = r"(?:['’](?:s|re|d be|ll be)| (?:is|are|was|were|(?:would|will|can|could|may|might) be))"
LEAD = r"(?:(?:and|but|or|oh|ok|okay|yes|yeah|well|so|wait|actually|no|even|also|maybe|,) )*"
CLAUSE = re.compile(
    rf"\s*{LEAD}(?:(?P<what>[^,.;:!?]+?)(?:{BE}(?: (?:also|even|perfectly|totally|all|just|still|absolutely))* {FINE}"
    rf"| (?:works?|(?:would|will) (?:also )?(?:do|work)|goes)(?= too\b| as well\b| also\b)){WITH_US}"
    rf"|(?:it|they|this|that) (?:can|could|may|might) (?:also |even |well )?be (?P<can>[^,.;:!?]+?)(?: {AS_WELL})+"
    rf"|(?:(?:i|we)(?:['’]?d| would| could| can)? )?(?:also |even )*(?:take|accept|consider|be (?:ok|okay|fine|happy)"
    rf" with|(?:am|are|['’]?m) (?:ok|okay|fine|happy|open) (?:with|to)|open to)(?P<take> [^,.;:!?]+?)(?: {AS_WELL})*)"
    r"\s*(?=$|[,.;:!?])",
    re.IGNORECASE,
)
ALSO = re.compile(rf"\b(?:{AS_WELL}|even)\b", re.IGNORECASE)
# a clause may begin after these
START = re.compile(r"^|[,.;:!?]|\b(?:but|and)\b", re.IGNORECASE)


def allowing(text: str, known: Known, shown: Sequence[Item], before: Where | None) -> tuple[Where, str]:
    """What the text allows beside what was asked `before`, or is in it, and the text with blanks for that.

    Who begins with it and says nothing else asks for it, since there is nothing that it could stand beside. A clause in
    which anything else stands is none of these, and neither is a bound where there was none: `up to 50 is fine`. What
    items have several of combines, so `romance is fine` asks for no other kind, and `romance is fine too` does.
    """
    allowed, held, whole = Where(), before or Where(), text
    for start in [match.end() for match in START.finditer(text)]:
        if not (match := CLAUSE.match(text, start)):
            continue
        group = next(name for name in ("what", "can", "take") if match[name])
        what = " " * match.start(group) + match[group]
        read = constraints(what, stance(what), known, shown)
        if read.where.unwanted or not read.where or read.missing or _more(read.rest, known, read.where):
            continue
        if any(span.low is None or span.high is None for name, span in read.where.ranges.items()) and not (
            read.where.ranges.keys() <= held.ranges.keys()
        ):
            continue
        found = read.where if ALSO.search(match[0]) else _no_other_kind(read.where, known, held)
        allowed = allowed.followed_by(found) if not allowed else _both(allowed, found)
        text = blanked(text, *match.span())
    flags = allowed.ranges and not allowed.wanted and all(span.kind == "flag" for span in allowed.ranges.values())
    alone = before is None and not flags and not re.search(r"\w|·", text)
    return (Where(), whole) if alone else (allowed, text)


def as_asked(text: str) -> str:
    """The text without the words that only allow: what is fine as an answer is asked for."""
    match = CLAUSE.match(text)
    return text if not match else (match["what"] or match["can"] or match["take"]).strip() + text[match.end() :]


def _no_other_kind(where: Where, known: Known, held: Where) -> Where:
    """Without values of which an item has others beside it, unless they were kept out."""
    out = held.unwanted
    wanted, either = (
        {f: values for f, some in side.items() if (values := some if known.alternates(f) else some & out.get(f, set()))}
        for side in (where.wanted, where.either)
    )
    return Where(wanted, {}, either, where.ranges)


def _both(one: Where, other: Where) -> Where:
    either = {f: one.asked(f) | other.asked(f) for where in (one, other) for f in (*where.wanted, *where.either)}
    return Where(either=either, ranges={**one.ranges, **other.ranges})


def _more(rest: str, known: Known, where: Where) -> bool:
    """Whether a word stands there that is no part of what was read."""
    values = {value for side in (where.wanted, where.either) for some in side.values() for value in some}
    read = {word for value in values for word in plain(value).split()}
    read |= {word for said, (_, value) in known.values.items() if value in values for word in said.split()}
    words = plain(rest).split()
    return any(word not in FILLER and word not in read and word.removesuffix("s") not in read for word in words)
