"""The first line of a conversation, and what is said when nothing was asked."""

from __future__ import annotations

from collections.abc import Sequence

from chat.gift import SWITCHED
from chat.messages import Move, Purpose
from chat.ordering import Ordering
from chat.policy.remit import CALM, insulted
from chat.reasons.evidence import listed
from chat.turns.heard import Heard

NOD = "Tell me what you are in the mood for, what to change, or ask me why one is there."
LEFT_OPEN = "Then I leave that open. Tell me what to change, or take one of these."


def small_talk(heard: Heard, ordering: Ordering, notes: Sequence[str]) -> tuple[Move, str]:
    """What is done and said, in a line, of a message that wants no list."""
    intent = heard.intent
    if scolded(heard):
        return "nod", CALM
    if heard.left_open:
        return "nod", LEFT_OPEN
    if "goodbye" in intent.does:
        return "goodbye", "Goodbye! Come back whenever you are in the mood for more."
    if intent.act == "greet":
        return "greet", greeting(heard.message.user, heard.purpose, ordering, notes)
    if "off topic" in intent.does:
        return "decline", f"I only know {ordering.domain.plural}. {NOD}"
    return "nod", f"You are welcome. {NOD}" if "thank" in intent.does else NOD


def scolded(heard: Heard) -> bool:
    """Whether the message is an insult and nothing else; a wish beside one is served."""
    intent = heard.intent
    wished = intent.where or intent.like or intent.unlike or intent.about or intent.degrees or intent.purpose
    return not wished and insulted(heard.message.text)


def greeting(user: str, purpose: Purpose, ordering: Ordering, notes: Sequence[str]) -> str:
    """That this is an AI, what it can do, and whether it knows the person or leaves that out."""
    known = SWITCHED["gift"] if purpose == "gift" else _known(user, ordering)
    what = f"I am an AI that suggests {ordering.domain.plural} from a list of {len(ordering.catalogue):,}."
    return " ".join([what, known, *notes])


def _known(user: str, ordering: Ordering) -> str:
    domain = ordering.domain
    done = {item.id for _, item in ordering.history(user)}
    said = {one.item for one in ordering.store.feedback(user)} - done
    known = [
        f"{len(ids):,} {domain.plural if len(ids) != 1 else domain.noun} you {what}"
        for ids, what in ((done, domain.did), (said, "told me of"))
        if ids
    ]
    return f"I know {listed(known)}." if known else "You are new here, so I go by what you tell me."
