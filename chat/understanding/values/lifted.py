"""A limit that somebody lets go by saying on which side of it things may lie: `that one may be heavier`."""

from __future__ import annotations

import re

from chat.messages import Intent
from chat.understanding.values.amounts import MONEY, TIMES, WEIGHTS, plainly
from chat.understanding.values.known import Known

A_BIT = r"(?:(?:a (?:bit|little)|much|even|slightly) )?"
KINDS = (
    (r"cost {a}more|be {a}(?:dearer|pricier|more expensive)", MONEY, True),
    (r"weigh {a}more|be {a}heavier", WEIGHTS, True),
    (r"(?:run|last|go|be) {a}longer", TIMES, True),
    (r"cost {a}less|be {a}cheaper", MONEY, False),
    (r"weigh {a}less|be {a}lighter", WEIGHTS, False),
    (r"(?:run|last|be) {a}shorter", TIMES, False),
)
MAY = r"(?<!as )\b(?:(?:it|this|that|they|these|those|the \w+|(?:this|that) one) )?(?:may|can|could|might)(?: also)? "
END = r"(?: (?:now|then|though|too|as well|this time))*(?=\s*(?:$|[,.;:!?)]|(?:and|but|if)\b))"


def lifted(text: str, known: Known, before: Intent | None) -> str:
    """The text with the limit before said to matter no more, where the words are about its side."""
    for name, span in before.where.ranges.items() if before else ():
        field = known.numbers.get(name)
        for words, units, more in KINDS if field else ():
            held = span.high if more else span.low
            if held is not None and field and {field.unit, field.unit.casefold()} & {*units}:
                said = rf"{MAY}(?:{words.format(a=A_BIT)}){END}"
                text = re.sub(said, f"any {plainly(name)} is fine", text, flags=re.IGNORECASE)
    return text
