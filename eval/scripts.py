"""Dialogues written down beforehand: what a person says turn by turn, and what must hold of what comes."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from chat.messages import Move
from retrieval.errors import Problem


class Form(BaseModel):
    """An unknown key is a slip of who wrote it, and would be an expectation that nobody checks."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Bounds(Form):
    """A number or a day from `least` to `most`, both of them allowed."""

    least: float | date | None = None
    most: float | date | None = None

    @model_validator(mode="after")
    def _bounds_something(self) -> Bounds:
        if self.least is None and self.most is None:
            raise ValueError("wants least, most, or both")
        return self


Value = bool | float | str
Wanted = Value | tuple[Value, ...] | Bounds
Several = Annotated[tuple[str, ...], BeforeValidator(lambda given: (given,) if isinstance(given, str) else given)]


class Turn(Form):
    """What is said, and what must hold after it; nothing is expected of what is left out.

    `shown`: whether a list came with it. `every`, `none`, `some`: of the items of the list, by attribute the value
    that they have, one of several, or a number within bounds. `includes`, `excludes`: titles. `lower`, `higher`: what
    the list has less or more of than the one before, by its middle item; `people` is how many chose an item. `changed`:
    nothing of the list before is in it. `likes`, `dislikes`, `seen`: titles that are known as such. `limits`,
    `no_limits`: what holds and what does not hold, as it is said back. `unknown`: they are told that something they
    asked for is not known here. `move`: what the assistant did.
    """

    says: str
    shown: bool | None = None
    every: Mapping[str, Wanted] = {}
    none: Mapping[str, Wanted] = {}
    some: Mapping[str, Wanted] = {}
    includes: Several = ()
    excludes: Several = ()
    lower: Several = ()
    higher: Several = ()
    changed: bool | None = None
    likes: Several = ()
    dislikes: Several = ()
    seen: Several = ()
    limits: Several = ()
    no_limits: Several = ()
    gift: bool | None = None
    unknown: bool | None = None
    move: Move | None = None


class Dialogue(Form):
    """A conversation of somebody who comes with a `history`: titles, oldest first. `half`: the catalogue it is for;
    `situation`: where it was taken from, for who reads it."""

    name: str
    half: str = ""
    situation: str = ""
    history: tuple[str, ...] = ()
    turns: tuple[Turn, ...] = Field(alias="turn", min_length=1)


class Dialogues(Form):
    dialogue: tuple[Dialogue, ...] = Field(min_length=1)


def read_dialogues(paths: Iterable[Path]) -> tuple[Dialogue, ...]:
    """The dialogues of all files, in their order. Raises Problem naming the file and what is wrong in it."""
    found: dict[str, Dialogue] = {}
    for path in paths:
        for one in _read(path):
            if one.name in found:
                raise Problem(f"{path}: there are two dialogues called {one.name!r}; each needs a name of its own")
            found[one.name] = one
    return tuple(found.values())


def _read(path: Path) -> tuple[Dialogue, ...]:
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
        return Dialogues(**given).dialogue
    except OSError as error:
        raise Problem(f"{path} cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Problem(f"{path} is not valid TOML: {error}") from error
    except ValidationError as error:
        deepest = sorted(error.errors(), key=lambda one: len(one["loc"]))[-1]  # the others follow from it
        raise Problem(f"{path}: {_place(deepest['loc'], given)}: {deepest['msg'].lower()}") from error


def _place(loc: tuple[int | str, ...], given: Mapping[str, object]) -> str:
    """Where in the file it is wrong, with the name of the dialogue in place of its number."""
    at, here = list(loc), given.get("dialogue")
    if len(at) > 1 and isinstance(here, list) and isinstance(number := at[1], int) and isinstance(here[number], dict):
        at = [repr(here[number].get("name", f"dialogue {number + 1}")), *at[2:]]
    if len(at) > 2 and at[1] == "turn" and isinstance(at[2], int):
        at = [at[0], f"turn {at[2] + 1}", *at[3:]]
    return ", ".join(map(str, at))
