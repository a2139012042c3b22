"""A PostgreSQL server for the tests: of programs that the machine has, in a folder of its own, without a port."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

NOBODY = "nobody"  # PostgreSQL will not run for root


def programs() -> Path | None:
    """The folder of initdb and pg_ctl, None if PostgreSQL is not installed."""
    on_path = [Path(found).resolve().parent for found in [shutil.which("pg_ctl")] if found]
    packaged = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((one for one in (*on_path, *packaged) if (one / "initdb").exists()), None)


@contextmanager
def server(programs: Path) -> Iterator[str]:
    """Serves as long as the `with` lasts; the address of its databases, with `{}` for the name."""
    home = Path(tempfile.mkdtemp(prefix="penchant-postgres-"))  # a short path, for that of a socket must be
    other: dict[str, Any] = {}
    if os.geteuid() == 0:
        shutil.chown(home, NOBODY)
        other = {"user": NOBODY, "group": pwd.getpwnam(NOBODY).pw_gid, "extra_groups": []}

    def run(*command: str) -> None:
        done = subprocess.run(command, cwd=home, capture_output=True, text=True, **other)
        assert done.returncode == 0, done.stdout + done.stderr

    control = [str(programs / "pg_ctl"), "--pgdata", str(home / "data"), "--wait", "--silent"]
    quick = f"-k {home} -c listen_addresses= -c fsync=off -c max_connections=100"
    try:
        run(
            str(programs / "initdb"),
            "--pgdata",
            str(home / "data"),
            "--username",
            "ada",
            "--auth",
            "trust",
            "--no-sync",
        )
        run(*control, "--log", str(home / "log"), "--options", quick, "start")
        try:
            yield f"postgresql+psycopg://ada@/{{}}?host={home}"
        finally:
            run(*control, "--mode", "immediate", "stop")
    finally:
        shutil.rmtree(home, ignore_errors=True)
