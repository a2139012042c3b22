"""In which of the commonest languages something is written: a message, or what is said to who wrote it.

By the small words of each language, which hardly any sentence lacks (after Grefenstette, "Comparing two language
identification schemes", 1995), and by script.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from pathlib import Path

EACH = tomllib.loads((Path(__file__).parent / "languages.toml").read_text(encoding="utf-8"))
TOLD_IN = {name: one["told"] for name, one in EACH.items() if "told" in one}
SMALL = {name: frozenset(one["words"].split()) for name, one in EACH.items() if "words" in one}
NO = {name: frozenset(one["no"].split()) for name, one in EACH.items() if "no" in one}
NAMED = {name: one["name"] for name, one in EACH.items()}
CAPITALS = frozenset(name for name, one in EACH.items() if one.get("capitals"))  # that begin more than names
POLITE = {name: frozenset(one["polite"].split()) for name, one in EACH.items() if "polite" in one}
OFTEN = {name: small | set(EACH[name]["more"].split()) for name, small in SMALL.items()}  # in messages or in answers
SCRIPTS = {"CYRILLIC": "ru", "CJK": "zh", "HANGUL": "ko", "ARABIC": "ar"}
KANA = ("HIRAGANA", "KATAKANA")  # which Chinese lacks
LEAST = 2  # small words of a language, and more than of English
OF_TITLES = frozenset("a an and in of the to with".split())  # small words that a bare title may have


def language_of(text: str) -> str:
    """`en` where nothing speaks clearly for another."""
    letters = [unicodedata.name(sign, "") for sign in text if sign.isalpha()]
    if any(name.startswith(KANA) for name in letters):
        return "ja"
    for script, language in SCRIPTS.items():
        if sum(name.startswith(script) for name in letters) * 2 > len(letters):
            return language
    words = re.findall(r"\w+", text.casefold())
    found = {language: sum(word in small for word in words) for language, small in SMALL.items()}
    best = max(found, key=lambda language: (found[language], language == "en"))
    return best if found[best] >= LEAST and found[best] > found["en"] else "en"


def spoken_in(text: str, before: str = "en") -> str:
    """The language of somebody who now writes this and has written in another `before`: a bare title changes none."""
    language = language_of(text)
    english = SMALL["en"] - OF_TITLES
    plainly = sum(word in english for word in re.findall(r"\w+", text.casefold())) >= LEAST
    return language if language != "en" or plainly else before


def is_in(text: str, language: str) -> bool:
    """Whether the text may be of the language: it has its small words, hardly more of another, and none of English."""
    if language not in OFTEN:
        return language_of(text) == language
    words = re.findall(r"\w+", text.casefold())
    found = {name: sum(word in often for word in words) for name, often in OFTEN.items()}
    english = any(word in OFTEN["en"] and word not in OFTEN[language] for word in words)
    kin = max(found.values())  # Spanish and Portuguese share most of theirs, so one word more tells nothing
    return found[language] >= max(LEAST, kin - 1) and not english


def denies(text: str, language: str) -> bool | None:
    """Whether the text says no; None where the words of the language that do are not known."""
    no = NO.get(language)
    return None if no is None else not no.isdisjoint(re.findall(r"\w+", text.casefold()))


def told_in(text: str) -> str | None:
    """The line for somebody who writes in another language, in that language; None for English."""
    return TOLD_IN.get(language_of(text))


def with_our_no(text: str) -> str:
    """The text with `no` for the words that say no in its language: `kein Horror` must not be read as `Horror`."""
    no = NO.get(language_of(text), frozenset())
    return re.sub(r"\w+", lambda word: "no" if word[0].casefold() in no else word[0], text) if no else text
