"""What a sentence says of the past, the likes and the wish of the person, and of which of the things it mentions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from eval.explaining.reading import Mention

Relation = Literal["did", "likes", "named", "asked", "cause", "shared"]
DO = r"(?:(?:have|had) )?(?:(?:just|also|already|recently|once|really|both|so|all|enjoyed and) )*"
CUES: tuple[tuple[Relation, str], ...] = (
    (
        "did",
        rf"\byou(?:['’]ve)? {DO}(?:{{did}}|watched|saw|seen|rated|viewed|finished|bought|read)\b"
        r"|\byour (?:past|history|watching|viewing)\b|\b(?:seen|{did}) by you\b|\bhaving (?:\w+ )?(?:{did}|seen)\b",
    ),
    (
        "likes",
        rf"\b(?<!if )(?<!do )(?<!what )(?<!things )you(?:['’]ve)? {DO}(?:like|love|enjoy|adore)d?\b"
        r"|\byour (?:own )?(?:likes?|favou?rites?)\b|\b(?:liked|loved) by you\b|\bif you (?:like|love|enjoy)d?\b"
        r"|\bhaving liked\b",
    ),
    ("named", rf"\byou(?:['’]ve)? {DO}(?:named|mentioned|brought up|gave as an example)\b|\byour example\b"),
    (
        "asked",
        rf"\byou(?:['’]ve)? {DO}(?:ask|asked|wanted|want|requested|wished|wish|were after|are after|were looking)"
        r"(?: for)?\b|\byour (?:wish|request)(?: for)?\b|\b(?:as|just what you) requested\b",
    ),
    (
        "cause",
        r"\bwithout(?= [A-Z\d“])|\b(?:because of|thanks to|owing to|due to|on account of)(?= )"
        r"|\bwas your kind of\b",
    ),
    ("shared", r"\b(?:shares?|sharing|in common)\b|\bmeets(?= [“A-Z\d])|^like(?= [“A-Z\d])|\bof(?= [“A-Z\d])"),
)
JOINED = re.compile(
    r"\s*(?:,|;|and|or|&|as well as|/|,\s*and|,\s*or|\(\d{4}\)\s*(?:,|and|,\s*and)?)\s*(?:the |its |a |an )?", re.I
)
RELATIVE = re.compile(r"(?:\b(?:which|that|whom|as|just as|years)|,)\s*$", re.I)
BETWEEN = frozenset(
    "a an the some something any anything for of with from in like such things more both thing kind sort".split()
)
KINDS = ("title", "facet", "year", "decade", "number", "quote")
NOT = re.compile(r"\b(?:no|not|never|without|isn['’]t|nor|neither|hardly|less)\b(?:\s+\w+){0,2}\s*$", re.I)


@dataclass(frozen=True)
class Claim:
    """That the relation holds of these mentions; of the item itself, said as `it`, where there are none. `start` and
    `end`: where the words of the relation stand. `negated`: that it does not hold."""

    relation: Relation
    of: tuple[Mention, ...]
    start: int
    end: int
    negated: bool = False


def claims(sentence: str, mentions: Sequence[Mention], did: str, item: str) -> list[Claim]:
    """The claims in their order. `did`: what people do with items, as the domain has it; `item`: the id of the item
    that the sentence is about."""
    return sorted(_claims(sentence, mentions, did, item), key=lambda one: one.start)


def _claims(sentence: str, mentions: Sequence[Mention], did: str, item: str) -> Iterator[Claim]:
    cues = [
        (match.start(), match.end(), relation)
        for relation, pattern in CUES
        for match in re.finditer(pattern.replace("{did}", re.escape(did)), sentence, re.IGNORECASE)
        if not any(one.start <= match.start() < one.end and one.what in ("title", "quote") for one in mentions)
    ]
    cues = [one for one in cues if not _modal(sentence, one)]
    for start, end, relation in cues:
        negated = bool(re.search(r"n['’]t|\bnot\b|\bnever\b", sentence[start:end]))
        of = _meant(sentence, mentions, start, end, relation, item)
        yield Claim(relation, of, start, end, negated)
    for match in re.finditer(
        rf"\byou (?:have not|haven['’]t|never|did not|have never) (?:yet )?(?:{did}|seen)\b", sentence, re.I
    ):
        yield Claim("did", (), match.start(), match.end(), True)


def _modal(sentence: str, cue: tuple[int, int, Relation]) -> bool:
    """`you may like it` claims nothing."""
    return bool(re.match(r"you(?:['’]ll|['’]d)? (?:may|might|could|would|should|will|can)\b", sentence[cue[0] :], re.I))


def _meant(
    sentence: str, mentions: Sequence[Mention], start: int, end: int, relation: Relation, item: str
) -> tuple[Mention, ...]:
    """What the relation is said of: what stands right behind it, or else the last things before it."""
    if relation == "shared":
        return _shared(sentence, mentions, start, end, item)
    kinds = KINDS if relation in ("asked", "named") else ("title",)
    these = [one for one in mentions if one.what in kinds]
    before, after = [one for one in these if one.end <= start], [one for one in these if one.start >= end]
    gap = sentence[end : after[0].start] if after else ""
    words = re.findall(r"\w+", gap)
    near = bool(after) and set(map(str.casefold, words)) <= BETWEEN and not re.search(r"[.;!?]", gap)
    touching = bool(before) and bool(
        re.fullmatch(r"\s*(?:films?|movies?|items?|ones?|[(]\d{4}[)])?\s*", sentence[before[-1].end : start])
    )
    if near and not touching and not (before and RELATIVE.search(sentence[:start])):
        return _list(sentence, after, item)
    return _list(sentence, before[::-1], "")[::-1] if before and relation != "cause" else ()


def _shared(sentence: str, mentions: Sequence[Mention], start: int, end: int, item: str) -> tuple[Mention, ...]:
    """What two things are said to have both, and the others of them: `shares Horror with Alien`, `has Horror in common
    with Alien`, `meets Alien in its Horror`, `Like Alien, it has Horror`, `has the Horror of Alien`. None if it is said
    of nothing."""
    word = sentence[start:end].casefold()
    stop = re.search(r";|,? and it\b|[.!?]\s", sentence[end:])
    limit = end + stop.start() if stop else len(sentence)
    after = [one for one in mentions if end <= one.start < limit]
    before = [one for one in mentions if one.end <= start]
    titles, earlier = ([one for one in some if one.what == "title" and item not in one.key] for some in (after, before))
    if word == "meets" and not (titles and titles[0].start == end + 1):  # `meets Horror` is no meeting of two
        return ()
    if word in ("of", "in common"):
        touching = bool(before) and not sentence[before[-1].end : start].strip() and before[-1].what == "facet"
        if not touching or (word == "of" and not (titles and titles[0].start == end + 1)):
            return ()
        facets = _list(sentence, [one for one in before[::-1] if one.what == "facet"], "")
    else:
        first = titles[0].start if titles and word.startswith("shar") else limit
        facets = tuple(one for one in after if one.what == "facet" and one.start < first)
    others = _list(sentence, titles, item) if titles else _list(sentence, earlier[::-1], "") if earlier else ()
    return (*facets, *others)


def _list(sentence: str, ordered: Sequence[Mention], item: str) -> tuple[Mention, ...]:
    """The first and those joined to it; after a comma, the item itself begins a new clause."""
    found: list[Mention] = []
    for one in ordered:
        if found:
            low, high = sorted((found[-1], one), key=lambda each: each.start)
            between = sentence[low.end : high.start]
            own = one.what == "title" and item in one.key
            if not JOINED.fullmatch(between) or (own and "," in between) or one.what != found[0].what:
                break
        found.append(one)
    return tuple(found)


def negated(sentence: str, mention: Mention) -> bool:
    """Whether a no stands right before it."""
    return bool(NOT.search(sentence[: mention.start]))
