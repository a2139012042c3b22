"""A message as it was understood, with what stood before it in the conversation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from chat.gift import SWITCHED, as_purpose
from chat.messages import Intent, Message, Purpose
from chat.record import intent_of
from chat.store import Store
from chat.understanding import Understand


@dataclass(frozen=True)
class Heard:
    """`wish`: what held before the message, None at first; `shown`: ids of the last list; `purpose`: whom it is for
    from now on; `switched`: the sentence that says so, if the message changed it; `first`: nothing was shown yet."""

    message: Message
    intent: Intent
    purpose: Purpose
    wish: Intent | None = None
    shown: tuple[str, ...] = ()
    switched: str = ""
    before: Mapping[str, Any] = field(default_factory=dict)

    @property
    def first(self) -> bool:
        return not self.before


def hear(message: Message, store: Store, understand: Understand) -> Heard:
    """Understands the message in its conversation; whom the conversation is for is kept if the message changes it.

    Raises Unreadable for a message that cannot be read.
    """
    conversation = message.conversation
    before, wish = last_wish(conversation, store)
    shown = tuple(before.get("shown", ()))
    intent = understand(message.text, wish, shown)
    purpose, switched = store.purpose(conversation), ""
    if intent.purpose and intent.purpose != purpose:
        purpose, switched = intent.purpose, SWITCHED[intent.purpose]
        store.set_purpose(conversation, as_purpose(purpose))
        _, wish = last_wish(conversation, store)
        intent = understand(message.text, wish, shown)
    if intent.surprise is None:
        intent = replace(intent, surprise=message.surprise)
    return Heard(message, intent, purpose, wish, shown, switched, before)


def last_wish(conversation: str, store: Store) -> tuple[Mapping[str, Any], Intent | None]:
    """The record of the last turn, and the wish that holds: one for someone else ends when it is for oneself."""
    before = store.last_record(conversation) or {}
    wish = intent_of(before.get("intent"))
    over = wish and wish.purpose == "gift" and store.purpose(conversation) == "self"
    return before, None if over else wish
