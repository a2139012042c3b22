"""From words to an intent: what is asked, the titles meant, the facets and years wanted or not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from chat.messages import Act, Does, Intent, Purpose
from chat.understanding.acts import (
    ALIKE,
    FRESH,
    PLACE,
    WHY_SO,
    act_of,
    dial_of,
    meant_by,
    pointed_at,
    pointed_at_all,
    spoken,
)
from chat.understanding.against import against
from chat.understanding.ages import watching
from chat.understanding.allowing import allowing
from chat.understanding.alternatives import widened
from chat.understanding.by_example import ByExample
from chat.understanding.certificates import as_mild, certified
from chat.understanding.constraints import beyond, constraints, facets_in, people_in
from chat.understanding.degrees import FAME
from chat.understanding.differing import differing
from chat.understanding.doing import doing
from chat.understanding.dropping import Dropped, dropping, without
from chat.understanding.going_on import going_on
from chat.understanding.inventory import asks_of_all
from chat.understanding.known import PEOPLE
from chat.understanding.lasting import lasting
from chat.understanding.means import Means
from chat.understanding.occasions import occasions
from chat.understanding.origins import origins, softened
from chat.understanding.owned import owned
from chat.understanding.persons import theirs
from chat.understanding.pointing import pointed
from chat.understanding.purpose import purpose_of
from chat.understanding.remarked import remarked
from chat.understanding.rephrased import rephrased
from chat.understanding.shorthand import written_out
from chat.understanding.side_by_side import side_by_side
from chat.understanding.strangers import strangers
from chat.understanding.suiting import suiting
from chat.understanding.superlatives import WHOLE, superlative
from chat.understanding.taking import taken
from chat.understanding.titles import Mention, ids_of, mentions, with_sign
from chat.understanding.unheard import unheard
from chat.understanding.wish import wish as wish_in
from chat.understanding.words import stance, under_a_no
from chat.understanding.works_of import works_of
from retrieval.catalogue import Catalogue
from retrieval.domain import Domain, plain
from retrieval.errors import Problem
from retrieval.filtering.where import Where
from retrieval.lists.dial import SURPRISE

LONGEST = 2000  # characters
LESS_KNOWN, BETTER_KNOWN = 0.75, 0.25  # of the dial of surprise


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


def understanding(catalogue: Catalogue, domain: Domain, likely: ByExample | None = None) -> Understand:
    """How to read messages about this catalogue: by the names in it, the domain's words, and a grammar of amounts.

    The result takes the text, the intent of the turn before (or None) and the ids shown then. `likely`: the acts of
    sentences by example; without it a sentence that no cue gives away has none.
    """
    means = Means.of(catalogue, domain, likely)
    titles, known, here_of = means.titles, means.known, means.suited

    def understand(text: str, before: Intent | None, shown: Sequence[str]) -> Intent:
        text = rephrased(written_out(readable(text)), known, before)
        told = pointed(text, [catalogue[id] for id in shown if id in catalogue], known)
        meant, rest = mentions(text, titles, people_in(text, known), told)
        whole = rest
        held = before.where if before else Where()
        compared, meant, rest = against(meant, rest, shown)
        whose, strange, meant, rest = works_of(meant, rest, shown, known)
        here = [catalogue[id] for id in shown if id in catalogue]
        others, rest = differing(rest, known, held, [catalogue[id] for id in ids_of(meant)], here)
        there, rest = owned(rest, shown, catalogue, known)
        seeing = watching(rest)
        purpose, rest = purpose_of(rest, known.values)
        rest = seeing.blanked(rest)
        signs, said = under_a_no(stance(rest), there.refused), spoken(rest)
        act = act_of(said, meant, shown)
        if purpose and act in ("greet", "nod"):  # `thanks, this is for me again` wants a list
            act = "suggest"
        if act == "suggest" and meant and all(one.seen for one in meant):  # `they know Heat by heart`
            act = "seen"
        like, unlike, about = _items(act, meant, said, shown)
        if there.sure and act in ("suggest", "more"):
            act, about = "seen", there.ids
        if act not in ("why", "about") and (alike := ALIKE.search(rest)):
            alike_to = pointed_at(spoken(alike["pointed"]), shown)
            rest = rest[: alike.start()] + " " * len(alike[0]) + rest[alike.end() :]
            if signs[alike.start()] != "-":
                like = (*like, *alike_to)
            elif re.search(r"n['’]?t (?:really )?$|\bnot $", text[: alike.start()]):  # `I don't like this one`
                act, about = "reject" if alike_to else act, alike_to
            else:
                unlike = (*unlike, *alike_to)
            about = tuple(id for id in about if id not in like)
        fresh = FRESH.search(rest)
        surprise, rest = dial_of(rest)
        rest = FRESH.sub(lambda match: " " * len(match[0]), rest)
        rest = AS_LONG_AS.sub(lambda match: " " * len(match[0]), rest)
        limited, uncertified, rest = certified(rest, domain, here_of)
        title, rest = unheard(rest, titles, known)
        whom, rest = theirs(rest, held, here, known)
        if whom:  # of somebody whose name stands for something else before, that holds no more
            act, about = ("suggest", ()) if act == "more" else (act, about)
            before = before and without(before, Dropped(names=frozenset(PEOPLE) - whom.keys()))
            held = before.where if before else Where()
        rest, unknown = beyond(rest, known)
        here, middle = (
            [catalogue[id] for id in ids if id in catalogue]
            for ids in (whose or ids_of(meant) or shown, compared or like or shown)
        )
        allowed, rest = allowing(rest, known, here, held if before else None)
        dropped, rest = dropping(rest, known, held)
        whence, rest = rest, softened(rest)
        most, rest = superlative(rest, signs, known)
        read = constraints(rest, signs, known, here, middle)
        traced = origins(text, whence, signs, known, here, read.where.words())
        where, rest = read.where.followed_by(Where(wanted=whom)) if whom else read.where, read.rest
        allowed = as_mild(allowed, domain, here_of)
        leaning, tones, untold = remarked(rest, known, held.followed_by(where))
        traced += leaning
        for more in (others, limited, tones):
            where = where.followed_by(more) if more else where
        where = widened(where, allowed)
        if dropped:
            where = without(Intent(where=where), Dropped(dropped.same)).where
        suited = suiting(seeing, where, text, domain, here_of, before.where if before else None)
        if suited.where:
            where, traced = where.followed_by(suited.where), (*traced, *suited.constraints)
        if act == "greet" and (where or read.degrees):  # `hi, do you have headphones`
            act = "suggest"
        if act == "why" and not about and where and re.match(r"(?:and |but |so )?why no", said):
            act = "suggest"  # `why not a western?`
        if surprise is None:
            surprise = next(
                (LESS_KNOWN if not one.more else BETTER_KNOWN for one in read.degrees if one.of == FAME), None
            )
        called = (f"a {domain.noun} called “{title.name}”",) if title.name else ()
        told_as_missing = (*called, *unknown, *uncertified, *strange, *strangers(rest, known))
        missing = (*told_as_missing, *read.missing, *untold, *suited.unknown, *most.missing)
        if compared and IS.match(said) and (asked := ids_of(meant) or pointed_at(said, shown)):
            act, about = "about", tuple(dict.fromkeys((*asked, *compared)))  # `is the first cheaper than the second?`
        wishing = bool(before and (held or before.words or before.like))
        pointing = meant or most or pointed_at(said, shown)
        if act == "suggest" and not pointing and asks_of_all(said, where, known, wishing):
            act = "about"
        does = doing(
            whole, _facts(purpose, surprise, bool(where or missing or read.degrees), dropped or allowed), likely
        )
        if not (most and (where.asked(next(iter(domain.facets), "")) or WHOLE.search(whole))):
            act, about = _by_what_is_done(act, about, does, said, meant, shown)
        if "compare" in does and len(meant) < 2 and len(side := side_by_side(text, titles)) > 1:
            act, about, like, unlike, where = "about", side, (), (), Where()
        picks = bool(TAKES.search(said) and set(does) <= TAKEN)
        free = not (where or missing or most or purpose) and (picks or not wish_in(act, rest, signs))
        if act == "suggest" and free and like and set(like) <= {id for one in told for id in one.ids}:
            act, about, like = ("nod" if picks or "accept" in does else "about"), like, ()
        seen = ids_of(one for one in meant if one.seen)
        unsure = tuple(one.ids for one in meant if len(one.ids) > 1)
        takes, besides = taken(whole, meant, does, shown, catalogue)
        if takes and act in ("suggest", "about", "nod") and not (purpose or any(facets_in(besides, known))):
            act, about, like, where = "nod", takes, (), Where()
        wish, unheeded = wish_in("suggest" if act == "about" and not about else act, rest, signs), missing
        wished = where or like or unlike or missing or purpose or dropped or allowed or most
        if not set(does) - IDLE and act == "suggest" and not wished:
            act, wish = ("nod" if does else act), ("" if does else wish)
        unsaid = (*(() if there.sure else there.ids), *(shown if whom and len(shown) == 1 else ()))
        intent = Intent(
            act, wish, like, unlike, about, where, unheeded, purpose, surprise, unsure,
            does, about if act == "seen" else seen, read.degrees, occasions(whole), traced, unheeded,
            lasting(text, whence, signs, known), named=(*whose, *unsaid),
            near=title.near, extreme=None if act in ("about", "why", "nod") else most.extreme,
        )  # fmt: skip
        before = before and without(without(before, Dropped(names=suited.lifted)), dropped)
        before = before and replace(before, where=widened(before.where, allowed))
        joins = seeing.joins and not (where.wanted or like or unlike or intent.words)
        return intent if fresh else going_on(intent, before, said, known, joins)

    return understand


TAKEN: frozenset[Does] = frozenset(("accept", "thank", "goodbye", "add", "about"))
TAKES = re.compile(
    r"\b(?:ill|i will|lets|well|we will) (?:take|buy|get|watch|go with|go for|have) (?:(?:the|that|this|it)\b|·)"
)
PLACE_ALONE = re.compile(
    r"(?:(?:and|ok|okay|so|then|what about|how about|i want|show me|id like) ,? ?)*"
    rf"{PLACE}(?: (?:then|please))*(?: [.!?])*"
)
AS_LONG_AS = re.compile(r"\b(?:as|so) long as\b(?! ·)", re.IGNORECASE)  # which says nothing of a length
IS = re.compile(r"(?:and |so |but |ok ,? ?)*(?:is|are|was|were|isnt|arent) ")
IDLE: frozenset[Does] = frozenset(("greet", "goodbye", "thank", "undo", "off topic", "ask back"))


def _facts(
    purpose: Purpose | None, surprise: float | None, limits: bool, dropped: Dropped | Where | None
) -> Iterator[Does]:
    """The acts that the grammar has found for sure."""
    if purpose == "gift":
        yield "gift"
    if surprise == SURPRISE:
        yield "surprise"
    if limits:
        yield "add"
    if dropped:
        yield "drop"


def _by_what_is_done(
    act: Act, about: tuple[str, ...], does: Sequence[Does], said: str, meant: Sequence[Mention], shown: Sequence[str]
) -> tuple[Act, tuple[str, ...]]:
    """Questions that name nothing are about what they point at, and two items are compared by what is known of both."""
    if act not in ("suggest", "more", "about") or not (shown or meant):
        return act, about
    if "compare" in does:
        both = ids_of(meant) or pointed_at_all(said, shown)
        return ("about", both) if len(both) > 1 or (both and not meant) else (act, about)
    if act == "suggest" and PLACE_ALONE.fullmatch(said) and not meant and (asked := pointed_at(said, shown)):
        return "about", asked
    if act == "suggest" and "about" in does and not meant and (asked := pointed_at(said, shown)):
        return "about", asked
    parts = "goodbye" in does and "add" not in does
    if act == "suggest" and set(does) <= TAKEN and not meant and (parts or TAKES.search(said)):
        return "nod", ()
    return act, about


def _items(
    act: Act, meant: Sequence[Mention], said: str, shown: Sequence[str]
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Which items are good examples, which bad ones, and which the message is about."""
    if act == "why":
        return (), (), ids_of(meant) or meant_by(act, said, shown)
    if act == "suggest":
        meant = [one for one in meant if one.example or not one.seen]  # to have seen it is not to like it
        return with_sign(meant, "+"), with_sign(meant, "-"), ()
    examples = [one for one in meant if one.example]
    about = ids_of(one for one in meant if not one.example or (one.seen and act == "seen"))
    if act == "more":  # `I'll watch Heat. What else is there?` wants neither that nor the list again
        about = tuple(dict.fromkeys((*about, *shown)))
    elif act in ("reject", "seen") or re.search(WHY_SO, said):
        about = about or meant_by(act, said, shown)
    return with_sign(examples, "+"), with_sign(examples, "-"), about
