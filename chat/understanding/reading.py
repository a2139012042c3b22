"""From words to an intent: what is asked, the titles meant, the facets and years wanted or not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
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
from chat.understanding.ages import Watching, watching
from chat.understanding.by_example import ByExample
from chat.understanding.constraints import beyond, constraints
from chat.understanding.degrees import FAME
from chat.understanding.doing import doing
from chat.understanding.dropping import Dropped, dropping, without
from chat.understanding.inventory import asks_of_all
from chat.understanding.known import PEOPLE, Known
from chat.understanding.lasting import lasting
from chat.understanding.narrowing import names_things, narrows, remarks
from chat.understanding.occasions import occasions
from chat.understanding.origins import LEADING, origins, softened
from chat.understanding.owned import owned
from chat.understanding.persons import theirs
from chat.understanding.pointing import pointed
from chat.understanding.purpose import purpose_of
from chat.understanding.suiting import kept, suiting, unless_asked, values_here
from chat.understanding.superlatives import WHOLE, superlative
from chat.understanding.titles import Mention, mentions, titles_in
from chat.understanding.unheard import unheard
from chat.understanding.words import BREAK, FILLER, stance, under_a_no
from chat.understanding.works_of import works_of
from retrieval.catalogue import Catalogue
from retrieval.domain import Domain, plain
from retrieval.errors import Problem
from retrieval.filtering.where import Where
from retrieval.lists.dial import SURPRISE
from retrieval.words.titles import Titles

LONGEST = 2000  # characters
WORDS = 60  # of a wish that goes on turn after turn, the newest: what the embedder and the language model read
SIDE_BY_SIDE = 95  # of 100: how much words of a comparison have to be a title
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
    titles = titles_in(catalogue, domain)
    known = Known.of(domain, catalogue, titles.ordinary)
    here_of = values_here(catalogue, domain)

    def understand(text: str, before: Intent | None, shown: Sequence[str]) -> Intent:
        text = readable(text)
        told = pointed(text, [catalogue[id] for id in shown if id in catalogue], known)
        meant, rest = mentions(text, titles, told)
        whole = rest
        compared, meant, rest = against(meant, rest, shown)
        whose, strange, meant, rest = works_of(meant, rest, shown, known)
        there, rest = owned(rest, shown, catalogue, known)
        seeing = watching(rest) if domain.ages else Watching()
        purpose, rest = purpose_of(rest, known.values)
        rest = seeing.blanked(rest)
        signs, said = under_a_no(stance(rest), there.refused), spoken(rest)
        act = act_of(said, meant, shown)
        if purpose and act in ("greet", "nod"):  # `thanks, this is for me again` wants a list
            act = "suggest"
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
        strangers, rest = unheard(rest, titles, known)
        whom, rest = theirs(
            rest, before.where if before else Where(), [catalogue[id] for id in shown if id in catalogue], known
        )
        if whom:  # of somebody whose name stands for something else before, that holds no more
            act, about = ("suggest", ()) if act == "more" else (act, about)
            before = before and without(before, Dropped(names=frozenset(PEOPLE) - whom.keys()))
        rest, unknown = beyond(rest, known)
        dropped, rest = dropping(rest, known, before.where if before else Where())
        here, middle = (
            [catalogue[id] for id in ids if id in catalogue]
            for ids in (whose or _ids(meant) or shown, compared or like or shown)
        )
        whence, rest = rest, softened(rest)
        most, rest = superlative(rest, signs, known)
        read = constraints(rest, signs, known, here, middle)
        traced = origins(text, whence, signs, known, here, read.where.words())
        where, rest = read.where.followed_by(Where(wanted=whom)) if whom else read.where, read.rest
        if dropped:
            where = without(Intent(where=where), Dropped(dropped.same)).where
        suited = suiting(seeing, where, text, domain, here_of, before.where if before else None)
        if suited.where:
            where, traced = where.followed_by(suited.where), (*traced, *suited.constraints)
        if act == "why" and not about and where and re.match(r"(?:and |but |so )?why no", said):
            act = "suggest"  # `why not a western?`
        if surprise is None:
            surprise = next(
                (LESS_KNOWN if not one.more else BETTER_KNOWN for one in read.degrees if one.of == FAME), None
            )
        called = (f"a {domain.noun} called “{strangers.name}”",) if strangers.name else ()
        missing = (*called, *unknown, *strange, *read.missing, *suited.unknown, *most.missing)
        if compared and IS.match(said) and (asked := _ids(meant) or pointed_at(said, shown)):
            act, about = "about", tuple(dict.fromkeys((*asked, *compared)))  # `is the first cheaper than the second?`
        if act == "suggest" and not (meant or most) and not pointed_at(said, shown) and asks_of_all(said, where, known):
            act = "about"
        does = doing(whole, _facts(purpose, surprise, bool(where or missing or read.degrees), dropped), likely)
        if not (most and (where.asked(next(iter(domain.facets), "")) or WHOLE.search(whole))):
            act, about = _by_what_is_done(act, about, does, said, meant, shown)
        if "compare" in does and len(meant) < 2 and len(side := _side_by_side(text, titles)) > 1:
            act, about, like, unlike, where = "about", side, (), (), Where()
        takes = bool(TAKES.search(said) and set(does) <= TAKEN)
        free = not (where or missing or most or purpose) and (takes or not _wish(act, rest, signs))
        if act == "suggest" and free and like and set(like) <= {id for one in told for id in one.ids}:
            act, about, like = ("nod" if takes or "accept" in does else "about"), like, ()
        unsure = tuple(one.ids for one in meant if len(one.ids) > 1)
        wish, unheeded = _wish("suggest" if act == "about" and not about else act, rest, signs), missing
        held = where or like or unlike or missing or purpose or dropped or most
        if not set(does) - IDLE and act == "suggest" and not held:
            act, wish = ("nod" if does else act), ("" if does else wish)
        unsaid = (*(() if there.sure else there.ids), *(shown if whom and len(shown) == 1 else ()))
        intent = Intent(
            act, wish, like, unlike, about, where, unheeded, purpose, surprise, unsure,
            does, about if act == "seen" else _seen(meant), read.degrees, occasions(whole), traced, unheeded,
            lasting(text, whence, signs, known), named=(*whose, *unsaid),
            near=strangers.near, extreme=None if act in ("about", "why", "nod") else most.extreme,
        )  # fmt: skip
        before = before and without(before, Dropped(names=suited.lifted))
        joins = seeing.joins and not (where.wanted or like or unlike or intent.words)
        return intent if fresh else _going_on(intent, before and without(before, dropped), said, domain, joins)

    return understand


TAKEN: frozenset[Does] = frozenset(("accept", "thank", "goodbye", "add", "about"))
TAKES = re.compile(
    r"\b(?:ill|i will|lets|well|we will) (?:take|buy|get|watch|go with|go for|have) (?:(?:the|that|this|it)\b|·)"
)
PLACE_ALONE = re.compile(
    r"(?:(?:and|ok|okay|so|then|what about|how about|i want|show me|id like) ,? ?)*"
    rf"{PLACE}(?: (?:then|please))*(?: [.!?])*"
)
WITHIN = re.compile(r"\b(?:in (?:there|here|the list)|among (?:these|those|them)|of (?:these|those)) ?(?:\?|$)")
AS_LONG_AS = re.compile(r"\b(?:as|so) long as\b(?! ·)", re.IGNORECASE)  # which says nothing of a length
ELSE = re.compile(r"\bsomething (?:else|different)\b")
# a limit by itself is one more for the wish at hand
LIMIT = re.compile(
    r"(?:please |and |then )*(?:under|below|over|above|at (?:most|least)|up to|max(?:imum)?|min(?:imum)?|before|after"
    r"|since|between|within|no (?:more|less|longer|older|newer) than|(?:less|more|fewer) than)\b"
)
IS = re.compile(r"(?:and |so |but |ok ,? ?)*(?:is|are|was|were|isnt|arent) ")
# they say who wishes and how, and nothing of what for; a title may well be one of them
WHO_AND_HOW = frozenset(
    "sell he she they him her them his their hers theirs actually remember forget havent hasnt must".split()
)
IDLE: frozenset[Does] = frozenset(("greet", "goodbye", "thank", "undo", "off topic", "ask back"))


def _facts(purpose: Purpose | None, surprise: float | None, limits: bool, dropped: Dropped | None) -> Iterator[Does]:
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
        both = _ids(meant) or pointed_at_all(said, shown)
        return ("about", both) if len(both) > 1 or (both and not meant) else (act, about)
    if act == "suggest" and PLACE_ALONE.fullmatch(said) and not meant and (asked := pointed_at(said, shown)):
        return "about", asked
    if act == "suggest" and "about" in does and not meant and (asked := pointed_at(said, shown)):
        return "about", asked
    parts = "goodbye" in does and "add" not in does
    if act == "suggest" and set(does) <= TAKEN and not meant and (parts or TAKES.search(said)):
        return "nod", ()
    return act, about


def _side_by_side(text: str, titles: Titles) -> tuple[str, ...]:
    """The items of a comparison whose titles are ordinary words, and stand alone between its commas: `compare the tea
    pot and the puzzle`."""
    after = re.split(r"\bcompare\b|,|\?|:", text, maxsplit=1, flags=re.IGNORECASE)[-1]
    parts = re.split(r",|[?.!]|\b(?:and|or|vs|versus|with|to|between)\b", after, flags=re.IGNORECASE)
    named = (re.sub(r"^(?:the|a|an) ", "", part.strip(), flags=re.IGNORECASE) for part in parts)
    found = [titles.closest(one, SIDE_BY_SIDE) for one in named if one]
    return tuple(dict.fromkeys(ids[0] for ids in found if ids))


def _seen(meant: Sequence[Mention]) -> tuple[str, ...]:
    return _ids(one for one in meant if one.seen)


def _items(
    act: Act, meant: Sequence[Mention], said: str, shown: Sequence[str]
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Which items are good examples, which bad ones, and which the message is about."""
    if act == "why":
        return (), (), _ids(meant) or meant_by(act, said, shown)
    if act == "suggest":
        meant = [one for one in meant if one.example or not one.seen]  # to have seen it is not to like it
        return _with_sign(meant, "+"), _with_sign(meant, "-"), ()
    examples = [one for one in meant if one.example]
    about = _ids(one for one in meant if not one.example or (one.seen and act == "seen"))
    if act in ("reject", "seen", "more") or re.search(WHY_SO, said):
        about = about or meant_by(act, said, shown)
    return _with_sign(examples, "+"), _with_sign(examples, "-"), about


