"""What a place in the list is owed to: without it, and with all else as it is, the item would stand lower.

Which things of the past count is settled by taking them away, as an effect is told from what merely goes along with it
(counterfactual explanations: Ghazimatin et al., "PRINCE", 2020; Tran et al., "Counterfactual explanations for neural
recommenders", 2021). What is asked after is the place in the list that the person sees, and not the score: that a
score changes nobody notices.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from recommender.ranker import Behaviour
from retrieval.catalogue import Catalogue
from retrieval.ranking import Query, Ranker, Ranking, Scores, ranked, summed

RECENT = 50  # works of the history, the newest, whose removal is tried
TRIED = 3  # of these for each item, those that seem to carry it most, that are looked at in the list itself
CITED = 2  # single things that are given for an item
LARGEST = 3  # things in a set
RIVALS = 50  # the best, beside whom an item is measured when it is said to lose
MARGIN = 0.05  # of a score, by which what takes its place has to lead: less is undone by a little luck elsewhere
WAVERING = 0.5  # of the spread of what the language model says, which it may take back when it reads another history
OF_THE_LIST = ("diversity", "calibration", "damper", "exploration", "pinned")  # parts that say nothing of an item alone

Together = tuple[str, ...]  # ids of the history that move an item together, one for each work


@dataclass(frozen=True)
class Owed:
    """What an item owes its place to: things of the `past`, each alone or a set for itself, the strongest first, and
    `marks` of the moment."""

    past: tuple[Together, ...] = ()
    marks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Replay:
    """A list that can be made again as if something had been otherwise.

    `ranking`: the whole of it, as it was finished, with the order that `finishing` made it of and to which `behaviour`
    said its part. What the request and the language model said of each item is held, and so are the candidates; what
    the past says is asked anew, and so is what makes a list of the order.
    """

    query: Query
    ranking: Ranking
    behaviour: Behaviour
    catalogue: Catalogue
    finishing: tuple[Ranker, ...] = ()

    def owed(self, ids: Sequence[str], marks: Sequence[str] = ()) -> dict[str, Owed]:
        """For each of the items what it would stand at least one place lower without: one or two things of the past,
        or, where no single one moves it, a set of at most three that do together (of two that say the same neither is
        missed); and which of the `marks` of the moment. Nothing where nothing does.

        Only what may be given as a reason is tried, once for each work, with all its entries. What is taken away still
        may not be shown, so it never is what comes to stand above. An item that chance or a rule has put where it is
        owes that to nothing else.
        """
        owed = dict.fromkeys(ids, Owed())
        chosen = [id for id in ids if not self._set_apart(id)]
        marks = [mark for mark in marks if self.query.now.mark(mark) is not None]
        if not chosen or not (self.pasts or marks):
            return owed
        singles = self.otherwise(
            [*(self.without([past]) for past in self.pasts), *(self._unmarked(mark) for mark in marks)]
        )
        n = len(self.pasts)
        for id in chosen:
            likely = [at for at in singles.order(id) if at < n and singles.overtaken(id, at)][:TRIED]
            past = tuple((self.pasts[at],) for at in likely if singles.falls(id, at))
            owed[id] = Owed(past[:CITED], tuple(mark for at, mark in enumerate(marks, n) if singles.falls(id, at)))
        unmoved = [id for id in chosen if not owed[id].past] if n > 1 else []
        if unmoved:
            for id, together in self._sets(unmoved, singles).items():
                owed[id] = replace(owed[id], past=(together,))
        return owed

    def otherwise(self, queries: Sequence[Query]) -> Otherwise:
        """The lists of other queries that differ in the past or the moment alone; the model is asked once for all."""
        return Otherwise(self, tuple(queries), self.behaviour.total([query.known for query in queries]))

    def without(self, past: Iterable[str]) -> Query:
        """The query of somebody who never had to do with these, nor with another entry of the same works."""
        return self.query.without(*self.catalogue.twins(past))

    @cached_property
    def pasts(self) -> tuple[str, ...]:
        """What may be given as a reason, newest first, one entry for each work."""
        works: dict[str, str] = {}
        for id in reversed(self.query.history):
            if id in self.query.reasons:
                works.setdefault(self.catalogue[id].work or id if id in self.catalogue else id, id)
        return tuple(works.values())[:RECENT]

    @property
    def order(self) -> Ranking:
        """The candidates, in the order that the list was made of."""
        return self.ranking.made_of or self.ranking

    @cached_property
    def held(self) -> dict[str, Scores]:
        """The parts that stay what they are, each (candidates,)."""
        of_the_past = self.behaviour.of(self.query.known)
        return {name: part for name, part in self.order.parts.items() if name not in (*of_the_past, *OF_THE_LIST)}

    @cached_property
    def whole(self) -> Scores:
        """What the past says of every candidate, (candidates,)."""
        return self.behaviour.pick(summed(list(self.behaviour.of(self.query.known).values())), self.order.ids)

    @cached_property
    def margin(self) -> float:
        """By how much what takes a place has to lead. The model that is held would say something else of another past,
        so where it says much the lead must be larger."""
        said = [part for name, part in self.held.items() if name.startswith("language")]
        # what it was not asked about all has one value
        return max(MARGIN, WAVERING * float(np.unique(summed(said)).std())) if said else MARGIN

    def _sets(self, ids: Sequence[str], singles: Otherwise) -> dict[str, Together]:
        """For each item that no single thing moves the smallest set that does, grown one by one along what is missed
        most; where nothing is missed at all, along what speaks most for the item when it is all that is known."""
        n = len(self.pasts)
        orders = {id: [at for at in singles.order(id) if at < n] for id in ids}
        if vague := [id for id, order in orders.items() if singles.loss(id, order[0]) < self.margin]:
            alone = self.otherwise([self._only(past) for past in self.pasts])
            orders.update({id: alone.order(id)[::-1] for id in vague})
        tries: list[tuple[str, Together]] = []
        for id, order in orders.items():
            grown = [self._alike(order)[:size] for size in range(2, LARGEST + 1)]
            tries += [(id, one) for one in dict.fromkeys(grown) if len(one) > 1]
        different = list(dict.fromkeys(one for _, one in tries))
        if not different:
            return {}
        lists = self.otherwise([self.without(one) for one in different])
        found: dict[str, Together] = {}
        for id, one in tries:
            if id not in found and lists.falls(id, different.index(one)):
                found[id] = one
        return found

    def _alike(self, order: Sequence[int]) -> Together:
        """The first of the order and those after it with which the person did the same, so that one sentence holds."""
        some = [self.pasts[at] for at in order]
        return tuple(id for id in some if self.query.reasons[id] == self.query.reasons[some[0]])

    def _only(self, past: str) -> Query:
        known = self.query.known
        return self.query.judged_by(known.without(*set(known.history).difference([past])))

    def _unmarked(self, mark: str) -> Query:
        now = self.query.now
        return replace(self.query, now=replace(now, marks=tuple(one for one in now.marks if one[0] != mark)))

    def _set_apart(self, id: str) -> bool:
        parts = self.ranking.parts_of(id)
        return parts.get("pinned", 0.0) > 0 or parts.get("exploration", 0.0) > 0


class Otherwise:
    """The lists that there would be for other queries, each made when it is asked for. `totals` (queries, items of the
    checkpoint): what behaviour says then."""

    def __init__(self, replay: Replay, queries: tuple[Query, ...], totals: Scores) -> None:
        self.replay, self.queries = replay, queries
        rows = [replay.behaviour.row[id] for id in replay.order.ids]
        self.scores: NDArray[np.float32] = totals[:, rows]  # (queries, candidates)
        self.whole = self.scores + sum(replay.held.values())
        self.lost = replay.whole - self.scores
        # what all lose alike moves nobody
        self.missed = self.lost - self.lost[:, :RIVALS].mean(axis=1, keepdims=True)
        self._lists: dict[int, Ranking] = {}

    def order(self, id: str) -> list[int]:
        """The queries, first the one in which the item loses most against the others."""
        missed = self.missed[:, self.replay.order.position(id)]
        return [int(at) for at in np.argsort(-missed, kind="stable")]

    def loss(self, id: str, at: int) -> float:
        """By how much more than the others it loses then."""
        return float(self.missed[at, self.replay.order.position(id)])

    def overtaken(self, id: str, at: int) -> bool:
        """Whether the item has less behind it then and something that came after it is clearly ahead."""
        here = self.replay.order.position(id)
        after = self.whole[at, here + 1 :]
        return bool(self.lost[at, here] > 0 and after.size and after.max() - self.whole[at, here] >= self.replay.margin)

    def falls(self, id: str, at: int) -> bool:
        """Whether the item is overtaken then, and clearly stands lower in the list that is made of it all."""
        before, margin = self.replay.ranking.position(id), self.replay.margin
        return self.overtaken(id, at) and lower(id, before, self.list(at), margin)

    def list(self, at: int) -> Ranking:
        """The list for one of the queries."""
        if at not in self._lists:
            ranking = ranked(self.replay.order.ids, {**self.replay.held, "behaviour": self.scores[at]})
            for stage in self.replay.finishing:
                ranking = stage(self.queries[at], ranking)
            self._lists[at] = ranking
        return self._lists[at]


def lower(id: str, before: int, ranking: Ranking, margin: float = MARGIN) -> bool:
    """Whether the item stands lower in the list than `before`, from 0, and what stands there leads it by the margin."""
    if id not in ranking.ids:
        return True
    at, scores = ranking.position(id), ranking.scores
    return at > before and bool(scores[before] - scores[at] >= margin)
