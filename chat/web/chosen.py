"""What a browser says that was chosen on the page, made safe: anybody can send anything over HTTP."""

from __future__ import annotations

from chat.messages import NEWCOMER, Purpose, newcomer
from retrieval.lists.dial import CLOSEST, SURPRISE, USUAL


def name_of(who: str | None) -> str:
    """The id of who is chosen or typed; a new one for a newcomer."""
    who = str(who or "").strip()[:100]
    return newcomer() if who in ("", NEWCOMER) else who


def same_person(user: str, who: str | None) -> bool:
    """Whether the choice is of who is there already."""
    who = str(who or "").strip()
    return user.startswith(NEWCOMER) if who in ("", NEWCOMER) else who == user


def surprise_of(dial: float | None) -> float:
    """Where the dial stands, between its ends; the usual place for what is no number."""
    return min(SURPRISE, max(CLOSEST, float(dial))) if isinstance(dial, int | float) and dial == dial else USUAL


def purpose_of(for_another: bool | None) -> Purpose:
    """Whom the tick says that it is for."""
    return "gift" if for_another else "self"
