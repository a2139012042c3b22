"""Which of the list words tell by what it is: `the blue one`, `the one with Tom Hanks`, `the two cheapest`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from chat.understanding.acts.phrases import ORDINALS
from chat.understanding.text.words import FILLER, WORD, singular
from chat.understanding.values.constraints import constraints
from chat.understanding.values.known import Known
from chat.understanding.values.superlatives import EVERY, superlative
from retrieval.domain import plain
from retrieval.items import Item, described
from retrieval.words.titles import Link

THING = r"(?:one|film|movie|item|product|thing)"
NUMBERS = {"two": 2, "three": 3, "four": 4, "five": 5}
MANY = rf"(?:{'|'.join(NUMBERS)}|[2-5])"
ADJECTIVE = re.compile(
    rf"\bthe (?P<what>[\w'’-]+(?: [\w'’-]+){{0,2}}?) (?P<thing>{THING}s?)\b(?! (?:of|by|with|from)\b)", re.IGNORECASE
)
BEHIND = re.compile(
    rf"\bthe (?P<thing>{THING}s?) (?P<what>(?:with|by|from|of|in|starring|featuring|directed by|about|where"
    r"|that (?:is|has|was)|that['’]s|which (?:is|has|was)|who) [^,.;:!?]+?)"
    r"(?=\s*(?:[,.;:!?]|$|\b(?:and|or|but|please|is|are|than|vs|versus)\b))",
    re.IGNORECASE,
)
SOME = re.compile(
    rf"\bthe (?:(?P<end>first|last|top) (?P<many>{MANY})|(?P<few>{MANY}) (?P<most>[\w-]+(?: [\w-]+)?)(?: ones?)?)\b",
    re.IGNORECASE,
)
MOST = re.compile(rf"\bthe (?P<most>{EVERY.pattern.replace('(?P<said>', '(?:')})(?: {THING}(?!s))?", re.IGNORECASE)
# a superlative is one of the list only where something is asked or said of it; by itself it is a wish
OF_IT = re.compile(
    r"(?:\b(?:about|is|are|was|does|did|has|in|seen|watched|saw|not|than|take|compare|directed|of)"
    r"|(?<=\w )(?:and|or)|,)\s*$",
    re.IGNORECASE,
)
WHICH = re.compile(r"\b(?:which|what)\b[^,.;!?]*$", re.IGNORECASE)  # `which of these is the newest?`
PLACED = frozenset((*ORDINALS, *"last next other same only penultimate".split()))
# before a name or a word that tells it
BEFORE = frozenset("by with starring featuring directed where has named called".split())
FEW = 3  # of which one may be meant, and it is not said which

Told = tuple[re.Match[str], Sequence[tuple[str, ...]]]


def pointed(text: str, shown: Sequence[Item], known: Known) -> list[Link]:
    """The items of the list that words tell apart, each with the place of the words: several of the same place are all
    meant, several of one link may be."""
    found = list[Link]()
    if not shown:
        return found
    for match, ids in (*_several(text, shown, known), *_superlatives(text, shown, known), *_told(text, shown, known)):
        if ids and not any(match.start() < one.end and one.start < match.end() for one in found):
            found += [Link(match.start(), match.end(), each, 1.0) for each in ids]
    return found


def chooses(text: str) -> bool:
    """Whether words may tell one of a list by what it is, or some of it by their number."""
    said = [*ADJECTIVE.finditer(text), *BEHIND.finditer(text)]
    return bool(SOME.search(text)) or any(not PLACED & set(plain(one["what"]).split()) for one in said)


def _several(text: str, shown: Sequence[Item], known: Known) -> Iterator[Told]:
    """`the first three`, `the two cheapest`."""
    for match in SOME.finditer(text):
        said = (match["many"] or match["few"]).casefold()
        many = NUMBERS.get(said) or int(said)
        if match["end"]:
            some = shown[-many:] if match["end"].casefold() == "last" else shown[:many]
            yield match, [(item.id,) for item in some]
        elif ordered := _ordered(match["most"], shown, known):
            yield match, [(id,) for id in ordered[:many]]


def _superlatives(text: str, shown: Sequence[Item], known: Known) -> Iterator[Told]:
    """`is the longest one any good?`"""
    for match in MOST.finditer(text):
        before = text[: match.start()]
        if OF_IT.search(before) and not WHICH.search(before) and (ordered := _ordered(match["most"], shown, known)):
            yield match, [ordered[:1]]


def _ordered(said: str, shown: Sequence[Item], known: Known) -> tuple[str, ...]:
    """The items from the most of what the words say; nothing if they say nothing that is known of them."""
    asked, _ = superlative(said, "+" * len(said), known)
    if not asked.extreme or asked.extreme.of not in {name for item in shown for name in item.all_numbers}:
        return ()
    name, sign = asked.extreme.of, -1 if asked.extreme.more else 1
    having = [item for item in shown if name in item.all_numbers]
    return tuple(item.id for item in sorted(having, key=lambda item: sign * item.all_numbers[name]))


def _told(text: str, shown: Sequence[Item], known: Known) -> Iterator[Told]:
    """`the blue one`, `the one about a shark`, `the westerns`: by limits, or by words that stand in the item."""
    for pattern in (BEHIND, ADJECTIVE):
        for match in pattern.finditer(text):
            what = match["what"]
            if PLACED & set(plain(what).split()) or (pattern is ADJECTIVE and EVERY.search(what)):
                continue
            fitting = _fitting(what, shown, known)
            several = match["thing"].casefold().endswith("s")
            if len(fitting) == 1 or (several and 0 < len(fitting) < len(shown)):
                yield match, [(id,) for id in fitting]
            elif 0 < len(fitting) <= FEW and len(fitting) < len(shown):
                yield match, [fitting]


def _fitting(what: str, shown: Sequence[Item], known: Known) -> tuple[str, ...]:
    read = constraints(what, "+" * len(what), known)
    if read.degrees or read.missing:
        return ()
    values = {value for side in (read.where.wanted, read.where.either) for some in side.values() for value in some}
    taken = {word for value in values for word in plain(value).split()}
    taken |= {word for said, (_, value) in known.values.items() if value in values for word in said.split()}
    words = [plain(word[0]) for word in WORD.finditer(read.rest)]
    left = [word for word in words if word not in FILLER and word not in taken and word not in BEFORE]
    if not (read.where or left):
        return ()
    return tuple(
        item.id
        for item in shown
        if not read.where.removes(item)
        and set(map(singular, left)) <= set(map(singular, plain(described(item)).split()))
    )
