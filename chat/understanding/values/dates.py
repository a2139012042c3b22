"""Days asked for, where the catalogue has dates: `released after March 2020`, `out since 2021-06-01`."""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from datetime import date

from chat.understanding.text.blanks import blanked
from chat.understanding.values.amounts import plainly
from chat.understanding.values.known import Known
from chat.understanding.values.years import bound
from retrieval.filtering.spans import EPOCH, Span

MONTHS = {name.casefold(): at for at, name in enumerate(calendar.month_name) if name}
MONTHS |= {name.casefold(): at for at, name in enumerate(calendar.month_abbr) if name}
DAY = rf"\d{{4}}-\d\d-\d\d|(?:{'|'.join(sorted(MONTHS, key=len, reverse=True))})\.? (?:19|20)\d\d|(?:19|20)\d\d"
HOW = (
    r"(?P<before>before|earlier than|older than)|(?P<until>until|till|up to)"
    r"|(?P<after>after|later than|newer than)|(?P<since>since)|from|in|on"
)


def dates(text: str, signs: str, known: Known) -> tuple[Mapping[str, Span], str]:
    """The spans of days asked for by the name of their date, and the text with blanks for them."""
    found: dict[str, Span] = {}
    for name in known.dates:
        said = f"{re.escape(plainly(name))}|came out|coming out|out|launched|published|made"
        for match in re.finditer(rf"\b(?P<verb>(?:{said}) )?(?:{HOW}) (?P<day>{DAY})(?![\w-])", text, re.IGNORECASE):
            if not match["verb"] and match["day"].isdigit():
                continue  # a year alone may be the year of the item
            if (period := _days(match["day"])) is None:
                continue
            low, high = bound(match.groupdict(), *period)
            text = blanked(text, *match.span())
            if signs[match.start()] == "-":
                if low is not None and high is not None:
                    found[name] = Span(low, high, kind="date").outside()
                    continue
                low, high = high + 1 if high is not None else None, low - 1 if low is not None else None
            found[name] = Span(low, high, kind="date")
    return found, text


def in_days(years: Span) -> Span:
    """The same span of years in days since 1970."""
    low = _first(years.low) if years.low is not None else None
    high = _last(years.high) if years.high is not None else None
    return Span(low, high, kind="date", holes=tuple((_last(since), _first(until)) for since, until in years.holes))


def _first(year: float) -> int:
    return (date(int(year), 1, 1) - EPOCH).days


def _last(year: float) -> int:
    return (date(int(year), 12, 31) - EPOCH).days


def _days(said: str) -> tuple[int, int] | None:
    """The first and the last day of `2020-03-01`, `March 2020`, `2020`; None for a day that no calendar has."""
    if re.fullmatch(r"\d{4}", said):
        return (date(int(said), 1, 1) - EPOCH).days, (date(int(said), 12, 31) - EPOCH).days
    if said[0].isdigit():
        try:
            day = (date.fromisoformat(said) - EPOCH).days
        except ValueError:
            return None
        return day, day
    month, year = MONTHS[said.split()[0].rstrip(".").casefold()], int(said.split()[-1])
    return (date(year, month, 1) - EPOCH).days, (date(year, month, calendar.monthrange(year, month)[1]) - EPOCH).days
