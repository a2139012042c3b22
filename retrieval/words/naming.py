"""How a title may be written: with its article or without, by its first part, its numbers in any way."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

ARTICLES = ("the", "a", "an")
LAST = re.compile(r"^(.*), (The|A|An|Les?|La|L'|Las|Los|El|Il|Das|Der|Die)\b(.*)$")  # `Birdcage, The`
PARTS = re.compile(r":\s|\s[-–—]\s")
TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)*|&")
NUMBERS = {"ii": "2", "iii": "3", "iv": "4", "vi": "6", "vii": "7", "viii": "8", "ix": "9"}
COUNTED = {word: str(at) for at, word in enumerate("one two three four five six seven eight nine ten".split(), start=1)}
COUNTED |= {"i": "1", "v": "5", "x": "10"}
PART = ("part", "pt", "vol", "volume", "chapter", "episode")


@dataclass(frozen=True)
class Word:
    """A word of a text from `start` to `end`, and the `key` by which it is compared: empty where it counts nothing, as
    the `part` of `part two`."""

    start: int
    end: int
    key: str


@dataclass(frozen=True)
class Forms:
    """A title by its words: the `full` ways, the `short` ones that others may share, and its `stem` without article."""

    full: tuple[tuple[str, ...], ...]
    short: tuple[tuple[str, ...], ...]
    stem: tuple[str, ...]


def readings(text: str) -> list[Word]:
    """The words of a text; case, accents and apostrophes do not count, numbers are in digits."""
    words = [Word(match.start(), match.end(), folded(match[0])) for match in TOKEN.finditer(text)]
    for at, word in enumerate(words):
        after = words[at + 1].key if at + 1 < len(words) else ""
        if word.key in PART and (after.isdigit() or after in NUMBERS or after in COUNTED):
            words[at] = Word(word.start, word.end, "")
            words[at + 1] = Word(words[at + 1].start, words[at + 1].end, COUNTED.get(after, after))
        else:
            words[at] = Word(word.start, word.end, NUMBERS.get(word.key, word.key))
    return words


def folded(word: str) -> str:
    """One word without case, accents and apostrophes."""
    if word == "&":
        return "and"
    if word.isascii():
        return word.lower().replace("'", "")
    plain = unicodedata.normalize("NFKD", word.casefold().replace("'", "").replace("’", ""))
    return unicodedata.normalize("NFC", re.sub(r"[\u0300-\u036f]", "", plain))


def forms_of(title: str) -> Forms:
    """All ways to write a title."""
    title = re.sub(r"\s+\(\d{4}\)$", "", title)  # a year is no part of it
    inside = re.findall(r"\(([^)]*)\)", title)
    outside = re.sub(r"\s*\([^)]*\)", "", title).strip() or title
    wholes = [turned(each) for each in (outside, *inside)]
    full = [words for each in dict.fromkeys((*wholes, title)) for words in _with_and_without_article(each)]
    pieces = PARTS.split(turned(outside))
    heads = [" ".join(pieces[:at]) for at in range(1, len(pieces))]
    short = [words for each in (*heads, *pieces[-1:]) for words in _with_and_without_article(each) if len(pieces) > 1]
    plain = _with_and_without_article(wholes[0])
    return Forms(
        tuple(dict.fromkeys(words for words in full if words)),
        tuple(dict.fromkeys(words for words in short if words and words not in full)),
        plain[-1],
    )


def turned(title: str) -> str:
    """With the article in front: `Birdcage, The` is `The Birdcage`."""
    return LAST.sub(r"\2 \1\3", title)


def _with_and_without_article(title: str) -> list[tuple[str, ...]]:
    words = tuple(word.key for word in readings(title) if word.key)
    return [words, words[1:]] if len(words) > 1 and words[0] in ARTICLES else [words]
