"""From words to an intent: what is asked, the titles meant, the facets and years wanted or not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from chat.messages import Intent
from chat.understanding.acts.by_example import ByExample
from chat.understanding.acts.occasions import occasions
from chat.understanding.message import Message, read
from chat.understanding.references.dealings import Dealings, dealings
from chat.understanding.references.persons import denied, points_back
from chat.understanding.settling import Settled, settled
from chat.understanding.text.shorthand import written_out
from chat.understanding.titles.mentions import ids_of
from chat.understanding.values.given import Given
from chat.understanding.values.going_on import going_on
from chat.understanding.values.lasting import lasting
from chat.understanding.values.lifted import lifted
from chat.understanding.values.means import Means
from chat.understanding.values.rephrased import rephrased
from chat.understanding.values.swapped import swapped
from retrieval.catalogue import Catalogue
from retrieval.domain import Domain, plain
from retrieval.errors import Problem
from retrieval.filtering.where import Where

LONGEST = 2000  # characters


class Unreadable(Problem):
    """A message in which there is nothing to understand."""


class Understand(Protocol):
    """How messages are read."""

    def __call__(self, text: str, before: Intent | None, shown: Sequence[str], last: str = "") -> Intent: ...


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

    The result takes the text, the intent of the turn before (or None), the ids shown then, and the message before, of
    whose persons and titles words may speak. `likely`: the acts of sentences by example; without it a sentence that no
    cue gives away has none.
    """
    means = Means.of(catalogue, domain, likely)

    def understand(text: str, before: Intent | None, shown: Sequence[str], last: str = "") -> Intent:
        text = lifted(rephrased(written_out(readable(text)), means.known, before), means.known, before)
        text = swapped(text, means.known)
        spoken_of = understand(last, None, ()) if last and points_back(text) else None
        text = denied(text, before.where if before else Where(), spoken_of)
        done = dealings(text, shown, means) if before else Dealings(text)
        message = read(Given(done.rest, before, shown, spoken_of), means)
        intent = _intent(message, settled(message, means), means)
        if done and (noted := done.noted(intent, _names(intent, message))):
            intent = noted
        elif done:
            message = read(Given(text, before, shown, spoken_of), means)
            intent = _intent(message, settled(message, means), means)
        if message.manner.fresh:
            return intent
        left = message.changes.of_old(message.given.before, message.limits.lifted, means.known)
        named = intent.where.wanted or intent.like or intent.unlike or intent.words
        joins = message.audience.seeing.joins and not named
        return going_on(intent, left, message.said, means.known, joins)

    return understand


def _names(intent: Intent, message: Message) -> bool:
    """Whether anything is limited, named, dropped or changed, or who it is for."""
    limits = intent.where or intent.degrees or intent.unknown or intent.extreme or message.changes
    return bool(limits or intent.like or intent.unlike or intent.purpose or intent.surprise is not None)


def _intent(message: Message, settled: Settled, means: Means) -> Intent:
    """What the message means by itself, whatever was said before."""
    aim, named, limits, text = settled.aim, message.named, message.limits, message.given.text
    seen = ids_of(one for one in named.meant if one.seen)
    return Intent(
        act=aim.act,
        words=settled.words,
        like=aim.like,
        unlike=aim.unlike,
        about=aim.about,
        where=aim.where,
        unknown=limits.missing,
        purpose=message.audience.purpose,
        surprise=message.surprise,
        unsure=tuple(one.ids for one in named.meant if len(one.ids) > 1),
        does=settled.does,
        seen=aim.about if aim.act == "seen" else seen,
        degrees=limits.degrees,
        occasion=occasions(named.whole),
        constraints=limits.traced,
        lacking=limits.missing,
        lasting=lasting(text, message.asking.rest, message.signs, means.known),
        named=(*named.whose, *_not_again(message)),
        extreme=None if aim.act in ("about", "why", "nod") else limits.most.extreme,
        near=message.besides.title.near,
    )


def _not_again(message: Message) -> tuple[str, ...]:
    """What need not be suggested: things of which somebody may have one, and the one item whose maker is wanted."""
    there, shown = message.named.there, message.given.shown
    of_one = shown if message.besides.whom and len(shown) == 1 else ()
    return (*(() if there.sure else there.ids), *of_one)
