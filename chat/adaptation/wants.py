"""What items say of themselves, as questions to learn from: after which of these lines is the wish the likeliest?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from chat.adaptation.judging import FEWEST
from chat.adaptation.pairs import held_out
from chat.reranking.prompting import flat
from chat.reranking.rehearsal import silent, wishes
from chat.reranking.telling import tellings
from chat.stages import sample
from retrieval.catalogue import Catalogue
from retrieval.domain import Domain
from retrieval.index.nearest import Index
from retrieval.items import Item
from retrieval.ranking import Query, Source
from retrieval.sources import by_likeness
from retrieval.space.embedding import Embedder
from retrieval.words.hybrid import by_wish
from retrieval.words.lexical import Lexical
from retrieval.words.sentences import sentences
from retrieval.words.wishes import Wish, lessons, without

NEAREST = 20  # items near the wish, and as many near the item, from which the wrong ones are drawn
OTHERS = 1  # sentences of an item held out that are asked beside the one that judges
SHARES = (3, 2, 2)  # of the wrong ones: near the wish, near the item, any with a text


def lacking(catalogue: Catalogue, seed: int) -> str:
    """Why there is nothing to learn a wish from, for a person; empty if there is."""
    found = wishes(catalogue, seed)
    judging = sum(apart(catalogue[id]) for id in found)
    if judging < FEWEST:
        return (
            f"as {judging} of the items held out to judge by have a text of several sentences, and {FEWEST} are the "
            "fewest that tell anything"
        )
    if not any(lessons(catalogue[id], seed) for id in found if not apart(catalogue[id])):
        return "as no text has a sentence left beside the first one and the one that judges"
    return ""


def apart(item: Item) -> bool:
    """Whether an item is for judging, with all other entries of the same work."""
    return held_out(item.work or item.id)


def taught(item: Item, quiet: Item, wished: frozenset[str], seed: int) -> Iterator[Wish]:
    """The sentences of an item that may be learned from, each out of what is `quiet` of what judges; none that says
    just what is `wished` elsewhere."""
    for one in lessons(item, seed):
        if one.said in sentences(quiet.text) and one.text not in wished:
            yield replace(one, rest=without(quiet, one.said))


def unsaid(item: Item, judged: frozenset[str]) -> Item:
    """The item without the sentences that judge of any item: two entries of one thing have the same text."""
    for said in judged.intersection(sentences(item.text)):
        item = without(item, said)
    return item


@dataclass(frozen=True)
class Want:
    """A wish as the model hears it, and `lines`, what it is told of items in view of it; `lines[right]` is of the one
    that is meant."""

    wish: str
    lines: tuple[str, ...]
    right: int = 0


@dataclass(frozen=True)
class Wants:
    """Questions out of a catalogue. The same for the same seed, one after the other or not; every item has a turn
    before any has a second one.

    `silent`: the catalogue in which no item has a sentence that any of the `wishes` judges by, of which all lines are
    made; `told`: other sentences by id of the item. Wrong ones are drawn from what is `near` the wish and what is `kin`
    of the item.
    """

    silent: Catalogue
    wishes: Mapping[str, Wish]
    told: Mapping[str, Sequence[Wish]]
    near: Source
    kin: Source
    seed: int

    @classmethod
    def of(cls, catalogue: Catalogue, index: Index, embedder: Embedder, domain: Domain, seed: int) -> Wants:
        """`catalogue` and `index` as they are: the vectors know the sentences that judge, and say no more than which
        items are hard to tell from the right one."""
        found = wishes(catalogue, seed)
        judged = frozenset(one.said for one in found.values())
        quiet = Catalogue.of(unsaid(item, judged) for item in silent(catalogue, found).values())
        near = by_wish(
            quiet, index, embedder, Lexical.of(quiet), domain.weights, sample(quiet, index), NEAREST, domain.words
        )
        wished = frozenset(one.text for one in found.values())
        told = {id: tuple(taught(catalogue[id], quiet[id], wished, seed)) for id in found}
        return cls(quiet, found, told, near, by_likeness(quiet, index, NEAREST), seed)

    @cached_property
    def lessons(self) -> list[tuple[str, Wish]]:
        """What is learned from, with the id of the item."""
        return [(id, one) for id, each in self.told.items() if not apart(self.silent[id]) for one in each]

    def __len__(self) -> int:
        return len(self.lessons)

    def units(self, start: int = 0) -> Iterator[Want]:
        """From number `start` on, over and over, each time with other wrong items."""
        number = start
        while True:
            id, lesson = self.lessons[self._turns[number % len(self)]]
            yield self._want(id, lesson, np.random.default_rng([self.seed, number]))
            number += 1

    def judging(self, most: int) -> list[list[Want]]:
        """Of so many of the items held out, drawn by the seed, the wish that judges, and one by another sentence where
        there is one."""
        ids = [id for id in self.wishes if apart(self.silent[id])]
        dice = np.random.default_rng(self.seed)
        chosen = [ids[at] for at in np.sort(dice.permutation(len(ids))[:most]).tolist()]
        asked = {id: [replace(self.wishes[id], rest=self.silent[id]), *self.told[id][:OTHERS]] for id in chosen}
        return [[self._want(id, one, dice) for one in each] for id, each in asked.items()]

    def _want(self, id: str, wished: Wish, dice: np.random.Generator) -> Want:
        own = self.silent.twins([id])
        query = Query(text=wished.text, like=(id,), exclude=dict.fromkeys(own, "it is meant"))
        wrong = dict[str, None]()
        for pool, share in zip((self.near(query).ids, self.kin(query).ids, self._with_text), SHARES, strict=True):
            left = [one for one in pool if one not in own and one not in wrong]
            wrong |= dict.fromkeys(left[at] for at in dice.permutation(len(left))[:share].tolist())
        wish = flat(wished.text)
        return Want(wish, tuple(tellings([wished.rest, *(self.silent[one] for one in wrong)], wish)))

    @cached_property
    def _with_text(self) -> list[str]:
        return [id for id, item in self.silent.items() if item.text]

    @cached_property
    def _turns(self) -> list[int]:
        """Places of the lessons in the order of learning."""
        mixed = np.random.default_rng(self.seed).permutation(len(self)).tolist()
        turns, met = list[int](), dict[str, int]()
        for at in mixed:
            id = self.lessons[at][0]
            turns.append(met.get(id, 0))
            met[id] = turns[-1] + 1
        return [mixed[at] for at in np.argsort(turns, kind="stable").tolist()]
