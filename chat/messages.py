"""What goes in and out of a turn."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from retrieval.filtering.where import Where
from retrieval.items import Item

Kind = Literal["like", "dislike", "seen"]
KINDS: tuple[Kind, ...] = ("like", "dislike", "seen")
Act = Literal["suggest", "why", "about", "reject", "more", "seen", "greet", "nod"]
Does = Literal[
    "greet", "goodbye", "thank", "ask", "others", "alike", "seen", "unseen", "accept", "reject", "critique", "add",
    "drop", "prefer", "about", "ask back", "compare", "why", "why not", "surprise", "undo", "restart", "gift",
    "off topic",
]  # fmt: skip
Move = Literal[
    "suggest", "ask", "answer", "compare", "why", "undo", "restart", "greet", "nod", "goodbye", "nothing fits",
    "decline", "hand over",
]  # fmt: skip
Purpose = Literal["self", "gift"]  # whom a conversation is for: the person who talks, or someone else
PURPOSES: tuple[Purpose, ...] = ("self", "gift")
NEWCOMER = "new visitor"


def newcomer() -> str:
    """A name of their own for who gave none, so that what one visitor likes is not held for another's taste."""
    return f"{NEWCOMER} {secrets.token_hex(6)}"


@dataclass(frozen=True)
class Message:
    """What a person wrote. `user` may be unknown: then they are new, and told so. `surprise`: where their dial stands,
    from 0, closest, to 1; None is the usual. `drop`: in place of words, a piece of what was understood, as it was said
    back, that no longer holds. `after`: the number of the newest turn that the writer has seen, None if nobody counts.
    """

    text: str
    user: str
    conversation: str
    surprise: float | None = None
    drop: str = ""
    after: int | None = None


@dataclass(frozen=True)
class Degree:
    """More or less of something than the list at hand has: `a bit longer`, `less scary`. `of`: the number or the value
    of a facet; `slightly`: only a little."""

    of: str
    more: bool
    slightly: bool = False


@dataclass(frozen=True)
class Extreme:
    """What has the most of a number comes first, or, if it is not `more`, the least. `of`: the name of the number;
    `words`: how it was said, `cheapest`."""

    of: str
    more: bool
    words: str

    @property
    def text(self) -> str:
        """As it is said back."""
        return f"the {self.words} first"


@dataclass(frozen=True)
class Constraint:
    """Something that an item has to be, or, if it is not `hard`, had better be. `text`: as it is said back; `words`:
    those that it came from, in the person's own; `turn`: the number of the turn that said it, 0 as long as it has none.
    """

    text: str
    words: str
    turn: int = 0
    hard: bool = True


@dataclass(frozen=True)
class Lasting:
    """Something that a person says they like or dislike in general, and the words that say so."""

    facet: str
    value: str
    liked: bool
    words: str

    @property
    def text(self) -> str:
        """As it is said back."""
        return self.value if self.liked else f"no {self.value}"


