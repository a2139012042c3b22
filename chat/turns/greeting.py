"""The first line of a conversation, and what is said when nothing was asked."""

from __future__ import annotations

from collections.abc import Sequence

from chat.gift import SWITCHED
from chat.grammar import any_of, listed
from chat.messages import Move, Purpose
from chat.ordering import Ordering
from chat.policy.languages import ENGLISH, TOLD_IN
from chat.policy.moves import asks_which, beyond_the_list, left_open, scolded, unread
from chat.policy.remit import CALM, beyond
from chat.turns.heard import Heard
from chat.understanding.acts.phrases import ORDINALS

NOD = "Tell me what you are in the mood for, what to change, or ask me why one is there."
TAKEN = "{} it is, then. Tell me if you want more of the kind, or something else."
NO_SUCH_PLACE = "There is no {} one in the list, which has {}."
UNREAD = "I could not read that, so what you wished for stays as it is; say it in English, please."
LEFT_OPEN = "Then I leave that open. Tell me what to change, or take one of these."


def line(move: Move, heard: Heard, ordering: Ordering, notes: Sequence[str]) -> str:
    """What is said, in a line, to a message that wants no list."""
    domain = ordering.domain
    if topic := beyond(heard.message.text, domain):
        return topic.told
    if move == "greet":
        return greeting(heard.message.user, heard.purpose, ordering, notes)
    if move == "goodbye":
        return "Goodbye! Come back whenever you like."
    if move == "decline":
        return f"I only know {domain.plural}. {NOD}"
    if scolded(heard):
        return CALM
    if left_open(heard):
        return LEFT_OPEN
    if (place := beyond_the_list(heard)) is not None:
        return NO_SUCH_PLACE.format(ORDINALS[place], f"{len(heard.shown)} {domain.plural}")
    if (language := unread(heard)) is not None:
        theirs = () if heard.told_theirs else (ENGLISH, TOLD_IN.get(language, ""))
        return " ".join((*filter(None, theirs), UNREAD))
    if asks_which(heard):
        return f"Gladly; which: {any_of(heard.before['question']['values'])}?"
    if taken := _taken(heard, ordering):
        return TAKEN.format(taken)
    return f"You are welcome. {NOD}" if "thank" in heard.intent.does else NOD


def _taken(heard: Heard, ordering: Ordering) -> str:
    """The item that they take, where they say which: by its name, or by its place in the list."""
    if named := next((id for id in heard.intent.about if id in ordering.catalogue), ""):
        return ordering.catalogue[named].name
    if "accept" not in heard.intent.does:
        return ""
    return next((ordering.catalogue[id].name for id in heard.spoken_of if id in ordering.catalogue), "")


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
