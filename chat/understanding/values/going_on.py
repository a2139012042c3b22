"""What a message leaves of the wish before it, and what it begins anew."""

from __future__ import annotations

import re
from collections.abc import Set
from dataclasses import dataclass, replace

from chat.messages import Constraint, Intent
from chat.understanding.text.telling_of import only_tells
from chat.understanding.text.words import COURTEOUS
from chat.understanding.values.alternatives import following, put_right, words_left
from chat.understanding.values.constraints import facets_in
from chat.understanding.values.known import Known
from chat.understanding.values.narrowing import names_things, narrows, remarks
from chat.understanding.values.origins import LEADING
from chat.understanding.values.suiting import kept, unless_asked
from chat.understanding.values.superlatives import WHOLE
from retrieval.domain import Domain
from retrieval.filtering.where import Where

WORDS = 60  # of a wish that goes on turn after turn, the newest: what the embedder and the language model read
WITHIN = re.compile(r"\b(?:in (?:there|here|the list)|among (?:these|those|them)|of (?:these|those)) ?(?:\?|$)")
CLAUSE = re.compile(r"[,.;:!?]|\b(?:but|so|because|cause|cos)\b")
ELSE = re.compile(r"\bsomething (?:else|different)\b")
# one of the kind at hand: `any that are newer`, `the ones with some crime`, `a newer one`
OF_THOSE = re.compile(
    r"\b(?:ones?|any)(?: (?:that|which|with|from|by|in|under|over|made|where|set)\b)"
    r"|(?<!not )(?<!like )\ban? (?!(?:good|great|different|nice) )\w+ ones?\b(?! (?:for|of)\b)"
)
# `and now one for the two of us`: what comes is another wish
NOW = re.compile(
    r"(?:(?:and|but|so|ok|okay|great|thanks|lovely|fine) [,.!]? ?)*now (?:one|something|an?|i (?:need|want)) "
)
MEANT = re.compile(
    r"(?:(?:no|oh|ah|ok|sorry|wait|oops|hm+|actually|well) ,? ?)*i (?:meant?|said|was after) (?!it|that|this)"
)
KIND = "|".join(sorted(COURTEOUS))
CRITIQUE = re.compile(
    r"(?:(?:ok|okay|yes|yeah|no|in fact|actually|thanks|thank you|great|good|fine|cool|hm+|well|sorry"
    rf"|{KIND}) [,.!]? ?)*"
    rf"(?:{LEADING}|but|and|or|also|not|no(?! ,| wait\b| actually\b)|nothing|never"
    r"|anything but|except|only|just|without|older|newer|more|less|too|even|maybe|from the|(?:i )?dont"
    r"|a (?:bit|little)|(?:i|we) meant?|cheaper|shorter|longer|lighter|heavier"
    r"|(?:it|this|that|they) (?:does ?nt|do ?nt|does not|do not|need ?nt|need not) (?:really )?(?:have|need|be)"
    r"|(?:it|they|this|that) (?:has to|have to|needs? to|must|should|ought to|can only) be"
    r"|(?:its|thats|theyre|(?:it|this|that) is|(?:they|these|those) are) (?:too|not)"
    r"|(?:i )?do not)\b"
)


def going_on(intent: Intent, before: Intent | None, said: str, known: Known, joins: bool) -> Intent:
    """The wish before together with what the message says of it, unless the message asks for another one, which begins
    anew. `joins`: it only says who sees it with them."""
    if before:  # what they have seen they have seen under every wish
        intent = replace(intent, seen=tuple(dict.fromkeys((*before.seen, *intent.seen))))
    if before is None or intent.act in ("why", "about", "nod"):
        return intent
    told = _Told.of(said)
    kind = next(iter(known.domain.facets), "")
    another = intent.where.asked(kind) - told.only(kind, known)
    held, corrects = before.where, bool(intent.where and MEANT.match(said))
    if _begins(intent, said, another) or not (
        joins or corrects or _goes_on(intent, before, said, another, known.domain)
    ):
        return _anew(intent, before, known.domain)
    if corrects:
        held, put = put_right(held, intent.where)
        intent = replace(intent, where=put)
    about = intent.about
    if intent.act == before.act == "more":  # neither the last list nor the one before it
        about = (*before.about, *about)
    where = following(held, intent, said, known)
    words = words_left(before.words, before.where, where, known)
    return replace(
        intent,
        words=" ".join([*dict.fromkeys((*words, *told.wished(intent.words)))][-WORDS:]),
        like=tuple(dict.fromkeys(id for id in (*before.like, *intent.like) if id not in intent.unlike)),
        unlike=tuple(dict.fromkeys(id for id in (*before.unlike, *intent.unlike) if id not in intent.like)),
        about=about,
        unsure=tuple(dict.fromkeys((*before.unsure, *intent.unsure))),
        constraints=_renewed(before, intent),
        lacking=tuple(dict.fromkeys((*before.lacking, *intent.lacking))),
        named=tuple(dict.fromkeys((*before.named, *intent.named))),
        extreme=intent.extreme or before.extreme,
        where=where,
    )


