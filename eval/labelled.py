"""Dialogues with labels of what each utterance is for, and dialogues with what the seeker thought of each item."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from retrieval.errors import Problem

# Cai and Chen, "Predicting User Intents and Satisfaction with Dialogue-based Conversational Recommendations" (2020)
SEEKER = (
    "OTH", "ACC", "SEE", "IQU", "PRO", "REJ", "CRI-F", "INQ", "CRI-A", "ANS", "NRE", "CON", "ASK", "CRI-C",
    "REF", "STO",
)  # fmt: skip
RECOMMENDER = ("REC-S", "REC-E", "OTH", "EXP-I", "EXP-P", "EXP-S", "RESP", "REQ", "R-ANS", "CLQ")
JUDGED = SEEKER[:13]  # those with at least 20 examples in the half that is open


class Utterance(BaseModel):
    """What one of the two said, its labels, and the items in it."""

    model_config = ConfigDict(frozen=True)

    role: Literal["seeker", "recommender"]
    text: str
    intents: tuple[str, ...]


class Labelled(BaseModel):
    """A dialogue of labelled utterances."""

    model_config = ConfigDict(frozen=True)

    dialogue: str
    utterances: tuple[Utterance, ...]


class Line(BaseModel):
    """What was said, with items as `@` and their id."""

    model_config = ConfigDict(frozen=True)

    role: Literal["seeker", "recommender"]
    text: str


class Form(BaseModel):
    """What the seeker said afterwards of an item: 0 no, 1 yes, 2 not said."""

    model_config = ConfigDict(frozen=True)

    liked: int


class Annotated(BaseModel):
    """A dialogue with the seeker's form."""

    model_config = ConfigDict(frozen=True)

    conversation_id: str
    messages: tuple[Line, ...]
    seeker_form: Mapping[str, Form] | tuple[()] = ()


@dataclass(frozen=True)
class Dialogues:
    """What a file holds: dialogues of one kind or the other."""

    labelled: tuple[Labelled, ...] = ()
    annotated: tuple[Annotated, ...] = ()


def dialogues_of(file: Path) -> Dialogues:
    """The dialogues of a file (JSON lines). Raises Problem naming the line that cannot be read, or a label that nobody
    knows."""
    labelled, annotated = list[Labelled](), list[Annotated]()
    for number, line in _lines(file):
        try:
            if "utterances" in line:
                labelled.append(one := Labelled.model_validate(line))
                _check(one, f"{file}, line {number}")
            else:
                annotated.append(Annotated.model_validate(line))
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"]))
            raise Problem(f"{file}, line {number}: {where}: {first['msg'].lower()}") from error
    if not labelled and not annotated:
        raise Problem(f"there is no dialogue in {file}")
    return Dialogues(tuple(labelled), tuple(annotated))


def apart(train: Sequence[Any], data: Sequence[Any], id: str) -> list[Any]:
    """Of the dialogues to learn from, those that are not among the dialogues to judge by."""
    judged = {getattr(one, id) for one in data}
    return [one for one in train if getattr(one, id) not in judged]


def _lines(file: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Problem(f"{file} cannot be read: {getattr(error, 'strerror', None) or 'it is not UTF-8'}") from error
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            read = json.loads(line)
        except ValueError:
            raise Problem(f"{file}, line {number}: not JSON") from None
        if not isinstance(read, dict) or not {"utterances", "messages"} & read.keys():
            raise Problem(f"{file}, line {number}: a dialogue has utterances with intents, or messages")
        yield number, read


def _check(dialogue: Labelled, where: str) -> None:
    for utterance in dialogue.utterances:
        known = SEEKER if utterance.role == "seeker" else RECOMMENDER
        if unknown := [label for label in utterance.intents if label not in known]:
            raise Problem(
                f"{where}: there is no label {unknown[0]!r} of the {utterance.role}; known: {', '.join(known)}"
            )
