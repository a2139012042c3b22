"""Items side by side, by what the catalogue knows of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from chat.messages import Compared
from chat.understanding.values.amounts import plainly
from chat.understanding.values.degrees import kind_of
from retrieval.catalogue import Catalogue
from retrieval.domain import Domain
from retrieval.filtering.spans import EPOCH
from retrieval.items import Item

UNKNOWN = "not known"
LEAST = {"time": "short", "money": "cheap", "weight": "light"}  # by what is counted, what has little of it


def compared(items: Sequence[Item], catalogue: Catalogue, domain: Domain) -> Compared:
    """A row for each thing that at least one of them has: the year, then the fields of the domain."""
    rows = [("year", *(str(item.year or UNKNOWN) for item in items))]
    rows += [(name.replace("_", " "), *(value(item, name, domain) for item in items)) for name in domain.fields]
    told = tuple(row for row in rows if any(cell != UNKNOWN for cell in row[1:]))
    return Compared(tuple(item.title for item in items), told)


def value(item: Item, name: str, domain: Domain) -> str:
    """What the item has of a field, as it is told."""
    field = domain.fields[name]
    if field.type in ("category", "categories"):
        return ", ".join(item.facet(name)) or UNKNOWN
    number = item.all_numbers.get(name)
    if number is None:
        return UNKNOWN
    if field.type == "flag":
        return "yes" if number else "no"
    if field.type == "date":
        return (EPOCH + timedelta(days=number)).isoformat()
    return f"{number:g} {field.unit}".strip()


def differences(items: Sequence[Item], domain: Domain) -> Iterator[str]:
    """In sentences, which has the least and which the most of each number that tells them apart."""
    for name, field in domain.fields.items():
        numbers = [item.all_numbers.get(name) for item in items]
        if field.type == "number" and all(one is not None for one in numbers) and len(set(numbers)) > 1:
            order = sorted(items, key=lambda item: item.all_numbers[name])
            least, most, verb = order[0], order[-1], LEAST.get(kind_of(field), "")
            if kind_of(field) == "rating":
                least, most = most, least
            several = len(items) > 2
            if verb:
                what = f"is {'the ' if several else ''}{verb}{'est' if several else 'er'}"
            else:
                better = ("better", "best") if kind_of(field) == "rating" else ("smaller", "smallest")
                what = f"has the {better[several]} {plainly(name)}"
            little, much = (value(one, name, domain) for one in (least, most))
            yield f"{least.title} {what}: {little} against {much} of {most.title}."
