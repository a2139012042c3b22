"""Whether the assistant does in written dialogues what they say that it must do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import track

from chat.assembly import assistant
from chat.assistant import Assistant
from chat.messages import Card, Message, Part, Said, Shown, newcomer
from chat.state import State
from chat.store import Feedback
from eval.apart import apart
from eval.expectations import Came, Known, amiss
from eval.scripts import Dialogue, read_dialogues
from retrieval.settings import Settings

SPOKEN_OF: frozenset[str] = frozenset(("answer", "compare", "why"))  # moves whose cards are of what was asked about


@dataclass(frozen=True)
class Failure:
    """An expectation that was not met: in which dialogue, at which turn, counted from 1, and what came instead."""

    dialogue: str
    turn: int
    says: str
    expected: str
    came: str

    def __str__(self) -> str:
        where = f"{self.dialogue}, turn {self.turn}: “{self.says}”"
        return f"{where}\n    expected {self.expected}\n    came     {self.came}"


@dataclass(frozen=True)
class Passed:
    """How many dialogues and turns there were, how many failed nothing, and every failure, in their order."""

    dialogues: int
    dialogues_passed: int
    turns: int
    turns_passed: int
    failures: tuple[Failure, ...]

    @classmethod
    def of(cls, played: Sequence[Sequence[Sequence[Failure]]]) -> Passed:
        """From the failures of each turn of each dialogue."""
        turns = [turn for dialogue in played for turn in dialogue]
        return cls(
            len(played),
            sum(not any(dialogue) for dialogue in played),
            len(turns),
            sum(not turn for turn in turns),
            tuple(failure for turn in turns for failure in turn),
        )

    def as_json(self) -> dict[str, Any]:
        """The figures and the failures, as scripts rely on them."""
        return asdict(self)

    def show(self, console: Console) -> None:
        """Print each failure, then the figures."""
        for failure in self.failures:
            console.print(f"{failure}\n", markup=False, highlight=False)
        done = f"{self.dialogues_passed} of {self.dialogues} dialogues and {self.turns_passed} of {self.turns} turns"
        console.print(f"{done} went as they were written.", markup=False, highlight=False)


def scripts(settings: Settings, paths: Sequence[Path]) -> Passed:
    """The dialogues of the files, played with the assistant that serves; nothing that is said is kept. Raises Problem
    naming what is wrong in a file, or Stale if the workspace is not ready to talk."""
    written = read_dialogues(paths)
    with assistant(settings) as penchant, apart(penchant) as talking:
        known = Known.of(penchant)
        console = Console(stderr=True)
        return Passed.of([tuple(play(talking, one, known)) for one in track(written, "talking", console=console)])


def play(penchant: Assistant, dialogue: Dialogue, known: Known) -> Iterator[tuple[Failure, ...]]:
    """What each turn of the dialogue failed, turn by turn, in a conversation of somebody new with that history."""
    user = newcomer()
    before_it = penchant.open(user)
    for title in dialogue.history:
        penchant.store.add_feedback(user, Feedback(before_it, min(known.ids(title)), "seen"))
    conversation, last = penchant.open(user), Came()
    for number, turn in enumerate(dialogue.turns, start=1):
        came = _came(penchant, Message(turn.says, user, conversation))
        missed = amiss(turn, came, last, known)
        yield tuple(Failure(dialogue.name, number, turn.says, expected, instead) for expected, instead in missed)
        last = came if came.listed else last


def _came(penchant: Assistant, message: Message) -> Came:
    parts = list(penchant.reply(message))
    _, record = penchant.store.newest(message.conversation)
    state: State = penchant.state(message.conversation, message.user)
    move = str(record.get("move", ""))
    cards = tuple(card.item for card in _cards(parts))
    return Came(
        cards=cards,
        listed=bool(cards) and move not in SPOKEN_OF,
        said=tuple(one.text for one in parts if isinstance(one, Said)),
        move=move,
        holds=_holds(state, penchant.chips(message.conversation, message.user)),
        likes=state.likes,
        dislikes=state.dislikes,
        seen=state.seen,
        gift=state.purpose == "gift",
    )


def _cards(parts: Sequence[Part]) -> tuple[Card, ...]:
    return next((one.cards for one in parts if isinstance(one, Shown)), ())


def _holds(state: State, chips: Sequence[object]) -> tuple[str, ...]:
    """All that is said back, by its text."""
    return tuple(dict.fromkeys(str(getattr(one, "text", one)) for one in (*state.constraints, *chips)))
