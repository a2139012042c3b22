"""Whether what a model gives as a translation has the form of one, by what can be seen without knowing the language."""

from __future__ import annotations

import re

from chat.policy.languages import CAPITALS, NAMED, OFTEN, POLITE, denies, is_in
from chat.reasons.grounding import NEGATIONS
from chat.reasons.masking import MARK, Masked
from chat.reasons.relations import brief
from chat.reasons.spoken import name

LEAST, MOST, SPARE = 0.4, 2.0, 20  # as long as the sentence, at least and at most, and signs more for a short one
DENSE, FULL = 0.1, 1.2  # the same where a sign is a syllable or a word
SYLLABIC = ("zh", "ja", "ko")
MARKUP = re.compile(r"[*_#|~^=@/\\]|www\.")
ENDS = re.compile(r"[.!?…]+(?=\s|$)|[。！？؟]+")
STARTS = re.compile(r"(?:^|[.!?…:;。！？؟¡¿])[\s\"“”„«»‘’'(]*$")
WORD = re.compile(r"\[\d+\]|[^\W_]+(?:[’'][^\W_]+)*")
LATIN = re.compile(r"[A-Za-z]")


def misshapen(text: str, of: Masked, language: str) -> str | None:
    """What shows that the text is no translation of the masked sentence into the language, in words; None if nothing
    does: each name stands in it once and there is no other name or number, it is of the language and as long as it may
    be, in no more sentences, and says no only if the sentence does."""
    if text != name(text, len(text)) or MARKUP.search(MARK.sub("", text)):
        return "it has marks that no sentence has"
    if (wrong := of.amiss(text)) is not None:
        return f"{brief(wrong)} does not stand in it once"
    said, bare = MARK.sub(" ", text), MARK.sub(" ", of.text)
    if found := re.search(r"\w*\d\w*|[\[\]]", said):
        return f"“{brief(found[0])}” is not in the sentence"
    if not _least(bare, language) <= len(said) <= longest(bare, language):
        return "it is not as long as a translation would be"
    if len(ENDS.findall(text)) > _parts(of.text) or _colons(text) > _colons(of.text):
        return "it says more than the sentence"
    if not is_in(said, language):
        return f"it is not in {NAMED[language]}"
    if denies(said, language) not in (None, not NEGATIONS.isdisjoint(re.findall(r"\w+", bare.casefold()))):
        return "one of the two says no, and the other does not"
    if strange := _another_name(text, of, language):
        return f"“{brief(strange)}” is not in the sentence"
    return None


def longest(text: str, language: str) -> int:
    """Signs that a translation of the text may have, its names apart."""
    return int(len(text) * (FULL if language in SYLLABIC else MOST)) + SPARE


def _least(text: str, language: str) -> float:
    return len(text) * (DENSE if language in SYLLABIC else LEAST)


def _parts(text: str) -> int:
    """Sentences that the text may become: what stands behind a semicolon may be one."""
    return max(1, len(ENDS.findall(text)) + text.count(";"))


def _colons(text: str) -> int:
    return len(re.findall("[:：]", text))


def _another_name(text: str, of: Masked, language: str) -> str | None:
    """A word that can only be a name: it has a capital that nothing explains, or letters of another script. In German
    every noun has a capital; there a name too many is found when the sentence is translated back."""
    ours = set(re.findall(r"\w+", of.text.casefold()))
    for found in WORD.finditer(text):
        word = found[0]
        if MARK.fullmatch(word) or ours.issuperset(re.findall(r"\w+", word.casefold())):
            continue
        capital = word[0].isupper() and not STARTS.search(text[: found.start()])
        polite = word.casefold() in POLITE.get(language, ())
        if (language not in OFTEN and LATIN.search(word)) or (capital and not polite and language not in CAPITALS):
            return word
    return None
