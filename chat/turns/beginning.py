"""How a turn begins: it is understood against all that was said before it, in whatever window or process.

What a message changes of what holds is kept before anything is looked for, under the next number of the conversation,
which only one turn can have. Who finds it taken understands the message anew, against what came in between. So nobody
waits for anybody, and a turn whose reader is gone stands in nobody's way.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from chat.gift import as_purpose
from chat.messages import Intent, Kind, Message, Move, Purpose
from chat.ordering import Ordering
from chat.policy.moves import move_of
from chat.record import intent_of, intent_record
from chat.store import AT_ONCE, CROWD, Crowded, Store
from chat.turns.heard import Heard, hear
from chat.turns.undoing import step_back


def begun(message: Message, ordering: Ordering) -> tuple[Heard, Move]:
    """What was heard, and what is to be done: from here on the turn has its number. Raises Unreadable, Crowded."""
    store, conversation = ordering.store, message.conversation
    for _ in range(AT_ONCE):
        heard = hear(message, store, ordering.things.understand, ordering.catalogue)
        move = move_of(heard, ordering.domain)
        purpose, record = at_first(heard, move, store)
        if store.begin(conversation, heard.number, message.text, record, as_purpose(purpose), heard.before):
            return _withdrawing(heard, store), move
    raise Crowded(CROWD)


def at_first(heard: Heard, move: Move, store: Store) -> tuple[Purpose, Mapping[str, Any]]:
    """Whom the conversation is for and what holds in it from now on, over the list that is in force until there is
    another."""
    before = {**heard.before, "move": move, "said": [], "question": None, "consent": False, "stands": heard.stands}
    before["spoken"] = list(heard.spoken_of)
    before["language"] = heard.language
    if move == "suggest":
        del before["stands"]  # it stands by itself
        marks = {"followed": heard.stands, "mark": heard.mark, "noted": heard.mark}
        return heard.purpose, {**before, **marks, "intent": intent_record(replace(heard.intent, purpose=heard.purpose))}
    if move == "undo" and (step := step_back(heard, store)):
        purpose = (intent_of(step.back.get("intent")) or Intent()).purpose or "self"
        own: dict[str, Any] = {"move": move, "said": [], "question": None, "consent": False, "stands": step.to}
        return purpose, {**step.back, **own, "language": heard.language}
    return heard.purpose, before


def _withdrawing(heard: Heard, store: Store) -> Heard:
    """Takes back what was said of items and holds no more: of one item, or with a start over all that was turned
    down."""
    conversation = heard.message.conversation
    if heard.gone:
        kind: Kind | None = None if heard.message.drop else "seen"
        each = (store.withdraw_said(conversation, kind, id) for id in heard.gone)
        return replace(heard, withdrawn=tuple(one for some in each for one in some))
    if "restart" in heard.intent.does:
        return replace(heard, withdrawn=store.withdraw_said(conversation, "dislike"))
    return heard