def _with_sign(meant: Sequence[Mention], sign: str) -> tuple[str, ...]:
    return _ids(one for one in meant if one.sign == sign)


def _ids(meant: Iterable[Mention]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(id for one in meant for id in one.ids))


def _wish(act: Act, rest: str, signs: str) -> str:
    """The words that carry meaning, as they were written; not those under a no, nor pleasantries."""
    if act in ("about", "nod", "why"):
        return ""
    words = [word for word in re.finditer(r"[\w'’\-]+", rest) if signs[word.start()] == "+"]
    if act in ("reject", "seen", "more"):  # the first clause is about what was shown, and a wish may follow it
        clause = re.search(BREAK, rest)
        words = [word for word in words if clause and word.start() > clause.start()]
    return " ".join(word[0] for word in words if plain(word[0]) and plain(word[0]) not in FILLER | WHO_AND_HOW)


def _going_on(intent: Intent, before: Intent | None, said: str, domain: Domain, joins: bool) -> Intent:
    """A critique builds on the wish before it, and so does what says nothing new, or that somebody `joins` who sees it;
    a new wish starts anew."""
    if before:  # what they have seen they have seen under every wish
        intent = replace(intent, seen=tuple(dict.fromkeys((*before.seen, *intent.seen))))
    if before is None or intent.act in ("why", "about", "nod"):
        return intent
    kind, anew = next(iter(domain.facets), ""), _anew(intent, before, domain)
    critique = re.match(
        r"(?:(?:ok|okay|yes|yeah|no|thanks|great|good|fine|cool|hm+|well|sorry) [,.!]? ?)*"
        rf"(?:{LEADING}|but|and|or|also|not|no(?! ,)|nothing|never"
        r"|anything but|except|only|just|without|older|newer|more|less|too|even|maybe|from the|(?:i )?dont"
        r"|a (?:bit|little)|cheaper|shorter|longer|lighter|heavier"
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
    # who has only said how it has to be now says what: `nothing from before 1980`, then `a western`
    how = before.where and not (before.where.wanted or before.where.either or before.like)
    first = how and another and not intent.purpose
    if not (intent.act in ("reject", "seen", "more") or critique or empty or narrower or first):
        return anew
    about = intent.about
    if intent.act == before.act == "more":  # neither the last list nor the one before it
        about = (*before.about, *about)
    where = intent.where
    if said.startswith("or "):
        where = replace(where, wanted={}, either={f: where.asked(f) | before.where.asked(f) for f in where.wanted})
    compared = {one.of for one in intent.degrees} & where.ranges.keys() & before.where.ranges.keys()
    for name in compared:  # `cheaper` never takes back the limit before it
        both = before.where.ranges[name].within(where.ranges[name])
        where = replace(where, ranges={**where.ranges, name: where.ranges[name] if both.empty else both})
    refused = {value for values in where.unwanted.values() for value in values}
    words = [word for word in before.words.split() if domain.words.get(plain(word), ("", ""))[1] not in refused]
    return replace(
        intent,
        words=" ".join([*dict.fromkeys((*words, *intent.words.split()))][-WORDS:]),
        like=tuple(dict.fromkeys(id for id in (*before.like, *intent.like) if id not in intent.unlike)),
        unlike=tuple(dict.fromkeys(id for id in (*before.unlike, *intent.unlike) if id not in intent.like)),
        about=about,
        unsure=tuple(dict.fromkeys((*before.unsure, *intent.unsure))),
        constraints=(*before.constraints, *intent.constraints),
        lacking=tuple(dict.fromkeys((*before.lacking, *intent.lacking))),
        named=tuple(dict.fromkeys((*before.named, *intent.named))),
        extreme=intent.extreme or before.extreme,
        where=unless_asked(before.where, where, domain).followed_by(where),
    )


def _anew(intent: Intent, before: Intent, domain: Domain) -> Intent:
    """A new wish: what they named is not suggested to them as something new, and what suits those who see it with them
    goes on unless it is for somebody else now."""
    named = tuple(dict.fromkeys((*before.named, *before.like, *before.unlike, *intent.named)))
    if intent.purpose:
        return replace(intent, named=named)
    if not (theirs := unless_asked(kept(before.where, domain), intent.where, domain)):
        return replace(intent, named=named)
    where, constraints = theirs.followed_by(intent.where), (*before.constraints, *intent.constraints)
    return replace(intent, named=named, where=where, constraints=constraints)
