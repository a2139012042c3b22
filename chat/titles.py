"""The items a message names, as written or nearly so."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from retrieval.catalogue import Catalogue
from retrieval.domain import plain

CLOSE = 86  # of 100: a slip of the finger or two in a title
CUES = {"like", "to", "loved", "enjoyed", "liked", "watched", "than"}
STOP = r"\b(?:but|and|or|with|without|only|just|except|for|please|from|in|not|though|because|that|which)\b|[,.;:!?\"]"
BAD = {"hated", "disliked", "hate", "dislike", "didnt", "unlike", "not"}
FILLER = frozenset(
    """
    a an and any anything are be been but can could do does else film films for find from get give good got great
    have hello help hey hi i id im in is it its just let like looking lets maybe me mood more movie movies my need
    of on one ones or please recommend really recommendation recommendations see show so some something someone
    suggest suggestion suggestions thanks that the them then there these thing things this to today tonight try us
    very want watch we what whats which will with would you your should similar as not no without less than too
    again other another different others here now new loved enjoyed liked watched hated disliked
    """.split()
)


@dataclass(frozen=True)
class Mention:
    """An item that was named; `bad` if as something they did not like."""

    id: str
    bad: bool


def titles_of(catalogue: Catalogue) -> dict[str, list[str]]:
    """Every way a title may be written, plainly, with the ids it may mean; entries of one work count once."""
    titles: dict[str, list[str]] = defaultdict(list)
    for ids in catalogue.works.values():
        title = catalogue[ids[0]].title
        inside = re.findall(r"\(([^)]*)\)", title)
        outside = re.sub(r"\([^)]*\)", "", title)
        for form in {plain(f) for f in (title, outside, *inside, re.sub(r"^(?:The|A|An) ", "", outside))}:
            if form:
                titles[form].append(ids[0])
    return titles


def mentions(text: str, titles: Mapping[str, Sequence[str]], catalogue: Catalogue) -> tuple[list[Mention], str]:
    """The items named, in their order, and the text without their titles (a `·` stands for each)."""
    words = list(re.finditer(r"[\w'’&.\-]*\w", text))
    found = _as_written(text, words, titles) or _misspelt(text, words, titles)
    named = {_meant(ids, text, catalogue): _bad(words, place.start) for place, ids in found}
    taken = {at for place, _ in found for at in place}
    rest = " ".join("·" if at in taken else word.group() for at, word in enumerate(words))
    return [Mention(id, bad) for id, bad in named.items()], re.sub(r"(?:· ?)+", "· ", rest)


Found = list[tuple[range, Sequence[str]]]  # the places of the words, and what they may mean


def _as_written(text: str, words: Sequence[re.Match[str]], titles: Mapping[str, Sequence[str]]) -> Found:
    """The longest first, so that a title inside another is not found."""
    found: Found = []
    taken: set[int] = set()
    for length in range(min(12, len(words)), 0, -1):
        for start in range(len(words) - length + 1):
            place = range(start, start + length)
            ids = titles.get(plain(text[words[start].start() : words[place[-1]].end()]))
            if ids and not taken & set(place) and _is_meant(text, words, place, taken):
                taken |= set(place)
                found.append((place, ids))
    return sorted(found, key=lambda one: one[0].start)


def _is_meant(text: str, words: Sequence[re.Match[str]], place: range, taken: Collection[int]) -> bool:
    """Common words are titles too (`Big`, `Speed`, `Heat`), so a short one needs a sign that it is meant."""
    start, first, last = place.start, words[place.start], words[place[-1]]
    if len(place) >= 4 or text[first.start() - 1 : first.start()] in ('"', "“", "'"):
        return True
    if all(word.group()[0].isupper() or word.group()[0].isdigit() for word in (first, last)):
        return start > 0 or len(place) > 1 or len(words) == 1
    before = words[start - 1].group().casefold() if start else ""
    if before in ("and", "or", "nor"):  # `like Heat and casino`: what is joined to a title is one
        return start - 2 in taken
    return before in CUES and (len(place) > 1 or first.group().casefold() not in FILLER)


def _misspelt(text: str, words: Sequence[re.Match[str]], titles: Mapping[str, Sequence[str]]) -> Found:
    """What stands where a title is expected and is one but for a slip or two."""
    found: Found = []
    for cue in re.finditer(r"\b(?:like|similar to|loved|enjoyed|hated|watched)\s+", text, re.IGNORECASE):
        said = re.split(STOP, text[cue.end() :], maxsplit=1, flags=re.IGNORECASE)[0].strip()
        near = process.extractOne(plain(said), list(titles), scorer=fuzz.ratio, score_cutoff=CLOSE)
        if len(said) >= 4 and near:
            at = [n for n, word in enumerate(words) if cue.end() <= word.start() < cue.end() + len(said)]
            found.append((range(at[0], at[-1] + 1), titles[near[0]]))
    return found


def _meant(ids: Sequence[str], text: str, catalogue: Catalogue) -> str:
    """Of namesakes the one whose year is in the text, else the first."""
    return next((id for id in ids if str(catalogue[id].year) in text), ids[0])


def _bad(words: Sequence[re.Match[str]], start: int) -> bool:
    return bool({plain(word.group()) for word in words[max(0, start - 3) : start]} & BAD)
