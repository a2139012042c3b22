"""What people chose, as questions to learn from: this came before, and of these titles one came next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from chat.reranking import prompting
from recommender.holdout import HELD_OUT, Questions, asked, questions
from recommender.interactions import Interactions
from recommender.past import Past
from retrieval.catalogue import Catalogue
from retrieval.domain import Domain
from retrieval.filtering.where import Where
from retrieval.items import Item
from retrieval.ranking import Query, highest, summed
from retrieval.words.wishes import others, wish

CHOICES = 8  # titles of one list
HARD = 30  # the best by behaviour, from which the wrong titles are drawn
TOLD = 30  # titles of a history that are foreseen one after the other
RUN = 4  # lists of one person side by side: they share most of their history
AHEAD = 16  # sheets whose wrong titles behaviour names at once
WISHES = ("none", "facets", "sentence")
SHARES = (0.5, 0.2, 0.3)  # of lists without a wish, with attributes in words, with a sentence


class Knowing(Protocol):
    """Behaviour: what each part adds to the score of every item, (pasts, items) each."""

    def fused(self, pasts: Sequence[Past]) -> Mapping[str, NDArray[np.float32]]: ...


@dataclass(frozen=True)
class Choice:
    """`prefix` stands before a title, `titles[right]` came next. `user` and `place`: whose event it was, and its number
    in their history."""

    user: int
    place: int
    prefix: str
    titles: tuple[str, ...]
    right: int = 0
    wished: bool = False


@dataclass(frozen=True)
class Sheet:
    """Lists that share most of their history, and `told`, that history and what the person did after it: a text in
    which each title is to be foreseen from those before it."""

    choices: tuple[Choice, ...]
    told: str = ""


@dataclass(frozen=True)
class Lists:
    """Lists out of a log without anybody's last two events. The same for the same seed, one after the other or not.

    Who did much does not count for more: everybody has a turn before anybody has a second one.
    """

    interactions: Interactions
    catalogue: Catalogue
    domain: Domain
    behaviour: Knowing
    seed: int

    @cached_property
    def known(self) -> Interactions:
        """What may be learned from."""
        return self.interactions.without_last(HELD_OUT)

    @cached_property
    def able(self) -> NDArray[np.bool_]:
        """Which events may be foreseen, (events,): something comes before, and it was not done already."""
        return self.known.first_time & self.known.wanted & (self.known.place > 0)

    @cached_property
    def runs(self) -> NDArray[np.int64]:
        """The first event of each sheet and the first that is not of it, (sheets, 2), in the order of learning."""
        random = np.random.default_rng(self.seed)
        lengths = np.diff(self.known.starts)
        runs, turns = [np.zeros((0, 2), dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
        for user in np.flatnonzero(lengths > 1):
            cuts = np.unique([1, *range(1 + int(random.integers(RUN)), lengths[user], RUN), lengths[user]])
            runs.append(self.known.starts[user] + np.stack([cuts[:-1], cuts[1:]], axis=1))
            turns.append(random.permutation(len(cuts) - 1))
        every, turn = np.concatenate(runs), np.concatenate(turns)
        return every[np.lexsort((random.random(len(every)), turn))]

    def __len__(self) -> int:
        return len(self.runs)

    def sheets(self, start: int = 0) -> Iterator[Sheet]:
        """From number `start` on, over and over, each time with other wishes and other wrong titles."""
        number = start
        while True:
            block = range(number, number - number % AHEAD + AHEAD)
            yield from self._block(block)
            number = block.stop

    def _block(self, numbers: range) -> Iterator[Sheet]:
        events = [self._events(number) for number in numbers]
        flat = np.concatenate(events) if events else np.zeros(0, dtype=np.int64)
        question = asked(self.known, self.catalogue, flat)
        scores = open_scores(self.behaviour, question)
        at = 0
        for number, some in zip(numbers, events, strict=True):
            random = np.random.default_rng([self.seed, number])
            begin = max(0, int(self.known.place[some[-1]]) - prompting.TITLES) if len(some) else 0
            choices = tuple(
                self._choice(int(question.users[at + n]), int(event), begin, scores[at + n], random)
                for n, event in enumerate(some)
            )
            yield Sheet(choices, self._told(choices[0].user, begin) if choices else "")
            at += len(some)

    def _told(self, user: int, begin: int) -> str:
        history = self.known.history(user)[begin : begin + TOLD]
        query = Query(history=tuple(self.known.items[code] for code in history))
        return prompting.prompt(query, self.catalogue, self.domain, TOLD).text

    def _events(self, number: int) -> NDArray[np.int64]:
        events = np.arange(*self.runs[number % len(self.runs)])
        return events[self.able[events]]

    def _choice(self, user: int, event: int, begin: int, scores: NDArray[np.float32], random: Any) -> Choice:
        place = int(self.known.place[event])
        target = int(self.known.item[event])
        where, text = self._wish(self.catalogue[self.known.items[target]], random)
        passing = scores.copy()
        passing[target] = -np.inf
        if where:
            passing[~self._passing(where)] = -np.inf
        best = highest(passing, HARD)
        best = best[np.isfinite(passing[best])]
        wrong = random.permutation(best)[: CHOICES - 1]
        history = self.known.history(user)[begin:place]
        query = Query(history=tuple(self.known.items[code] for code in history), where=where, text=text)
        prefix = prompting.prompt(query, self.catalogue, self.domain).text
        titles = tuple(
            prompting.continuation(self.catalogue[self.known.items[code]]) for code in (target, *wrong.tolist())
        )
        return Choice(user, place, prefix, titles, wished=bool(where or text))

    def _wish(self, item: Item, random: Any) -> tuple[Where, str]:
        kind = WISHES[int(random.choice(len(WISHES), p=SHARES))]
        if kind == "sentence" and (said := others(item, self.seed)):
            return Where(), said[int(random.integers(len(said)))]
        if kind != "none" and (facets := [(name, value) for name, values in item.facets.items() for value in values]):
            name, value = facets[int(random.integers(len(facets)))]
            return Where(wanted={name: frozenset({value})}), ""
        return Where(), ""

    def _passing(self, where: Where) -> NDArray[np.bool_]:
        return where.mask(self.catalogue.columns)[self._rows]

    @cached_property
    def _rows(self) -> NDArray[np.int64]:
        """Where the items stand in the catalogue, by code."""
        return np.array([self.catalogue.row[id] for id in self.known.items], dtype=np.int64)


def validation(
    interactions: Interactions,
    catalogue: Catalogue,
    domain: Domain,
    behaviour: Knowing,
    users: int,
    seed: int,
    candidates: int = HARD,
) -> Sequence[tuple[Choice, ...]]:
    """Second-last events asked of `users` drawn by the seed: each of the best `candidates` by behaviour, once without a
    wish and, where the item has one, once with the sentence it is judged by. Empty for whom the item is not among them.
    """
    some = questions(interactions, catalogue, HELD_OUT).some(users, seed)
    scores = open_scores(behaviour, some)
    sheets = list[tuple[Choice, ...]]()
    for at, target in enumerate(some.targets.tolist()):
        best = highest(scores[at], candidates).tolist()
        if target not in best:
            sheets.append(())
            continue
        history = tuple(interactions.items[code] for code in some.pasts[at].item)
        said = wish(catalogue[interactions.items[target]], seed)
        titles = tuple(prompting.continuation(catalogue[interactions.items[code]]) for code in best)
        sheets.append(
            tuple(
                Choice(
                    int(some.users[at]),
                    len(history),
                    prompting.prompt(Query(history=history, text=text), catalogue, domain).text,
                    titles,
                    best.index(target),
                    bool(text),
                )
                for text in ("", *([said.text] if said else []))
            )
        )
    return sheets


def open_scores(behaviour: Knowing, question: Questions) -> NDArray[np.float32]:
    """What behaviour says of every item that was not seen, (questions, items); minus infinity where it was."""
    scores = summed(list(behaviour.fused(question.pasts).values())).copy()
    for row, codes in enumerate(question.seen):
        scores[row, codes] = -np.inf
    return scores
