"""Which value of an attribute has the most or the least of a number: the cheapest brand, by the middle of prices."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np

from chat.grammar import counted
from chat.messages import Extreme
from chat.ordering import Ordering
from chat.understanding.acts.phrases import spoken
from chat.understanding.values.amounts import plainly
from chat.understanding.values.degrees import FAME
from chat.understanding.values.inventory import compared_facet
from chat.understanding.values.known import Known
from chat.understanding.values.superlatives import superlative
from retrieval.domain import Domain
from retrieval.filtering.spans import Span

NEXT = 2  # values that are named behind the first
FEW = 2  # items of which a middle says little


@dataclass(frozen=True)
class Best:
    """`facet`: the attribute whose values are compared; `by`: what they are compared by, and how it was said."""

    facet: str
    by: Extreme


def best_asked(text: str, ordering: Ordering) -> Best | None:
    """What is compared, None if the question is another."""
    if not (facet := compared_facet(spoken(text), Known.of(ordering.domain))):
        return None
    by = superlative(text, "+" * len(text), Known.of(ordering.domain, ordering.catalogue))[0].extreme
    return Best(facet, by) if by else None


def best_of(best: Best, there: Sequence[str], ordering: Ordering) -> tuple[list[str], list[str]]:
    """The ids of the items with the value that comes first, and the answer in sentences: that a value comes first by
    the middle of what its items have, which one dear item does not move."""
    numbers = _numbers(best, there, ordering)
    if not numbers:
        lacks = f"the {plainly(best.facet)} and the {_called(best)} of any {ordering.domain.noun}"
        return [], [f"I do not know {lacks} here."]
    middle = {value: median(each.values()) for value, each in numbers.items()}
    order = sorted(middle, key=lambda value: (-middle[value] if best.by.more else middle[value], value))
    return list(numbers[order[0]]), list(_told(best, order, numbers, middle, ordering.domain))


def _told(
    best: Best,
    order: Sequence[str],
    numbers: dict[str, dict[str, float]],
    middle: dict[str, float],
    domain: Domain,
) -> Iterator[str]:
    first, *others = order
    facet, same = plainly(best.facet), [one for one in order if middle[one] == middle[order[0]]]
    if not others:
        yield f"{first} is the only {facet} of which I know the {_called(best)}."
        return
    if best.by.of == FAME:  # of this no number is told
        many = f"how many people {domain.did} the middle one of its {domain.plural}"
        yield f"By {facet}, {first} is the {best.by.words}, going by {many}."
        return
    if len(same) > 1:
        yield f"{' and '.join(same)} are alike in this: {_amount(middle[first], best, domain)} in the middle of each."
        return
    then = "; ".join(f"{one} {_amount(middle[one], best, domain)}" for one in others[:NEXT])
    yield (
        f"By {facet}, {first} is the {best.by.words}: {_amount(middle[first], best, domain)} in the middle of its"
        f" {len(numbers[first]):,} {domain.plural if len(numbers[first]) > 1 else domain.noun}. Next: {then}."
    )
    if len(numbers[first]) < FEW < len(max(numbers.values(), key=len)):
        yield f"That goes by one {domain.noun} only."


def _numbers(best: Best, there: Sequence[str], ordering: Ordering) -> dict[str, dict[str, float]]:
    """By value, of each item that has it, the number."""
    found: dict[str, dict[str, float]] = defaultdict(dict)
    things = ordering.things
    if best.by.of == FAME:
        picked = np.asarray(things.behaviour.pick(things.served.popularity, there), dtype=np.float64)
        numbers = dict(zip(there, map(float, picked), strict=True))
    else:
        each = ((id, ordering.catalogue[id].all_numbers.get(best.by.of)) for id in there)
        numbers = {id: number for id, number in each if number is not None}
    for id, number in numbers.items():
        for value in ordering.catalogue[id].facet(best.facet):
            found[value][id] = number
    return found


def _amount(number: float, best: Best, domain: Domain) -> str:
    field = domain.fields.get(best.by.of)
    if field and field.type == "date":
        return Span(round(number), round(number), kind="date").limit().removeprefix("on ")
    number = round(number, 0 if best.by.of == "year" else 2)
    return counted(Span(number, number, field.unit if field else "").limit())


def _called(best: Best) -> str:
    return "fame" if best.by.of == FAME else plainly(best.by.of)
