"""The items a message names, as written or nearly so."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
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


def mentions(text: str, titles: dict[str, list[str]], catalogue: Catalogue) -> tuple[list[Mention], str]:
    """The titles named, longest first, and the text without them."""
    words = list(re.finditer(r"[\w'’&.\-]*\w", text))
    taken = [False] * len(words)
    found: list[tuple[int, Mention]] = []
    for length in range(min(12, len(words)), 0, -1):
        for start in range(len(words) - length + 1):
            span = words[start : start + length]
            ids = titles.get(plain(text[span[0].start() : span[-1].end()]))
            if ids and not any(taken[start : start + length]) and _is_a_title(text, words, start, length):
                taken[start : start + length] = [True] * length
                found.append((start, Mention(_meant(ids, text, catalogue), _bad(words, start))))
    if not found:
        for cue in re.finditer(r"\b(?:like|similar to|loved|enjoyed|hated|watched)\s+", text, re.IGNORECASE):
            said = re.split(STOP, text[cue.end() :], maxsplit=1, flags=re.IGNORECASE)[0].strip()
            near = process.extractOne(plain(said), list(titles), scorer=fuzz.ratio, score_cutoff=CLOSE)
            if len(said) >= 4 and near:
                start = next(n for n, word in enumerate(words) if word.start() >= cue.end())
                for n, word in enumerate(words):
                    taken[n] |= cue.end() <= word.start() < cue.end() + len(said)
                found.append((start, Mention(_meant(titles[near[0]], text, catalogue), _bad(words, start))))
    rest = " ".join(word.group() if not hit else "·" for word, hit in zip(words, taken, strict=True))
    once = {mention.id: mention for _, mention in sorted(found, key=lambda pair: pair[0])}
    return list(once.values()), re.sub(r"(?:· ?)+", "· ", rest)


def _is_a_title(text: str, words: Sequence[re.Match[str]], start: int, length: int) -> bool:
    """Common words are titles too (`Big`, `Speed`, `Heat`), so a short one needs a sign that it is meant."""
    span = words[start : start + length]
    if length >= 4 or text[span[0].start() - 1 : span[0].start()] in ('"', "“", "'"):
        return True
    before = words[start - 1].group().casefold() if start else ""
    if all(word.group()[0].isupper() or word.group()[0].isdigit() for word in (span[0], span[-1])):
        return start > 0 or length > 1 or len(words) == 1
    return before in CUES and (length > 1 or span[0].group().casefold() not in FILLER)


def _meant(ids: Sequence[str], text: str, catalogue: Catalogue) -> str:
    """Of namesakes the one whose year is in the text, else the first."""
    return next((id for id in ids if str(catalogue[id].year) in text), ids[0])


def _bad(words: Sequence[re.Match[str]], start: int) -> bool:
    return bool({plain(word.group()) for word in words[max(0, start - 3) : start]} & BAD)
