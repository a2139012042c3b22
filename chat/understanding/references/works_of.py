"""Whose works are meant where an item is named to say so: `by the director of Heat`, `with the star of the first`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from chat.understanding.acts.phrases import POINTED, pointed_at, spoken
from chat.understanding.titles.mentions import Mention
from chat.understanding.values.amounts import plainly
from chat.understanding.values.known import Known

# what people call an attribute besides its own name, also where a catalogue has none of that
CALLED = {
    "director": "film-?makers?",
    "star": "actors?|actress(?:es)?|lead(?: actor| actress)?|cast",
    "author": "writers?",
    "brand": "makers?|manufacturers?",
    "colour": "colors?",
}
ITEM = rf"(?:(?:the (?:film|movie) )?(?P<title>·+(?: ?\(\d{{4}}\))?)|(?P<pointed>{POINTED}))"
# `by the guy who made Jaws`
WHO = re.compile(
    r"(?<=\w )\bthe (?:guy|man|woman|person|lady|one) (?:who|that)"
    r" (?:made|directed|(?P<plays>stars in|plays in|was in))(?= ·)",
    re.IGNORECASE,
)
BEHIND = "|".join(rf"(?<=\b{word} )" for word in ("by", "from", "with", "of", "starring", "did", "has", "have"))
AS = r"(?:(?:of|from|behind)|as(?: in)?)"


def works_of(
    meant: Sequence[Mention], rest: str, shown: Sequence[str], known: Known, last: Sequence[str] = ()
) -> tuple[tuple[str, ...], tuple[str, ...], list[Mention], str]:
    """The ids of the items so named, what the catalogue does not know of any item, the other items, and the text, as
    long as before, with `the same director` for the words. What the domain says that it lacks is left as it stands.
    `last`: the one title that the message before named, of which `the same director` by itself speaks."""
    found, missing, left = list[str](), list[str](), list(meant)
    rest = WHO.sub(lambda match: f"the {'star' if match['plays'] else 'director'} of".ljust(len(match[0])), rest)
    lacking = {phrase for phrases in known.domain.unknown.values() for phrase in phrases}
    for facet in dict.fromkeys((*known.facets, *CALLED)):
        for match in reversed(list(re.finditer(_pattern(facet), rest, re.IGNORECASE))):
            if facet not in known.facets:
                if not lacking & {facet, f"{facet}s"}:
                    missing.append(f"{facet}s")
                    rest = rest[: match.start()] + " " * len(match["said"]) + rest[match.end("said") :]
                continue
            named = [one for one in left if match["title"] and one.start == match.start("title")]
            pointed = pointed_at(spoken(match["pointed"]), shown) if match["pointed"] else ()
            same = f"the same {plainly(facet)}"
            if (named or pointed) and len(same) <= len(match[0]):
                found += [*(id for one in named for id in one.ids), *pointed]
                left = [one for one in left if one not in named]
                rest = rest[: match.start()] + same.ljust(len(match[0])) + rest[match.end() :]
        for match in list(re.finditer(_again(facet), rest, re.IGNORECASE)) if last and facet in known.facets else ():
            same = f"the same {plainly(facet)}"
            if len(same) <= len(match[0]):
                found += last
                rest = rest[: match.start()] + same.ljust(len(match[0])) + rest[match.end() :]
    return tuple(dict.fromkeys(found)), tuple(dict.fromkeys(missing)), left, rest


def _pattern(facet: str) -> str:
    return rf"(?P<said>(?:(?:{BEHIND})the |\b(?:the )?same )(?:{called_in_words(facet)}) {AS})\s+{ITEM}"


def _again(facet: str) -> str:
    return rf"\bthe same (?:{called_in_words(facet)})\b(?! (?:in|{AS})\b)"


def called_in_words(facet: str) -> str:
    """What people call an attribute, as a pattern."""
    return "|".join((rf"{re.escape(plainly(facet))}s?", *([CALLED[facet]] if facet in CALLED else [])))
