"""What holds in a conversation now: what was understood of the person, and what became of what they were shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from chat.messages import Constraint, Intent, Kind, Purpose
from chat.record import intent_of
from chat.store import Store
from retrieval.catalogue import Catalogue


@dataclass(frozen=True)
class State:
    """`likes`, `dislikes`, `seen`: ids, named or by a button; `constraints`: each as it is said back, with the
    words it came from; `wish`: words of the wish; `unknown`: what was asked for and is not known here, kept as a wish;
    `shown`: ids of the list in force, with what was said of each in `received`; `ignored`: ids of earlier lists of
    which nothing was said; `question`: the attribute that was asked for."""

    likes: tuple[str, ...] = ()
    dislikes: tuple[str, ...] = ()
    seen: tuple[str, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    wish: str = ""
    unknown: tuple[str, ...] = ()
    occasion: tuple[str, ...] = ()
    purpose: Purpose = "self"
    shown: tuple[str, ...] = ()
    received: Mapping[str, Kind] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()
    question: str = ""
    move: str = ""


def state_of(conversation: str, store: Store, catalogue: Catalogue) -> State:
    """From the newest record and the words on items, whatever the length of the conversation; of the items that
    the catalogue still has. Raises UnknownConversation."""
    purpose = store.purpose(conversation)
    _, record = store.newest(conversation)
    intent = intent_of(record.get("intent")) or Intent()
    said: dict[str, Kind] = {one.item: one.kind for one in store.feedback_in(conversation, purpose)}

    def there(ids: Iterable[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(id for id in ids if id in catalogue))

    shown = there(record.get("shown", ()))

    def of(kind: Kind, *more: str) -> tuple[str, ...]:
        return there((*more, *(item for item, each in said.items() if each == kind)))

    return State(
        likes=of("like", *intent.like),
        dislikes=of("dislike", *intent.unlike),
        seen=of("seen", *intent.seen),
        constraints=_constraints(intent),
        wish=intent.words,
        unknown=intent.lacking or intent.unknown,
        occasion=intent.occasion,
        purpose=purpose,
        shown=shown,
        received={id: said[id] for id in shown if id in said},
        ignored=there(id for id in record.get("trail", ()) if id not in said and id not in shown),
        question=_field(record),
        move=str(record.get("move", "")),
    )


def _constraints(intent: Intent) -> tuple[Constraint, ...]:
    """Each with its origin; a record of before there were any has none."""
    known = {one.text: one for one in intent.constraints}
    return tuple(known.get(text, Constraint(text, "")) for text in intent.where.words())


def _field(record: Mapping[str, Any]) -> str:
    return str((record.get("question") or {}).get("field", ""))
