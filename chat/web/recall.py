"""What the buttons of the memory do."""

from __future__ import annotations

from chat.memory import Memory
from chat.turns.remembering import ALL_GONE, TURNED_OFF, TURNED_ON

CORRECTED = "Changed. It counts from your next message."
FORGOTTEN = "Forgotten. It no longer counts from your next message on."
SHOWN, HIDDEN = "Support may now see what I remember of you.", "Support can no longer see it."


def recalled(memory: Memory, user: str, does: object, fact: object) -> str:
    """Does it for the person whose visit it is, and says so; nothing if there is no such button. A number that is not
    one of theirs changes nothing."""
    match does, fact:
        case "on", _:
            memory.turn_on(user)
            return TURNED_ON
        case "off", _:
            memory.turn_off(user)
            return TURNED_OFF
        case "forget all", _:
            memory.forget_all(user)
            return ALL_GONE
        case "support", _:
            may = not memory.consent(user).support
            memory.show_support(user, may)
            return SHOWN if may else HIDDEN
        case "correct", int():
            memory.correct(user, fact)
            return CORRECTED
        case "forget", int():
            memory.forget(user, [fact])
            return FORGOTTEN
    return ""
