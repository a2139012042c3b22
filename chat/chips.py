"""The pieces of what holds in a conversation, each in a few words, and what is left when one is taken away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from chat.gift import for_whom
from chat.memory import Fact
from chat.messages import Constraint, Intent, Kind, Purpose
from chat.phrasing import Put, puts
from chat.store import Feedback
from chat.understanding import brief, dialled, named, titled
from retrieval.catalogue import Catalogue
from retrieval.domain import Domain, plain
from retrieval.filtering.where import Where

SAID: Mapping[Purpose, Mapping[Kind, str]] = {
    "self": {"like": "you like {}", "dislike": "not {}", "seen": "you know {}"},
    "gift": {"like": "liked: {}", "dislike": "not {}", "seen": "known: {}"},
}
TOLD = "you told me: {}"
LACKING = "{} (not known here)"
# say nothing without a name
BETWEEN = frozenset("and by certified directed featuring from in of or rated starring with".split())


@dataclass(frozen=True)
class Chip:
    """`text` tells it from the others; `words` and `turn`: where it comes from, if that is known; `hard`: whether it
    must hold; `put`: how it is put, where that is not its text."""

    text: str
    words: str = ""
    turn: int = 0
    hard: bool = True
    put: str = ""

    @property
    def told(self) -> str:
        """As it stands on the page."""
        return self.put or self.text


@dataclass(frozen=True)
class Held:
    """All that holds: the wish, what was `said` of items in this conversation, by buttons or in words, whom it is for,
    and what is remembered of the person."""

    intent: Intent
    said: tuple[Feedback, ...] = ()
    purpose: Purpose = "self"
    facts: tuple[Fact, ...] = ()


def chips(held: Held, catalogue: Catalogue, domain: Domain) -> tuple[Chip, ...]:
    """Every piece that can be taken away."""
    intent, said, purpose = held.intent, held.said, held.purpose
    origin = {one.text: one for one in intent.constraints}
    of_where = (_constraint(one, origin.get(one.text)) for one in puts(intent.where, domain))
    others = [Chip(text) for text in (*named(replace(intent, where=Where(), words=""), catalogue), *dialled(intent))]
    words = [Chip(f"“{rest}”")] if (rest := rest_of(intent, domain)) else []
    lacking = (Chip(LACKING.format(one)) for one in intent.lacking)
    pressed = {one.item for one in said}
    seen = (Chip(_seen(id, purpose, catalogue)) for id in intent.seen if id in catalogue and id not in pressed)
    items = (Chip(_of_item(one, purpose, catalogue)) for one in said if one.item in catalogue)
    told = (
        Chip(TOLD.format(one.text), one.words)
        for one in held.facts
        if one.text not in intent.aside and one.text not in origin and not intent.where.asked(one.facet) & {one.value}
    )
    whom = (Chip(text) for text in for_whom(purpose == "gift", False))
    return (*whom, *of_where, *others, *words, *lacking, *seen, *items, *(told if purpose == "self" else ()))


def without(held: Held, piece: str, catalogue: Catalogue) -> tuple[Intent, tuple[str, ...]]:
    """The intent without the piece, and the ids of the items of which nothing is to be said any more; the same and none
    if there is no such piece."""
    intent = held.intent
    if piece in for_whom(True, False):
        return replace(intent, purpose="self"), ()
    if piece in intent.where.words():
        return replace(intent, where=intent.where.without(piece), words=_unsaid(intent.words, piece)), ()
    items = [one for one in held.said if one.item in catalogue]
    if gone := tuple(one.item for one in items if piece == _of_item(one, held.purpose, catalogue)):
        return replace(intent, seen=tuple(id for id in intent.seen if id not in gone)), gone
    if named_seen := tuple(id for id in intent.seen if id in catalogue and piece == _seen(id, held.purpose, catalogue)):
        return replace(intent, seen=tuple(id for id in intent.seen if id not in named_seen)), ()
    if aside := tuple(one.text for one in held.facts if piece == TOLD.format(one.text)):
        return replace(intent, aside=(*intent.aside, *aside)), ()
    if lacking := tuple(one for one in intent.lacking if piece == LACKING.format(one)):
        return replace(intent, lacking=tuple(one for one in intent.lacking if one not in lacking)), ()
    like, unlike = (
        tuple(id for id in ids if piece not in _named(id, word, intent, catalogue))
        for ids, word in ((intent.like, "like "), (intent.unlike, "not like "))
    )
    if (like, unlike) != (intent.like, intent.unlike):
        return replace(intent, like=like, unlike=unlike), ()
    if piece.startswith("“"):
        return replace(intent, words=""), ()
    if intent.extreme and piece == intent.extreme.text:
        return replace(intent, extreme=None), ()
    return (replace(intent, surprise=None) if piece in ("a surprise", "close to what you know") else intent), ()


def rest_of(intent: Intent, domain: Domain) -> str:
    """The words of the wish that no constraint was made of."""
    held = {
        value for side in (intent.where.wanted, intent.where.either) for values in side.values() for value in values
    }
    named = {word for value in held for word in plain(value).split()}
    rest = [word for word in intent.words.split() if not _means(word, held, domain) and plain(word) not in named]
    return "" if {plain(word) for word in rest} <= BETWEEN else brief(" ".join(rest))


def _means(word: str, values: set[str], domain: Domain) -> bool:
    said = plain(word)
    of_words = domain.words.get(said) or domain.words.get(said.removesuffix("s")) or ("", "")
    named = {part for value in values for part in plain(value).split()[1:]}  # a surname, the end of a brand
    return (
        of_words[1] in values
        or said in named
        or said.removesuffix("s") in {plain(value).removesuffix("s") for value in values}
    )


def _unsaid(words: str, piece: str) -> str:
    """The wish without the very words of a constraint."""
    gone = set(plain(piece).split())
    return " ".join(word for word in words.split() if plain(word) not in gone)


def _constraint(limit: Put, origin: Constraint | None) -> Chip:
    put = limit.chip if limit.chip != limit.text else ""
    return Chip(limit.text, origin.words, origin.turn, origin.hard, put) if origin else Chip(limit.text, put=put)


def _of_item(one: Feedback, purpose: Purpose, catalogue: Catalogue) -> str:
    return SAID[purpose][one.kind].format(catalogue[one.item].name)


def _seen(id: str, purpose: Purpose, catalogue: Catalogue) -> str:
    return SAID[purpose]["seen"].format(catalogue[id].name)


def _named(id: str, word: str, intent: Intent, catalogue: Catalogue) -> tuple[str, ...]:
    """How an item named as an example is said back: by itself, or with those of which only one was meant."""
    groups = [(id,), *(group for group in intent.unsure if id in group)]
    return tuple(f"{word}{titled(group, intent, catalogue)[0]}" for group in groups)
