"""Whom a message is for: the person who talks or someone else, and who is to see it."""

from __future__ import annotations

from dataclasses import dataclass

from chat.messages import Purpose
from chat.understanding.acts.giving import given
from chat.understanding.acts.purpose import purpose_of
from chat.understanding.values.ages import Watching, watching
from chat.understanding.values.known import Known


@dataclass(frozen=True)
class Audience:
    """`purpose`: None if nobody says whom it is for; `seeing`: how old those are who are to see it."""

    purpose: Purpose | None
    seeing: Watching


def audience(text: str, known: Known, gift: bool = False) -> tuple[Audience, str]:
    """Whom it is for, and the text, as long as before, with blanks for the words that say so. Titles stand as `·`.
    `gift`: it is for someone else so far."""
    seeing = watching(text)
    purpose, rest = purpose_of(text, known.values, gift)
    if purpose is None and (gave := given(text)) is not None:
        purpose, rest = "gift", gave
    return Audience(purpose, seeing), seeing.blanked(rest)
