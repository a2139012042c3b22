"""A conversation as it was left, for who comes back to it."""

from __future__ import annotations

from dataclasses import dataclass

from chat.messages import Asked, Card, Kind, Said
from chat.ordering import Ordering
from chat.record import Clock
from chat.turns.heard import last_wish
from chat.turns.remembering import asking
from chat.turns.undoing import as_it_was

SEEN_AGAIN = 12  # turns that are shown again


@dataclass(frozen=True)
class Left:
    """`said`: the newest turns, oldest first, each what was asked and the sentences of the answer; `cards`: the list in
    force; `received`: what was said of its items; `turn`: the number of the newest turn; `asked`: whether something may
    be remembered, if that is still open."""

    said: tuple[tuple[str, tuple[Said, ...]], ...] = ()
    cards: tuple[Card, ...] = ()
    received: tuple[tuple[str, Kind], ...] = ()
    turn: int = 0
    asked: Asked | None = None


def left(conversation: str, user: str, ordering: Ordering) -> Left:
    """What there is to show of a conversation. What was shown and can no longer be had is left out."""
    store = ordering.store
    number, record, wish = last_wish(conversation, store)
    if not number or wish is None:
        return Left(turn=number)
    query = ordering.query(user, wish, conversation)
    cards = as_it_was(tuple(record.get("shown", ())), query, ordering, Clock())
    turns = ((text, sentences(each)) for text, each in store.turns(conversation, SEEN_AGAIN))
    said = tuple((text, answer) for text, answer in turns if text or answer)
    asked = asking(wish.lasting) if record.get("consent") else None
    received = ((one.item, one.kind) for one in store.feedback_in(conversation, store.purpose(conversation)))
    return Left(said, cards, tuple(received), number, asked)


def sentences(record: object) -> tuple[Said, ...]:
    """The words of the answer that a record keeps, and in which language they are."""
    kept = record.get("said", ()) if isinstance(record, dict) else ()
    return tuple(
        Said(one["text"], one["by"], english=one.get("english", ""), language=one.get("language", "en")) for one in kept
    )
