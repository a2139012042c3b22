"""What messages about a catalogue are read by: its titles, its values, and the words of its domain."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from chat.understanding.by_example import ByExample
from chat.understanding.known import Known
from chat.understanding.suiting import Here, values_here
from chat.understanding.titles import titles_in
from retrieval.catalogue import Catalogue
from retrieval.domain import Domain
from retrieval.items import Item
from retrieval.words.titles import Titles


@dataclass(frozen=True)
class Means:
    """`known`: what can be asked for by name; `suited`: the values that the items have of what suits from an age on;
    `likely`: the acts of sentences by example, None if there are none."""

    catalogue: Catalogue
    domain: Domain
    titles: Titles
    known: Known
    suited: Here
    likely: ByExample | None

    @classmethod
    def of(cls, catalogue: Catalogue, domain: Domain, likely: ByExample | None) -> Means:
        """By what is in the catalogue now."""
        titles = titles_in(catalogue, domain)
        known = Known.of(domain, catalogue, titles.ordinary)
        return cls(catalogue, domain, titles, known, values_here(catalogue, domain), likely)

    def items(self, ids: Iterable[str]) -> list[Item]:
        """The items of these ids, without those that are in the catalogue no more."""
        return [self.catalogue[id] for id in ids if id in self.catalogue]
