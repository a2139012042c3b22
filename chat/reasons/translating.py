"""A checked English sentence in the language of the person: only if the model's translation of it holds as well."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace

from chat.llm import LLM, Turn
from chat.messages import Evidence, Said
from chat.policy.languages import NAMED
from chat.reasons.agreement import difference
from chat.reasons.foreign import longest, misshapen
from chat.reasons.grounding import objection
from chat.reasons.masking import Masked, masked
from chat.reasons.relations import brief
from retrieval.domain import Domain
from retrieval.items import Item

TASK = (
    "Translate the sentence into {language}, as you would say it to a friend. {marks}Answer with the translation and "
    "nothing else."
)
MARKS = "[1] and the like stand for names: leave each as it is, where it belongs. "
ONE_LINE = r"[^\n<>{}`|*#]"


def translated(
    said: Said,
    item: Item,
    evidence: Sequence[Evidence],
    domain: Domain,
    llm: LLM,
    language: str,
    failed: Callable[[str], None],
) -> Said:
    """The sentence in the language, or as it is where that cannot be shown to say the same; `failed` hears why.

    The names stand aside, so that they stay as they are and nothing that an item is called is read by the translator.
    What comes must have the form of a translation, and must, translated back by a call that has not seen the sentence,
    hold against the same evidence and say the same. Raises Unavailable.
    """
    aside = masked(said.text, item, evidence, domain)
    if aside is None:
        failed("it has brackets of its own")
        return said
    room = longest(aside.text, language) + len(aside.text)  # marks count too, and what is too long has to be seen
    there = _translation(aside.text, llm, language, room)
    if wrong := misshapen(there, aside, language):
        failed(wrong)
        return said
    back = _translation(there, llm, "en", room)
    if wrong := _untrue(back, aside, said.text, item, evidence, domain):
        failed(f"translated back, {wrong}")
        return said
    return replace(said, text=aside.filled(there), by="translation", english=said.text, language=language)


def _untrue(
    back: str, aside: Masked, sentence: str, item: Item, evidence: Sequence[Evidence], domain: Domain
) -> str | None:
    """What the way back says that the sentence does not, or lacks of it."""
    if (wrong := aside.amiss(back)) is not None:
        return f"{brief(wrong)} does not stand in it once"
    english = aside.filled(back)
    return objection(english, item, evidence, domain) or difference(sentence, english, item, evidence, domain)


def _translation(text: str, llm: LLM, language: str, room: int) -> str:
    said, schema = "", {"type": "string", "pattern": rf"{ONE_LINE}{{1,{room}}}"}
    with closing(llm.stream(asked(text, language), schema)) as pieces:
        for piece in pieces:
            said += piece
            if len(said) > room:
                break
    return said.strip()


def asked(text: str, language: str) -> list[Turn]:
    """What the model is given: the task, and the sentence as data."""
    marks = MARKS if "[1]" in text else ""
    return [
        {"role": "system", "content": TASK.format(language=NAMED[language], marks=marks)},
        {"role": "user", "content": text},
    ]
