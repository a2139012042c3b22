"""Items called by a part of their title, and in small letters: `quiet place`, `the penguins`, `the hush ones`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Sequence

from rapidfuzz.distance import OSA

from chat.understanding.references.nouns import by_noun
from chat.understanding.references.pointing import pointed
from chat.understanding.text.words import FILLER, WORD, singular
from chat.understanding.values.constraints import people_in
from chat.understanding.values.means import Means
from retrieval.domain import plain
from retrieval.words.titles import Link

LONGEST = 5  # words of a part
BRIEF = 300  # characters of a message in which parts are looked for: whoever writes more names things in full
SHORTEST = 4  # letters of a part that is one word
SLIPPERY = 5  # letters of the shortest word in which a slip is looked for
THE = re.compile(r"\b(?:the|that|those|these|this)\s+$", re.IGNORECASE)
NO = re.compile(r"\b(?:no|not|skip|without)\s+$", re.IGNORECASE)
PART = re.compile(r"\b(?:part|number) (?:\d|one|two|three|four|ii|iii|iv)\b", re.IGNORECASE)
THING = re.compile(r" ones?\b", re.IGNORECASE)
APART = re.compile(r"[.!?;:,\n]")
ALONE = re.compile(r"(?:^|[.!;,])\s*$"), re.compile(r"\s*(?:$|[.!;,])")
BEHIND = re.compile(r"(?:asleep|off|out) (?:in|during|of) $", re.IGNORECASE)  # where a number is no year
SURE, LIKELY = 1.0, 0.5  # whether it is named at all: a bare part of one word may be a word like others


def by_part(text: str, shown: Sequence[str], means: Means) -> list[Link]:
    """All that is named in the text, none inside another: by a title, by what tells it from the others of the list, or
    by a part of its title that no other has, of the list or else of the catalogue."""
    here, people = means.items(shown), people_in(text, means.known)
    told = [*pointed(text, here, means.known), *by_noun(text, here, means.known)]
    named = [one for one in means.titles.linked(text) if not _touches(one.start, one.end, people)]
    places = Counter(one.start for one in told)  # `the first two` are left to those who read several at once
    found = [*named, *(one for one in told if len(one.ids) == 1 == places[one.start])]
    found = _apart((Link(one.start, one.end, one.ids, SURE) for one in found), people)
    found = [*found, *_sequels(text, found, means)]
    return sorted(_apart([*found, *_parts(text, shown, means)], people), key=lambda one: one.start)


def _sequels(text: str, links: Sequence[Link], means: Means) -> Iterator[Link]:
    """`The Godfather, seen it, part 2 as well`: what is only a number is a part of what is named before it."""
    for match in PART.finditer(text):
        for one in [one for one in links if one.end <= match.start()][-1:]:
            named = means.titles.linked(f"{means.catalogue[one.ids[0]].title} {match[0]}")
            if len(named) == 1 and len(named[0].ids) == 1 and named[0].ids != one.ids:
                yield Link(*match.span(), named[0].ids, SURE)


def _apart(links: Iterable[Link], taken: Sequence[tuple[int, int]]) -> list[Link]:
    """The first of the links, without those that touch one before them or a place that is taken."""
    found = list[Link]()
    for one in links:
        if not _touches(one.start, one.end, [*taken, *((other.start, other.end) for other in found)]):
            found.append(one)
    return found


def _touches(start: int, end: int, places: Iterable[tuple[int, int]]) -> bool:
    return any(start < until and since < end for since, until in places)


def _parts(text: str, shown: Sequence[str], means: Means) -> Iterator[Link]:
    """Stretches of words that are a part of one title, the longer first."""
    places = list(WORD.finditer(text)) if len(text) <= BRIEF else []
    for many in range(LONGEST, 0, -1):
        for at in range(len(places) - many + 1):
            start, end = places[at].start(), places[at + many - 1].end()
            if APART.search(text[start:end]):
                continue
            if many == 1 and BEHIND.search(text[:start]) and (ids := means.titles.closest(text[start:end], 100)):
                yield Link(start, end, ids, SURE)
            elif id := _meant(text, start, end, shown, means):
                word = plain(text[start:end])
                title = word in means.titles.full and word not in means.titles.ordinary
                sure = many > 1 or title or THE.search(text[:start]) or (id in shown and NO.search(text[:start]))
                thing = THING.match(text, end)
                yield Link(start, thing.end() if thing else end, (id,), SURE if sure else LIKELY)


def _meant(text: str, start: int, end: int, shown: Sequence[str], means: Means) -> str:
    """The one item of which these words are a part, empty where there is none or more than one."""
    said, catalogue = text[start:end], means.catalogue
    words = plain(said).split()
    if not words:
        return ""
    whole = means.titles.full.get("".join(words), ())
    if len(whole) == 1 and (len(words) > 1 or words[0] not in FILLER) and _alone(text, start, end):
        return whole[0]
    if {words[0], words[-1]} & FILLER or (len(words) == 1 and (len(words[0]) < SHORTEST or words[0].isdigit())):
        return ""
    listed = [(id, plain(catalogue[id].title).split()) for id in shown if id in catalogue]
    here = [id for id, title in listed if _holds(title, words, means.titles.ordinary)]
    kind = means.known.value(words, text, start) or plain(said) in means.domain.words
    if here or kind:
        return here[0] if len(here) == 1 and (not kind or THE.search(text[:start])) else ""
    if len(words) == 1 and words[0] in means.titles.ordinary and not THE.search(text[:start]):
        return ""
    every = [id for id in means.worded(words) if _holds(plain(catalogue[id].title).split(), words)]
    return every[0] if len(every) == 1 else ""


def _alone(text: str, start: int, end: int) -> bool:
    before, behind = ALONE
    return bool(before.search(text[:start]) and behind.match(text, end))


def _holds(title: Sequence[str], words: Sequence[str], ordinary: Container[str] | None = None) -> bool:
    """Whether all the words stand in the title, in their order; with `ordinary`, one that is none of those may have a
    slip."""
    left = iter(title)
    return all(any(_same(word, other, ordinary) for other in left) for word in words)


def _same(word: str, other: str, ordinary: Container[str] | None) -> bool:
    if singular(word) == singular(other):
        return True
    slips = ordinary is not None and len(word) >= SLIPPERY and word[0] == other[:1] and word not in ordinary
    return slips and OSA.distance(word, other, score_cutoff=1) == 1
