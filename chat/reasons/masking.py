"""A sentence in which every name, quotation and number stands aside: what is translated holds nothing but our words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from chat.messages import Evidence
from chat.reasons.reading import QUOTE, whole_name
from chat.reasons.spoken import as_data
from retrieval.domain import Domain, plain
from retrieval.items import Item

MARK = re.compile(r"\[(\d+)\]")
NUMBER = r"\w*\d\w*(?:[.,:]\d+)*"
BRACKETS = re.compile(r"[\[\]]")
OF_ITEMS = ("history", "liked", "likeness")  # kinds all of whose names are titles


@dataclass(frozen=True)
class Masked:
    """`text`: the sentence with `[1]`, `[2]` and so on for its `names`, in their order."""

    text: str
    names: tuple[str, ...]

    def amiss(self, text: str) -> str | None:
        """A name that does not stand just once in the text, or a mark that stands for none; None if all do."""
        found = MARK.findall(text)
        numbered = [(str(at), name) for at, name in enumerate(self.names, 1)]
        wrong = [name for at, name in numbered if found.count(at) != 1]
        wrong += [f"[{at}]" for at in found if at not in dict(numbered)]
        return wrong[0] if wrong else None

    def filled(self, text: str) -> str:
        """The text with the names in their places; nothing may be `amiss` with it."""
        return MARK.sub(lambda mark: self.names[int(mark[1]) - 1], text)


def masked(sentence: str, item: Item, evidence: Sequence[Evidence], domain: Domain) -> Masked | None:
    """The sentence without titles, quotations and numbers, and without values that the domain has no words for: brands
    and people are called the same everywhere. Values that it has words for stay, in small letters, as other words do.
    None for a sentence that has brackets of its own."""
    item, spoken = as_data(item, evidence)
    proper, common = _names(item, spoken, domain)
    names = list[str]()

    def aside(found: re.Match[str]) -> str:
        if found["common"]:
            return found[0].lower()
        names.append(found[0])
        return f"[{len(names)}]"

    longest = sorted(proper, key=len, reverse=True)
    words = "|".join(whole_name(one, cased=True) for one in sorted(common, key=len, reverse=True)) or "(?!)"
    tokens = "|".join([*(whole_name(one, cased=True) for one in longest), QUOTE, f"(?P<common>{words})", NUMBER])
    text = re.sub(tokens, aside, sentence)
    return None if BRACKETS.search(MARK.sub("", text)) else Masked(text, tuple(names))


def _names(item: Item, evidence: Sequence[Evidence], domain: Domain) -> tuple[set[str], set[str]]:
    """What is called so and never otherwise, and what is a word."""
    proper, common = {item.name, item.title}, set[str]()
    for one in evidence:
        if one.kind == "wish" and one.text.startswith("It "):
            continue  # `price of 20 €` is words around a number
        for name, of_an_item in _each(one):
            known = not of_an_item and plain(name) in domain.words
            (common if known else proper).add(name)
    return {one for one in proper if one}, common - proper


def _each(one: Evidence) -> Iterator[tuple[str, bool]]:
    for at, name in enumerate(one.names):
        yield name, one.kind in OF_ITEMS or (one.kind == "shared" and at == len(one.names) - 1)
