"""How much of what: `under 20 euros`, `two hours or less`, `rating at least 4`, by the number fields of the domain."""

from __future__ import annotations

import itertools
import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from chat.understanding.text.blanks import blanked
from chat.understanding.values.years import Found, together
from retrieval.domain import Field
from retrieval.filtering.spans import Span

MONEY = {
    "EUR": ("€", "euro", "euros", "eur"),
    "USD": ("$", "dollar", "dollars", "bucks", "buck", "usd"),
    "GBP": ("£", "pound", "pounds", "quid", "gbp"),
    "JPY": ("yen", "jpy"),
    "CHF": ("chf", "swiss francs"),
}
# units of one kind: how many of the first each of them is
TIMES = {"min": 1.0, "mins": 1.0, "minute": 1.0, "minutes": 1.0, "h": 60.0, "hr": 60.0, "hrs": 60.0, "hour": 60.0,
         "hours": 60.0}  # fmt: skip
WEIGHTS = {"g": 1.0, "gram": 1.0, "grams": 1.0, "kg": 1e3, "kilo": 1e3, "kilos": 1e3, "kilogram": 1e3, "kilograms": 1e3,
           "oz": 28.349523125, "ounce": 28.349523125, "ounces": 28.349523125, "lb": 453.59237,
           "lbs": 453.59237}  # fmt: skip
LENGTHS = {"mm": 1.0, "cm": 10.0, "m": 1e3, "metre": 1e3, "metres": 1e3, "meter": 1e3, "meters": 1e3,
           "inch": 25.4, "inches": 25.4, "foot": 304.8, "feet": 304.8, "ft": 304.8}  # fmt: skip
OTHERWISE = frozenset("oz ounce ounces lb lbs inch inches foot feet ft".split())  # no round number of the others
KINDS = (TIMES, WEIGHTS, LENGTHS)
HOUR, FEW = 60.0, 6.0  # a bare number up to so many goes on counting hours
OF_WORDS = (
    ("cheaper|expensive|dearer|pricier|spend", frozenset(MONEY)),
    ("lighter|heavier", frozenset(WEIGHTS)),
    ("longer|shorter", frozenset(TIMES)),
)
WORDED = {
    word: float(number)
    for number, word in enumerate(
        "one two three four five six seven eight nine ten eleven twelve".split(),
        start=1,
    )
} | {"a": 1.0, "an": 1.0, "half an": 0.5, "fifteen": 15.0, "twenty": 20.0, "thirty": 30.0, "forty": 40.0, "fifty": 50.0,
     "sixty": 60.0, "seventy": 70.0, "eighty": 80.0, "ninety": 90.0, "hundred": 100.0, "a hundred": 100.0,
     "one hundred": 100.0, "two hundred": 200.0, "a thousand": 1000.0}  # fmt: skip
