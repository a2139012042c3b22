"""Records that are what they should be, and what is wrong with the others, line by line."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ValidationError

from retrieval.files.plain_text import plain_text
from retrieval.files.reading import BadLines, records

Record = TypeVar("Record", bound=BaseModel)


def read(
    path: Path,
    model: type[Record],
    unfit: Callable[[Record], str | None] = lambda _: None,
    columns: Mapping[str, str] | None = None,
) -> Iterator[tuple[int, Record]]:
    """The records of a file with their line numbers, read once from front to back.

    `columns` says under which name the file has a field, where that is another. `unfit` may say what is wrong with a
    record that is right in itself. After the first bad line only the search for further ones goes on. Raises Problem
    for a file that cannot be read, and at the end (or at the tenth) for bad lines, so a caller who writes as it reads
    must do so in one transaction.
    """
    bad = BadLines(path)
    for number, values in records(path, bad, model, columns or {}):
        try:
            record = model.model_validate(values)
        except ValidationError as error:
            bad.add(number, _reason(error))
            continue
        if reason := unfit(record):
            bad.add(number, reason)
        elif not bad:
            yield number, record
    bad.check()


def _sound(text: str) -> str:
    if "\0" in text or any("\ud800" <= sign <= "\udfff" for sign in text):
        raise ValueError("holds a character that is no text")
    return text.strip()


def _some(text: str) -> str:
    if not text:
        raise ValueError("is empty")
    return text


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _at_most(most: int) -> AfterValidator:
    def within(text: str) -> str:
        if len(text) > most:
            raise ValueError(f"has {len(text):,} characters, and may have {most}")
        return text

    return AfterValidator(within)


def _none_if_empty(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


def _words(value: object) -> object:
    if isinstance(value, str):
        value = value.split("|")
    if isinstance(value, list):
        value = [word for word in value if not (word is None or (isinstance(word, str) and not word.strip()))]
    return () if value is None else value


def _reason(error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    column = ".".join(map(str, first["loc"]))
    if first["type"] == "missing":
        return f"has no {column!r}"
    message = first["msg"].removeprefix("Value error, ").removeprefix("Input ")
    message = message[:1].lower() + message[1:]
    if not column:
        return message
    value = repr(first["input"])
    return f"{column} is {value if len(value) < 60 else value[:57] + '...'}: {message}"


Text = Annotated[str, AfterValidator(_sound)]
Name = Annotated[str, AfterValidator(_sound), AfterValidator(_some)]
Id = Annotated[Name, _at_most(200)]
Prose = Annotated[str, AfterValidator(_sound), AfterValidator(plain_text), AfterValidator(str.strip)]
Phrase = Annotated[Prose, AfterValidator(_one_line), AfterValidator(_some)]
Title = Annotated[Phrase, _at_most(300)]
Words = Annotated[tuple[Phrase, ...], BeforeValidator(_words)]  # in CSV separated by |
Texts = Annotated[tuple[Prose, ...], BeforeValidator(_words)]  # the same of longer ones
EmptyIsNone = BeforeValidator(_none_if_empty)
