"""What items are called and what is written of them as it may stand in a sentence: data, never instructions."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from chat.messages import Evidence
from retrieval.items import Item

LONGEST = 120  # characters of a name
PASSAGE = 240  # characters of a passage
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


def quoted(text: str) -> str:
    """The passage word for word between quotation marks; its own are made single, so that it ends where it ends."""
    inner = re.sub(r'["“”„«»]', "'", name(text, PASSAGE)).strip(" '")
    return f"“{inner}”"


def as_data(item: Item, evidence: Sequence[Evidence]) -> tuple[Item, tuple[Evidence, ...]]:
    """The item and its evidence with every name fit to be spoken."""
    return replace(item, title=name(item.title)), tuple(_spoken(one) for one in evidence)


def _spoken(one: Evidence) -> Evidence:
    # the words of a passage are longer than a name, and stand in its text too
    longest = PASSAGE if one.kind in ("passage", "stage", "context") else 4 * LONGEST
    names = tuple(name(each) for each in one.names)
    return replace(one, text=name(one.text, 4 * longest), names=names, what=name(one.what, longest) if one.what else "")