HOW = {
    "below": "under|below|(?:less|cheaper|lower|lighter|shorter|smaller) than",
    "at_most": r"at (?:the )?most|(?:no|not) (?:more|higher|heavier|longer|larger|bigger|taller|wider)"
    r"(?: expensive)? than|up to|within|max(?:imum)?(?: of)?|a (?:maximum|limit|budget) of|budget(?: is| of|:)?",
    "exactly": "exactly|precisely",
    "above": "over|above|(?:dearer|pricier|more expensive) than"
    "|(?<!no )(?<!not )(?:more|higher|heavier|longer|larger) than",
    "at_least": r"at (?:the )?least|(?:no|not) (?:less|lower|lighter|shorter|smaller) than|starting at"
    r"|min(?:imum)?(?: of)?|a minimum of",
    "about": r"around|about|roughly|approximately|circa|ca\.?",
    "had": r"(?:i|we)(?:['’]?ve)?(?: only| just)?(?: have| got)+(?: only| just)?",  # only of time
    "spent": "for(?: just| only)?|(?:can |could |want to |to )?spend",  # only of money
}
AFTER = {
    "or_less": r"or (?:less|under|below|cheaper|lighter|shorter|fewer|lower|at most)|(?:at )?(?:max(?:imum)?|most)"
    r"|tops|at the (?:very )?(?:most|outside)",
    "or_more": r"or (?:more|over|above|longer|heavier|higher|better|up|at least)|(?:at )?(?:min(?:imum)?|least)"
    r"|and (?:up|more)|plus|\+",
}
ALIASES = {"rating": ("rated", "stars"), "price": ("cost", "costs", "costing"), "runtime": ("lasting", "length")}
NUMBER = r"\d{1,12}(?:[.,]\d{1,12}){0,4}"  # longer ones are no amounts
YEAR = re.compile(r"(?:1[89]|20)\d\d")
JOINED = re.compile(r"\s*,?\s*(?:and|or|but)\s*", re.IGNORECASE)
EITHER = re.compile(r"\s*(?:,|,?\s*or)\s*", re.IGNORECASE)
# a number after which nothing comes that it could count
ALONE = re.compile(r"\s*(?:$|[.,;!?]|(?:and|or|but)\b)", re.IGNORECASE)
UNCOUNTED = "what “{}” counts"
NEAR = 0.2  # how far `around` reaches, as a share: to 40 and 60 from 50, to about half an hour from two hours
# a bare number behind these is a sum: `headphones for about 100`; a `book about 100` would be something else
PAID = re.compile(r"(?:^|\b(?:for|spend|pay|costs?|costing|be|is)) *$", re.IGNORECASE)


def amounts(
    text: str, signs: str, fields: Mapping[str, Field]
) -> tuple[Mapping[str, Span], str, tuple[str, ...], frozenset[str]]:
    """The ranges asked for by the name of their number, the text with blanks for them, what cannot be heeded, and of
    which numbers nothing is said but about how much it is.

    `signs`: the stance of each character of the text. A number without a name and a unit is money, or more of what was
    said before it: `price under 10 and over 20`.
    """
    of_unit = {said: name for name, field in fields.items() for said in units_of(field)}
    named = {plainly(name): name for name in fields}
    named |= {alias: name for name in fields for alias in ALIASES.get(name, ())}
    priced = [name for name, field in fields.items() if field.unit in MONEY]
    last = priced[0] if len(priced) == 1 else None
    found: dict[str, list[Found]] = defaultdict(list)
    doubtful: list[re.Match[str]] = []
    uncounted: list[re.Match[str]] = []
    firm, unit = set[str](), None
    missing: list[str] = []
    whole = text
    for pattern in _patterns(named, of_unit) if fields else ():
        for match in re.finditer(pattern, text, re.IGNORECASE):
            said = match.groupdict()
            units = [said[one].casefold() for one in ("unit", "unit2", "sign", "sign2") if said.get(one)]
            name = named.get((said["name"] or "").casefold())
            name = name or next((of_unit[unit] for unit in units if unit in of_unit), None)
            if name is None and not units and ("number2" in said or YEAR.fullmatch(said["number"])):
                doubtful += [match] if "number2" not in said or _two_of(said) else []
                continue  # `between 1990 and 2000` and `under 1999` speak of years, or of nobody knows what
            if _is_none(said, units):
                continue
            if not units and not said["name"] and (said.get("or_more") == "+" or not _sum(said, text, match)):
                continue
            if not (name or units):
                name = _by_its_word(match[0], fields)
            if unit and not (name or units) and _amount({"number": said["number"]}, "", "") <= FEW:
                said["unit"] = unit  # `at least 2 hours, at most 3`
            strange = [one for one in units if one in MONEY_SAID and one not in of_unit]
            if strange and len(priced) == 1 and name in (None, *priced):  # taken as it is, and told
                missing += [f"what {one} are in {fields[priced[0]].unit}" for one in strange]
                units, name = [one for one in units if one not in strange], priced[0]
            last = name = name or last
            unit = next((one for one in units if TIMES.get(one) == HOUR), None)
            if name is None and not units:
                uncounted += [match] if ALONE.match(text, match.end()) else []
                continue
            text = blanked(text, *match.span())
            if signs[match.start()] == "0":  # `not necessarily under 50 euros`
                continue
            if name is None or any(unit not in of_unit for unit in units):
                missing += [f"amounts in {unit}" for unit in units if unit not in of_unit]
                continue
            span = _span(said, fields[name].unit)
            found[name].append((*match.span(), _denied(span) if _is_denied(whole, signs, match) else span))
            firm |= set() if said.get("about") else {name}
    # `under 1000 and over 2000`, `between 20 and 30 or 100 and 120 euros`
    for match in (*doubtful[::-1], *doubtful, *uncounted):
        name = next((name for name, spans in found.items() if _joined(whole, match, spans)), None)
        if name and text[match.start() : match.end()].strip():
            span = _span(match.groupdict(), fields[name].unit)
            found[name].append((*match.span(), _denied(span) if _is_denied(whole, signs, match) else span))
            text = blanked(text, *match.span())
    alone = (match for match in uncounted if text[match.start() : match.end()].strip())
    missing += [UNCOUNTED.format(" ".join(match[0].split())) for match in alone]
    ranges = {name: together(whole, spans) for name, spans in found.items()}
    return ranges, text, tuple(missing), frozenset(found.keys() - firm)