def _begins(intent: Intent, said: str, another: Set[str]) -> bool:
    """Whether another kind of thing is asked for, and as another: `let us try something else: a romance`, `I also need
    something for my mum, she loves gardening`."""
    turned_down = intent.act in ("reject", "more") and ELSE.search(said)
    return bool(another and (turned_down or NOW.match(said) or intent.purpose))


def _goes_on(intent: Intent, before: Intent, said: str, another: Set[str], domain: Domain) -> bool:
    """Whether a message is a word on the wish at hand."""
    if intent.act in ("reject", "seen", "more") or CRITIQUE.match(said) or WITHIN.search(said):
        return True
    if intent.where and OF_THOSE.search(said):
        return True
    # who takes back what they kept out says it of the wish at hand: `ok then, Acme`
    if any(intent.where.asked(facet) & values for facet, values in before.where.unwanted.items()):
        return True
    # who has only said how it has to be now says what: `nothing from before 1980`, then `a western`
    how = before.where and not (before.where.wanted or before.where.either or before.like)
    same = re.match(r"(?:ok ,? ?)?so ", said) and another <= before.where.asked(next(iter(domain.facets), ""))
    if another and (how or same):
        return True
    # `the longest film you have`, `the lightest jacket you sell`
    every = intent.extreme and WHOLE.search(said) and (intent.words or names_things(said, domain))
    empty = not (intent.words or intent.like or intent.unlike or intent.where)
    return bool(remarks(intent, domain) or (not every and (empty or narrows(intent, said, another, domain))))


@dataclass(frozen=True)
class _Told:
    """The clauses of a message that only tell something, `we have got the kids till nine`, and those that ask."""

    only_told: tuple[str, ...]
    asked: tuple[str, ...]

    @classmethod
    def of(cls, said: str) -> _Told:
        clauses = CLAUSE.split(said)
        return cls(
            tuple(one for one in clauses if only_tells(one)), tuple(one for one in clauses if not only_tells(one))
        )

    def wished(self, words: str) -> list[str]:
        """The words that do not stand only where nothing is asked."""
        gone = set(" ".join(self.only_told).split()) - set(" ".join(self.asked).split())
        return [word for word in words.split() if re.sub(r"\W", "", word.casefold()) not in gone]

    def only(self, kind: str, known: Known) -> frozenset[str]:
        """The kinds of things that are named only where nothing is asked."""
        told, asked = (
            {value for one in some for _, _, facet, value in facets_in(one, known) if facet == kind}
            for some in (self.only_told, self.asked)
        )
        return frozenset(told - asked)


def _anew(intent: Intent, before: Intent, domain: Domain) -> Intent:
    """A new wish: what they named is not suggested to them as something new; and unless it is for somebody else now,
    what suits those who see it with them goes on, and what they will not have."""
    named = tuple(dict.fromkeys((*before.named, *before.like, *before.unlike, *intent.named)))
    theirs = unless_asked(kept(before.where, domain), intent.where, domain)
    refused = {facet: no - intent.where.asked(facet) for facet, no in before.where.unwanted.items()}
    theirs = theirs.followed_by(Where(unwanted={facet: no for facet, no in refused.items() if no}))
    if intent.purpose or not theirs:
        return replace(intent, named=named)
    return replace(intent, named=named, where=theirs.followed_by(intent.where), constraints=_renewed(before, intent))


def _renewed(before: Intent, intent: Intent) -> tuple[Constraint, ...]:
    """Where each limit comes from: who says one again says now whether it must hold."""
    again = {one.text for one in intent.constraints}
    return (*(one for one in before.constraints if one.text not in again), *intent.constraints)
