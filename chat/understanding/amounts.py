"""How much of what: `under 20 euros`, `between 1 and 2 kg`, `rating at least 4`, by the number fields of the domain."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterable, Mapping

from retrieval.domain import Domain, Field
from retrieval.filtering.spans import Span

MONEY = {
    "EUR": ("€", "euro", "euros"),
    "USD": ("$", "dollar", "dollars", "bucks"),
    "GBP": ("£", "pound", "pounds", "quid"),
}
HOW = {
    "below": "under|below|(?:less|cheaper|lower|lighter|shorter|smaller) than",
    "at_most": "at most|(?:no|not) (?:more|higher|heavier|longer|larger) than|up to|max(?:imum)?(?: of)?",
    "above": "over|above|(?<!no )(?<!not )(?:more|higher|heavier|longer|larger) than",
    "at_least": "at least|(?:no|not) (?:less|lower|lighter|shorter|smaller) than|starting at|min(?:imum)?(?: of)?",
}
NUMBER = r"\d{1,12}(?:[.,]\d{1,12}){0,4}"  # longer ones are no amounts
YEAR = re.compile(r"(?:1[89]|20)\d\d")


def amounts(text: str, signs: str, domain: Domain) -> tuple[Mapping[str, Span], str, tuple[str, ...]]:
    """The ranges asked for by the name of their number, the text with blanks for them, and what cannot be heeded.

    `signs`: the stance of each character of the text. A number without a name and a unit is money, or more of what was
    said before it: `price under 10 and over 20`.
    """
    fields = {name: field for name, field in domain.fields.items() if field.type == "number"}
    of_unit = {said: name for name, field in fields.items() for said in _units(field)}
    priced = [name for name, field in fields.items() if field.unit in MONEY]
    last = priced[0] if len(priced) == 1 else None
    found: dict[str, Span] = {}
    missing: list[str] = []
    whole = text
    for pattern in _patterns(fields, of_unit) if fields else ():
        for match in re.finditer(pattern, text, re.IGNORECASE):
            said = match.groupdict()
            units = [said[one].casefold() for one in ("unit", "unit2", "sign", "sign2") if said.get(one)]
            name = next((name for name in fields if _plainly(name) == (said["name"] or "").casefold()), None)
            name = name or next((of_unit[unit] for unit in units if unit in of_unit), None)
            if name is None and not units and ("number2" in said or YEAR.fullmatch(said["number"])):
                continue  # `between 1990 and 2000` and `under 1999` speak of years, or of nobody knows what
            last = name = name or last
            if name is None and not units:
                continue
            text = text[: match.start()] + " " * len(match[0]) + text[match.end() :]
            if name is None or any(unit not in of_unit for unit in units):
                missing += [f"amounts in {unit}" for unit in units if unit not in of_unit]
                continue
            span: Span | None = _span(said, fields[name].unit)
            if span and _is_denied(whole, signs, match):
                span = _denied(span)
            if span is None:
                missing.append(f"how to leave out a span of the {_plainly(name)}")
            else:
                found[name] = _both(found[name], span) if name in found else span
    return found, text, tuple(missing)


def _is_denied(text: str, signs: str, match: re.Match[str]) -> bool:
    """Whether it stands under a no, which the `less` and the `no` of `no less than` are not."""
    start = match.start()
    if re.match(r"(?:less|no|not)\b", match[0], re.IGNORECASE):
        start = len(text[:start].rstrip()) - 1
    return start >= 0 and signs[start] == "-"


def _patterns(fields: Iterable[str], units: Iterable[str]) -> tuple[str, str]:
    """`price between 10 and 20 euros`, and `price under 20 euros`."""
    name = rf"(?<!\w)(?:(?P<name>{_any(map(_plainly, fields))})(?: (?:is|of|be))? )?"

    def amount(at: str = "") -> str:
        unit = rf"(?: ?(?P<unit{at}>{_any({*units, *itertools.chain(*MONEY.values())})}))?"
        return rf"(?P<sign{at}>[€$£])? ?(?P<number{at}>{NUMBER}){unit}(?!\w|[.,]\d)"

    how = "|".join(f"(?P<{one}>{words})" for one, words in HOW.items())
    return rf"{name}(?:between |from )?{amount()} ?(?:to|and|-|–) ?{amount('2')}", rf"{name}(?:{how}) ?{amount()}"


def _span(said: Mapping[str, str | None], unit: str) -> Span:
    """What is `under` or `over` a number does not reach it: its bound is the nearest one before."""
    number = _number(said["number"] or "")
    if other := said.get("number2"):
        return Span(min(number, _number(other)), max(number, _number(other)), unit)
    if said["below"] or said["at_most"]:
        return Span(None, math.nextafter(number, -math.inf) if said["below"] else number, unit)
    return Span(math.nextafter(number, math.inf) if said["above"] else number, None, unit)


def _denied(span: Span) -> Span | None:
    """`not over 20` is at most 20; two spans at once are more than a range can say."""
    if span.low is not None and span.high is not None:
        return None
    if span.high is not None:
        return Span(math.nextafter(span.high, math.inf), None, span.unit)
    return Span(None, math.nextafter(span.low or 0.0, -math.inf), span.unit)


def _both(one: Span, other: Span) -> Span:
    lows = [span.low for span in (one, other) if span.low is not None]
    highs = [span.high for span in (one, other) if span.high is not None]
    return Span(max(lows, default=None), min(highs, default=None), one.unit)


def _units(field: Field) -> tuple[str, ...]:
    """How people write the unit, in small letters."""
    unit = field.unit.casefold()
    return (unit, unit.removesuffix("s"), *MONEY.get(field.unit, ())) if unit else ()


def _plainly(name: str) -> str:
    return name.replace("_", " ").casefold()


def _any(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)) or "(?!)"


def _number(said: str) -> float:
    """`1,000` and `1,000.50` as they are meant, and `19,99` too."""
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", said):
        return float(said.replace(",", ""))
    whole, _, part = said.replace(",", ".").partition(".")
    return float(f"{whole}.{part.replace('.', '') or 0}")
