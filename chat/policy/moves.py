"""From what was heard and what was found to the move that is made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from chat.messages import Card, Intent, Move
from chat.policy.answers import affirms, undecided
from chat.policy.languages import foreign
from chat.policy.question import PATIENCE, Question
from chat.policy.remit import beyond, insulted
from chat.turns.heard import Heard
from chat.understanding.acts.phrases import place_in, spoken
from retrieval.domain import Domain


def move_of(heard: Heard, domain: Domain) -> Move:
    """What a message asks to be done, the weightiest first; what becomes of a list is seen when it is there."""
    intent, text = heard.intent, heard.message.text
    if topic := beyond(text, domain):
        return "hand over" if topic.contact else "decline"
    if heard.undoes:
        return "undo"
    if scolded(heard) or left_open(heard) or asks_which(heard) or beyond_the_list(heard) is not None or unread(heard):
        return "nod"
    if intent.act in ("greet", "nod"):
        return _talk(intent)
    if intent.act == "why":
        return "why"
    if intent.act == "about":
        return "compare" if "compare" in intent.does and len(intent.about) > 1 else "answer"
    if set(intent.does) == {"compare"} and not wishes(heard):
        return "nod"  # there is nothing to set side by side
    return "suggest"


def move_of_list(intent: Intent, cards: Sequence[Card], question: Question | None) -> Move:
    """What a list turned out to be."""
    if not cards:
        return "nothing fits"
    if "restart" in intent.does:
        return "restart"
    return "ask" if question else "suggest"


def wishes(heard: Heard) -> bool:
    """Whether there is anything in the message to be served, besides what was wished for before it."""
    intent, before = heard.intent, heard.wish or Intent()
    asked = ((getattr(intent, name), getattr(before, name)) for name in ("where", "like", "unlike", "seen", "extreme"))
    named = intent.about or intent.degrees or intent.unknown or intent.purpose or intent.surprise is not None
    return bool(named or any(now and now != then for now, then in asked))


def scolded(heard: Heard) -> bool:
    """Whether the message is an insult and nothing else."""
    return insulted(heard.message.text) and not wishes(heard)


def left_open(heard: Heard) -> bool:
    """Whether they have no preference in what they were asked, or none at all while a list is there."""
    asked = bool(heard.before.get("question"))
    return (asked or bool(heard.stands)) and undecided(heard.message.text, asked)


def unread(heard: Heard) -> str | None:
    """The language, not English, of a message of which nothing was read while a list is there."""
    intent = heard.intent
    if not heard.stands or intent.act != "suggest" or heard.message.drop or wishes(heard):
        return None
    said = {"drop", "restart", "others", "undo"} & set(intent.does)
    return None if said else foreign(heard.message.text)


def beyond_the_list(heard: Heard) -> int | None:
    """The place, from 0, that the message points at and nothing else, and that the list has not."""
    at = place_in(spoken(heard.message.text))
    if at is None or at < len(heard.shown) or not heard.shown or heard.message.drop:
        return None
    return at if heard.intent.act in ("suggest", "why", "nod") and not wishes(heard) else None


def asks_which(heard: Heard) -> bool:
    """Whether they said yes to a question that asks for one of several: it stays open."""
    return bool(heard.before.get("question")) and affirms(heard.message.text)


def open_questions(heard: Heard) -> Mapping[str, Any]:
    """What small talk leaves open, for the record: a question that got a yes stays, and who has no preference is asked
    no more."""
    if asks_which(heard):
        return {"question": heard.before["question"]}
    return {"question": None} | ({"unanswered": PATIENCE} if left_open(heard) else {})


def _talk(intent: Intent) -> Move:
    if "goodbye" in intent.does:
        return "goodbye"
    if intent.act == "greet":
        return "greet"
    return "decline" if "off topic" in intent.does else "nod"
