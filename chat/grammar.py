"""As much English grammar as our sentences need."""

from __future__ import annotations

import re
from collections.abc import Sequence

BARE = {"is": "be", "was": "have been", "has": "have"}
OF_SEVERAL = {"is": "are", "was": "were", "has": "have"}
PLURAL = re.compile(r"(?<!ic)(?<![sui'’])s$")
SINGULAR = frozenset("sports news series arts goods savings means species".split())
HISSING = re.compile(r"(?:ss|x|zz|o|[cs]h)es$")


def listed(words: Sequence[str]) -> str:
    """`A`, `A and B`, `A, B and C`."""
    return _joined(words, "and")


def any_of(words: Sequence[str]) -> str:
    """`A`, `A or B`, `A, B or C`."""
    return _joined(words, "or")


def neither(words: Sequence[str]) -> str:
    """`not A`, `neither A nor B`, `neither A, B nor C`."""
    return f"not {words[0]}" if len(words) == 1 else f"neither {_joined(words, 'nor')}"


def chained(phrases: Sequence[str]) -> str:
    """The phrases behind a noun; an `and` inside one of them would be taken for the one between them."""
    return ", ".join(phrases) if any(" and " in one for one in phrases) else listed(phrases)


def article(said: str) -> str:
    """The article of a noun, by its first letter; of an abbreviation, by the name of that letter: `an R film`."""
    word = re.match(r"[^\W_]*", said)[0]  # type: ignore[index]
    vowels = "AEFHILMNORSX" if word.isupper() and not re.search("[AEIOUY]", word[1:]) else "AEIOUaeiou"
    return "an" if said[:1] and said[0] in vowels else "a"


def bare(clause: str) -> str:
    """A clause as it is said behind `may`: `costs 20 EUR` is `cost 20 EUR`, `is in stock` is `be in stock`."""
    return _with_verb(clause, BARE)


def of_several(clause: str) -> str:
    """A clause as it is said of several things: `costs 20 EUR` is `cost 20 EUR`, `is in stock` is `are in stock`."""
    return _with_verb(clause, OF_SEVERAL)


def behind_the_verb(clause: str) -> str:
    """The clause without its first word."""
    return clause.partition(" ")[2]


def plural(noun: str) -> bool:
    """Whether a name is of several things, as Shoes are, and cannot stand before another noun: a Comedy film, and no
    Shoes product. What is the same for one and many can: an Electronics product."""
    last = noun.split()[-1] if noun.split() else ""
    return bool(PLURAL.search(last)) and last.casefold() not in SINGULAR


def counted(amount: str) -> str:
    """An amount with its unit in the number of what it counts: `1 minutes` is `1 minute`."""
    return re.sub(r"(?<![\d.,-])1 (\w+[^\W\ds])s$", r"1 \1", amount)


def _with_verb(clause: str, known: dict[str, str]) -> str:
    verb, blank, rest = clause.partition(" ")
    return f"{known.get(verb) or _stem(verb)}{blank}{rest}"


def _stem(verb: str) -> str:
    if re.search(r"[^aeiou]ies$", verb):
        return f"{verb[:-3]}y"
    return verb.removesuffix("es" if HISSING.search(verb) else "s")


def _joined(words: Sequence[str], by: str) -> str:
    return f" {by} ".join(part for part in (", ".join(words[:-1]), words[-1]) if part) if words else ""
