"""A conversation for someone else: what counts in it, and how it is told."""

from __future__ import annotations

from collections.abc import Sequence

from chat.messages import KINDS, PURPOSES, Intent, Purpose
from chat.store import Feedback
from retrieval.catalogue import Catalogue
from retrieval.errors import Problem
from retrieval.ranking import Query

SWITCHED: dict[Purpose, str] = {
    "self": "This is for you again: your history counts, and what was said for someone else stays out of it.",
    "gift": "This is for someone else: I leave your own history out of it, and what you say here stays out of yours.",
}


def gift_query(intent: Intent, said: Sequence[Feedback], own: Sequence[Feedback], catalogue: Catalogue) -> Query:
    """Only what was said of items in this conversation for someone else, as if it were all that there is.

    `own`: what the giver said for themselves in this conversation, before or in between. What they turned down there is
    not shown, but neither that nor anything else of theirs weighs in the order or is a reason; what they have seen may
    be a fine gift.
    """
    said = [one for one in said if one.item in catalogue]
    liked, disliked, seen = (tuple(one.item for one in said if one.kind == kind) for kind in KINDS)
    again = {one.item for one in said}
    unwanted = [one.item for one in own if one.kind == "dislike" and one.item not in again]
    exclude: dict[str, str] = {}
    for ids, why in (
        (intent.about if intent.act == "more" else (), "shown before"),
        ((*seen, *intent.seen), "seen already"),
        (liked, "liked already"),
        ((*unwanted, *disliked, *intent.unlike), "turned down"),
        (intent.named, "named before"),
        (intent.like, "named as an example"),
    ):
        exclude |= dict.fromkeys(catalogue.twins(ids), why)
    return Query(
        history=tuple(one.item for one in said if one.kind != "dislike"),
        text=intent.words,
        like=intent.like,
        disliked=(*disliked, *intent.unlike),
        exclude=exclude,
        where=intent.where,
        reasons=dict.fromkeys(liked, "like"),
        gift=True,
    )


def for_whom(gift: bool, switched: bool) -> tuple[str, ...]:
    """Whom an answer is for, as something understood: that it is for the person is said only when it is news."""
    return ("for someone else",) if gift else ("for you",) if switched else ()


def as_purpose(purpose: Purpose) -> Purpose:
    """The purpose as it is. Raises Problem if it is none."""
    if purpose not in PURPOSES:
        raise Problem(f"the purpose is {purpose!r}; it must be one of {', '.join(PURPOSES)}")
    return purpose
