"""A sentence taken apart: which names it mentions, and what stands between them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chat.messages import Evidence
from chat.reasons import harmless
from retrieval.domain import Domain
from retrieval.items import Item

JOINED = r"(?: , and | , | and | or | & )"
LIST = rf"#\d+(?:{JOINED}#\d+)*"
QUOTE = r"“[^“”]*”|\"[^\"]*\"|«[^«»]*»|„[^„“”]*[“”]"
WORD = r"[’']s\b|[^\W_]+(?:[’'][^\W_]+)*"
# the few turns of speech whose words would be refused one by one
REPHRASED = (
    (r"\bnot far from\b", "close to"),
    (r"\bnot far off\b", "close"),
    (r"\b(came|comes|coming) out (?=in #)", r"\1 "),
    (rf"\bwithout (?={LIST}[^.;]* lower\b)(.*?) lower\b", r"because of\1"),
    (rf"\blower (?:on the list |in the list )?without (?={LIST})", "because of "),
)


@dataclass(frozen=True)
class Mention:
    """A name where it stands in a sentence; one may be both of the item itself and of another with the same title."""

    name: str
    own: bool = False
    title: bool = False
    quoted: bool = False


class Reading:
    """A sentence taken apart. `line`: small letters and single blanks, `#3` where the fourth mention stood. `capitals`:
    words with a capital that no beginning explains."""

    def __init__(self, sentence: str, item: Item, evidence: Sequence[Evidence], domain: Domain) -> None:
        self.item, self.evidence, self.domain = item, evidence, domain
        self.kinds = {one.kind for one in evidence}
        self.mentions, self.capitals = list[Mention](), list[str]()
        names = _known(item, evidence, domain)
        patterns = [whole_name(text, cased) for text, (_, cased) in names.items()]
        tokens = re.compile("|".join(f"({one})" for one in (*patterns, QUOTE, WORD, r"\S")))
        parts, starts = list[str](), True
        for match in tokens.finditer(" ".join(sentence.split())):
            found, which = match.group(), match.lastindex or 0
            inner = found[1:-1].strip(" .,!?")
            if which <= len(names) or (which == len(names) + 1 and inner in names):
                mention = list(names.values())[which - 1][0] if which <= len(names) else names[inner][0]
                parts.append(f"#{len(self.mentions)}")
                self.mentions.append(mention)
                starts = False
            elif which == len(names) + 1:
                parts.append(f"#{len(self.mentions)}")
                self.mentions.append(Mention(found[1:-1], quoted=True))
            elif which == len(names) + 2:
                word = found.replace("’", "'").casefold()
                if found[0].isupper() and not starts and word.split("'")[0] != "i":
                    self.capitals.append(found)
                parts.append(harmless.CONTRACTED.get(word, word))
                starts = False
            elif found in "–—":
                parts.append(",")
            elif found not in "-'‘’\"":
                parts.append(found)
                starts = starts or found in ".!?:;"
        line = " ".join(parts)
        for as_it_stands, better in REPHRASED:
            line = re.sub(as_it_stands, better, line)
        self.line = line

    def at(self, marks: str) -> list[Mention]:
        """The mentions in a piece of the line."""
        return [self.mentions[int(number)] for number in re.findall(r"#(\d+)", marks)]

    def holds(self, mention: Mention, *kinds: str) -> bool:
        """Whether a fact of these kinds is of the name, with all that the fact needs said beside it."""
        said = {one.name for one in self.mentions}
        return any(
            one.kind in kinds and mention.name in one.names and (not _whole(one) or said.issuperset(one.names))
            for one in self.evidence
        )

    def clauses(self) -> list[str]:
        """The line in pieces of which each says one thing of the item."""
        going_on = "is|has|goes|should|would|may|comes|gives|brings|sits|makes|stands|answers|offers|follows|it|dates"
        return re.split(rf" [;:.!?](?: |$)|(?: ,)? and (?=(?:{going_on})\b)", self.line)


def whole_name(text: str, cased: bool) -> str:
    if cased:  # neither a part of a longer word or name, nor of one with an apostrophe or a hyphen
        return rf"(?<![\w’'-]){re.escape(text)}(?![\w-]|[’'](?!s\b)\w)"
    return rf"(?i:(?<!\w){re.escape(text)}(?!\w))"


def _whole(one: Evidence) -> bool:
    return one.kind in ("history", "liked") or one.what.endswith("taken together")


def _known(item: Item, evidence: Sequence[Evidence], domain: Domain) -> Mapping[str, tuple[Mention, bool]]:
    """What may be mentioned as it stands, the longest first, and whether capitals count: a title in small letters may
    be any words."""
    titles, values = set[str](), set[str]()
    for one in evidence:
        if one.kind in ("history", "liked", "likeness"):
            titles |= set(one.names)
        elif one.kind == "shared":
            titles |= set(one.names[-1:])
            values |= set(one.names[:-1])
        elif one.kind not in ("passage", "stage"):
            values |= set(one.names)
    own = {item.title, item.name}
    found = {text: (Mention(text, text in own, text in titles), True) for text in {*own, *titles} if text}
    small = {value: value for value in values}
    small |= {word: value for word, (_, value) in domain.words.items() if value in values}
    for value in values:  # `price of 20 €` may be said as `20 €`, and as a price
        if amount := re.fullmatch(r"(\D+?)(?: of| from)? (\d\S*(?: \S+)?)", value):
            small |= dict.fromkeys(amount.groups(), value)
    found |= {text: (Mention(value), False) for text, value in small.items() if text not in found}
    return {text: found[text] for text in sorted(found, key=lambda text: (-len(text), text))}
