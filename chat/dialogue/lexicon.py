"""The things a dialogue can be about besides items: genres, people, periods, and what else people name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse

from retrieval.catalogue import Catalogue
from retrieval.domain import Domain, plain

SHARED = 2  # items that a value must have in common to be looked for
PERIODS = ("classic", "older", "old", "new", "newer", "recent", "latest")
OLD, NEW = 20, 3  # years before the newest item: what is called old is older, what is called new is not


@dataclass(frozen=True)
class Lexicon:
    """`phrases`: by words, the number of the thing they stand for; `having` (things, items): which items have it."""

    phrases: Mapping[str, int]
    having: sparse.csr_array

    @classmethod
    def of(cls, catalogue: Catalogue, domain: Domain, named: Iterable[str] = ()) -> Lexicon:
        """The facets of the items, the words that the domain has for them, and what was `named` in dialogues."""
        number: dict[str, int] = {}
        rows, columns = [], []
        counted = Counter(plain(value) for item in catalogue.values() for v in item.facets.values() for value in v)
        newest = max((item.year or 0 for item in catalogue.values()), default=0)
        for at, item in enumerate(catalogue.values()):
            values = [plain(value) for each in item.facets.values() for value in each]
            having = [one for one in dict.fromkeys(values) if one and counted[one] >= SHARED]
            if item.year and item.year <= newest - OLD:
                having.append("old")
            if item.year and item.year >= newest - NEW:
                having.append("new")
            for one in having:
                rows.append(number.setdefault(one, len(number)))
                columns.append(at)
        phrases = dict(number)
        for word, (_, value) in domain.words.items():
            if plain(value) in number:
                phrases.setdefault(word, number[plain(value)])
        for one in PERIODS:
            period = "new" if one in ("new", "newer", "recent", "latest") else "old"
            if period in number:
                phrases.setdefault(one, number[period])
        for name in map(plain, named):
            if name and name not in phrases:
                phrases[name] = number.setdefault(name, len(number))
        having = sparse.csr_array(
            (np.ones(len(rows), dtype=np.float32), (rows, columns)), shape=(len(number), len(catalogue))
        )
        return cls(phrases, having)

    @cached_property
    def longest(self) -> int:
        """Words of the longest phrase."""
        return max((len(one.split()) for one in self.phrases), default=0)

    def heard(self, said: Sequence[str]) -> tuple[int, ...]:
        """The things that the turns name, each once, in their order; the longest phrase counts."""
        found: dict[int, None] = {}
        for turn in said:
            words, at = plain(turn).split(), 0
            while at < len(words):
                for length in range(min(self.longest, len(words) - at), 0, -1):
                    if (one := self.phrases.get(" ".join(words[at : at + length]))) is not None:
                        found[one] = None
                        at += length
                        break
                else:
                    at += 1
        return tuple(found)

    def rarity(self) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
        """How much it says to have each thing, (things,): the inverse document frequency (Spärck Jones, 1972)."""
        having = np.asarray(self.having.sum(axis=1)).ravel()
        rare: np.ndarray[tuple[int], np.dtype[np.float32]] = np.log(self.having.shape[1] / np.maximum(having, 1))
        return rare.astype(np.float32)
