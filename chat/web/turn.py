"""One answer as the page sees it: a few views, each whole, at most ten a second."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace

from chat.assistant import Assistant
from chat.chips import Chip
from chat.messages import NEWCOMER, Asked, Card, Compared, Done, Message, Part, Purpose, Said, Shown, Understood
from chat.turns.resuming import Left
from chat.understanding import LONGEST
from chat.web import markup
from retrieval.errors import Problem

APART = 0.1  # seconds; a page that is redrawn more often than this stutters
TOO_LONG = f"That is too long for me: please say it in at most {LONGEST:,} characters."
SORRY = "Sorry, something went wrong on our side and this answer is lost. Please ask again."
NAMELESS = re.compile(rf"{NEWCOMER} [0-9a-f]{{12}}")
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Visit:
    """Who is talking in which conversation, for whom, and which items they were shown.

    Ids only: the words live elsewhere. `purpose` is what the next conversation is opened with, and what the page shows.
    `surprise`: where the dial stands. `turn`: the number of the newest turn that the page shows.
    """

    user: str
    conversation: str = ""
    shown: tuple[str, ...] = ()
    purpose: Purpose = "self"
    surprise: float | None = None
    turn: int = 0


@dataclass(frozen=True)
class View:
    """What the page shows of a turn. `cards` is None until there are new ones: then the old ones stay.

    `waiting`: no cards and no words came yet. `writing`: more words may come. `chips`: what holds, None until it may be
    another than before; `settled`: it is all of it, and can be taken away.
    """

    visit: Visit
    asked: str
    waiting: bool = True
    writing: bool = False
    cards: tuple[Card, ...] | None = None
    understood: tuple[str, ...] = ()
    said: tuple[Said, ...] = ()
    compared: Compared | None = None
    asked_back: Asked | None = None
    sorry: str = ""
    chips: tuple[Chip, ...] | None = None
    settled: bool = False

    @property
    def talk(self) -> str:
        """The message, and what became of it so far."""
        items = [card.item for card in self.cards or ()]
        waiting = markup.looking() if self.waiting else ""
        return markup.asked(self.asked) + markup.understood(self.understood) + markup.titles(items) + waiting

    @property
    def words(self) -> str:
        sorry = markup.apology(self.sorry) if self.sorry else ""
        table = markup.table(self.compared) if self.compared else ""
        question = markup.question(self.asked_back) if self.asked_back else ""
        said = markup.said(self.said[:1]) + table + markup.said(self.said[1:])
        return said + question + sorry + (markup.writing() if self.writing else "")


def views(assistant: Assistant, visit: Visit, text: str) -> Iterator[View]:
    """The answer as it grows. Closing it stops the work of the assistant."""
    if len(text) > LONGEST:
        yield View(visit, text[:100] + "…", waiting=False, sorry=TOO_LONG)
        return
    view, due = View(visit, text), 0.0
    try:
        if not visit.conversation:
            view = replace(view, visit=replace(visit, conversation=assistant.open(visit.user, visit.purpose)))
        drop = text.removeprefix(markup.DROP) if text.startswith(markup.DROP) else ""
        after = visit.turn if visit.conversation else None
        message = Message(text, view.visit.user, view.visit.conversation, visit.surprise, drop, after)
        with closing(assistant.reply(message)) as parts:
            for part in parts:
                if view.waiting:  # by the first part, what the message says of whom it is for is heeded
                    purpose = assistant.purpose(view.visit.conversation)
                    view = replace(view, visit=replace(view.visit, purpose=purpose))
                view = _with(view, part)
                if isinstance(part, Done):
                    view = _settled(view, assistant, part.turn)
                time.sleep(max(0.0, due - time.monotonic()))
                yield view
                due = time.monotonic() + APART
    except Exception:  # the outermost door: whatever broke, the person gets a sentence and the log the rest
        log.exception("a turn failed")
        yield replace(view, waiting=False, writing=False, sorry=SORRY)


def _settled(view: View, assistant: Assistant, turn: int) -> View:
    """With all that holds now, since the turn is kept. What another window did meanwhile is news at the next one."""
    visit = view.visit
    turn = turn or assistant.store.newest(visit.conversation)[0]
    held = assistant.chips(visit.conversation, visit.user)
    return replace(view, visit=replace(visit, turn=turn), chips=held, settled=True)


def returning(assistant: Assistant, kept: object) -> tuple[Visit, Left] | None:
    """The visit that a browser remembers and what there is to show of it, None if it is nobody's or not theirs."""
    if not isinstance(kept, dict):
        return None
    user, conversation = str(kept.get("user", "")), str(kept.get("conversation", ""))
    try:
        left = assistant.left(conversation, user)
    except Problem:
        return None
    shown = tuple(card.item.id for card in left.cards)
    return Visit(user, conversation, shown, assistant.purpose(conversation), turn=left.turn), left


def newcomer_again(kept: object) -> str:
    """The name that a browser was given as a newcomer, which nobody can guess; empty if it was given none."""
    user = str(kept.get("user", "")) if isinstance(kept, dict) else ""
    return user if NAMELESS.fullmatch(user) else ""


def _with(view: View, part: Part) -> View:
    match part:
        case Understood(constraints):
            each = zip(constraints, part.told, strict=True)
            return replace(view, understood=part.told, chips=tuple(Chip(text, put=put) for text, put in each))
        case Shown(cards):
            visit = replace(view.visit, shown=tuple(card.item.id for card in cards))
            return replace(view, visit=visit, cards=cards, waiting=False, writing=True)
        case Said():
            return replace(view, said=(*view.said, part), waiting=False, writing=True)
        case Compared():
            return replace(view, compared=part, waiting=False, writing=True)
        case Asked():
            return replace(view, asked_back=part, waiting=False)
        case Done():
            return replace(view, waiting=False, writing=False)
