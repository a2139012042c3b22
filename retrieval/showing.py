"""An item as the terminal shows it."""

from __future__ import annotations

from collections.abc import Iterator

from rich.table import Table
from rich.text import Text
from sqlalchemy import Engine

from retrieval.catalogue import read_item
from retrieval.domain import Domain
from retrieval.files.values import as_date
from retrieval.items import Item
from retrieval.space.given_vectors import read_vectors

SAID = 300  # characters of a text


def card(engine: Engine, id: str, domain: Domain) -> Table:
    """Everything that is known of the item. Raises UnknownItem."""
    table = Table(show_header=False, box=None, pad_edge=False)
    for name, value in _known(read_item(engine, id), domain):
        table.add_row(Text(name, style="bold"), Text(value))
    if given := read_vectors(engine, [id]):
        table.add_row(Text("vector", style="bold"), Text(f"{len(given[id]):,} numbers"))
    return table


def told(name: str, number: float, domain: Domain) -> str:
    """A number of an item in the domain's words: `59.9 EUR`, `2024-05-31`, `yes`."""
    kind = domain.fields.get(name)
    if kind and kind.type == "date":
        return as_date(number)
    if kind and kind.type == "flag":
        return "yes" if number else "no"
    return f"{number:.10g} {kind.unit if kind else ''}".strip()


def _known(item: Item, domain: Domain) -> Iterator[tuple[str, str]]:
    yield "id", item.id
    yield "title", item.name
    if not item.available:
        yield "available", "no"
    if item.work != item.id:
        yield "work", item.work
    for name, values in item.facets.items():
        yield name, ", ".join(values)
    for name, number in item.numbers.items():
        yield name, told(name, number, domain)
    for name, (north, east) in item.places.items():
        yield name, f"{north:g}, {east:g}"
    yield from item.attributes.items()
    for name, text in (("text", item.text), *(("review", review) for review in item.reviews), ("image", item.image)):
        if text:
            yield name, text if len(text) <= SAID else f"{text[:SAID]}... ({len(text):,} characters)"
