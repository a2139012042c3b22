"""How a turn is kept: what was done in it, what it followed, and what it leaves open, so that it can be taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from chat.messages import Move, Said
from chat.ordering import Ordering
from chat.policy.question import Question
from chat.record import Clock
from chat.turns.heard import TOLD, Heard, answers

REMEMBERED = 60  # items shown before, of which it is known that nothing was said


def keep(
    heard: Heard, ordering: Ordering, move: Move, record: Mapping[str, Any], question: Question | None = None
) -> None:
    """Finishes a turn with a list of its own, or with another state of the conversation than the one before."""
    ignored = bool(heard.before.get("question")) and not answers(heard.intent, heard.before["question"]["field"])
    asked = [*heard.before.get("asked", ()), *([question.field] if question else ())]
    step = {
        "move": move,
        "question": {"field": question.field, "values": list(question.values)} if question else None,
        "asked": asked,
        "unanswered": int(heard.before.get("unanswered", 0)) + ignored,
        "followed": heard.stands,
        "mark": heard.mark,
        TOLD: heard.told_theirs,
        "language": heard.language,
        "noted": ordering.store.newest_feedback(heard.message.conversation),
        "withdrawn": [asdict(one) for one in heard.withdrawn],
        "trail": trail(heard.before),
    }
    ordering.store.finish(heard.message.conversation, heard.number, {**record, **step})


def trail(before: Mapping[str, Any]) -> list[str]:
    """Ids of what was shown before the list that follows, oldest first, the newest of them."""
    return list(dict.fromkeys((*before.get("trail", ()), *before.get("shown", ()))))[-REMEMBERED:]


def keep_talk(
    heard: Heard,
    ordering: Ordering,
    move: Move,
    said: Sequence[Said],
    clock: Clock,
    fallbacks: Sequence[str] = (),
    left: Mapping[str, Any] | None = None,
) -> None:
    """Finishes a turn that leaves list and state as they were: small talk, a reason, a refusal. `left`: what of the
    questions it leaves otherwise than closed."""
    talk = {"move": move, "said": [asdict(one) for one in said], "timings": clock.laps, "fallbacks": list(fallbacks)}
    own = {
        **talk,
        "question": None,
        "consent": False,
        **(left or {}),
        "stands": heard.stands,
        "language": heard.language,
        "spoken": list(heard.spoken_of),
        TOLD: heard.told_theirs,
    }
    ordering.store.finish(heard.message.conversation, heard.number, own, onto=True)
