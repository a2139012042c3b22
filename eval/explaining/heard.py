"""The turns of one contender, each sentence judged as it was shown."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from rich.console import Console
from rich.progress import track

from chat.assistant import Assistant
from eval.explaining.judge import Judge, Verdict
from eval.explaining.turns import Plan, Spoken, Told, told
from recommender.events import all_events, all_users
from recommender.significance import over_groups


@dataclass(frozen=True)
class Heard:
    """The turns of one contender, each sentence with its verdict."""

    turns: Sequence[Told]
    verdicts: Mapping[int, Verdict]  # by the identity of the sentence
    seconds: float
    empty: int = 0  # turns in which there was nothing to show

    def sentences(self) -> Iterator[tuple[Told, Spoken, Verdict]]:
        """Everything shown, the cards' lines, openings and notices among it."""
        for turn in self.turns:
            for one in turn.spoken:
                yield turn, one, self.verdicts[id(one)]

    def share(self, holds: Callable[[Spoken], bool], seed: int) -> tuple[float, float, float]:
        """Of the reasons, with its interval over turns."""
        return ratio([[holds(one) for one in turn.reasons] for turn in self.turns], seed)


def judge_of(bench: Assistant) -> Judge:
    """A judge over the database of the assistant, and over nothing else of it."""
    chosen = Counter(item for _, item in {(event.user, event.item) for event in all_events(bench.engine)})
    work = {user.attributes.get("occupation", "").casefold() for user in all_users(bench.engine)} - {""}
    return Judge(bench.catalogue, bench.domain, chosen, frozenset(work))


def heard(bench: Assistant, judge: Judge, script: Sequence[tuple[str, Plan]], name: str, console: Console) -> Heard:
    """All conversations, each sentence judged."""
    started = time.monotonic()
    turns = [
        turn
        for user, plan in track(script, name, console=console, transient=True)
        if (turn := told(bench, user, plan)) is not None
    ]
    verdicts = {id(one): judge.verdict(one.text, one.truth, names=False) for turn in turns for one in turn.spoken}
    return Heard(turns, verdicts, time.monotonic() - started, len(script) - len(turns))


def ratio(groups: Sequence[Sequence[bool]], seed: int) -> tuple[float, float, float]:
    """The share of the whole that is true, with the bootstrap interval over groups."""
    if not any(groups):
        return 0.0, 0.0, 0.0
    true, all = (np.array([of(group) for group in groups], dtype=np.float64) for of in (sum, len))
    return float(true.sum() / all.sum()), *over_groups(true, all, seed)