def _is_none(said: Mapping[str, str | None], units: Sequence[str]) -> bool:
    """Whether what looks like an amount is none: `within 20`, `95 min`, which lasts so long, `for 2 people`, `I have 2
    children`."""
    if (said.get("at_most") or "").casefold() == "within" or (said.get("or_more") or "").casefold() == "min":
        return not units
    return bool(said.get("spent") and not set(units) & MONEY_SAID) or bool(
        said.get("had") and not set(units) & TIMES.keys()
    )


def plainly(name: str) -> str:
    """The name of a field as it is said."""
    return name.replace("_", " ").casefold()


def _joined(text: str, match: re.Match[str], spans: Iterable[Found]) -> bool:
    """Whether nothing but an `and` or an `or` stands between it and one of the others; with two numbers, an `or`, since
    `ages 5 to 7 and under 20 euros` are two things."""
    joint = EITHER if "number2" in match.groupdict() else JOINED
    between = (text[min(end, match.end()) : max(start, match.start())] for start, end, _ in spans)
    return any(joint.fullmatch(one) for one in between)


def _two_of(said: Mapping[str, str | None]) -> bool:
    """Whether two numbers may be amounts and are no years."""
    return not all(YEAR.fullmatch(said[one] or "") for one in ("number", "number2"))


def _sum(said: Mapping[str, str | None], text: str, match: re.Match[str]) -> bool:
    """Whether a number that is only about right may be an amount, though nothing says of what."""
    how = (said.get("about") or "").casefold()
    if not how:
        return True
    return bool(ALONE.match(text, match.end()) and (how != "about" or PAID.search(text[: match.start()])))


def _by_its_word(said: str, fields: Mapping[str, Field]) -> str | None:
    """The number that a comparison is of by its word: `cheaper than 150` is of money."""
    kind = next((units for words, units in OF_WORDS if re.search(words, said, re.IGNORECASE)), frozenset[str]())
    return next((name for name, field in fields.items() if {field.unit, field.unit.casefold()} & kind), None)


def _is_denied(text: str, signs: str, match: re.Match[str]) -> bool:
    """Whether it stands under a no, which the `less` and the `no` of `no less than` are not."""
    start = match.start()
    if re.match(r"(?:no|not)\b", match[0], re.IGNORECASE):  # `not over 30 and not less than 10`
        return False
    if re.match(r"less\b", match[0], re.IGNORECASE):
        start = len(text[:start].rstrip()) - 1
    return start >= 0 and signs[start] == "-"


