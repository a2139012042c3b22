"""What must or must not hold of what is wanted, what had better, and what of that nothing is known here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from chat.messages import Constraint, Degree
from chat.understanding.besides import Besides
from chat.understanding.changes import Changes
from chat.understanding.naming import Named
from chat.understanding.references.strangers import strangers
from chat.understanding.values.ages import Watching
from chat.understanding.values.constraints import constraints
from chat.understanding.values.dropping import Dropped
from chat.understanding.values.given import Given
from chat.understanding.values.means import Means
from chat.understanding.values.origins import origins, softened
from chat.understanding.values.remarked import remarked
from chat.understanding.values.suiting import suiting
from chat.understanding.values.superlatives import Asked, superlative
from chat.understanding.values.tones import toned
from retrieval.filtering.where import Where
from retrieval.items import Item


@dataclass(frozen=True)
class Limits:
    """`traced`: where each piece of `where` comes from. `most`: of what the most or the least is wanted. `missing`:
    what cannot be heeded, as it is told. `lifted`: what of the wish before need not hold any more."""

    where: Where
    traced: tuple[Constraint, ...]
    degrees: tuple[Degree, ...]
    most: Asked
    missing: tuple[str, ...]
    lifted: Dropped


@dataclass(frozen=True)
class Asking:
    """The words in which limits may stand, with blanks for what was read otherwise, and what they may speak of.
    `signs`: the stance of each character; `here`: the items that `that brand` speaks of; `middle`: those that `shorter`
    does."""

    rest: str
    signs: str
    here: Sequence[Item]
    middle: Sequence[Item]


def limits_in(
    asking: Asking, given: Given, named: Named, seeing: Watching, besides: Besides, changes: Changes, means: Means
) -> tuple[Limits, str]:
    """The limits, and the words that are left."""
    known, signs = means.known, asking.signs
    tones, rest = toned(asking.rest, signs, known, given.before)
    asking = replace(asking, rest=rest)
    most, rest = superlative(softened(rest), signs, known)
    read = constraints(rest, signs, known, asking.here, asking.middle)
    traced = origins(given.text, asking.rest, signs, known, asking.here, read.where.words(), read.roughly)
    where = read.where.followed_by(Where(wanted=besides.whom)) if besides.whom else read.where
    leaning, rather, untold = remarked(read.rest, known, given.held.followed_by(where))
    for more in (named.others, besides.certificates, rather, tones.where):
        where = where.followed_by(more) if more else where
    where = changes.of_new(where)
    before = given.before.where if given.before else None
    suited = suiting(seeing, where, given.text, means.domain, means.suited, before)
    where = where.followed_by(suited.where) if suited.where else where
    missing = (
        *besides.missing, *named.strange, *strangers(read.rest, known), *read.missing, *untold, *tones.untold,
        *suited.unknown, *most.missing,
    )  # fmt: skip
    traced = (*traced, *leaning, *tones.traced, *(suited.constraints if suited.where else ()))
    return Limits(where, traced, read.degrees, most, missing, suited.lifted), read.rest
