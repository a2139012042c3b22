"""What is the same to somebody: `used or new, I don't mind` asks for neither, `both are fine` for any of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from chat.understanding.text.blanks import blanked
from retrieval.filtering.where import Where

JOINT = r"(?:(?: and|,? or) |/| / )"
# the whole of what is left once both sides are read: it is fine, and nobody minds
WHATEVER = (
    r"(?:[ ,]*\b(?:(?:i|we) (?:don['’]?t|do not) (?:mind|care)(?: (?:which|either way|if|whether))?|either way"
    r"|whichever"
    r"|(?:is|are|both|would be|will)(?: (?:both|all|also))?(?: (?:fine|ok|okay|good|alright|all right|do|great))"
    r"(?: (?:too|as well|with me|by me|for me))?|(?:it )?(?:doesn['’]?t|does not) matter(?: to me)?|no preference"
    r"|makes no difference|(?:is )?all the same(?: to me)?))*"
)
BOTH = re.compile(
    r"\b(?:(?:both|either|any|all|whichever)(?: one| ones| of (?:them|these|those|the two|the (?:colou?rs|brands)))?"
    r"|any (?:colou?r|brand)? ?of (?:them|those|these))(?:(?:['’]?s| is| are| would be) (?:also |perfectly )?"
    r"(?:fine|ok|okay|good|alright|all right|great|welcome|possible)| (?:will|would) (?:do|work)| works?| goes)"
    r"(?: (?:too|as well|with me|by me|for me|then|thanks))*(?=\s*(?:$|[,.;:!?]|and\b|but\b))",
    re.IGNORECASE,
)


def either_way(text: str, flags: Mapping[str, tuple[str, bool]]) -> tuple[frozenset[str], str]:
    """The flags of which both sides are named as alternatives, and the text with blanks for that. `flags`: by the words
    for it, a flag and whether they want it."""
    found = set[str]()
    for name in dict.fromkeys(name for name, _ in flags.values()):
        for pattern in _both_sides({said: yes for said, (of, yes) in flags.items() if of == name}):
            for match in re.finditer(pattern, text, re.IGNORECASE):
                found.add(name)
                text = blanked(text, *match.span())
    return frozenset(found), text


def either_value(text: str) -> tuple[bool, str]:
    """Whether any of several values that were named will do, and the text with blanks for the words that say so."""
    fine = BOTH.search(text)
    return bool(fine), BOTH.sub(lambda match: " " * len(match[0]), text)


def any_of_them(where: Where) -> Where:
    """The same with any of several values of an attribute in place of all of them."""
    several = {facet: values for facet, values in where.wanted.items() if len(values) > 1}
    either = {**where.either, **{facet: values | where.asked(facet) for facet, values in several.items()}}
    wanted = {facet: values for facet, values in where.wanted.items() if facet not in several}
    return replace(where, wanted=wanted, either=either)


def _both_sides(sides: Mapping[str, bool]) -> Iterator[str]:
    """A yes or a no of one thing in either order, `used or not`, and `used or new` of what is against it brand-new."""
    yes, no = ([said for said, one in sides.items() if one == side] for side in (True, False))
    against = {*no, *(said.split()[-1] for said in no if " " in said), "not"}
    whether = r"\b(?:whether )?(?:it(?:['’]?s| is) )?"
    for one, other in ((yes, against), (sorted({*against} - {"not"}), {*yes, "not"})):
        if one:
            yield rf"{whether}(?:either )?{_any(one)}{JOINT}{_any(other)}\b{WHATEVER}"


def _any(words: Iterable[str]) -> str:
    each = sorted(words, key=len, reverse=True)
    return rf"(?:{'|'.join(r'[ _-]'.join(map(re.escape, one.split())) for one in each)})"