@dataclass(frozen=True)
class Intent:
    """What was understood. `act` is what they want of us; the rest narrows the list. `does`: every act of the message,
    in the order of its sentences.

    `like` and `unlike`: ids of items named as examples, good and bad. `about`: ids of items they ask about, turn
    down, have seen, or want others than. `words`: the wish as it reads to the embedder. `unknown`: attributes asked
    for that the catalogue lacks. `purpose`: whom it is for, if the message says so. `surprise`: where the dial stands
    for this list, if the message or the person set it. `unsure`: groups of the ids above of which only one was meant,
    and it was not said which. `seen`: ids that they say they have seen, whatever else the message is for. `degrees`:
    what there should be more or less of than in the list before. `occasion`: when and with whom: `tonight`.

    `constraints`: where each piece of `where` comes from, and whether it must hold. `lacking`: what was `unknown` since
    the wish began. `lasting`: what this message says of the person's taste in general. `aside`: what is remembered of
    it and is not to count in this conversation, as it is said back. `named`: ids that need not be suggested, since they
    were named as examples under an earlier wish, or to say whose other works are meant. `extreme`: by what the list is
    ordered, if they want the most or the least of something. `near`: ids that a title may mean which is not known here.
    """

    act: Act = "suggest"
    words: str = ""
    like: tuple[str, ...] = ()
    unlike: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    where: Where = field(default_factory=Where)
    unknown: tuple[str, ...] = ()
    purpose: Purpose | None = None
    surprise: float | None = None
    unsure: tuple[tuple[str, ...], ...] = ()
    does: tuple[Does, ...] = ()
    seen: tuple[str, ...] = ()
    degrees: tuple[Degree, ...] = ()
    occasion: tuple[str, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    lacking: tuple[str, ...] = ()
    lasting: tuple[Lasting, ...] = ()
    aside: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    extreme: Extreme | None = None
    near: tuple[str, ...] = ()

    @property
    def soft(self) -> frozenset[str]:
        """The constraints that had better hold and need not, as they are said back."""
        return frozenset(one.text for one in self.constraints if not one.hard)


@dataclass(frozen=True)
class Evidence:
    """One true thing about an item: what a sentence may be built from.

    `kind` says what it is about; `text` says it in plain words; `names` are the titles, years, genres and people it
    mentions, which is all that a sentence resting on it may mention; `what` goes into the phrases of the domain.

    `history` and `liked` name one thing of the past, or several that only together moved the item. `passage`: `what` is
    quoted from the item's own text or a review. `context`: what of the moment of asking lifted it. `stage`: what found
    it and which part of its score is the largest, which is told to support and to nobody else.
    """

    kind: Literal[
        "shared",
        "likeness",
        "wish",
        "years",
        "passage",
        "history",
        "liked",
        "context",
        "attribute",
        "year",
        "popular",
        "change",
        "pinned",
        "stage",
    ]
    text: str
    names: tuple[str, ...] = ()
    what: str = ""

    @property
    def of_request(self) -> bool:
        """Whether it speaks of what was asked, and not of the past or of the item alone."""
        return self.kind in ("shared", "likeness", "wish", "years")

    @property
    def tellable(self) -> bool:
        """Whether it is for the person, and not for support alone."""
        return self.kind != "stage"


@dataclass(frozen=True)
class Card:
    """One item as it is shown: with a reason in a sentence and the score parts by name."""

    item: Item
    reason: str
    parts: Mapping[str, float]
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True)
class Understood:
    """What was taken from the words, each constraint for itself: before anything is looked for. `put`: how each is put,
    where that is not as it is told from the others."""

    constraints: tuple[str, ...]
    put: tuple[str, ...] = ()

    @property
    def told(self) -> tuple[str, ...]:
        """As they are shown."""
        return self.put or self.constraints


@dataclass(frozen=True)
class Shown:
    """The list, once a turn."""

    cards: tuple[Card, ...]


@dataclass(frozen=True)
class Compared:
    """Items side by side: `names` heads the columns; each row is what is compared, and what each item has of it."""

    names: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Asked:
    """A question back, with the likeliest answers. The list stands without one."""

    text: str
    answers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Said:
    """One sentence, already checked against its evidence. `tries`: at which of its tries the language model said it, 1
    or 2; 0 is a template. By `translation`: the model's of `english`, which was checked so, and whose `tries` they are.
    `language`: what it is said in, but for the `english` that it may begin with.
    """

    text: str
    by: Literal["model", "template", "translation"]
    evidence: tuple[str, ...] = ()
    tries: int = 0
    english: str = ""
    language: str = "en"


@dataclass(frozen=True)
class Done:
    """The end of a turn: seconds by stage, and what had to be done without. `turn`: its number, 0 if it has none."""

    timings: Mapping[str, float]
    fallbacks: tuple[str, ...] = ()
    turn: int = 0


Part = Understood | Shown | Compared | Said | Asked | Done


@dataclass(frozen=True)
class Standing:
    """Where one item stands for one user without a request, for support.

    `rank` counts from 1 over everything that passes; None if `removed` names what kept it out.
    `removed` is in words: `seen already`, `genre is not Comedy`. `contrast`: in sentences what separates it from the
    list, and what would bring it in.
    """

    item: Item
    rank: int | None
    of: int
    parts: Mapping[str, float]
    reason: str
    removed: str | None = None
    contrast: tuple[str, ...] = ()
