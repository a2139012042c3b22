"""Facets, years and wishes beyond the catalogue, by the domain's words and a grammar of years."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from retrieval.domain import Domain, plain
from retrieval.filters import Where

NOT = {
    "no",
    "not",
    "without",
    "never",
    "less",
    "nothing",
    "neither",
    "nor",
    "isnt",
    "dont",
    "doesnt",
    "avoid",
    "hate",
    "hated",
}
DECADES = {
    "twenties": 1920, "thirties": 1930, "forties": 1940, "fifties": 1950,
    "sixties": 1960, "seventies": 1970, "eighties": 1980, "nineties": 1990,
}  # fmt: skip


def beyond(text: str, domain: Domain) -> tuple[str, tuple[str, ...]]:
    """Wishes for what the catalogue does not know, by what it is that is missing, and the text without them."""
    missing = []
    for label, phrases in domain.unknown.items():
        pattern = "|".join(rf"\b{re.escape(phrase)}\b" for phrase in sorted(phrases, key=len, reverse=True))
        if re.search(pattern, text, re.IGNORECASE):
            missing.append(label)
            text = re.sub(pattern, " ", text, flags=re.IGNORECASE)
    return text, tuple(missing)


def constraints(text: str, domain: Domain, years_shown: Iterable[int | None]) -> tuple[Where, str]:
    """Facets and years that must or must not hold, and the text without the years."""
    since, until, text = _years(text, [year for year in years_shown if year])
    words = plain(text).split()
    wanted: dict[str, set[str]] = defaultdict(set)
    unwanted: dict[str, set[str]] = defaultdict(set)
    longest = max((len(phrase.split()) for phrase in domain.words), default=0)
    at = 0
    while at < len(words):
        for length in range(longest, 0, -1):
            if hit := domain.words.get(" ".join(words[at : at + length])):
                facet, value = hit
                chosen, other = (unwanted, wanted) if NOT & set(words[max(0, at - 3) : at]) else (wanted, unwanted)
                chosen[facet].add(value)
                other[facet].discard(value)
                at += length - 1
                break
        at += 1
    frozen = [{f: frozenset(v) for f, v in side.items() if v} for side in (wanted, unwanted)]
    return Where(frozen[0], frozen[1], since, until), text


def _years(text: str, shown: Sequence[int]) -> tuple[int | None, int | None, str]:
    middle = sorted(shown)[len(shown) // 2] if shown else None
    decades = "|".join(DECADES)
    grammar: list[tuple[str, Callable[[re.Match[str]], tuple[int | None, int | None]]]] = [
        (r"\bbetween (\d{4}) and (\d{4})\b", lambda m: (int(m[1]), int(m[2]))),
        (r"\b(\d{4}) ?(?:to|-|–) ?(\d{4})\b", lambda m: (int(m[1]), int(m[2]))),
        (r"\b(?:from |in )?(?:the )?(?:19)?(\d)0'?s\b", lambda m: (1900 + int(m[1]) * 10, 1909 + int(m[1]) * 10)),
        (rf"\b(?:from |in )?(?:the )?({decades})\b", lambda m: (DECADES[m[1].lower()], DECADES[m[1].lower()] + 9)),
        (r"\b(?:before|until|older than) (\d{4})\b", lambda m: (None, int(m[1]) - ("until" not in m[0].lower()))),
        (r"\b(?:after|newer than) (\d{4})\b", lambda m: (int(m[1]) + 1, None)),
        (r"\bsince (\d{4})\b", lambda m: (int(m[1]), None)),
        (r"\b(?:from|in|of) (\d{4})\b", lambda m: (int(m[1]), int(m[1]))),
    ]
    if middle:
        grammar += [
            (r"\bolder\b", lambda m: (None, middle - 1)),
            (r"\b(?:newer|more recent)\b", lambda m: (middle + 1, None)),
        ]
    for pattern, years in grammar:
        if match := re.search(pattern, text, re.IGNORECASE):
            since, until = years(match)
            return since, until, text[: match.start()] + " " + text[match.end() :]
    return None, None, text
