"""Where adapters lie: each in a folder of its own, sealed, and a pointer to the one that serves."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from chat.adaptation import JOBS, Job
from chat.reranking import prompting
from retrieval.manifest import NAME, contents, damage
from retrieval.shelf import serving, shelve

ABOUT = "about.json"
ENDS = 1 << 20  # bytes of a file without a seal that tell it from another, at both ends
REMEDY = "run penchant train-language"


class About(BaseModel):
    """What an adapter is: for which job, of which base model, with which prompt it learned, and what it was worth."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    job: Job
    model: str
    base: str
    prompt: int
    seed: int
    lists: int
    figures: Mapping[str, Any] = {}


@dataclass(frozen=True)
class Fitting:
    """The adapters that may be used, by job, and in sentences why others may not."""

    folders: Mapping[Job, Path]
    notes: tuple[str, ...] = ()


def keep(models: Path, about: About, write: Callable[[Path], object]) -> Path:
    """Writes the adapter into a new folder, then lets it serve; who is interrupted leaves the old one serving."""

    def whole(folder: Path) -> None:
        write(folder)
        (folder / "README.md").unlink(missing_ok=True)  # which peft writes about nothing
        (folder / ABOUT).write_text(about.model_dump_json(indent=1) + "\n")

    source = f"learned by penchant train-language beside {about.model}"
    return shelve(models, _pointer(about.job), source, "as the data it was learned from", whole)


def fitting(models: Path, base: str) -> Fitting:
    """The adapters of the workspace that were made for this base model and are whole.

    The others are left out and named: without them the model works as it came."""
    folders, notes = dict[Job, Path](), []
    for job in JOBS:
        try:
            home = serving(models, _pointer(job))
        except (OSError, ValueError):
            notes.append(f"The adapter {job!r} is left out: {_pointer(job)} cannot be read; {REMEDY} --job {job}.")
            continue
        if home is None:
            continue
        if wrong := _amiss(home, job, base):
            notes.append(f"The adapter {job!r} is left out: {wrong}; {REMEDY} --job {job}.")
        else:
            folders[job] = home
    return Fitting(folders, tuple(notes))


def kept_for(models: Path, name: str) -> tuple[Job, ...]:
    """The jobs for which an adapter was kept that learned beside the model of this name, whatever its weights."""
    jobs = list[Job]()
    for job in JOBS:
        with suppress(OSError, ValueError):
            home = serving(models, _pointer(job))
            if home and about(home).model == name:
                jobs.append(job)
    return tuple(jobs)


def about(folder: Path) -> About:
    """What is written in the folder of the adapter. Raises OSError or ValueError if it cannot be read."""
    return About.model_validate_json((folder / ABOUT).read_bytes())


def identity(folder: Path) -> str:
    """What tells the weights in a folder from others: the sha256 over its seal, or without one over names, sizes and
    the ends of its files."""
    if (folder / NAME).exists():
        return contents(folder)
    whole = hashlib.sha256()
    for path in sorted(folder.glob("*.safetensors")):
        size = path.stat().st_size
        with path.open("rb") as file:
            whole.update(f"{path.name} {size}".encode() + file.read(ENDS))
            file.seek(max(0, size - ENDS))
            whole.update(file.read())
    return whole.hexdigest()


def _amiss(home: Path, job: Job, base: str) -> str | None:
    if wrong := damage(home, thoroughly=True):
        return f"it is damaged ({wrong})"
    try:
        one = about(home)
    except (OSError, ValidationError, json.JSONDecodeError):
        return f"{ABOUT} does not say what it is"
    if one.base != base:
        return f"it was made for another model ({one.model}) than the one in use"
    if job != "words" and one.prompt != prompting.VERSION:
        return f"it learned with the prompt of version {one.prompt}, and this is {prompting.VERSION}"
    return None


def _pointer(job: Job) -> str:
    return f"adapter-{job}"
