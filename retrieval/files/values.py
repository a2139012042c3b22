"""How the value of a field may be written in a file, and what is said of one that is not."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Annotated, Any

import numpy as np
from pydantic import BeforeValidator

from retrieval.space.given_vectors import Given

NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?", re.IGNORECASE | re.ASCII)
FLAGS = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
DAY = 86_400
FIRST, LAST = ((end.toordinal() - date(1970, 1, 1).toordinal()) for end in (date.min, date.max))  # in days since 1970
LARGEST = 1e300
WIDEST = 8192  # numbers of a vector


def number(value: object) -> float | None:
    """A plain decimal number; None if there is nothing."""
    if (value := _given(value)) is None:
        return None
    if isinstance(value, str) and NUMBER.fullmatch(value):
        value = float(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("should be a plain number like 1299.5, without unit or separator of thousands")
    if not abs(value) <= LARGEST:
        raise ValueError("is no finite number")
    return float(value)


def day(value: object) -> float | None:
    """An ISO date, or an ISO date and time (UTC if it says nothing), as days since 1970; None if there is nothing."""
    if (value := _given(value)) is None:
        return None
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        moment = None
    if moment is None:
        raise ValueError("should be an ISO date like 2024-05-31")
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    days = (moment - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() / DAY
    if not FIRST <= days < LAST + 1:
        raise ValueError("lies outside the years 1 to 9999 of universal time")
    return days


def as_date(days: float) -> str:
    """The date so many days after 1970: `2024-05-31`."""
    return date.fromordinal(date(1970, 1, 1).toordinal() + math.floor(days)).isoformat()


def flag(value: object) -> bool | None:
    """Yes or no, true or false, 1 or 0; None if there is nothing."""
    if (value := _given(value)) is None:
        return None
    known = FLAGS.get(str(value).casefold()) if isinstance(value, str | bool | int) else None
    if known is None:
        raise ValueError("should be yes or no, true or false, 1 or 0")
    return known


def place(value: object) -> tuple[float, float] | None:
    """Degrees north and east, as `52.52,13.40` or a list of two numbers; None if there is nothing."""
    if (value := _given(value)) is None:
        return None
    sides = value.split(",") if isinstance(value, str) else value
    if not isinstance(sides, Sequence) or len(sides) != 2:
        raise ValueError("should be degrees north and east like 52.52,13.40")
    north, east = (number(side) for side in sides)
    if north is None or east is None:
        raise ValueError("should be degrees north and east like 52.52,13.40")
    if abs(north) > 90:
        raise ValueError(f"lies {north:g} degrees north, and there are -90 to 90")
    if abs(east) > 180:
        raise ValueError(f"lies {east:g} degrees east, and there are -180 to 180")
    return north, east


def vector(value: object) -> Given | None:
    """A list of finite numbers, in CSV written as JSON; None if there is nothing."""
    if (value := _given(value)) is None:
        return None
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            raise ValueError("should be a list of numbers like [0.5, -1.25]") from None
    if not isinstance(value, list) or not all(type(one) in (int, float) for one in value):
        raise ValueError("should be a list of numbers like [0.5, -1.25]")
    if not 1 <= len(value) <= WIDEST:
        raise ValueError(f"has {len(value):,} numbers, and may have 1 to {WIDEST:,}")
    with np.errstate(over="ignore"):  # what is too large for 32 bits is found below
        given = np.array([float(one) if abs(one) <= LARGEST else math.inf for one in value], dtype=np.float32)
    for at, one in enumerate(given, 1):
        if not math.isfinite(one):
            raise ValueError(f"holds {value[at - 1]} at place {at}, which is no finite number")
    if not given.any():
        raise ValueError("is all zeros and so has no direction")
    return given


def _given(value: object) -> object:
    value = value.strip() if isinstance(value, str) else value
    return None if value == "" else value


Number = Annotated[float | None, BeforeValidator(number)]
Day = Annotated[float | None, BeforeValidator(day)]
Flag = Annotated[bool | None, BeforeValidator(flag)]
Place = Annotated[tuple[float, float] | None, BeforeValidator(place)]
Vector = Annotated[Any, BeforeValidator(vector)]
