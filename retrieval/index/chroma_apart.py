"""Chroma in a process of its own: what a damaged file breaks, it breaks there."""

from __future__ import annotations

import multiprocessing
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from pathlib import Path
from types import ModuleType, TracebackType
from typing import TYPE_CHECKING, Any

from retrieval.errors import Problem, Stale
from retrieval.space.embedding import Vectors

if TYPE_CHECKING:
    from retrieval.index.chroma_writer import Judged

PATIENCE = 600  # seconds for one order; a damaged graph may lead in circles


class Apart:
    """A `Writer` of a folder, in a process that ends with this one.

    Whatever goes wrong there, up to its sudden end, is Stale here.
    """

    def __init__(self, folder: Path, items: int | None = None) -> None:
        self.folder = folder
        spawning = multiprocessing.get_context("spawn")  # a copy of this process would have its locks and threads
        self.pipe, theirs = spawning.Pipe()
        self.process = spawning.Process(target=_work, args=(theirs, folder, items), daemon=True)
        with _no_script():
            self.process.start()
        theirs.close()

    def write(self, ids: Sequence[str], vectors: Vectors, canaries: Mapping[str, Vectors]) -> None:
        """As the Writer has it."""
        self._ask("write", ids, vectors, canaries)

    def find(self, canaries: Mapping[str, Vectors]) -> None:
        """As the Writer has it."""
        self._ask("find", canaries)

    def judge(self, ids: Sequence[str], canaries: Mapping[str, Vectors]) -> Judged:
        """As the Writer has it."""
        judged: Judged = self._ask("judge", ids, canaries)
        return judged

    def _ask(self, order: str, *arguments: Any) -> Any:
        try:
            with suppress(OSError):  # it may have ended already, and said why
                self.pipe.send((order, arguments))
            if not self.pipe.poll(PATIENCE):
                raise Stale(f"the index {self.folder} did not answer in {PATIENCE} s; run penchant index")
            error, answer = self.pipe.recv()
        except (EOFError, OSError):
            raise Stale(f"the index {self.folder} {self._end()}; run penchant index") from None
        if error:
            raise error(answer)
        return answer

    def _end(self) -> str:
        self.process.join(5)
        code = self.process.exitcode
        if code is not None and code < 0:
            return f"ended the process that read it ({signal.Signals(-code).name})"
        return f"could not be read (exit {code})"

    def close(self) -> None:
        """Has it end, and waits until its files are closed."""
        with suppress(OSError):
            self.pipe.send(None)
        self.process.join(30)
        self.process.kill()
        self.process.join()
        self.pipe.close()

    def __enter__(self) -> Apart:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:  # interrupted: nobody waits for the batch
            self.process.kill()
        self.close()


@contextmanager
def _no_script() -> Iterator[None]:
    """A process that is spawned runs the script of this one first, which would do everything once more there unless it
    minds `__name__`. Nothing of it is needed there."""
    script = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = script


def _work(pipe: Connection, folder: Path, items: int | None) -> None:
    """Carries out orders until there are no more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for who gives the orders
    try:
        from retrieval.index.chroma_writer import Writer

        writer = Writer(folder, items=items)
        try:
            while order := pipe.recv():
                name, arguments = order
                pipe.send((None, getattr(writer, name)(*arguments)))
        finally:
            writer.close()
    except EOFError:
        return
    except Problem as error:
        pipe.send((type(error), str(error)))
    except BaseException as error:  # a panic of Chroma's Rust parts is no Exception
        pipe.send((Stale, f"the index {folder} cannot be used ({type(error).__name__}: {error}); run penchant index"))
