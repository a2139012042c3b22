"""Dialogues of research files: what was said and named before each suggestion, and what was suggested."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from chat.dialogue.talk import Case, Talk
from recommender.datasets.titles import same_in_another
from retrieval.catalogue import Catalogue
from retrieval.errors import Problem
from retrieval.files.reading import json_object, text_lines
from retrieval.items import Item

ITEM = re.compile(r"@(\d+)")
SUGGESTS = "recommender"  # the role of who suggests
Titles = Mapping[str, str]
NO_TITLES: Titles = {}
HALF = re.compile(r"\\u[dD][89a-fA-F]")  # half a sign of UTF-16, which alone is no text
Words = Annotated[tuple[str, ...], BeforeValidator(lambda said: said or ())]


class Line(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, coerce_numbers_to_str=True)


class Film(Line):
    """An item; people who made it count as what it has."""

    id: str
    title: str = ""
    year: int | None = None
    plot: str = ""
    genres: Words = ()
    directors: Words = ()
    writers: Words = ()
    stars: Words = ()

    def item(self) -> Item:
        facets = {"genre": self.genres, "director": self.directors, "writer": self.writers, "star": self.stars}
        given = {name: tuple(dict.fromkeys(values)) for name, values in facets.items() if values}
        return Item(self.id, self.title, self.year, given, self.plot)


class Turn(Line):
    role: str
    text: str


class Instance(Line):
    """One turn: what came before, what had been named, what was suggested then."""

    dialogue: str
    context: tuple[Turn, ...]
    mentioned: tuple[str, ...]
    targets: tuple[str, ...]

    def cases(self, titles: Titles) -> Iterator[Case]:
        turns = [(one.role, one.text.casefold()) for one in self.context]

        def suggested(id: str) -> bool:
            said_by = (role for role, text in turns if id in titles and titles[id] in text)
            return next(said_by, None) == SUGGESTS

        offered = tuple(filter(suggested, self.mentioned))
        yield Case(self.dialogue, Talk(tuple(one.text for one in self.context), self.mentioned, offered), self.targets)


class Event(Line):
    type: str
    role: str
    name: str = ""
    item: str = ""


class Mentions(Line):
    """A whole dialogue by what it names, in order."""

    dialogue: str
    events: tuple[Event, ...]

    def cases(self, titles: Titles) -> Iterator[Case]:
        said, named = list[str](), dict[str, str]()
        for one in self.events:
            if one.type == "movie" and one.role == SUGGESTS:
                yield Case(self.dialogue, _talk(said, named), (one.item,), real=False)
            said.append(one.name)
            if one.type == "movie":
                named.setdefault(one.item, one.role)


class Written(Line):
    """A whole dialogue as it was written, with @ and the number of each item."""

    conversation_id: str
    movies: Mapping[str, str | None] = Field(default_factory=dict)
    messages: tuple[Turn, ...]

    def cases(self, titles: Titles) -> Iterator[Case]:
        said, named = list[str](), dict[str, str]()
        for role, text in self._turns():
            items = ITEM.findall(text)
            if role == SUGGESTS and items:
                yield Case(self.conversation_id, _talk(said, named), tuple(dict.fromkeys(items)))
            said.append(ITEM.sub(lambda match: self.movies.get(match[1]) or "", text))
            for item in items:
                named.setdefault(item, role)

    def _turns(self) -> list[tuple[str, str]]:
        """The messages, those of one speaker that follow each other as one."""
        turns: list[tuple[str, str]] = []
        for one in self.messages:
            if turns and turns[-1][0] == one.role:
                turns[-1] = (one.role, f"{turns[-1][1]} {one.text}")
            else:
                turns.append((one.role, one.text))
        return turns


def _talk(said: Sequence[str], named: Mapping[str, str]) -> Talk:
    """`named`: by whom each item came up."""
    return Talk(tuple(said), tuple(named), tuple(id for id, role in named.items() if role == SUGGESTS))


Kind = TypeVar("Kind", bound=Line)
KINDS: Mapping[str, type[Instance | Mentions | Written]] = {
    "context": Instance,
    "events": Mentions,
    "messages": Written,
}


def titles_of(catalogue: Catalogue) -> Titles:
    """By id the title as it stands in what people write, in small letters and without its year."""
    found = {item.id: same_in_another(item.title, item.year)[0] for item in catalogue.values()}
    return {id: title for id, title in found.items() if title}


def cases_of(files: Iterable[Path], titles: Titles = NO_TITLES) -> list[Case]:
    """The cases of all the files, each once: a dialogue that is given twice is no more evidence than one. Raises
    Problem naming a line that is wrong."""
    return list(dict.fromkeys(case for file in files for case in read_cases(file, titles)))


def read_cases(file: Path, titles: Titles = NO_TITLES) -> list[Case]:
    """The cases of a file of JSON lines, of the kind that its keys tell. `titles`: to see who brought an item up, where
    a file does not say; without them it was who asks. Raises Problem naming a line that is wrong."""
    cases: list[Case] = []
    for number, line in lines(file):
        kind = next((kind for key, kind in KINDS.items() if key in line), None)
        if kind is None:
            raise Problem(f"{file}, line {number}: it has none of {', '.join(KINDS)}, so it is no dialogue")
        cases += _checked(kind, line, file, number).cases(titles)
    return cases


def read_things(file: Path) -> list[str]:
    """What the dialogues of a file name besides items."""
    named: dict[str, None] = {}
    for number, line in lines(file):
        if "events" in line:
            for one in _checked(Mentions, line, file, number).events:
                if one.type != "movie":
                    named[one.name] = None
    return list(named)


def read_items(file: Path) -> tuple[Catalogue, int]:
    """The items of a file of JSON lines, and how many lines without an id were passed over. Raises Problem naming a
    line that is wrong, or one that says other things of an item than a line before it."""
    films, nameless = dict[str, tuple[int, Film]](), 0
    for number, line in lines(file):
        film = _checked(Film, line, file, number)
        nameless += not film.id.strip()
        before, known = films.setdefault(film.id, (number, film))
        if known != film:
            raise Problem(
                f"{file}, line {number}: id {film.id!r} is there already, on line {before}, with other values"
            )
    return Catalogue.of(one.item() for _, one in films.values() if one.id.strip()), nameless


def lines(file: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Number and contents of each line that is not empty. Raises Problem if the file cannot be read as text, has no
    lines, or one is no JSON object."""
    if not file.exists():
        raise Problem(f"there is no file {file}")
    empty = True
    for number, text in enumerate(text_lines(file), start=1):
        if text.strip():
            empty = False
            try:
                line = json_object(text)
                if HALF.search(text):
                    json.dumps(line, ensure_ascii=False).encode()
            except UnicodeEncodeError:
                raise Problem(f"{file}, line {number}: holds a character that is no text") from None
            except ValueError as error:
                raise Problem(f"{file}, line {number}: {error}") from error
            yield number, line
    if empty:
        raise Problem(f"{file} is empty: it has no lines")


def _checked(kind: type[Kind], line: dict[str, Any], file: Path, number: int) -> Kind:
    try:
        return kind.model_validate(line)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        said = f"has no {where!r}" if first["type"] == "missing" else f"{where}: {first['msg'].lower()}"
        raise Problem(f"{file}, line {number}: {said}") from error
