"""That they have not seen what was taken for seen: `no I haven't`, `I haven't seen Heat after all`."""

from __future__ import annotations

import re

from chat.messages import Intent

NOT = r"(?:have ?n['’]?t|have not|did ?n['’]?t|did not|never (?:have|did)|have never|['’]?ve never)"
TAKEN_BACK = re.compile(
    rf"\s*(?:(?:no|oh|wait|sorry|actually|hm+|well|but|ah)\b[,.!]* *)*(?:i|we) ?{NOT}(?: (?:actually|really))?"
    r"(?: (?:seen|watched|see|watch|read|bought|owned?|had)(?: (?:it|that(?: one)?|this(?: one)?|them|those|any))?)?"
    r"(?: (?:yet|after all|actually|though|before|sorry))*\s*[.!]*\s*",
    re.IGNORECASE,
)


def taken_back(text: str, intent: Intent, before: Intent | None) -> tuple[str, ...]:
    """The ids of what was held to be seen and is not: what is named, or else what the message before spoke of."""
    if before is None:
        return ()
    if "unseen" in intent.does and (named := tuple(id for id in intent.about if id in before.seen)):
        return named
    if not TAKEN_BACK.fullmatch(text):
        return ()
    return before.about if before.act == "seen" else before.seen[-1:]
