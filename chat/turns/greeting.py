"""The first line of a conversation, and what is said when nothing was asked."""

from __future__ import annotations

from collections.abc import Sequence

from chat.gift import SWITCHED
from chat.messages import Purpose
from chat.ordering import Ordering
from chat.reasons.evidence import listed

NOD = "Tell me what you are in the mood for, what to change, or ask me why one is there."


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
