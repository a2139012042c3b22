"""Which of the list is meant by a part of its title: `how much are the trainers?`, `Django is brilliant`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from chat.understanding.text.words import FILLER, singulars
from chat.understanding.values.known import Known
from retrieval.domain import plain
from retrieval.items import Item
from retrieval.words.titles import Link

WORDS = 2  # of a name that stands for a longer one
THE = re.compile(r"\bthe (?P<what>[^\W\d_][\w'’-]*(?: [\w'’-]+)?)", re.IGNORECASE)
# something is asked of it, or said of it; `what about the lamps` may be a wish
ASKED = re.compile(
    r"(?:\b(?:is|are|was|were|does|do|did|has)(?:n['’]?t)?|\btell me (?:more )?about|(?<!what )(?<!how )\babout)\s$",
    re.I,
)
SAID = re.compile(r"\s*(?:[!,:]|(?:is|are|was|were|looks?|seems?|has|have)\b)", re.IGNORECASE)
NAME = re.compile(r"\b(?P<what>[A-Z][^\W\d_]{3,})\b")
OTHERS = re.compile(r" (?:by|from|with|of)\b", re.IGNORECASE)  # `the shoes by Acme` may be others than those
OPENS = re.compile(r"(?:^|[.,;:!?])\s*(?:(?:and|but|so|ok|okay|oh|hm+|no|yes) ?,? ?)*$", re.IGNORECASE)


def by_noun(text: str, shown: Sequence[Item], known: Known) -> list[Link]:
    """The item of the list whose title ends with the words behind a `the`, or begins with the name, with the place of
    the words; none where several are so called, or where nothing is asked or said of it."""
    found = [
        Link(*match.span(), (called[0],), 1.0)
        for match in NAME.finditer(text)
        if plain(match["what"]) not in known.values  # `Kitchen is what I need`
        and len(called := _beginning(match["what"], shown)) == 1
        and _spoken_of(text, match.start(), match.end())
    ]
    for match in THE.finditer(text):
        for end, said in _readings(match):
            called = [item.id for item in shown if singulars(item.title)[-len(said) :] == said]
            if len(called) == 1 and _spoken_of(text, match.start(), end):
                found.append(Link(match.start(), end, (called[0],), 1.0))
                break
    return found


def _beginning(name: str, shown: Sequence[Item]) -> list[str]:
    """The items whose title begins with the name and goes on."""
    each = ((item.id, singulars(item.title)) for item in shown)
    return [id for id, words in each if len(words) > 1 and words[:1] == singulars(name) and words[0] not in FILLER]


def _spoken_of(text: str, start: int, end: int) -> bool:
    """Whether something is asked or said of what stands there."""
    return bool(ASKED.search(text[:start]) or (OPENS.search(text[:start]) and SAID.match(text, end)))


def _readings(match: re.Match[str]) -> Iterator[tuple[int, list[str]]]:
    """The words behind it, the longer reading first, each with where it ends."""
    start = match.start("what")
    if OTHERS.match(match.string, match.end()) or OTHERS.search(match[0]):
        return
    for many in range(WORDS, 0, -1):
        said = match["what"].split()[:many]
        if len(said) == many and (words := singulars(" ".join(said))) and words[-1] not in FILLER:
            yield start + len(" ".join(said)), words
