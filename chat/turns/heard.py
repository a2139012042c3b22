"""A message as it was understood, with what stood before it in the conversation."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from chat.chips import Held, without
from chat.gift import SWITCHED
from chat.memory import Memory
from chat.messages import Intent, Message, Purpose, Said
from chat.policy.answers import chosen
from chat.policy.languages import ENGLISH, in_our_words, language_of, spoken_in, told_in
from chat.record import intent_of
from chat.store import Feedback, Store
from chat.turns.earlier import named_before
from chat.understanding import Understand
from chat.understanding.acts.phrases import place_in, spoken
from chat.understanding.references.pointing import chooses
from chat.understanding.titles.unseen import taken_back
from chat.understanding.values.allowing import as_asked
from chat.understanding.values.origins import carried
from retrieval.catalogue import Catalogue

TOLD = "told in theirs"  # in the record of a turn: who writes another language has heard that we read English best


@dataclass(frozen=True)
class Heard:
    """`wish`: what held before the message, None at first; `shown`: ids of the last list; `purpose`: whom it is for
    from now on; `switched`: the sentence that says so, if the message changed it; `first`: nothing was shown yet.

    `before`: the record of the turn before; `stands`: the number of the turn whose list is in force, 0 before the
    first; `mark`: of the newest word on an item before this message. `number`: of the turn that the message becomes;
    `elsewhere`: the conversation went on where the writer did not see it. `gone`: ids of which nothing is to be said
    any more, or that were not seen after all; `withdrawn`: what was said of items and holds no more.
    """

    message: Message
    intent: Intent
    purpose: Purpose
    wish: Intent | None = None
    shown: tuple[str, ...] = ()
    switched: str = ""
    before: Mapping[str, Any] = field(default_factory=dict)
    stands: int = 0
    mark: int = 0
    number: int = 1
    elsewhere: bool = False
    gone: tuple[str, ...] = ()
    withdrawn: tuple[Feedback, ...] = ()

    @property
    def language(self) -> str:
        """The language that the person writes in, by this message or by those before it."""
        return spoken_in(self.message.text, self.before.get("language", "en"))

    @property
    def in_another(self) -> tuple[Said, ...]:
        """What is told, once, to who writes in another language than English."""
        line = None if self.before.get(TOLD) else told_in(self.message.text)
        return (Said(line, "template", english=ENGLISH, language=language_of(self.message.text)),) if line else ()

    @property
    def told_theirs(self) -> bool:
        """Whether that has been told, by this turn or before it."""
        return bool(self.before.get(TOLD) or self.in_another)

    @property
    def spoken_of(self) -> tuple[str, ...]:
        """The one item that a question why, or what somebody takes, is about."""
        if self.intent.act not in ("why", "nod"):
            return ()
        about, at = self.intent.about, place_in(spoken(self.message.text))
        if not about and at is not None and -len(self.shown) <= at < len(self.shown):
            about = (self.shown[at],)
        if not about and len(self.shown) == 1 and IT.search(spoken(self.message.text)):
            about = self.shown
        return about if len(about) == 1 else ()

    @property
    def first(self) -> bool:
        return not self.stands

    @property
    def undoes(self) -> bool:
        """Whether it takes the last step back, and asks for nothing else: `like before but shorter` does not."""
        return "undo" in self.intent.does and not {"add", "prefer", "drop", "gift"} & set(self.intent.does)


IT = re.compile(r"\b(?:it|that one|this one|(?:that|this) (?:film|movie|item|product))\b")
ALL = 1_000_000  # items, more than any list has


def hear(message: Message, store: Store, understand: Understand, catalogue: Catalogue) -> Heard:
    """Understands the message in its conversation, and changes nothing in it.

    Raises Unreadable for a message that cannot be read.
    """
    conversation = message.conversation
    number, before, wish = last_wish(conversation, store)
    shown = pointed_into(message.text, before, conversation, store)
    stands, mark = int(before.get("stands", number)), store.newest_feedback(conversation)
    elsewhere = message.after is not None and number > message.after
    if message.drop:
        left, gone = without(held(message.user, conversation, wish, store), message.drop, catalogue)
        intent = replace(left, act="suggest", about=(), does=("drop",), lasting=(), unknown=())
        purpose = intent.purpose or store.purpose(conversation)
        intent = traced(intent, wish, "", number + 1)
        return Heard(message, intent, purpose, wish, shown, "", before, stands, mark, number + 1, elsewhere, gone)
    last = next((text for text, _ in store.turns(conversation, 1)), "")
    text = named_before(in_our_words(message.text), before, conversation, store, understand, catalogue)
    text = answering(text, before, wish, shown, understand)
    intent = understand(text, wish, shown, last)
    purpose, switched = store.purpose(conversation), ""
    if intent.purpose and intent.purpose != purpose:
        purpose, switched = intent.purpose, SWITCHED[intent.purpose]
        wish = wish_of(before, purpose)
        intent = understand(text, wish, shown, last)
    if intent.surprise is None:
        intent = replace(intent, surprise=message.surprise)
    if gone := taken_back(message.text, intent, wish):
        intent = replace(intent, act="suggest", about=(), seen=tuple(id for id in intent.seen if id not in gone))
    intent = traced(intent, None if "restart" in intent.does else wish, message.text, number + 1)
    return Heard(
        message,
        intent,
        purpose,
        wish,
        shown,
        switched,
        before,
        stands,
        mark,
        number + 1,
        elsewhere,
        gone,
    )


def pointed_into(text: str, before: Mapping[str, Any], conversation: str, store: Store) -> tuple[str, ...]:
    """Ids of the list that the message speaks of: the last, and, where it points at a place that an answer about items
    has not, `the second one` after what was said of the third, the list that they were asked of. After a question why,
    or after something was taken, `it` is that."""
    shown, reach = tuple(before.get("shown", ())), reach_of(text)
    if not reach and before.get("spoken") and IT.search(spoken(text)):
        return tuple(before["spoken"])
    if reach and before.get("stands"):  # small talk, over the list that was in force
        before = store.record_of(conversation, int(before["stands"])) or before
    while reach and before.get("move") in ("answer", "compare") and before.get("followed"):
        if len(shown) > max(reach, 1):
            break
        before = store.record_of(conversation, int(before["followed"]))
        shown = tuple(before.get("shown", ())) or shown
    return shown


def listed(before: Mapping[str, Any], conversation: str, store: Store) -> tuple[str, ...]:
    """Ids of the list that is in force, which no answer about single items is; none before the first."""
    while before.get("stands"):
        before = store.record_of(conversation, int(before["stands"]))
    while before.get("move") in ("answer", "compare"):
        before = store.record_of(conversation, int(before.get("followed", 0)))
        while before.get("stands"):
            before = store.record_of(conversation, int(before["stands"]))
    return tuple(before.get("shown", ()))


def reach_of(text: str) -> int:
    """How far into a list the words point, 0 if they point at no place of it: one that is told by what it is may stand
    anywhere."""
    place = place_in(spoken(text))
    return max(abs(place), 1) if place is not None and not chooses(text) else ALL * chooses(text)


def held(user: str, conversation: str, wish: Intent | None, store: Store) -> Held:
    """All that holds in a conversation whose wish this is."""
    purpose = store.purpose(conversation)
    said = store.feedback_in(conversation, purpose)
    return Held(wish or Intent(), said, purpose, Memory(store.engine).facts(user))


def traced(intent: Intent, wish: Intent | None, text: str, turn: int) -> Intent:
    """The intent with an origin for each of its constraints and for no other; what does not count stays set aside."""
    before = wish or Intent()
    origins = carried(intent.where.words(), intent.constraints, before.constraints, text, turn)
    return replace(intent, constraints=origins, aside=tuple(dict.fromkeys((*before.aside, *intent.aside))))


def answering(
    text: str, before: Mapping[str, Any], wish: Intent | None, shown: tuple[str, ...], understand: Understand
) -> str:
    """The message as it is to be read: an answer to the open question goes on from the wish, as if after an `and`, and
    `the second` is the second of the values that were offered."""
    question = before.get("question")
    if not question or wish is None:
        return text
    text, said = as_asked(chosen(text, question["values"]) or text), text
    heard = understand(text, wish, shown)
    goes_on = answers(heard, question["field"]) and heard.act == "suggest" and "restart" not in heard.does
    return f"and {text}" if goes_on else said


def answers(intent: Intent, field: str) -> bool:
    """Whether something is said of the attribute."""
    where = intent.where
    return bool(where.asked(field) or where.unwanted.get(field) or field in where.ranges)


def last_wish(conversation: str, store: Store) -> tuple[int, Mapping[str, Any], Intent | None]:
    """Number and record of the last turn, and the wish that holds: one for someone else ends when it is for oneself."""
    number, before = store.newest(conversation)
    return number, before, wish_of(before, store.purpose(conversation))


def wish_of(before: Mapping[str, Any], purpose: Purpose) -> Intent | None:
    """The wish that a turn leaves to the next, which is for them."""
    wish = intent_of(before.get("intent"))
    return None if wish and wish.purpose == "gift" and purpose == "self" else wish
