"""An environment for each peer, since their requirements quarrel with each other's and with ours."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from rich.console import Console

from eval.peers.children import run
from retrieval.errors import Problem

REQUIREMENTS = Path(__file__).with_name("requirements")
DONE = "penchant-installed.txt"


def environment(home: Path, name: str, console: Console, requirements: Path = REQUIREMENTS) -> Path:
    """The Python of the environment `name` below `home`, made with venv and pip if it is not there as it should be.

    pip is the user's own: its settings (index, proxy, certificates) hold. One that was made of other requirements, by
    another Python, or only by half is made anew. Raises Problem if it cannot be made.
    """
    wanted = f"{sys.version}\n{(requirements / f'{name}.txt').read_text(encoding='utf-8')}"
    folder, log = home / name, home / f"{name}.log"
    python = folder / "bin" / "python"
    done = folder / DONE
    if done.exists() and python.exists() and done.read_text(encoding="utf-8") == wanted:
        return python
    shutil.rmtree(folder, ignore_errors=True)
    log.unlink(missing_ok=True)
    try:
        with console.status(f"making an environment for {name} (some minutes the first time)"):
            run([sys.executable, "-m", "venv", folder], log, threads=1)
            pip: list[str | Path] = [
                python,
                "-m",
                "pip",
                "--disable-pip-version-check",
                "--no-input",
                "install",
                "--retries",
                "1",
            ]
            run([*pip, "--quiet", "-r", requirements / f"{name}.txt"], log, threads=1)
    except Problem as problem:
        raise Problem(f"{name} cannot be installed: {problem}") from problem
    # last, so that one made by half is known by its absence
    done.write_text(wanted, encoding="utf-8")
    return python
