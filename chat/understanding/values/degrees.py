"""More or less of something than what was shown has: `a bit longer`, `cheaper`, `not too heavy`, `less mainstream`."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from statistics import median

from chat.messages import Degree
from chat.understanding.acts.phrases import BETTER
from chat.understanding.text.blanks import blanked
from chat.understanding.values.amounts import MONEY, TIMES, WEIGHTS, plainly
from chat.understanding.values.known import Known
from retrieval.domain import Field, plain
from retrieval.filtering.spans import Span
from retrieval.items import Item

FAME = "fame"  # of this no number is kept with the items; the dial of surprise answers it
# by what a number counts: the words for more of it, for less of it, for too much and for too little
COMPARED: Mapping[str, tuple[str, str, str, str]] = {
    "time": ("longer", "shorter|briefer|less long", "long|lengthy", "short|brief"),
    "money": (
        "more expensive|pricier|dearer",
        "cheaper|less expensive|less pricey|more affordable|cheap|affordable|inexpensive",
        "expensive|pricey|dear|costly",
        "cheap",
    ),
    "weight": ("heavier", "lighter|less heavy", "heavy", "light"),
    "rating": (
        rf"(?:better|higher|well|highly)[ -]rated|with (?:better|good) (?:reviews|ratings)|{BETTER}",
        "(?:worse|lower)[ -]rated",
        "(?!)",
        "(?!)",
    ),
    FAME: (
        "more (?:mainstream|popular|famous|known)|better known|well[ -]known",
        "less (?:mainstream|popular|famous|known|obvious)|lesser[ -]known|not so well[ -]known|obscure|underrated"
        "|hidden gems?|off the beaten track|not too mainstream",
        "mainstream|popular|famous|obvious|well known",
        "obscure|unknown",
    ),
}
ABSENT = {"time": "lengths", "money": "prices", "weight": "weights", "rating": "ratings"}
BARE = re.compile(r"cheap|affordable|inexpensive", re.IGNORECASE)
AGED = re.compile(
    r"\b(?:(?P<old>(?:too|not (?:too|so|that|very)|less) (?:old|dated|old[ -]fashioned))"
    r"|(?P<new>(?:too|not (?:too|so|that|very)|less) (?:new|recent|modern))"
    r"|(?P<older>older)|(?P<newer>newer|more recent|more modern))\b",
    re.IGNORECASE,
)
SLIGHTLY = re.compile(r"\b(?:a (?:bit|little|tad|touch)|slightly|somewhat) $", re.IGNORECASE)


def degrees(
    text: str, signs: str, known: Known, shown: Sequence[Item]
) -> tuple[tuple[Degree, ...], Mapping[str, Span], str, tuple[str, ...]]:
    """What there should be more or less of, the ranges that follow from what was shown, the text with blanks for the
    words, and what the catalogue knows nothing of.

    Longer is longer than the middle one of the list; without a list, than the middle one of the catalogue."""
    found: list[Degree] = []
    ranges: dict[str, Span] = {}
    missing: list[str] = []
    for kind, words in (*COMPARED.items(), *_named(known)):
        name = next((name for name, field in known.numbers.items() if kind in (kind_of(field), name)), None)
        for match in re.finditer(_pattern(words), text, re.IGNORECASE):
            said = match.groupdict()
            if name is None and kind != FAME and (kind not in ABSENT or BARE.fullmatch(match[0])):
                continue
            if name is None and plain(match[0]) in known.values:  # a film is lighter in another way
                continue
            more = bool(said["more"] or said["little"])
            # `not cheaper` asks for no less; `not too long` says the same as `too long`
            denied = signs[match.start()] == "-" and not (said["much"] or said["little"]) and not _cue_in(match[0])
            slightly = SLIGHTLY.search(text[: match.start()])
            found.append(Degree(name or kind, more != denied, bool(slightly)))
            start = slightly.start() if slightly else match.start()
            text = blanked(text, start, match.end())
            if name and len(shown) == 1 and name not in shown[0].all_numbers:
                missing.append(f"the {plainly(name)} of {shown[0].title}")
            elif name and (middle := _middle(name, known, shown)) is not None:
                ranges[name] = _beyond(middle, more != denied, denied, known.numbers[name])
            elif kind != FAME:
                missing.append(ABSENT.get(kind, plainly(kind)))
    return tuple(found), ranges, text, tuple(missing)


def age(
    text: str, signs: str, known: Known, shown: Sequence[Item]
) -> tuple[tuple[Degree, ...], Mapping[str, Span], str]:
    """Older or newer than the middle one of these: by the year, else by the one date that the catalogue has; and the
    text with blanks for the words."""
    name = "year" if known.has_years else known.dates[0] if len(known.dates) == 1 else ""
    times = [item.all_numbers[name] for item in shown if name in item.all_numbers]
    match = AGED.search(text)
    if not (match and times):
        return (), {}, text
    newer, middle = bool(match["newer"] or match["old"]), median(times)
    bounds = (math.floor(middle) + 1, None) if newer else (None, math.ceil(middle) - 1)
    if signs[match.start()] == "-" and not (match["old"] or match["new"]):  # `not older` may be as old
        newer, bounds = not newer, (None, math.floor(middle)) if newer else (math.ceil(middle), None)
    text = blanked(text, *match.span())
    low, high = bounds
    span = Span(low, high, kind="number" if name == "year" else "date")
    return (Degree(name, newer),), {name: span}, text


def _pattern(words: tuple[str, str, str, str]) -> str:
    more, less, much, little = words
    return (
        rf"\b(?:(?P<much>(?:too|not (?:too|so|that|very)) (?:{much}))|(?P<little>(?:too|not (?:too|so|that|very))"
        rf" (?:{little}))|(?P<more>{more})|(?P<less>{less}))\b(?! than)"
    )


def _named(known: Known) -> Iterator[tuple[str, tuple[str, str, str, str]]]:
    """The words for more and less of each number of the catalogue, by its name."""
    for name in known.numbers:
        yield (
            name,
            (
                rf"(?:more|higher) {re.escape(plainly(name))}",
                rf"(?:less|lower) {re.escape(plainly(name))}",
                rf"(?:much|high) {re.escape(plainly(name))}",
                rf"(?:little|low) {re.escape(plainly(name))}",
            ),
        )


def kind_of(field: Field) -> str:
    """What a number counts, by its unit: time, money, weight, rating; empty for anything else."""
    unit = field.unit.casefold()
    if field.unit in MONEY:
        return "money"
    return "time" if unit in TIMES else "weight" if unit in WEIGHTS else "rating" if unit == "stars" else ""


def _cue_in(words: str) -> bool:
    """Whether a word that denies is part of the words themselves: the `less` of `less expensive`."""
    return bool(re.match(r"(?:less|not)\b", words, re.IGNORECASE))


def _middle(name: str, known: Known, shown: Sequence[Item]) -> float | None:
    here = [item.all_numbers[name] for item in shown if name in item.all_numbers]
    return median(here) if here else known.middles.get(name)


def _beyond(middle: float, more: bool, reached: bool, field: Field) -> Span:
    if more:
        return Span(middle if reached else math.nextafter(middle, math.inf), None, field.unit)
    return Span(None, middle if reached else math.nextafter(middle, -math.inf), field.unit)
