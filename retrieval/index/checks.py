"""Whether an index can be trusted: its bytes, and what a process apart finds in it."""

from __future__ import annotations

from importlib.metadata import version as version_of
from pathlib import Path

import psutil
from pydantic import BaseModel, ValidationError

from retrieval.errors import Stale
from retrieval.index.files import EMBEDDED, MadeOf
from retrieval.manifest import contents, damage

PASSED = "passed.json"


class Passed(BaseModel):
    """A check by canaries that went well: of these contents, with this Chroma, since this machine was started."""

    contents: str
    chroma: str
    boot: int


def trust(version: Path, made_of: MadeOf) -> None:
    """Raises Stale, saying what is wrong, unless the index in the folder can be opened without harm.

    Every sealed byte is read each time. The canaries are looked for in a process of its own, for a damaged file may end
    the process that reads it; where the very same bytes have passed before, by the same Chroma and since the last start
    of the machine, that is not done again.
    """
    if wrong := damage(version, thoroughly=True):
        raise Stale(f"the index {version} is damaged ({wrong}); run penchant index")
    if made_of.place != EMBEDDED or _has_passed(version):  # what a server has read breaks the server
        return
    from retrieval.index.chroma_apart import Apart

    with Apart(version) as apart:
        apart.find(made_of.known)
    passed(version)


def passed(version: Path) -> None:
    """Note that the canaries of a sealed index have been found by another process."""
    (version / PASSED).write_text(_now(version).model_dump_json(), encoding="utf-8")


def _has_passed(version: Path) -> bool:
    try:
        return Passed.model_validate_json((version / PASSED).read_bytes()) == _now(version)
    except (OSError, ValidationError):
        return False


def _now(version: Path) -> Passed:
    # the time of the start is a difference of two clocks, and moves by a little
    return Passed(contents=contents(version), chroma=version_of("chromadb"), boot=round(psutil.boot_time() / 60))
