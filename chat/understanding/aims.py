"""What a message wants of us, and with which items: the first guess, by its cues and what it names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from chat.messages import Act
from chat.understanding.acts.phrases import ALIKE, WHY_SO, act_of, meant_by, pointed_at, spoken
from chat.understanding.audience import Audience
from chat.understanding.naming import Named
from chat.understanding.references.asked_of import asks_of_named
from chat.understanding.text.blanks import blanked
from chat.understanding.titles.mentions import Mention, ids_of, with_sign
from chat.understanding.values.given import Given
from retrieval.filtering.where import Where

Ids = tuple[str, ...]


@dataclass(frozen=True)
class Aim:
    """`like`, `unlike`: ids of good examples and of bad ones; `about`: ids that are asked about, turned down, seen, or
    of which others are wanted; `where`: the limits of what is wanted, as far as they are known."""

    act: Act
    like: Ids = ()
    unlike: Ids = ()
    about: Ids = ()
    where: Where = field(default_factory=Where)


def aim_of(said: str, named: Named, whom: Audience, shown: Sequence[str]) -> Aim:
    """What is wanted as far as cues tell. `said` as `spoken` gives it."""
    act = act_of(said, named.meant, shown)
    if act in ("suggest", "more", "nod", "greet") and _asked(named):
        act = "about"
    if (whom.purpose or whom.seeing.grown) and act in ("greet", "nod"):  # `thanks, this is for me again` wants a list
        act = "suggest"
    if act == "suggest" and named.meant and all(one.seen for one in named.meant):  # `they know Heat by heart`
        act = "seen"
    like, unlike, about = _items(act, named.meant, said, shown)
    if named.there.sure and act in ("suggest", "more", "reject"):
        act, about = "seen", named.there.ids
    return Aim(act, like, unlike, about)


def likened(aim: Aim, given: Given, rest: str, signs: str) -> tuple[Aim, str]:
    """The aim with the items of the list that are pointed at as examples, `like this one`, and the text with blanks for
    these words."""
    if aim.act in ("why", "about") or not (alike := ALIKE.search(rest)):
        return aim, rest
    pointed = pointed_at(spoken(alike["pointed"]), given.shown)
    rest = blanked(rest, *alike.span())
    if signs[alike.start()] != "-":
        aim = replace(aim, like=(*aim.like, *pointed))
    elif re.search(r"n['’]?t (?:really )?$|\bnot $", given.text[: alike.start()]):  # `I don't like this one`
        aim = replace(aim, act="reject" if pointed else aim.act, about=pointed)
    else:
        aim = replace(aim, unlike=(*aim.unlike, *pointed))
    return replace(aim, about=tuple(id for id in aim.about if id not in aim.like)), rest


def _asked(named: Named) -> bool:
    """Whether something is asked of what is named, and it is no example of what is wanted."""
    return any(not one.example and not one.seen for one in named.meant) and asks_of_named(named.whole)


def _items(act: Act, meant: Sequence[Mention], said: str, shown: Sequence[str]) -> tuple[Ids, Ids, Ids]:
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
