"""When and with whom: `tonight`, `with my kids`."""

from __future__ import annotations

import re

OCCASIONS = {
    "tonight": r"tonight|this evening|for the evening",
    "this weekend": r"(?:this|for the|at the|on the) weekend|on (?:saturday|sunday)",
    "tomorrow": r"tomorrow",
    "with children": r"(?:with|for) (?:my|the|our|some)? ?(?:little |young )?(?:kids?|children|son|daughter"
    r"|grand(?:kids|children)|little ones)|kids are (?:here|around)",
    "with the family": r"(?:with|for) (?:my|the|our) (?:whole |entire )?(?:family|parents|folks)"
    r"|family (?:night|evening)",
    "with friends": r"with (?:my |some |a few )?(?:friends|mates|buddies|the girls|the boys)"
    r"|(?:movie|film|games?) night",
    "for two": r"date night|with my (?:wife|husband|girlfriend|boyfriend|partner|date)|on a date",
    "alone": r"(?:on my own|by myself|alone)(?! in\b)",
    "on the way": r"on (?:the|a|my) (?:train|plane|flight|bus|way|journey)|for the (?:flight|journey|road)",
    "for a party": r"for (?:a|the|my|our) (?:\w+ )?party",
}
COMPILED = {name: re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for name, words in OCCASIONS.items()}


def occasions(text: str) -> tuple[str, ...]:
    """What the text says of when and with whom, each in the same words."""
    return tuple(name for name, words in COMPILED.items() if words.search(text))
