"""What items are called and what is written of them as it may stand in a sentence: data, never instructions."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from chat.messages import Evidence
from retrieval.items import Item

LONGEST = 120  # characters of a name
NAMES = 80  # characters that a title has at most as a rule
TALKS = 5  # words in small letters that are more than a name
# a sentence that ends inside, unless a short form does (`Dr. Strangelove`, `E.T. the Extra-Terrestrial`), or small
# letters after a colon, and more words (`Star Wars: Episode V` is a name)
GOES_ON = re.compile(
    r"(?:[^\W\d_.]{4,}|[\d)\]'’”\"]|\b(?!(?:Dr|Mr|Mrs|Ms|St|Sgt|Lt|Jr|Sr|Vol|No|Pt|vs|Inc|Col|Gen|Rev|Mt)\b)"
    r"[^\W_.]{2,3})\. "
    r"(?=\S+ \S)|[;!?] (?=\S+ \S)|: (?=[a-zà-ÿ]\S* \S+ \S)"
)
PASSAGE = 240  # characters of a passage
QUOTES = r'["“”„«»]'
# marks of a conversation template, and what looks like a tag
TOKENS = re.compile(r"<\|[^<>|]*\|>|\[/?INST\]|</?s>|<</?SYS>>|<[/!]?[a-zA-Z][^<>]*>")


def name(text: str, longest: int = LONGEST) -> str:
    """The name in one line, without markup, marks of a conversation or signs that cannot be seen; too long a one is
    cut. A name of which nothing is left is `this one`."""
    seen = "".join(" " if unicodedata.category(sign) in ("Cc", "Zl", "Zp") else sign for sign in text)
    seen = "".join(sign for sign in seen if unicodedata.category(sign) not in ("Cf", "Cs", "Co", "Cn"))
    while (bare := TOKENS.sub(" ", seen)) != seen:  # what a removal puts together may be a mark again
        seen = bare
    seen = " ".join(re.sub(r"[<>{}`\\]", " ", seen).split())
    return (seen if len(seen) <= longest else seen[: longest - 1].rstrip() + "…") or "this one"


def title(text: str) -> str:
    """The name of an item, between quotation marks if it could be taken for something that is said."""
    if re.fullmatch("“[^“”]*”", text) and name(text, LONGEST + 2) == text:
        return text  # it has been here before
    spoken = name(text)
    talks = spoken[:1].islower() and spoken.count(" ") >= TALKS - 1
    talks = talks or GOES_ON.search(spoken) is not None
    odd = talks or spoken != " ".join(text.split()) or len(spoken) > NAMES
    return f"“{re.sub(QUOTES, chr(39), spoken)}”" if odd else spoken


def quoted(text: str) -> str:
    """The passage word for word between quotation marks; its own are made single, so that it ends where it ends."""
    inner = re.sub(QUOTES, "'", name(text, PASSAGE)).strip(" '").removesuffix(".")
    return f"“{inner}”"


def as_data(item: Item, evidence: Sequence[Evidence]) -> tuple[Item, tuple[Evidence, ...]]:
    """The item and its evidence with every name fit to be spoken."""
    return replace(item, title=title(item.title)), tuple(_spoken(one) for one in evidence)


def _spoken(one: Evidence) -> Evidence:
    what, text, names = one.what, one.text, list[str]()
    for at, raw in enumerate(one.names):
        of_an_item = one.kind in ("history", "liked", "likeness") or (one.kind == "shared" and at == len(one.names) - 1)
        names.append(title(raw) if of_an_item else name(raw, PASSAGE))
        if names[-1] != raw:
            what, text = what.replace(raw, names[-1]), text.replace(raw, names[-1])
    longest = PASSAGE if one.kind == "passage" else 8 * LONGEST
    return replace(one, text=name(text, 8 * LONGEST), names=tuple(names), what=name(what, longest) if what else "")
