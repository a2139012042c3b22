"""What is compared whose titles are ordinary words: `compare the tea pot and the puzzle`."""

from __future__ import annotations

import re

from retrieval.words.titles import Titles

CLOSE = 95  # of 100: how much words of a comparison have to be a title


def side_by_side(text: str, titles: Titles) -> tuple[str, ...]:
    """The ids of the items of a comparison whose titles stand alone between its commas and its small words."""
    after = re.split(r"\bcompare\b|,|\?|:", text, maxsplit=1, flags=re.IGNORECASE)[-1]
    parts = re.split(r",|[?.!]|\b(?:and|or|vs|versus|with|to|between)\b", after, flags=re.IGNORECASE)
    named = (re.sub(r"^(?:the|a|an) ", "", part.strip(), flags=re.IGNORECASE) for part in parts)
    found = [titles.closest(one, CLOSE) for one in named if one]
    return tuple(dict.fromkeys(ids[0] for ids in found if ids))
