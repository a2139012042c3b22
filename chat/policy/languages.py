"""In which of the commonest languages a message is written, so that it can be told that English is read best.

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
SCRIPTS = {"CYRILLIC": "ru", "CJK": "zh", "HANGUL": "ko", "ARABIC": "ar"}
KANA = ("HIRAGANA", "KATAKANA")  # which Chinese lacks
LEAST = 2  # small words of a language, and more than of English


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


def told_in(text: str) -> str | None:
    """The line for somebody who writes in another language, in that language; None for English."""
    return TOLD_IN.get(language_of(text))


def with_our_no(text: str) -> str:
    """The text with `no` for the words that say no in its language: `kein Horror` must not be read as `Horror`."""
    no = NO.get(language_of(text), frozenset())
    return re.sub(r"\w+", lambda word: "no" if word[0].casefold() in no else word[0], text) if no else text
