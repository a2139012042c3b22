"""What holds in a conversation now: what was understood of the person, and what became of what they were shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from chat.gift import for_whom
from chat.messages import Intent, Kind, Purpose
from chat.record import intent_of
from chat.store import Store
from chat.understanding import named, titled
from retrieval.catalogue import Catalogue
from retrieval.filtering.where import Where


@dataclass(frozen=True)
class State:
    """`likes`, `dislikes`, `seen`: ids, named or by a button; `constraints`: each as it is said back, all of them hard;
    `wish`: words that no constraint was made of; `unknown`: what was asked for and is not known here; `shown`: ids of
    the list in force, with what was said of each in `received`; `question`: the attribute that was asked for."""

    likes: tuple[str, ...] = ()
    dislikes: tuple[str, ...] = ()
    seen: tuple[str, ...] = ()
    constraints: tuple[str, ...] = ()
    wish: str = ""
    unknown: tuple[str, ...] = ()
    occasion: tuple[str, ...] = ()
    purpose: Purpose = "self"
    shown: tuple[str, ...] = ()
    received: Mapping[str, Kind] = field(default_factory=dict)
    question: str = ""
    move: str = ""


def state_of(conversation: str, store: Store) -> State:
    """From the newest record and the words on items, whatever the length of the conversation. Raises
    UnknownConversation."""
    purpose = store.purpose(conversation)
    _, record = store.newest(conversation)
    intent = intent_of(record.get("intent")) or Intent()
    said: dict[str, Kind] = {one.item: one.kind for one in store.feedback_in(conversation, purpose)}
    shown = tuple(record.get("shown", ()))

    def of(kind: Kind, *more: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*more, *(item for item, each in said.items() if each == kind))))

    return State(
        likes=of("like", *intent.like),
        dislikes=of("dislike", *intent.unlike),
        seen=of("seen", *intent.seen),
        constraints=intent.where.words(),
        wish=intent.words,
        unknown=intent.unknown,
        occasion=intent.occasion,
        purpose=purpose,
        shown=shown,
        received={id: said[id] for id in shown if id in said},
        question=_field(record),
        move=str(record.get("move", "")),
    )


def _field(record: Mapping[str, Any]) -> str:
    return str((record.get("question") or {}).get("field", ""))


def without(intent: Intent, piece: str, catalogue: Catalogue) -> Intent:
    """The intent without a piece of it as it was said back: `no Horror`, `like Alien`, words in quotes; the same if
    there is no such piece."""
    if piece in for_whom(True, False):
        return replace(intent, purpose="self")
    if piece in intent.where.words():
        return replace(intent, where=intent.where.without(piece))
    like, unlike = (
        tuple(id for id in ids if piece != f"{said}{titled((id,), intent, catalogue)[0]}")
        for ids, said in ((intent.like, "like "), (intent.unlike, "not like "))
    )
    if (like, unlike) != (intent.like, intent.unlike):
        return replace(intent, like=like, unlike=unlike)
    if piece in named(replace(intent, like=(), unlike=(), where=Where()), catalogue):
        return replace(intent, words="")
    return replace(intent, surprise=None) if piece in ("a surprise", "close to what you know") else intent
