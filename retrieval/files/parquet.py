"""Records out of a Parquet file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
from polars.exceptions import PolarsError

from retrieval.errors import Problem

ROWS = 5000  # in memory at a time


def columns(path: Path) -> list[str]:
    """The names of the columns. Raises Problem if the file is not Parquet."""
    try:
        return pl.scan_parquet(path, glob=False).collect_schema().names()
    except (PolarsError, OSError) as error:
        raise _not_parquet(path, error) from error


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """The rows by column, as JSON would have them: dates as ISO text, and nothing where nothing is known. Raises
    Problem if the file is not Parquet."""
    whole = pl.scan_parquet(path, glob=False)
    start = 0
    while True:
        try:
            found = whole.slice(start, ROWS).collect()
        except (PolarsError, OSError) as error:
            raise _not_parquet(path, error) from error
        for row in found.iter_rows(named=True):
            yield {name: _as_json(value) for name, value in row.items() if value is not None}
        if found.height < ROWS:
            return
        start += ROWS


def _as_json(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, list):
        return [_as_json(one) for one in value]
    if isinstance(value, dict):
        return {name: _as_json(one) for name, one in value.items() if one is not None}
    return value


def _not_parquet(path: Path, error: Exception) -> Problem:
    return Problem(f"{path.name} cannot be read as Parquet ({str(error).splitlines()[0]})")
