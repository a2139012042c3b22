"""What was shown before the last list, as words speak of it: `the first one you suggested`, `the one from before`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from chat.store import Store
from chat.understanding import Understand
from chat.understanding.acts.phrases import ORDINALS, place_in, spoken
from retrieval.catalogue import Catalogue

BACK = 50  # lists that are remembered
LOOKED_AT = 6  # of them in which something is looked for by what it is
THING = r"(?:ones?|films?|movies?|items?|products?|things?)"
SAID = r"(?:said|suggested|showed|shown|mentioned|recommended|gave|named|told|had|offered|listed)"
TIME = r"(?:before(?: that)?|earlier(?: on)?|previously|at first|first|initially|at the (?:start|beginning)|originally)"
LIST = (
    r"(?:in|from|of|on) (?:the|your) (?P<which>first|very first|previous|earlier|other|old)"
    r" (?:list|ones|suggestions?|results)"
)
EARLIER = re.compile(
    rf"\b(?:the|that) (?P<told>(?:(?:very )?(?:{'|'.join(ORDINALS)}|last) )?(?:[\w'’-]+ ){{0,2}}?)"
    rf"(?P<thing>{THING}|[\w'’-]+(?= (?:that |which )?you\b))"
    rf"(?: (?:that|which))?(?: (?P<you>(?:you|we)(?:['’]ve| have| had| just)? {SAID}(?: (?:me|us|to me))?))?"
    rf"(?: (?P<time>(?:from )?{TIME})| {LIST})?(?=\s*(?:[,.;:!?]|$|\b(?:and|but|or|then|please|is|was|has|had)\b))",
    re.IGNORECASE,
)
WHAT = "what about {}?"  # of whoever says nothing else
ALONE = re.compile(
    r"(?:and|but|no|ok|okay|so|then|please|sorry|i (?:meant?|want)|show me|(?:(?:go|take me|get) )?back to|what about"
    r"|how about|which was|what was|, ?| )*[.!?]*",
    re.IGNORECASE,
)
TOLD = 4  # of a list of which it is not said which one is meant


def named_before(
    text: str, before: Mapping[str, Any], conversation: str, store: Store, understand: Understand, catalogue: Catalogue
) -> str:
    """The text with the titles of what was shown before for words that speak of it, and as it is if there was nothing
    or it is not told which."""
    match = next((one for one in EARLIER.finditer(text) if _speaks_back(one)), None)
    if not match:
        return text
    lists = earlier(before, conversation, store)
    names = [catalogue[id].name for id in _meant(match, lists, understand) if id in catalogue]
    if names and ALONE.fullmatch(text[: match.start()] + text[match.end() :]):
        return WHAT.format(" and ".join(names[:TOLD]))
    return f"{text[: match.start()]}{names[0]}{text[match.end() :]}" if len(names) == 1 else text


def earlier(before: Mapping[str, Any], conversation: str, store: Store) -> Sequence[tuple[str, ...]]:
    """Ids of what was shown, answers about items too, the newest first."""
    found = list[tuple[str, ...]]()
    while before.get("stands"):
        before = store.record_of(conversation, int(before["stands"]))
    while before and len(found) < BACK:
        found.append(tuple(before.get("shown", ())))
        before = store.record_of(conversation, int(before.get("followed", 0)))
        while before.get("stands"):
            before = store.record_of(conversation, int(before["stands"]))
    return found


def _speaks_back(match: re.Match[str]) -> bool:
    """Whether it says that it was shown, and when or which; a film `from earlier` alone is an old one."""
    first = bool(re.search(r"\bfirst\b", match["told"]))
    return bool(match["time"] or match["which"] or (match["you"] and first))


def _meant(match: re.Match[str], lists: Sequence[tuple[str, ...]], understand: Understand) -> tuple[str, ...]:
    """Those that the words tell: by a place, in the first list or in the one before; by what it is; or the one that
    was spoken of by itself last."""
    thing = match["thing"] if re.fullmatch(THING, match["thing"], re.IGNORECASE) else f"{match['thing']} one"
    told = f"{match['told']}{thing}"
    place, several = place_in(spoken(f"the {told}")), [one for one in lists if len(one) > 1]
    which = (match["which"] or "").casefold()
    if place is not None:
        very_first = which.endswith("first") or (place == 0 and not (match["time"] or which))
        there = several[-1] if very_first and several else next(iter(several[1:]), ())
        return (there[place],) if -len(there) <= place < len(there) else ()
    if told != match["thing"]:
        each = (understand(f"what about the {told}?", None, some).about for some in lists[1:LOOKED_AT])
        return next((ids for ids in each if len(ids) == 1), ())
    return next((one for one in lists[1:] if len(one) == 1), next(iter(several[1:]), ()))
