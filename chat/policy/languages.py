"""In which of the commonest languages something is written: a message, or what is said to who wrote it.

By the small words of each language, which hardly any sentence lacks (after Grefenstette, "Comparing two language
identification schemes", 1995), and by script.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections import Counter
from pathlib import Path

EACH = tomllib.loads((Path(__file__).parent / "languages.toml").read_text(encoding="utf-8"))
ANSWERED = {name: one for name, one in EACH.items() if one.get("answered", True)}
TOLD_IN = {name: one["told"] for name, one in EACH.items() if "told" in one}
SMALL = {name: frozenset(one["words"].split()) for name, one in EACH.items() if "words" in one}
NO = {name: frozenset(one["no"].split()) for name, one in EACH.items() if "no" in one}
COURTESIES = {name: one["kind"] for name, one in EACH.items() if "kind" in one}  # by what they do: please, thanks
KIND = {name: frozenset(" ".join(each.values()).split()) for name, each in COURTESIES.items()}
CRITIQUES = {
    name: {ours: re.compile(rf"(?<!\w)(?:{theirs})(?!\w)", re.IGNORECASE) for ours, theirs in one["critique"].items()}
    for name, one in EACH.items()
    if "critique" in one
}
NAMED = {name: one["name"] for name, one in ANSWERED.items()}
CAPITALS = frozenset(name for name, one in EACH.items() if one.get("capitals"))  # that begin more than names
POLITE = {name: frozenset(one["polite"].split()) for name, one in EACH.items() if "polite" in one}
OFTEN = {name: SMALL[name] | set(one["more"].split()) for name, one in ANSWERED.items() if "more" in one}  # in answers
RIGHT_TO_LEFT = frozenset(name for name, one in EACH.items() if one.get("rtl"))
UNKNOWN = "und"  # a language that is not told apart, as BCP 47 writes it
# blocks of Unicode, the first and the last sign of each, and the commonest language in them
SCRIPTS = (
    (0x0000, 0x02AF, "en"),  # Latin, of which small words tell more
    (0x1E00, 0x1EFF, "en"),
    (0x0370, 0x03FF, "el"),
    (0x1F00, 0x1FFF, "el"),
    (0x0400, 0x052F, "ru"),
    (0x0590, 0x05FF, "he"),
    (0x0600, 0x06FF, "ar"),
    (0x0750, 0x077F, "ar"),
    (0x0900, 0x097F, "hi"),
    (0x0E00, 0x0E7F, "th"),
    (0x1100, 0x11FF, "ko"),
    (0xAC00, 0xD7AF, "ko"),
    (0x3040, 0x30FF, "ja"),  # kana, which Chinese lacks
    (0x3400, 0x4DBF, "zh"),
    (0x4E00, 0x9FFF, "zh"),
)
# letters by which one language of a script is told from the commonest
TELLING = {
    "ja": ("zh", re.compile("[\u3040-\u30ff]")),
    "uk": ("ru", re.compile("[іїєґ]")),
    "fa": ("ar", re.compile("[پچژگ]")),
}
LEAST = 2  # small words of a language, and more than of English
OF_TITLES = frozenset("a an and in of the to with".split())  # small words that a bare title may have
ENGLISH = "I read English best; titles I understand as they are written."


def courtesies(does: str) -> tuple[str, ...]:
    """The words of all these languages that do this: `please`, `thanks`, `hello` or `parting`."""
    return tuple(dict.fromkeys(word for each in COURTESIES.values() for word in each.get(does, "").split()))


def language_of(text: str) -> str:
    """`en` where nothing speaks clearly for another; UNKNOWN for a script that none of ours is written in."""
    words = re.findall(r"\w+", text.casefold())
    found = {language: sum(word in small for word in words) for language, small in SMALL.items()}
    if script := _script(text, found["en"]):
        return script
    best = max(found, key=lambda language: (found[language], language == "en"))
    return best if found[best] >= LEAST and found[best] > found["en"] else "en"


def _script(text: str, english: int) -> str | None:
    """The language of another script than ours, if that is what the text is written in: neither a title in an English
    sentence, which has so many small words, nor a sign or two."""
    letters = [sign for sign in unicodedata.normalize("NFKC", text.casefold()) if sign.isalpha()]
    each = Counter(_of_sign(sign) for sign in letters)
    foreign = len(letters) - each.pop("en", 0)
    if not each or english >= LEAST or (foreign * 2 <= len(letters) and (english or foreign < LEAST)):
        return None
    most = max(each, key=lambda language: each[language])
    for language, (common, telling) in TELLING.items():
        if most in (common, language) and telling.search(text.casefold()):
            return language
    return most


def _of_sign(sign: str) -> str:
    return next((name for first, last, name in SCRIPTS if first <= ord(sign) <= last), UNKNOWN)


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
    """The line for somebody who writes in another language: in English and, where we have it, in theirs; None for who
    writes English."""
    language = language_of(text)
    return None if language == "en" else " ".join([ENGLISH, *([TOLD_IN[language]] if language in TOLD_IN else [])])


def in_our_words(text: str) -> str:
    """The text with `no` for the words that say no in its language: `kein Horror` must not be read as `Horror`; and in
    English where it is nothing but a critique: `y más corto?`."""
    if ours := next((said for language in CRITIQUES if (said := _critique(text, language))), ""):
        return ours
    language = language_of(text)
    no = NO.get(language if language != "en" else _of_a_few_words(text), frozenset())
    return re.sub(r"\w+", lambda word: "no" if word[0].casefold() in no else word[0], text) if no else text


def _critique(text: str, language: str) -> str:
    """In English what the text asks to be otherwise, empty if it says anything besides, or is not of the language."""
    found, rest = list[tuple[int, str]](), text
    for ours, theirs in CRITIQUES[language].items():
        found += [(match.start(), ours) for match in theirs.finditer(text)]
        rest = theirs.sub(" ", rest)
    left = re.findall(r"\w{2,}", rest.casefold())
    alone = _own(language).issuperset(left) and NO[language].isdisjoint(left)
    return " and ".join(ours for _, ours in sorted(found)) if alone else ""


def foreign(text: str) -> str | None:
    """The language other than English in which the text is, be it of a few words: two small ones, or one that English
    has no letters for, and none that is English as well."""
    if (language := language_of(text)) != "en":
        return language
    words = re.findall(r"\w+", text.casefold())
    own = {name: [word for word in words if word in _own(name)] for name in SMALL if name != "en"}
    best = max(own, key=lambda name: len(own[name]))
    told = len(own[best]) >= LEAST or any(not word.isascii() for word in own[best])
    return best if told and OFTEN["en"].isdisjoint(set(words) - _own(best)) else None


def _own(language: str) -> frozenset[str]:
    """The small words of a language, and those that say no and please in it."""
    often = OFTEN.get(language, SMALL[language])
    return frozenset(often | NO.get(language, frozenset()) | KIND.get(language, frozenset()))


def _of_a_few_words(text: str) -> str:
    """The language in which a few words say no, `sin romance por favor`: none of them is English, and another than the
    no is of that language too; else `en`."""
    words = re.findall(r"\w+", text.casefold())
    if not SMALL["en"].isdisjoint(words):
        return "en"
    for language in sorted(NO.keys() & SMALL.keys()):
        no = NO[language]
        own = SMALL[language] | no | KIND.get(language, frozenset())
        if not no.isdisjoint(words) and sum(word in own for word in words) >= LEAST:
            return language
    return "en"
