"""The peers there are: which library, in which version, run how."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from retrieval.errors import Problem

SCRIPTS = Path(__file__).with_name("scripts")


@dataclass(frozen=True)
class Peer:
    """`environment` names the requirements; `script` is run with the folder of the task and then `words`."""

    environment: str
    script: Path
    words: tuple[str, ...] = ()


PEERS: Mapping[str, Peer] = {
    "rectools-sasrec": Peer("rectools", SCRIPTS / "with_rectools.py", ("sasrec",)),
    "rectools-hstu": Peer("rectools", SCRIPTS / "with_rectools.py", ("hstu",)),
    "replay-sasrec": Peer("replay", SCRIPTS / "with_replay.py"),
    "implicit-als": Peer("implicit", SCRIPTS / "with_implicit.py", ("als",)),
    "implicit-knn": Peer("implicit", SCRIPTS / "with_implicit.py", ("knn",)),
}


def chosen(names: str | None) -> dict[str, Peer]:
    """The peers of a list with commas, all of them without one. Raises Problem naming one that there is not."""
    if names is None:
        return dict(PEERS)
    wanted = [name.strip() for name in names.split(",") if name.strip()]
    for name in wanted:
        if name not in PEERS:
            near = difflib.get_close_matches(name, PEERS, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(PEERS)}"
            raise Problem(f"no peer {name!r}; {hint}")
    if not wanted:
        raise Problem(f"--peers names none; known: {', '.join(PEERS)}")
    return {name: PEERS[name] for name in wanted}
