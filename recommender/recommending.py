"""The lists of the workspace's users: one of them to look at, or everybody's in a file."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

from rich.console import Console
from rich.progress import track
from rich.table import Table
from rich.text import Text
from sqlalchemy import Engine

from recommender.checkpoint import ROWS, Checkpoint, read_checkpoint
from recommender.events import Event, User, all_users, histories, history, read_user, user_ids
from recommender.growing import up_to_date
from recommender.lists import Lists, by_everything, by_sequence
from recommender.marks import instant, moment
from recommender.threads import compute_with
from retrieval.catalogue import Catalogue, read_catalogue
from retrieval.database import database
from retrieval.errors import Problem
from retrieval.ranking import Known, Moment, Ranking
from retrieval.settings import Settings

LITTLE = 0.05  # of a part of a score, under which it is not worth reading
CELLS = 2_000_000  # persons times items whose parts are held at a time: each part is 8 MB


@dataclass(frozen=True)
class Recommender:
    """Behaviour alone, over the workspace: no index, no language model, nothing of what was said in conversations.
    `together`: how many users are asked for at a time."""

    engine: Engine
    catalogue: Catalogue
    checkpoint: Checkpoint
    lists: Lists
    together: int

    def list_for(self, user: str, n: int) -> tuple[tuple[Event, ...], Ranking]:
        """What the user did with items of the catalogue, oldest first, and the n best for them now. Raises Problem if
        nothing is known of the user."""
        about = read_user(self.engine, user)
        if about is None:
            raise Problem(
                f"no user {user!r} among the {len(user_ids(self.engine)):,} who did something; "
                "name one as the imported events do, or run penchant import events FILE"
            )
        done = history(self.engine, user)
        return self._known(done), next(self._lists([(about, done)], n))[1]

    def everybody(self, n: int) -> Iterator[tuple[str, Ranking]]:
        """The n best now for everybody with an event, some users at a time."""
        attributes = {one.id: one for one in all_users(self.engine)}
        people = ((attributes.get(user, User(user)), done) for user, done in histories(self.engine))
        while piece := list(islice(people, self.together)):
            yield from self._lists(piece, n)

    def _lists(self, people: Sequence[tuple[User, Sequence[Event]]], n: int) -> Iterator[tuple[str, Ranking]]:
        now = time.time()
        asked = [known(self._known(done), about, now) for about, done in people]
        seen = [self.catalogue.twins(one.history) for one in asked]
        for (about, _), ranking in zip(people, self.lists(self.checkpoint, asked, n, seen), strict=True):
            yield about.id, ranking

    def _known(self, done: Sequence[Event]) -> tuple[Event, ...]:
        return tuple(event for event in done if event.item in self.catalogue)


@contextmanager
def recommender(settings: Settings, sequence: bool = False) -> Iterator[Recommender]:
    """Over the workspace, on the checkpoint that serves; by the sequence model alone if that is wanted. Items that came
    after the training take part. Raises Problem or Stale naming what is missing and the command that makes it."""
    compute_with(settings.threads)
    with database(settings.database_url) as engine:
        catalogue = read_catalogue(engine)
        if not catalogue:
            raise Problem("the catalogue is empty; run penchant fetch ml-100k, or penchant import items FILE")
        checkpoint = up_to_date(read_checkpoint(settings.models), engine, catalogue)
        fitting = max(1, min(ROWS, CELLS // len(checkpoint.items)))
        lists, together = (by_sequence, ROWS) if sequence else (by_everything, fitting)
        yield Recommender(engine, catalogue, checkpoint, lists, together)


def known(done: Sequence[Event], about: User, now: float) -> Known:
    """What behaviour is judged by when somebody who did this, oldest first, asks now, in seconds since 1970. The first
    time with an item counts."""
    moments: dict[str, Moment] = {}
    for event in done:
        moments.setdefault(event.item, moment(event))
    asking = Moment(now, tuple(instant(now).items()), tuple(about.attributes.items()))
    return Known(tuple(moments), tuple(moments.values()), asking)


def show(penchant: Recommender, user: str, n: int, as_json: bool) -> None:
    """Print one user's list, as a table or as one JSON object. Raises Problem if nothing is known of the user."""
    done, ranking = penchant.list_for(user, n)
    if as_json:
        Console().print_json(data=told(user, ranking, penchant.catalogue), ensure_ascii=False)
        return
    newest = f", the last with {penchant.catalogue[done[-1].item].name}" if done else ""
    Console().print(Text(f"{user}: {len(done):,} events{newest}", style="bold"))
    Console().print(table(ranking, penchant.catalogue) if len(ranking) else "There is no item left to suggest.")


def write(penchant: Recommender, file: Path, n: int) -> int:
    """Everybody's list into the file, one JSON object a line; how many there are. It takes the place of an older file
    only when it is whole. Raises Problem if it cannot be written."""
    count, total = 0, len(user_ids(penchant.engine))
    console = Console(stderr=True)
    with _whole(file) as lines:
        for user, ranking in track(penchant.everybody(n), "recommending", total, console=console, transient=True):
            lines.write(json.dumps(told(user, ranking, penchant.catalogue), ensure_ascii=False) + "\n")
            count += 1
    return count


def told(user: str, ranking: Ranking, catalogue: Catalogue) -> dict[str, Any]:
    """One list in the form that scripts rely on: `user` and `items`, best first, each with `id`, `title`, `score` and
    the `parts` that the score is the sum of."""
    items = [
        {
            "id": id,
            "title": catalogue[id].title,
            "score": round(float(score), 4),
            "parts": {name: round(float(scores[at]), 4) for name, scores in ranking.parts.items()},
        }
        for at, (id, score) in enumerate(zip(ranking.ids, ranking.scores, strict=True))
    ]
    return {"user": user, "items": items}


def table(ranking: Ranking, catalogue: Catalogue) -> Table:
    """Two lines for each item, so that a narrow terminal has room too: its score, and below what made it up, the
    greatest part first and without what is next to nothing."""
    rows = Table(box=None, pad_edge=False, show_header=False)
    rows.add_column()
    rows.add_column(overflow="fold")
    rows.add_column(justify="right", no_wrap=True, vertical="top")
    for at, (id, score) in enumerate(zip(ranking.ids, ranking.scores, strict=True)):
        parts = sorted(((name, float(scores[at])) for name, scores in ranking.parts.items()), key=lambda part: -part[1])
        made = ", ".join(f"{name} {value:+.2f}" for name, value in parts if abs(value) >= LITTLE)
        rows.add_row(f"{at + 1}.", Text(catalogue[id].name, style="bold"), f"{score:+.2f}")
        rows.add_row("", Text(made, style="dim"), "")
    return rows


@contextmanager
def _whole(file: Path) -> Iterator[TextIO]:
    """A file to write to that appears under its name when all of it is on the disk, and otherwise not at all."""
    unfinished = file.with_name(f"{file.name}.new")
    try:
        with unfinished.open("w", encoding="utf-8") as lines:
            yield lines
            lines.flush()
            os.fsync(lines.fileno())
        unfinished.replace(file)
    except OSError as error:
        raise Problem(f"{file} cannot be written: {error.strerror}") from error
    finally:
        with suppress(OSError):
            unfinished.unlink()
