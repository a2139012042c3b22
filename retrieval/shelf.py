"""Where what was made lies: each in a folder named by its contents, and pointers to those that serve."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from retrieval.manifest import contents, damage, seal


def shelve(models: Path, pointer: str, source: str, licence: str, write: Callable[[Path], object]) -> Path:
    """What `write` puts into a new folder, sealed and named by its contents, which from then on is the one that the
    file `pointer` names.

    The pointer moves in one step after all files are on the disk: who is interrupted, or has no more power, leaves the
    old one serving."""
    models.mkdir(parents=True, exist_ok=True)
    building = Path(tempfile.mkdtemp(prefix=f"building-{pointer}-", dir=models))
    write(building)
    seal(building, source, licence)
    for path in (*building.rglob("*"), building):
        to_disk(path)
    home = models / f"{pointer}.{contents(building)[:16]}"
    if not home.exists() or damage(home, thoroughly=True):  # the same again stays where it is, for it may serve
        shutil.rmtree(home, ignore_errors=True)
        os.replace(building, home)
    unfinished = models / f"{pointer}.new"
    unfinished.write_text(home.name)
    to_disk(unfinished)
    to_disk(models)  # the folder is there before the pointer names it
    os.replace(unfinished, models / pointer)
    to_disk(models)
    for old in (*models.glob(f"{pointer}.*"), *models.glob(f"building-{pointer}-*")):
        if old != home and old.is_dir():
            shutil.rmtree(old, ignore_errors=True)
    return home


def serving(models: Path, pointer: str) -> Path | None:
    """The folder that the pointer names, None if there is no pointer. Raises OSError or ValueError if it cannot be
    read."""
    try:
        return models / (models / pointer).read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return None


def to_disk(path: Path) -> None:
    """Returns when the file, or the names in the folder, would outlast a cut of the power."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
