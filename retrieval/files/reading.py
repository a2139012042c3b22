"""Records out of the files people bring: CSV, JSONL, Parquet and RecBole's atomic files."""

import csv
import gzip
import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import AliasChoices, BaseModel
from rich.console import Console
from rich.progress import open as open_shown

from retrieval.errors import Problem

FIRST = 10  # bad lines shown before giving up
WIDEST = 10_000_000  # characters of a field in CSV
ATOMIC = (".inter", ".item", ".user")
KINDS = ("token", "token_seq", "float", "float_seq")
PROSE = ("movie_title", "title", "name", "description", "text", "abstract")  # sequences of words that stay one text
NOT_CSV = {  # what Python says, and what it means
    "unexpected end of data": "a quotation mark on it is never closed",
    "new-line character": "lines end in a lone carriage return; save them with line feeds",
    "field larger than": f"a field has more than {WIDEST:,} characters",
}
Numbered = Iterator[tuple[int, dict[str, Any]]]


class BadLines:
    """The first bad lines of a file, or its rows; raises Problem when there are enough, or when asked at the end."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.line = "row" if path.suffix == ".parquet" else "line"
        self.found: list[tuple[int, str]] = []

    def __bool__(self) -> bool:
        return bool(self.found)

    def add(self, number: int, reason: str) -> None:
        self.found.append((number, reason))
        if len(self.found) == FIRST:
            raise self.problem("at least ")

    def check(self) -> None:
        if self.found:
            raise self.problem()

    def problem(self, at_least: str = "") -> Problem:
        count = f"{at_least}{len(self.found)} bad {self.line}{'s' * (len(self.found) > 1)}"
        lines = (f"  {self.line} {number}: {reason}" for number, reason in self.found)
        return Problem("\n".join([f"nothing was imported from {self.path.name}, it has {count}:", *lines]))


def records(
    path: Path, bad: BadLines, model: type[BaseModel] | None = None, columns: Mapping[str, str] | None = None
) -> Numbered:
    """The raw records of a file with the number of the line each begins on, or of its row; misshapen ones go to `bad`.

    `columns`: the file's own name of a field, where it has another; a compressed file ends in .gz. A field that is
    null is left out.

    Raises Problem for what concerns the whole file, among it a column that `model` needs and the header has not.
    """
    if path.is_dir():
        raise Problem(f"{path} is a folder, not a file")
    kind = Path(path.name.removesuffix(".gz")).suffix
    if kind not in (".csv", ".jsonl", ".parquet", *ATOMIC):
        raise Problem(f"{path.name} is none of the kinds that can be read: .csv, .jsonl, .parquet, {', '.join(ATOMIC)}")
    if not path.exists():
        raise Problem(f"there is no file {path}")
    ours = {theirs: name for name, theirs in (columns or {}).items()}
    lines = text_lines(path)
    found: Numbered
    if kind == ".parquet":
        found = _parquet(path, model, ours)
    elif kind == ".jsonl":
        found = ((n, {ours.get(key, key): value for key, value in row.items()}) for n, row in _jsonl(lines, bad))
    elif kind == ".csv":
        found = _csv(lines, bad, model, ours)
    else:
        found = _atomic(lines, bad, model, ours)
    empty = True
    for one in found:
        empty = False
        yield one
    if empty and not bad:
        raise Problem(f"{path.name} is empty: it has no records")


def columns_not_used(path: Path, model: type[BaseModel]) -> list[str]:
    """Columns of the header that the model does not read; none for JSONL, whose lines may differ."""
    if path.suffix == ".jsonl":
        return []
    known = {name for names in _names(model).values() for name in names}
    if path.suffix == ".parquet":
        from retrieval.files import parquet

        return [column for column in parquet.columns(path) if column not in known]
    for _, values in records(path, BadLines(path)):
        return [column for column in values if column not in known]
    return []


def text_lines(path: Path) -> Iterator[str]:
    """The lines of a text file, or of one compressed as .gz, with a bar on a terminal. Raises Problem naming the first
    line that is no UTF-8."""
    console = Console(stderr=True)
    try:
        with open_shown(
            path, "rb", description=path.name, console=console, disable=not console.is_terminal, transient=True
        ) as file:
            unpacked = gzip.GzipFile(fileobj=file) if path.suffix == ".gz" else file
            for number, line in enumerate(unpacked, 1):
                where = f"nothing was taken from {path.name}: line {number}"
                if b"\0" in line:
                    raise Problem(f"{where} holds a NUL byte, as UTF-16 does; save the file as UTF-8")
                try:
                    yield line.decode("utf-8-sig" if number == 1 else "utf-8")
                except UnicodeDecodeError as error:
                    near = f"near {line[max(0, error.start - 10) : error.start + 1].decode('latin-1')!r}"
                    raise Problem(
                        f"{where} is not UTF-8 ({near} if it is Latin-1); save the file as UTF-8, for instance "
                        f"iconv -f LATIN1 -t UTF-8 {path.name}"
                    ) from error
    except (OSError, EOFError, zlib.error) as error:
        raise Problem(f"{path} cannot be read: {str(getattr(error, 'strerror', None) or error).lower()}") from error


def json_object(line: str) -> dict[str, Any]:
    """A line of JSON lines, without what is null in it. Raises ValueError saying what else it is."""
    try:
        values = json.loads(line.rstrip("\r\n"), parse_constant=_no_number, object_pairs_hook=_known)
    except json.JSONDecodeError as error:
        raise ValueError(f"is not JSON ({error.msg}, at character {error.colno})") from error
    except RecursionError as error:
        raise ValueError("is not JSON (nested too deeply)") from error
    except ValueError as error:
        raise ValueError(f"is not JSON ({str(error).partition(';')[0]})") from error
    if not isinstance(values, dict):
        raise ValueError('is not a JSON object like {"id": "1"}')
    return values


def _parquet(path: Path, model: type[BaseModel] | None, ours: Mapping[str, str]) -> Numbered:
    if path.suffix != ".parquet":
        raise Problem(f"{path.name} is compressed twice; Parquet is read as it is")
    from retrieval.files import parquet

    _header(parquet.columns(path), path, model, ours)
    for number, row in enumerate(parquet.rows(path), 1):
        yield number, {ours.get(name, name): value for name, value in row.items()}


def _csv(lines: Iterator[str], bad: BadLines, model: type[BaseModel] | None, ours: Mapping[str, str]) -> Numbered:
    csv.field_size_limit(max(WIDEST, csv.field_size_limit()))
    rows = csv.reader(lines, strict=True)
    header: list[str] = []
    number = 1
    while True:
        try:
            row = next(rows, None)
        except csv.Error as error:
            why = next((ours for theirs, ours in NOT_CSV.items() if theirs in str(error)), str(error))
            raise Problem(f"nothing was taken from {bad.path.name}: line {number} is not CSV ({why})") from error
        if row is None:
            return
        if not header:
            header = _header([column.strip() for column in row], bad.path, model, ours)
        elif len(row) == len(header):
            yield number, dict(zip(header, row, strict=True))
        elif row:
            bad.add(number, _ragged(row, header))
        number = rows.line_num + 1  # a quoted line break makes a record longer than a line


def _atomic(lines: Iterator[str], bad: BadLines, model: type[BaseModel] | None, ours: Mapping[str, str]) -> Numbered:
    first = next(lines, "").rstrip("\r\n")
    if not first:
        return
    names, _, kinds = zip(*(column.partition(":") for column in first.split("\t")), strict=True)
    for name, kind in zip(names, kinds, strict=True):
        if kind not in KINDS:
            raise Problem(f"{bad.path.name}: the column {name!r} is of kind {kind!r}, not {', '.join(KINDS)}")
    header = _header(list(names), bad.path, model, ours)
    several = [kind.endswith("_seq") and name not in PROSE for name, kind in zip(names, kinds, strict=True)]
    for number, line in enumerate(lines, 2):
        row = line.rstrip("\r\n").split("\t")
        if len(row) == len(header):
            yield (
                number,
                {
                    name: value.split(" ") if split else value
                    for name, value, split in zip(header, row, several, strict=True)
                },
            )
        elif row != [""]:
            bad.add(number, _ragged(row, header))


def _jsonl(lines: Iterator[str], bad: BadLines) -> Numbered:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            yield number, json_object(line)
        except ValueError as error:
            bad.add(number, str(error))


def _known(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    return {name: value for name, value in pairs if value is not None}  # null is how a program writes nothing


def _no_number(constant: str) -> None:
    raise ValueError(f"{constant} is not a number")


def _ragged(row: Sequence[str], header: Sequence[str]) -> str:
    more = "; what has a comma in it wants quotation marks" if len(row) > len(header) else ""
    return f"has {len(row)} fields, the header {len(header)}{more}"


def _header(columns: list[str], path: Path, model: type[BaseModel] | None, ours: Mapping[str, str]) -> list[str]:
    columns = [ours.get(column, column) for column in columns]
    for column in columns:
        if columns.count(column) > 1:
            raise Problem(f"{path.name} has the column {column!r} twice")
    for needed, names in _names(model).items() if model else ():
        if model.model_fields[needed].is_required() and not set(names) & set(columns):  # type: ignore[union-attr]
            other = f" (or {', '.join(names[1:])})" if names[1:] else ""
            apart = "; columns are told apart by commas" if len(columns) == 1 and set(columns[0]) & set(";\t") else ""
            raise Problem(f"{path.name} has no column {names[0]!r}{other}; there are: {', '.join(columns)}{apart}")
    return columns


def _names(model: type[BaseModel]) -> Mapping[str, list[str]]:
    names = {}
    for name, field in model.model_fields.items():
        alias = field.validation_alias
        names[name] = [str(choice) for choice in alias.choices] if isinstance(alias, AliasChoices) else [name]
    return names
