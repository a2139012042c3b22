"""Programs run beside ours, that never outlive us."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from retrieval.errors import Problem

GRACE = 5.0  # seconds a child gets to end by itself


def run(command: Sequence[str | Path], log: Path, threads: int, seconds: float | None = None) -> None:
    """Run a command in a process group of its own, with what it says in `log`; it is ended if we are stopped.

    Raises Problem with its last words if it fails or takes longer than `seconds`.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as said:
        said.write(f"\n$ {' '.join(map(str, command))}\n".encode())
        said.flush()
        try:
            # a group of its own: its children end with it, and Ctrl-C reaches it through us alone
            child = subprocess.Popen(  # noqa: S603
                command,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                env=_environment(threads),
                start_new_session=True,
            )
        except OSError as error:
            raise Problem(f"{command[0]} cannot be run: {error.strerror}") from error
        try:
            code = child.wait(seconds)
        except subprocess.TimeoutExpired:
            raise Problem(f"it took longer than {seconds:.0f} s and was ended; {log} has what it said") from None
        finally:
            _end(child)
    if code:
        raise Problem(f"{_last_words(log)} ({log} has the rest)")


def _environment(threads: int) -> dict[str, str]:
    """Ours, without our modules, and with as many threads as we have."""
    ours = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")}
    threaded = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), str(threads))
    # memory that glibc gives back after each step costs a peer with large tensors a third of its time
    memory = {"MALLOC_MMAP_THRESHOLD_": "2000000000", "MALLOC_TRIM_THRESHOLD_": "4000000000"}
    return {**ours, **threaded, **memory, "OMP_WAIT_POLICY": "PASSIVE", "PYTHONUNBUFFERED": "1"}


def _end(child: subprocess.Popen[bytes]) -> None:
    if child.poll() is not None:
        return
    for sign in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(child.pid, sign)
        with suppress(subprocess.TimeoutExpired):
            child.wait(GRACE)
            return


def _last_words(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return lines[-1].strip()[:200] if lines else "it said nothing"
