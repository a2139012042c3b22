"""What was understood, said back in a few words."""

from __future__ import annotations

from collections.abc import Sequence

from chat.messages import Intent
from retrieval.catalogue import Catalogue
from retrieval.lists.dial import CLOSEST, SURPRISE

TOLD = 100  # characters of a wish that are said back
EITHER = 3  # alternatives that are named


def named(intent: Intent, catalogue: Catalogue) -> tuple[str, ...]:
    """What was understood, each thing in a few words: `Comedy`, `like Alien`."""
    like = [f"like {one}" for one in titled(intent.like, intent, catalogue)]
    unlike = [f"not like {one}" for one in titled(intent.unlike, intent, catalogue)]
    words = [f"“{brief(intent.words)}”"] if intent.words and not (like or intent.where or intent.extreme) else []
    extreme = [intent.extreme.text] if intent.extreme else []
    return (*intent.where.words(), *like, *unlike, *extreme, *words)


def dialled(intent: Intent) -> tuple[str, ...]:
    """That the dial of surprise stands at one of its ends, in words."""
    if intent.surprise in (CLOSEST, SURPRISE):
        return ("a surprise",) if intent.surprise else ("close to what you know",)
    return ()


def titled(ids: Sequence[str], intent: Intent, catalogue: Catalogue) -> list[str]:
    """The titles of the ids; those of which one was meant are one: `Blade Runner (1982) or Blade Runner (2017)`."""
    groups = {id: group for group in intent.unsure for id in group if set(group) <= set(ids)}
    alike = dict.fromkeys(groups.get(id, (id,)) for id in ids)
    return [catalogue[group[0]].title if len(group) == 1 else either(group, catalogue) for group in alike]


def either(ids: Sequence[str], catalogue: Catalogue) -> str:
    """The items as alternatives, with their years; of many the first ones."""
    names = [catalogue[id].name for id in ids]
    if len(names) > EITHER:
        names = [*names[: EITHER - 1], f"{len(names) - EITHER + 1} more"]
    return f"{', '.join(names[:-1])} or {names[-1]}" if len(names) > 1 else names[0]


def brief(words: str) -> str:
    """The words, or their beginning if they are many."""
    return words if len(words) <= TOLD else f"{words[: TOLD - 1].rstrip()}…"
