"""Whether the assistant does in written dialogues what they say that it must do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from chat.assistant import Assistant
from chat.messages import Card, Message, Part, Said, Shown, newcomer
from chat.state import State
from chat.store import Feedback
from eval.expectations import Came, Known, amiss
from eval.scripts import Dialogue

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
