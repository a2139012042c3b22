"""What a folder of files must hold: sizes and sha256 written when it was made, checked when it is used."""

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import ClassVar

from pydantic import BaseModel, ConfigDict

NAME = "manifest.json"


class Entry(BaseModel):
    """One file. `changed` is its time of change in nanoseconds: as long as it stands, the sha256 still holds."""

    size: int
    sha256: str
    changed: int


class Manifest(BaseModel):
    """The files of a folder by their path in it, with what is known of them."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    source: str
    licence: str
    files: dict[str, Entry]


def seal(folder: Path, source: str, licence: str, files: Iterable[Path] | None = None) -> Manifest:
    """Write down what the folder holds now: `files`, those that will not change, or everything."""
    lasting = _files(folder) if files is None else files
    entries = {path.relative_to(folder).as_posix(): _entry(path) for path in lasting}
    manifest = Manifest(source=source, licence=licence, files=entries)
    _save(folder, manifest)
    return manifest


def contents(folder: Path) -> str:
    """A sha256 over the names and contents that were sealed: the same for a copy. ValueError or OSError without one."""
    files = Manifest.model_validate_json((folder / NAME).read_bytes()).files
    return hashlib.sha256(json.dumps(sorted((name, one.sha256) for name, one in files.items())).encode()).hexdigest()


def damage(folder: Path, thoroughly: bool = False) -> str | None:
    """What is not as it was when the folder was sealed, in words, or None.

    Sizes are compared each time; sha256 only of files that were written since, or of all where a bit that flipped on
    the disk would do harm: `thoroughly`.
    """
    try:
        manifest = Manifest.model_validate_json((folder / NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return f"{NAME} is missing or not readable"
    touched = False
    for name, entry in manifest.files.items():
        path = folder / name
        if not path.is_file():
            return f"{name} is missing"
        now = path.stat()
        if now.st_size != entry.size:
            return f"{name} has {now.st_size:,} bytes, not {entry.size:,}"
        if thoroughly or now.st_mtime_ns != entry.changed:
            found = _entry(path)
            if found.sha256 != entry.sha256:
                return f"{name} has other contents than it had"
            manifest.files[name] = found
            touched = touched or found.changed != entry.changed
    if touched:  # copied, not changed: next time the sizes will do
        with suppress(OSError):  # where nothing can be written it is read each time
            _save(folder, manifest)
    return None


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != NAME)


def _entry(path: Path) -> Entry:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    status = path.stat()
    return Entry(size=status.st_size, sha256=digest, changed=status.st_mtime_ns)


def _save(folder: Path, manifest: Manifest) -> None:
    text = json.dumps(manifest.model_dump(), indent=1)
    unfinished = folder / f"{NAME}.new"
    with unfinished.open("w", encoding="utf-8") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(folder / NAME)
