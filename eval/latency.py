"""How long a person waits: for what was understood, for the cards, for the first words, and for the last."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from itertools import cycle, islice
from time import perf_counter

import numpy as np
from rich.console import Console
from rich.progress import track

from chat.assembly import assistant
from chat.assistant import Assistant
from chat.messages import Asked, Compared, Done, Message, Said, Shown, Understood, newcomer
from eval.apart import apart
from eval.next_item import peak
from eval.report import Report, Row
from eval.tokens import token_speed
from retrieval.catalogue import revision
from retrieval.errors import Problem
from retrieval.settings import Settings

AGAIN = ("something else", "not the first one", "why the second one?")  # what follows a wish in a conversation
WAITS: Mapping[type, str] = {
    Understood: "understood",
    Shown: "cards",
    Compared: "table",
    Said: "first words",
    Asked: "question",
    Done: "all words",
}


@dataclass
class Waiting:
    """Milliseconds by wait and by stage over the turns so far; `without`: turns that did without the language model."""

    took: dict[str, list[float]]
    turns: int = 0
    without: int = 0

    def rows(self) -> Iterator[Row]:
        """What half of the turns and what 95 of a hundred stay below, of each wait and stage that occurred."""
        memory = round(peak(), 1)
        for name, each in self.took.items():
            metrics = {f"ms/p{q}": round(float(np.percentile(each, q)), 1) for q in (50, 95)}
            total = round(sum(each) / 1000, 3)
            yield Row(name=name, n=len(each), metrics=metrics, low={}, high={}, seconds=total, memory_mb=memory)


def latency(settings: Settings, turns: int, seed: int) -> Report:
    """A row for each wait and each stage, and under `metrics` the pace of the language model beside what the machine
    would allow. What is said is not kept. Raises Problem or Stale if the workspace is not ready to talk."""
    waiting = Waiting({})
    with assistant(settings) as penchant, apart(penchant) as talking:
        users = penchant.users()
        if not users:
            raise Problem("nobody has a history, so there is nobody to talk with; run penchant import events FILE")
        drawn = np.random.default_rng(seed).permutation(users).tolist()
        talk = _talk(talking, drawn, turns)
        for message, counts in track(
            talk, "talking", total=turns + 1 + len(AGAIN), console=Console(stderr=True), transient=True
        ):
            _wait(talking, message, waiting if counts else Waiting({}))
        metrics = {
            "turns": waiting.turns,
            "without-language": waiting.without,
            "language": settings.language,
            "threads": settings.threads,
            **token_speed(penchant.llm),
        }
        data = f"revision {revision(penchant.engine)}"
    protocol = (
        f"From the message on: {turns} turns in conversations of {1 + len(AGAIN)}, every fourth with somebody new, the "
        "others with users drawn by the seed; one conversation before them does not count."
    )
    return Report(protocol=protocol, data=data, seed=seed, rows=list(waiting.rows()), metrics=metrics)


def show(report: Report) -> None:
    """Print the table, and the pace of the language model in sentences."""
    report.show(console := Console())
    for name, what in (("prefill", "matrix products"), ("decode", "reading all weights for every token")):
        if speed := report.metrics.get(name):
            console.print(
                f"{name}: {speed['tokens/s']:,.0f} tokens a second, {speed['share']:.0%} of the {speed['bound']:,.0f} "
                f"that {what} alone would allow",
                highlight=False,
            )


def _talk(penchant: Assistant, users: list[str], turns: int) -> Iterator[tuple[Message, bool]]:
    """Conversations, each a wish of the domain and what people say next; whether a turn of it counts."""
    wishes = cycle(penchant.domain.wishes)
    for number, user in enumerate(cycle(users)):
        who = newcomer() if number % 4 == 3 else user
        conversation = penchant.open(who)
        said = (next(wishes), *AGAIN)
        for text in islice(said, turns if number else None):
            yield Message(text, who, conversation), number > 0
            turns -= number > 0
        if not turns:
            return


def _wait(penchant: Assistant, message: Message, waiting: Waiting) -> None:
    """One turn, with the milliseconds until the first part of each kind."""
    waiting.turns += 1
    began, met = perf_counter(), set[type]()
    with closing(penchant.reply(message)) as parts:
        for part in parts:
            if type(part) not in met:
                met.add(type(part))
                waiting.took.setdefault(WAITS[type(part)], []).append(1000 * (perf_counter() - began))
            if isinstance(part, Done):
                waiting.without += any("language" in why or "by template" in why for why in part.fallbacks)
                for stage, seconds in part.timings.items():
                    waiting.took.setdefault(f"stage {stage}", []).append(1000 * seconds)
