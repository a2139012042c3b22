"""What somebody takes, by its title or by what it is called in the list: `I'll go with Heat`, `that tea pot is exactly
what I want`."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from chat.messages import Does
from chat.understanding.text.blanks import blanked
from chat.understanding.titles.called import called
from retrieval.catalogue import Catalogue
from retrieval.domain import plain

if TYPE_CHECKING:
    from chat.understanding.titles.mentions import Mention

WILL = (
    r"(?:\b(?:i|we|he|she|they)(?:['’]?ll| ?will|['’]?m (?:gonna|going to)|['’]?re (?:gonna|going to)"
    r"| (?:am |are )?(?:gonna|going to))|\blet['’]?s)"
)
TAKE = r"(?:take|buy|get|watch|see|order|pick|choose|do|have|go (?:with|for)|settle (?:on|for))"
# `I choose Heat`, `we're going with Heat`, `sold on Heat`
DECIDED = (
    r"(?:\b(?:i|we)(?:['’]?(?:m|re|ve)| am| are| have)? (?:choose|pick|take|taking|picking|choosing|going (?:with|for)"
    r"|sold on|settl(?:ed|ing) (?:on|for)|decided (?:on|for))|^(?:(?:ok|okay|yes|great),? )?(?:sold on|decided on))"
)
TAKING = rf"(?:{WILL} (?:just |definitely |probably |then )?{TAKE}|{DECIDED})"
CALLED = r"(?:(?:the|that|this) )?(?P<title>·+)|(?:the|that|this) (?P<called>[\w'’-]+(?: [\w'’-]+){0,3}?)"
END = r"(?=\s*(?:[,.;:!?)–—]|$|\b(?:then|tonight|please|thanks|and|for)\b))"
TAKES = re.compile(rf"{TAKING} (?:{CALLED}){END}", re.IGNORECASE)
THE_ONE = re.compile(
    rf"(?:^|[,.;:!?] |\b(?:ok|okay|yes|great|nice|then) )(?:{CALLED})(?: it is{END}"
    r"| (?:is|sounds|looks) (?:(?:exactly|just) (?:what|the one)\b|the one (?:for|i|we)\b|perfect\b))",
    re.IGNORECASE,
)
# who takes something may thank and leave with that, and asks for nothing; what limits a name holds is told by `taken`
WITH_IT: frozenset[Does] = frozenset(("accept", "thank", "goodbye", "greet", "prefer", "ask", "add"))


def taken(
    text: str, meant: Sequence[Mention], does: Collection[Does], shown: Sequence[str], catalogue: Catalogue
) -> tuple[tuple[str, ...], str]:
    """The id of what is taken, if there is a list and no other title is named, and the text with blanks for the words
    that say so. Titles stand as `·` in it."""
    others = [one for one in meant if one.bad or one.example or one.seen]
    if not shown or others or len(meant) > 1 or not set(does) <= WITH_IT or "?" in text:
        return (), text
    for match in (match for pattern in (TAKES, THE_ONE) for match in pattern.finditer(text)):
        words = plain(match["called"] or "").split()
        ids = meant[0].ids if meant and match["title"] else tuple(called(words, shown, catalogue))
        if len(ids) == 1 and bool(meant) == bool(match["title"]):
            return ids, blanked(text, *match.span())
    return (), text
