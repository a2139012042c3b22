"""Who has a folder: one process at a time, until it lets go or ends."""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import psutil
from filelock import FileLock, Timeout

from retrieval.errors import Problem

LOCK = "owner.lock"
NOTE = "owner.json"


class Held(Problem):
    """Another process has the folder."""


@dataclass(frozen=True)
class Ownership:
    """A folder that is this process's, once or several times over; `release` gives one of them back."""

    lock: FileLock

    def release(self) -> None:
        self.lock.release()


def own(folder: Path, remedy: str) -> Ownership:
    """Take the folder. Raises Held, saying who has it since when, and the remedy, if it is another process's.

    The lock is the kernel's (flock), which lets go when its process ends, however that ends: neither a dead process
    nor another one that has got its number since blocks anybody. The note beside it only says who it is, for people.
    """
    lock = _lock(folder)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise Held(f"{folder} is in use by {_holder(folder)}; {remedy}") from None
    except OSError as error:
        raise Problem(f"{folder} cannot be locked ({error.strerror or error})") from error
    me = psutil.Process()
    words = " ".join([Path(sys.argv[0]).name, *sys.argv[1:3]]).strip()
    with suppress(OSError):  # a full disk must not keep anybody from reading
        (folder / NOTE).write_text(
            json.dumps({"pid": me.pid, "started": me.create_time(), "command": words or "python"}), encoding="utf-8"
        )
    return Ownership(lock)


def is_owned(folder: Path) -> bool:
    """Whether some process has the folder, this one included."""
    lock = _lock(folder)
    if lock.is_locked:
        return True
    try:
        with lock.acquire(timeout=0):
            return False
    except (Timeout, OSError):
        return True


def _lock(folder: Path) -> FileLock:
    # one lock a path in the whole process, so that opening an index twice is not a quarrel with oneself
    return FileLock(folder.resolve() / LOCK, is_singleton=True, thread_local=False)


def _holder(folder: Path) -> str:
    try:
        note = json.loads((folder / NOTE).read_bytes())
        since = datetime.fromtimestamp(note["started"]).astimezone()
        if abs(psutil.Process(note["pid"]).create_time() - note["started"]) < 2:
            return f"process {note['pid']} ({note['command']}) since {since:%Y-%m-%d %H:%M}"
    except (OSError, ValueError, KeyError, TypeError, psutil.Error):
        pass
    return "another process"
