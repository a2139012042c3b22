"""What messages about a catalogue are read by: its titles, its values, and the words of its domain."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from chat.understanding.acts.by_example import ByExample
from chat.understanding.text.words import singular
from chat.understanding.titles.mentions import titles_in
from chat.understanding.values.known import Known
from chat.understanding.values.suiting import Here, values_here
from retrieval.catalogue import Catalogue
from retrieval.domain import Domain, plain
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

    def worded(self, words: Iterable[str]) -> set[str]:
        """The first of each work that has all these words in its title, of one thing or of several."""
        each = [self._by_word.get(singular(word), frozenset()) for word in words]
        return set(frozenset.intersection(*each)) if each else set()

    @cached_property
    def _by_word(self) -> Mapping[str, frozenset[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        for ids in self.catalogue.works.values():
            for word in plain(self.catalogue[ids[0]].title).split():
                found[singular(word)].add(ids[0])
        return {word: frozenset(ids) for word, ids in found.items()}
