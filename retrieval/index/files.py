"""The versions of an index in a folder, what each was made of, and the pointer to the one in use."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from pydantic import BaseModel, ValidationError

from retrieval.errors import Stale
from retrieval.index.nearest import Exact
from retrieval.index.ownership import is_owned
from retrieval.manifest import seal
from retrieval.space.embedding import Vectors

CANARIES = 32
ENOUGH = 0.99  # recall of the nearest 100; below it, the exact index answers instead of Chroma
EMBEDDED = "chroma:"  # the place of vectors in the folder of the version itself
MADE_OF = "made_of.json"
UNFINISHED = ".building"


class MadeOf(BaseModel):
    """What an index was built from, where its vectors are, and what was measured of it.

    `place`: as the settings name it; `collection`: its name there; `canaries`: vectors of some items by id, by which
    it must still find them; `sha256`: of all ids and vectors; `recall`: share of the nearest 100 that Chroma finds,
    mean over `queries`.
    """

    catalogue: str
    embedder: str
    place: str
    collection: str
    items: int
    canaries: dict[str, list[float]]
    sha256: str
    recall: float
    queries: int

    @property
    def enough(self) -> bool:
        """Whether Chroma finds enough to answer by default."""
        return self.recall >= ENOUGH

    @property
    def known(self) -> Mapping[str, Vectors]:
        """The canaries as vectors."""
        return {id: np.asarray(vector, dtype=np.float32) for id, vector in self.canaries.items()}


def rounded(canaries: Mapping[str, Vectors]) -> dict[str, list[float]]:
    """The canaries as JSON holds them, precise enough to find an item by."""
    return {id: [round(float(x), 5) for x in vector] for id, vector in canaries.items()}


def digest(exact: Exact) -> str:
    """A sha256 of all ids and vectors, whatever their order."""
    order = sorted(range(len(exact.ids)), key=exact.ids.__getitem__)
    whole = hashlib.sha256("\n".join(exact.ids[row] for row in order).encode())
    whole.update(exact.matrix[order].tobytes())
    return whole.hexdigest()


def read_made_of(version: Path) -> MadeOf:
    """What the version was made of. Raises Stale."""
    try:
        return MadeOf.model_validate_json((version / MADE_OF).read_bytes())
    except (OSError, ValidationError):
        raise Stale(f"the index {version} is damaged ({MADE_OF} cannot be read); run penchant index") from None


def write_made_of(version: Path, made_of: MadeOf) -> None:
    """Write it down whole or not at all, and seal the version."""
    unfinished = version / f"{MADE_OF}.new"
    unfinished.write_text(made_of.model_dump_json(), encoding="utf-8")
    unfinished.replace(version / MADE_OF)
    # reading changes Chroma's database; a damaged one of the other files would end the process
    vectors = [
        path for kept in sorted(version.glob("*/index_metadata.pickle")) for path in sorted(kept.parent.iterdir())
    ]
    seal(version, "penchant index", "", [version / MADE_OF, *vectors])


def in_use(folder: Path) -> Path | None:
    """The version that the pointer names, or None if it names none."""
    try:
        name = (folder / "current").read_bytes()
        return next((each for each in folder.iterdir() if each.is_dir() and os.fsencode(each.name) == name), None)
    except OSError:
        return None


def switch(folder: Path, version: Path) -> None:
    """Point to another version, from one moment to the next."""
    pointer = folder / "current.new"
    with pointer.open("w", encoding="utf-8") as file:
        file.write(version.name)
        file.flush()
        os.fsync(file.fileno())
    pointer.replace(folder / "current")


def unfinished(folder: Path) -> list[Path]:
    """What a build left that did not end."""
    return [each for each in folder.iterdir() if each.is_dir() and each.name.endswith(UNFINISHED)]


def outdated(folder: Path, *kept: Path | None) -> list[Path]:
    """The versions besides those to keep, and besides those that somebody has open."""
    return [each for each in folder.iterdir() if each.is_dir() and each not in kept and not is_owned(each)]


def remove(version: Path) -> None:
    shutil.rmtree(version, ignore_errors=True)
