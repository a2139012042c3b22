"""From words to an intent: what is asked, the titles meant, the facets and years wanted or not."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Literal

from chat.constraints import beyond, constraints
from chat.messages import Intent
from chat.titles import FILLER, mentions, titles_of
from retrieval.catalogue import Catalogue
from retrieval.domain import Domain, plain
from retrieval.errors import Problem
from retrieval.filters import Where

LONGEST = 2000  # characters

ORDINALS = {"first": 0, "second": 1, "third": 2, "fourth": 3, "fifth": 4, "sixth": 5, "last": -1}


class Unreadable(Problem):
    """A message in which there is nothing to understand."""


Understand = Callable[[str, Intent | None, Sequence[str]], Intent]


def readable(text: str) -> str:
    """The text without blanks around it. Raises Unreadable if it is empty, too long, or holds no word at all."""
    text = text.strip()
    if not text:
        raise Unreadable("the message is empty; say what you are in the mood for")
    if len(text) > LONGEST:
        raise Unreadable(
            f"the message has {len(text):,} characters and {LONGEST:,} are the most I read; say it shorter"
        )
    if not plain(text):
        raise Unreadable("there is no word in the message that I can read; say in words what you are in the mood for")
    return text


def understanding(catalogue: Catalogue, domain: Domain) -> Understand:
    """How to read messages about this catalogue: by the names in it, the domain's words, and a grammar of years.

    The result takes the text, the intent of the turn before (or None) and the ids shown then.
    """
    titles = titles_of(catalogue)

    def understand(text: str, before: Intent | None, shown: Sequence[str]) -> Intent:
        text = readable(text)
        meant, rest = mentions(text, titles, catalogue)
        act = _act(text, shown)
        like = tuple(one.id for one in meant if not one.bad)
        unlike = tuple(one.id for one in meant if one.bad)
        about = _about(rest, like, shown, everything=act == "reject")
        if act in ("why", "reject"):
            like = ()
        rest, unknown = beyond(rest, domain)
        where, rest = constraints(rest, domain, [catalogue[id].year for id in shown if id in catalogue])
        intent = Intent(act, _wish(text, rest), like, unlike, about, where, unknown)
        return _going_on(intent, before, text)

    return understand


def named(intent: Intent, catalogue: Catalogue) -> tuple[str, ...]:
    """What was understood, each thing in a few words: `Comedy`, `like Alien`."""
    like = [f"like {catalogue[id].title}" for id in intent.like]
    unlike = [f"not like {catalogue[id].title}" for id in intent.unlike]
    words = [f"“{intent.words}”"] if intent.words and not (like or intent.where) else []
    return (*intent.where.words(), *like, *unlike, *words)


def _act(text: str, shown: Sequence[str]) -> Literal["suggest", "why", "reject", "greet"]:
    said = plain(text)
    if re.match(r"(?:and |but |so )?why\b|explain\b|how come\b", said) or re.search(
        r"\bwhy (?:this|that|did you|do you|is)\b", said
    ):
        return "why"
    if (
        re.search(
            r"\bnot (?:that|this|the|these|those|for me)\b|\bnone of\b|\bseen (?:it|that|them|those|these|all)\b"
            r"|\bsomething else\b|\b(?:any )?others\b|\b(?:show|give) me (?:more|others)\b|\banother\b|\bwhat else\b",
            said,
        )
        and shown
    ):
        return "reject"
    if re.fullmatch(
        r"(?:hi|hello|hey|good (?:morning|evening|day)|thanks|thank you|who are you|what are you|help)\b.{0,20}", said
    ):
        return "greet"
    return "suggest"


def _about(rest: str, like: tuple[str, ...], shown: Sequence[str], everything: bool) -> tuple[str, ...]:
    """The items a question or a refusal is about: those named, the nth, or what was shown."""
    if like:
        return like
    said = plain(rest)
    for word, at in ORDINALS.items():
        if re.search(rf"\b{word}\b", said) and -len(shown) <= at < len(shown):
            return (shown[at],)
    if everything and not re.search(r"\b(?:that|this) one\b|\bnot (?:that|this)\b", said):
        return tuple(shown)
    return tuple(shown[:1])


def _wish(text: str, rest: str) -> str:
    """The words that carry meaning, as they were written; nothing if the message holds only pleasantries."""
    content = [word for word in re.findall(r"[\w'’\-]+", rest) if plain(word) and plain(word) not in FILLER]
    return " ".join(content)


def _going_on(intent: Intent, before: Intent | None, text: str) -> Intent:
    """A critique builds on the wish before it; a new wish starts anew."""
    if before is None or intent.act == "why":
        return intent
    critique = re.match(
        r"(?:but|and|or|also|not|no|only|just|without|older|newer|more|less|too|even|maybe|from the)\b", plain(text)
    )
    if not (intent.act == "reject" or critique or (not intent.words and not intent.like and intent.unknown)):
        return intent
    where, old = intent.where, before.where
    facets = {*where.wanted, *old.wanted, *where.unwanted, *old.unwanted}
    none: frozenset[str] = frozenset()
    wanted = {f: (old.wanted.get(f, none) - where.unwanted.get(f, none)) | where.wanted.get(f, none) for f in facets}
    unwanted = {
        f: (old.unwanted.get(f, none) - where.wanted.get(f, none)) | where.unwanted.get(f, none) for f in facets
    }
    years = (where.since, where.until) if (where.since, where.until) != (None, None) else (old.since, old.until)
    merged = Where({f: v for f, v in wanted.items() if v}, {f: v for f, v in unwanted.items() if v}, *years)
    words = " ".join(part for part in (before.words, intent.words) if part)
    like = tuple(dict.fromkeys((*before.like, *intent.like)))
    return replace(intent, words=words, like=like, unlike=(*before.unlike, *intent.unlike), where=merged)
