"""What a comparison is made with: `shorter than Heat`, `cheaper than the second`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from chat.understanding.acts.phrases import POINTED, pointed_at, spoken
from chat.understanding.text.blanks import blanked
from chat.understanding.titles.mentions import Mention

BY_DEGREE = (
    r"(?:longer|shorter|briefer|cheaper|dearer|pricier|heavier|lighter|older|newer|more recent"
    r"|(?:more|less|higher|lower|better|worse)[ -](?!like\b|than\b)\w+(?: rated)?|better)"
)
TITLE = r"(?:the |an? )?(?P<title>·+(?: ?\(\d{4}\))?)"
THAN = re.compile(
    rf"\b{BY_DEGREE}(?P<than> than (?:{TITLE}|(?P<pointed>(?:any|all|both)(?: of)? {POINTED}|{POINTED})))(?![\w·])",
    re.IGNORECASE,
)


def against(meant: Sequence[Mention], rest: str, shown: Sequence[str]) -> tuple[tuple[str, ...], list[Mention], str]:
    """The ids of what is compared with, the other items named, and the text with blanks for what was compared with."""
    found, left = list[str](), list(meant)
    for match in reversed(list(THAN.finditer(rest))):
        if match["title"]:
            named = [one for one in left if one.start == match.start("title")]
            found += [id for one in named for id in one.ids]
            left = [one for one in left if one not in named]
        else:
            found += pointed_at(spoken(match["pointed"]), shown)
        rest = blanked(rest, *match.span("than"))
    return tuple(dict.fromkeys(found)), left, rest