def _patterns(names: Iterable[str], units: Iterable[str]) -> tuple[str, ...]:
    """`price between 10 and 20 euros`, `20 euros or less`, and `price under 20 euros`."""
    name = rf"(?<!\w)(?:(?P<name>{_any(names)})(?: (?:is|of|be)|:)? )?"
    known = {*units, *itertools.chain(*MONEY.values()), *itertools.chain(*KINDS)}
    words = rf"(?:{_any(WORDED)})(?= (?:(?:to|and|or) (?:{_any(WORDED)}|{NUMBER}) )?(?:{_any(known)})(?!\w))"

    def amount(at: str = "") -> str:
        unit = rf"(?: ?(?P<unit{at}>{_any(known)})(?![^\W\d])(?P<half{at}> and a half)?)?"
        number = rf"(?P<number{at}>{NUMBER}|{words})"
        return rf"(?P<sign{at}>[€$£])? ?{number}{unit}(?P<rest{at}> ?\d\d ?(?:min(?:ute)?s?)?)?(?!\w|[.,]\d)"

    how = "|".join(f"(?P<{one}>{words})" for one, words in HOW.items())
    after = "|".join(f"(?P<{one}>{words})" for one, words in AFTER.items())
    return (
        rf"{name}(?:between |from )?{amount()} ?(?:to|and|-|–) ?{amount('2')}",
        rf"{name}(?<![\d.,]){amount()} ?(?:{after})(?!\w| ?[€$£]?\d)",
        rf"{name}(?:{how}) ?{amount()}",
    )


MONEY_SAID = frozenset(itertools.chain(*MONEY.values()))


def _span(said: Mapping[str, str | None], unit: str) -> Span:
    """What is `under` or `over` a number does not reach it: its bound is the nearest one before."""
    number = _amount(said, "", unit)
    if said.get("number2"):
        low, high = number, _amount(said, "2", unit)
        if not said["unit"] and said["unit2"]:  # `1 to 2 hours`
            low = _amount({**said, "unit": said["unit2"]}, "", unit)
        return Span(min(low, high), max(low, high), unit)
    if said.get("exactly"):
        return Span(number, number, unit)
    if said.get("about"):
        return Span(round(number * (1 - NEAR), 9), round(number * (1 + NEAR), 9), unit)
    if any(said.get(one) for one in ("below", "at_most", "spent", "had", "or_less")):
        return Span(None, math.nextafter(number, -math.inf) if said.get("below") else number, unit)
    return Span(math.nextafter(number, math.inf) if said.get("above") else number, None, unit)


def _amount(said: Mapping[str, str | None], at: str, unit: str) -> float:
    """The number in the unit of its field: two hours are 120 where minutes are counted."""
    written = (said[f"number{at}"] or "").casefold()
    if unit in MONEY and re.fullmatch(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?", written):  # `1.000 euros` are a thousand
        written = written.replace(".", "").replace(",", ".")
    number = WORDED[written] if written in WORDED else _number(written)
    number += 0.5 if said.get(f"half{at}") else 0.0
    if (spoken := (said.get(f"unit{at}") or "").casefold()) and spoken != unit.casefold():
        for kind in KINDS:
            if spoken in kind and unit.casefold() in kind:
                number *= kind[spoken] / kind[unit.casefold()]
        number = round(number, 2) if spoken in OTHERWISE else number
    if (rest := said.get(f"rest{at}")) and TIMES.get(spoken) == 60 and unit.casefold() in TIMES:  # `1 h 30`
        number += float(re.sub(r"\D", "", rest)) / TIMES[unit.casefold()]
    return round(number, 9)


def _denied(span: Span) -> Span:
    """`not over 20` is at most 20."""
    if span.low is not None and span.high is not None:
        return span.outside()
    if span.high is not None:
        return Span(math.nextafter(span.high, math.inf), None, span.unit)
    return Span(None, math.nextafter(span.low or 0.0, -math.inf), span.unit)


def units_of(field: Field) -> tuple[str, ...]:
    """How people write the unit, in small letters, and others of its kind."""
    unit = field.unit.casefold()
    kind = next((kind for kind in KINDS if unit in kind), {})
    return (unit, unit.removesuffix("s"), *MONEY.get(field.unit, ()), *kind) if unit else ()


def _any(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)) or "(?!)"


def _number(said: str) -> float:
    """`1,000` and `1,000.50` as they are meant, and `19,99` too."""
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", said):
        return float(said.replace(",", ""))
    whole, _, part = said.replace(",", ".").partition(".")
    return float(f"{whole}.{part.replace('.', '') or 0}")
