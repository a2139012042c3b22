"""What a message comes to once it is read: what is done, with which items, and which words are left for the wish."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from chat.messages import Does
from chat.understanding.acts.doing import doing
from chat.understanding.acts.phrases import BETTER, PLACE, PLACES, pointed_at, pointed_at_all
from chat.understanding.aims import Aim
from chat.understanding.message import Message
from chat.understanding.references.asked_of import asks, asks_how
from chat.understanding.titles.side_by_side import side_by_side
from chat.understanding.titles.taking import taken
from chat.understanding.values.constraints import facets_in
from chat.understanding.values.inventory import asks_of_all, compared_facet
from chat.understanding.values.means import Means
from chat.understanding.values.superlatives import WHOLE
from chat.understanding.wish import wish
from retrieval.lists.dial import SURPRISE

TAKEN: frozenset[Does] = frozenset(("accept", "thank", "goodbye", "add", "about"))
TAKES = re.compile(
    r"(?:\b(?:ill|i will|lets|well|we will|(?:id|wed|we would|i would) rather) |^(?:(?:ok|okay|yes|so) ,? ?)*)"
    r"(?:take|buy|get|watch|go with|go for|have) (?:(?:the|that|this|it)\b|·)"
    r"|\b(?:thatll|itll|thisll|(?:that|it|this)(?: one)? will) do\b(?! if| when| as)"
)
PLACE_ALONE = re.compile(
    r"(?:(?:and|ok|okay|so|then|what about|how about|i want|show me|give me|id like) ,? ?)*"
    rf"{PLACE}(?: (?:then|please))*(?: [.!?])*"
)
IS = re.compile(r"(?:and |so |but |ok ,? ?)*(?:is|are|was|were|isnt|arent) ")
IDLE: frozenset[Does] = frozenset(("greet", "goodbye", "thank", "undo", "off topic", "ask back"))


@dataclass(frozen=True)
class Settled:
    """`does`: every act of the message; `words`: what is left for the wish."""

    aim: Aim
    does: tuple[Does, ...]
    words: str


def settled(message: Message, means: Means) -> Settled:
    """The aim after all that was read: each step knows more than the one before, and may correct it."""
    aim = _asked(_wished(message), message, means)
    does = doing(message.named.whole, _facts(message), means.likely)
    kind, most = next(iter(means.domain.facets), ""), message.limits.most
    if most.extreme and aim.act in ("suggest", "more", "about") and compared_facet(message.said, means.known):
        return Settled(replace(aim, act="about", about=()), does, wish("suggest", message.rest, message.signs))
    if not (most and (aim.where.asked(kind) or WHOLE.search(message.named.whole))):
        aim = _by_what_is_done(aim, does, message)
    if "compare" in does and len(message.named.meant) < 2:
        side = side_by_side(message.given.text, means.titles)
        aim = Aim("about", about=side) if len(side) > 1 else aim
    aim = _taken(_of_the_list(aim, does, message), does, message, means)
    words = wish("suggest" if aim.act == "about" and not aim.about else aim.act, message.rest, message.signs)
    if not set(does) - IDLE and aim.act == "suggest" and not _wants(aim, message):
        return Settled(replace(aim, act="nod"), does, "") if does else Settled(aim, does, words)
    return Settled(aim, does, words)


def _wished(message: Message) -> Aim:
    """The first guess with its limits, which make a wish of what seemed to be none."""
    aim, limits = replace(message.aim, where=message.limits.where), message.limits
    better = any(one.of in limits.where.ranges for one in limits.degrees)  # of these, or of the others
    if aim.act == "more" and (message.besides.whom or (better and re.search(BETTER, message.said))):
        return replace(aim, act="suggest", about=())
    if aim.act == "greet" and (limits.where or limits.degrees):  # `hi, do you have headphones`
        return replace(aim, act="suggest")
    why_not = aim.act == "why" and not aim.about and re.match(r"(?:and |but |so )?why no", message.said)
    return replace(aim, act="suggest") if why_not and limits.where else aim  # `why not a western?`


def _asked(aim: Aim, message: Message, means: Means) -> Aim:
    """Questions: whether one item has more than another, and what there is at all."""
    named, said, shown, before = message.named, message.said, message.given.shown, message.given.before
    pointed = pointed_at(said, shown)
    if named.compared and IS.match(said) and (asked := named.ids or pointed):
        # `is the first cheaper than the second?`
        return replace(aim, act="about", about=tuple(dict.fromkeys((*asked, *named.compared))))
    wishing = bool(before and (before.where or before.words or before.like))
    pointing = named.meant or message.limits.most or pointed
    if aim.act == "suggest" and not pointing and asks_of_all(said, aim.where, means.known, wishing):
        return replace(aim, act="about")
    return aim


def _facts(message: Message) -> Iterator[Does]:
    """The acts that the grammar has found for sure."""
    limits = message.limits
    if message.audience.purpose == "gift":
        yield "gift"
    if message.surprise == SURPRISE:
        yield "surprise"
    if limits.where or limits.missing or limits.degrees:
        yield "add"
    if message.changes:
        yield "drop"


def _by_what_is_done(aim: Aim, does: Collection[Does], message: Message) -> Aim:
    """Questions that name nothing are about what they point at, and two items are compared by what is known of both."""
    meant, said, shown = message.named.meant, message.said, message.given.shown
    if aim.act not in ("suggest", "more", "about") or not (shown or meant):
        return aim
    if "compare" in does:
        both = message.named.ids or pointed_at_all(said, shown)
        if len(both) == len(meant) == 1:  # `how does it compare to Heat?`
            both = tuple(dict.fromkeys((*pointed_at(said, shown), *both)))
        two = len(both) > 1 or (both and not meant)
        return replace(aim, act="about", about=both) if two else aim
    if aim.act != "suggest" or meant:
        return aim
    alone = PLACE_ALONE.fullmatch(said) and "add" not in does  # `the second one in another colour` is a wish
    if (alone or ("about" in does and not aim.like)) and (asked := _pointed_one_by_one(said, shown)):
        return replace(aim, act="about", about=asked)
    if not (aim.like or aim.unlike or _limited(message)) and shown and asks(message.named.whole):
        first = tuple(shown[:1]) if len(shown) == 1 or asks_how(message.named.whole) else ()
        if asked := _pointed_one_by_one(said, shown) or first:
            return replace(aim, act="about", about=asked)
    parts = "goodbye" in does and "add" not in does
    return replace(aim, act="nod", about=()) if set(does) <= TAKEN and (parts or TAKES.search(said)) else aim


def _pointed_one_by_one(said: str, shown: Sequence[str]) -> tuple[str, ...]:
    """`who directed the first and who is in the third?` asks about both."""
    places = [at for word, at in PLACES.items() if re.search(rf"\bthe {word}\b", said)]
    return pointed_at_all(said, shown) if len(places) > 1 else pointed_at(said, shown)


def _of_the_list(aim: Aim, does: Collection[Does], message: Message) -> Aim:
    """What seemed an example, and is one of the list that is taken or asked about, since nothing else is said."""
    picks = TAKES.search(message.said) and set(does) <= TAKEN
    limited = aim.where or message.limits.missing or message.limits.most or message.audience.purpose
    free = not limited and (picks or not wish(aim.act, message.rest, message.signs))
    if aim.act == "suggest" and free and aim.like and message.named.told.issuperset(aim.like):
        return replace(aim, act="nod" if picks or "accept" in does else "about", about=aim.like, like=())
    return aim


def _taken(aim: Aim, does: Collection[Does], message: Message, means: Means) -> Aim:
    """Who takes an item asks for nothing, unless they limit something besides."""
    named, shown = message.named, message.given.shown
    takes, besides = taken(named.whole, named.meant, does, shown, means.catalogue)
    if not takes or aim.act not in ("suggest", "about", "nod"):
        return aim
    more = message.audience.purpose or any(facets_in(besides, means.known))
    return aim if more else Aim("nod", unlike=aim.unlike, about=takes)


def _limited(message: Message) -> bool:
    """Whether a limit is set, so that a question may be a wish: `what came out before 1950?`"""
    limits = message.limits
    return bool(limits.where or limits.degrees or limits.most or message.changes or message.audience.purpose)


def _wants(aim: Aim, message: Message) -> bool:
    """Whether anything is wished for, but for words."""
    limits = message.limits
    named = aim.where or aim.like or aim.unlike or message.changes
    return bool(named or limits.missing or limits.most or message.audience.purpose)
