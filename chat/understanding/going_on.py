"""What a message leaves of the wish before it, and what it begins anew."""

from __future__ import annotations

import re
from dataclasses import replace

from chat.messages import Constraint, Intent
from chat.understanding.alternatives import following, words_left
from chat.understanding.known import Known
from chat.understanding.narrowing import names_things, narrows, remarks
from chat.understanding.origins import LEADING
from chat.understanding.suiting import kept, unless_asked
from chat.understanding.superlatives import WHOLE
from chat.understanding.words import COURTEOUS
from retrieval.domain import Domain

WORDS = 60  # of a wish that goes on turn after turn, the newest: what the embedder and the language model read
WITHIN = re.compile(r"\b(?:in (?:there|here|the list)|among (?:these|those|them)|of (?:these|those)) ?(?:\?|$)")
ELSE = re.compile(r"\bsomething (?:else|different)\b")
# a limit by itself is one more for the wish at hand
LIMIT = re.compile(
    r"(?:please |and |then )*(?:under|below|over|above|at (?:most|least)|up to|max(?:imum)?|min(?:imum)?|before|after"
    r"|since|between|within|no (?:more|less|longer|older|newer) than|(?:less|more|fewer) than)\b"
)


def going_on(intent: Intent, before: Intent | None, said: str, known: Known, joins: bool) -> Intent:
    """A critique builds on the wish before it, and so does what says nothing new, or that somebody `joins` who sees it;
    a new wish starts anew."""
    if before:  # what they have seen they have seen under every wish
        intent = replace(intent, seen=tuple(dict.fromkeys((*before.seen, *intent.seen))))
    if before is None or intent.act in ("why", "about", "nod"):
        return intent
    domain = known.domain
    kind, anew = next(iter(domain.facets), ""), _anew(intent, before, domain)
    critique = re.match(
        rf"(?:(?:ok|okay|yes|yeah|no|thanks|thank you|great|good|fine|cool|hm+|well|sorry|{'|'.join(COURTEOUS)})"
        r" [,.!]? ?)*"
        rf"(?:{LEADING}|but|and|or|also|not|no(?! ,)|nothing|never"
        r"|anything but|except|only|just|without|older|newer|more|less|too|even|maybe|from the|(?:i )?dont"
        r"|a (?:bit|little)|(?:i|we) meant?|cheaper|shorter|longer|lighter|heavier"
        r"|(?:it|this|that|they) (?:does ?nt|do ?nt|does not|do not|need ?nt|need not) (?:really )?(?:have|need|be)"
        r"|(?:its|thats|theyre|(?:it|this|that) is|(?:they|these|those) are) (?:too|not)"
        r"|(?:i )?do not)\b",
        said,
    )
    every = intent.extreme and WHOLE.search(said) and names_things(said, domain)  # `the longest film you have`
    empty = not (intent.words or intent.like or intent.unlike or intent.where or every)
    another = intent.where.asked(kind)
    if intent.act in ("reject", "more") and another and ELSE.search(said):
        return anew  # `let us try something else: a romance`
    limit = not (intent.words or intent.like or intent.unlike) and LIMIT.match(said)
    narrower = joins or limit or narrows(intent, said, domain) or remarks(intent, domain) or WITHIN.search(said)
    same = re.match(r"(?:ok ,? ?)?so ", said) and another and another <= before.where.asked(kind)
    # who has only said how it has to be now says what: `nothing from before 1980`, then `a western`
    how = before.where and not (before.where.wanted or before.where.either or before.like)
    first = how and another and not intent.purpose
    if not (intent.act in ("reject", "seen", "more") or critique or empty or narrower or first or same):
        return anew
    about = intent.about
    if intent.act == before.act == "more":  # neither the last list nor the one before it
        about = (*before.about, *about)
    where = following(before.where, intent, said, known)
    words = words_left(before.words, before.where, where, known)
    return replace(
        intent,
        words=" ".join([*dict.fromkeys((*words, *intent.words.split()))][-WORDS:]),
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


def _anew(intent: Intent, before: Intent, domain: Domain) -> Intent:
    """A new wish: what they named is not suggested to them as something new, and what suits those who see it with them
    goes on unless it is for somebody else now."""
    named = tuple(dict.fromkeys((*before.named, *before.like, *before.unlike, *intent.named)))
    if intent.purpose:
        return replace(intent, named=named)
    if not (theirs := unless_asked(kept(before.where, domain), intent.where, domain)):
        return replace(intent, named=named)
    return replace(intent, named=named, where=theirs.followed_by(intent.where), constraints=_renewed(before, intent))


def _renewed(before: Intent, intent: Intent) -> tuple[Constraint, ...]:
    """Where each limit comes from: who says one again says now whether it must hold."""
    again = {one.text for one in intent.constraints}
    return (*(one for one in before.constraints if one.text not in again), *intent.constraints)
