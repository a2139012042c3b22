"""What the age of who is to see it leaves of an attribute such as certificates, by the table of the domain."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, field

from chat.messages import Constraint
from chat.understanding.values.ages import Watching
from chat.understanding.values.amounts import plainly
from chat.understanding.values.dropping import Dropped
from chat.understanding.values.origins import QUOTED
from retrieval.catalogue import Catalogue
from retrieval.domain import Domain
from retrieval.filtering.where import Where

GROWN = 18  # years, from which on everything suits
Here = Mapping[str, Set[str]]


@dataclass(frozen=True)
class Suiting:
    """`where`: what must hold, with the words that say an age; `unknown`: what of that is not known here; `lifted`:
    what need not hold any more, since only adults see it."""

    where: Where = field(default_factory=Where)
    constraints: tuple[Constraint, ...] = ()
    unknown: tuple[str, ...] = ()
    lifted: Dropped = field(default_factory=Dropped)


def values_here(catalogue: Catalogue, domain: Domain) -> Here:
    """The values that the items have of the attributes whose values suit from an age on."""
    return {facet: {one for item in catalogue.values() for one in item.facet(facet)} for facet in domain.ages}


def suiting(
    seeing: Watching, asked: Where, text: str, domain: Domain, here: Here, before: Where | None = None
) -> Suiting:
    """What follows of an age, unless they say themselves which values they want: what is `asked`. `before`: what held
    for those with whom they see it, whom it has to suit as well.

    What is not known of an item suits nobody under age."""
    if seeing.age is None:
        return Suiting(lifted=_of_children(domain) if seeing.grown else Dropped())
    if not domain.ages and seeing.age < GROWN:
        return Suiting(unknown=(f"from what age {domain.plural} suit",))
    limits, held, unknown = dict[str, frozenset[str]](), set[str](), list[str]()
    for facet, table in domain.ages.items():
        suits = frozenset(value for value, since in table.items() if since <= seeing.age)
        if len(suits) == len(table) or asked.asked(facet):
            continue
        if here[facet]:
            limits[facet] = suits & here[facet] or suits
            if seeing.joins and before and (theirs := before.either.get(facet) or before.wanted.get(facet)):
                limits[facet] = limits[facet] & theirs or theirs
                held |= {facet} if limits[facet] == theirs else set()
        else:
            unknown.append(f"{plainly(facet)}s")
    words = " ".join(text[min(min(seeing.at)) : max(max(seeing.at))].split())[:QUOTED]
    each = {facet: Where(either={facet: values}) for facet, values in limits.items() if facet not in held}
    constraints = tuple(Constraint(where.words()[0], words) for where in each.values())
    return Suiting(Where(either=limits), constraints, tuple(unknown))


def _of_children(domain: Domain) -> Dropped:
    """What is asked for because of those under age alone: what suits their age, and what is made for them."""
    kind = next(iter(domain.facets), "")
    return Dropped(frozenset((kind, value) for value in domain.for_children), frozenset(domain.ages))


def kept(before: Where, domain: Domain) -> Where:
    """What of a wish before is about who sees it, and so outlasts it."""
    sides = (before.wanted, before.unwanted, before.either)
    wanted, unwanted, either = ({f: values for f, values in side.items() if f in domain.ages} for side in sides)
    return Where(wanted, unwanted, either)


def unless_asked(before: Where, later: Where, domain: Domain) -> Where:
    """What held before, without what suited an age where they say themselves now which values they want."""
    said = [facet for facet in domain.ages if later.asked(facet)]
    if not said:
        return before
    left = {facet: values for facet, values in before.either.items() if facet not in said}
    return Where(before.wanted, before.unwanted, left, before.ranges, before.contains, before.near)
