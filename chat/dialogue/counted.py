"""What was suggested after what, counted in dialogues: the parts that need no training."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse

from chat.dialogue.lexicon import Lexicon
from chat.dialogue.talk import Case, Talk
from recommender.ease import Easing, ease
from recommender.forms import Scores

FADES = 0.85  # what a mention weighs against the one after it
STEPS = 0.15  # how an earlier mention loses against a later one while counting
RIDGE = 60.0
MET = 2  # dialogues that must have a thing to be learned from


@dataclass(frozen=True)
class Counted:
    """`after` (items, items): how often the second was suggested after the first was brought up by who asked, the
    nearer the more; `further`: the same after the first was a suggestion itself;
    `together` (items, items): in how many dialogues both were named; `heard` (things, items): suggested after the thing
    was named; `named`, `first` (items,): dialogues that name the item, and turns that suggest it before anything was
    named. `columns`, `weights`: the linear model of items and things together, and what it is of."""

    ids: tuple[str, ...]
    lexicon: Lexicon
    after: sparse.csr_array
    further: sparse.csr_array
    together: sparse.csr_array
    heard: sparse.csr_array
    named: Scores
    first: Scores
    columns: np.ndarray[tuple[int], np.dtype[np.int64]]
    weights: Scores

    @classmethod
    def of(cls, cases: Sequence[Case], ids: Sequence[str], lexicon: Lexicon) -> Counted:
        """One pass over the cases; items that are not among the ids are left out."""
        row = {id: at for at, id in enumerate(ids)}
        after, further, heard, first = _Pairs(), _Pairs(), _Pairs(), np.zeros(len(ids), dtype=np.float32)
        whole: dict[str, tuple[dict[int, None], dict[int, None]]] = {}
        for case in cases:
            named = [row[id] for id in case.talk.named if id in row]
            offered = {row[id] for id in case.talk.offered if id in row}
            things = lexicon.heard(case.talk.said)
            items, all_things = whole.setdefault(case.dialogue, ({}, {}))
            items.update(dict.fromkeys(named))
            all_things.update(dict.fromkeys(things))
            for target in (row[id] for id in case.suggested if id in row):
                items[target] = None
                for place, one in enumerate(reversed(named)):
                    if one != target:
                        (further if one in offered else after).add(one, target, 1 / (1 + STEPS * place))
                for thing in things:
                    heard.add(thing, target, 1.0)
                first[target] += not named
        together, counts = _Pairs(), np.zeros(len(ids), dtype=np.float32)
        for items, _ in whole.values():
            for one in items:
                counts[one] += 1
                for other in items:
                    if other != one:
                        together.add(one, other, 1.0)
        columns, weights = _linear(list(whole.values()), len(ids), lexicon.having.shape[0])
        n = len(ids)
        return cls(
            tuple(ids), lexicon, after.matrix(n, n), further.matrix(n, n), together.matrix(n, n),
            heard.matrix(lexicon.having.shape[0], n), counts, first, columns, weights,
        )  # fmt: skip

    @cached_property
    def row(self) -> Mapping[str, int]:
        return {id: at for at, id in enumerate(self.ids)}

    def met(self, talks: Sequence[Talk]) -> sparse.csr_array:
        """How much each item named and thing heard counts, the later named the more, (talks, items and things)."""
        items, things = len(self.ids), self.lexicon.having.shape[0]
        found = _Pairs()
        for at, talk in enumerate(talks):
            rows = [self.row[id] for id in talk.named if id in self.row]
            for place, one in enumerate(reversed(rows)):
                found.add(at, one, FADES**place)
            for thing in self.lexicon.heard(talk.said):
                found.add(at, items + thing, 1.0)
        return found.matrix(len(talks), items + things)

    def parts(self, talks: Sequence[Talk], whole: sparse.csr_array) -> dict[str, Scores]:
        """What each part says of every item, each (talks, items), before it is standardised; `whole`: what is `met` in
        the talks."""
        past, words = whole[:, : len(self.ids)], whole[:, len(self.ids) :]
        offered = self._offered(talks, past)
        none = np.array([[not any(id in self.row for id in talk.named)] for talk in talks], dtype=np.float32)
        rare = sparse.csr_array(words.multiply(self.lexicon.rarity()[None]))
        return {
            "after": np.sqrt(_dense((past - offered) @ self._after)),
            "further": np.sqrt(_dense(offered @ self._further)),
            "together": np.sqrt(_dense(past @ self._together)),
            "popular": np.tile(np.log1p(self.named), (len(talks), 1)),
            "first": none * np.log1p(self.first),
            "heard": np.sqrt(_dense(words @ self._heard)),
            "having": _dense(rare @ self.lexicon.having),
            "kind": _dense((past @ self._kind) @ self._kind.T),
            "linear": self._linear(whole),
        }

    @cached_property
    def _after(self) -> sparse.csr_array:
        return _shared(self.after, 0.9, 0.1)

    @cached_property
    def _further(self) -> sparse.csr_array:
        return _shared(self.further, 0.9, 0.1)

    @cached_property
    def _together(self) -> sparse.csr_array:
        return _shared(self.together, 0.8, 0.4)

    @cached_property
    def _heard(self) -> sparse.csr_array:
        return _shared(self.heard, 0.9, 0.1)

    @cached_property
    def _kind(self) -> sparse.csr_array:
        """What each item has, a rare thing for more, rows of unit length, (items, things)."""
        having = sparse.csr_array(self.lexicon.having.T.multiply(self.lexicon.rarity()[None]))
        lengths = np.sqrt(np.asarray(having.multiply(having).sum(axis=1))).ravel()
        return sparse.csr_array(sparse.diags_array(1 / np.maximum(lengths, 1e-6)) @ having)

    def _offered(self, talks: Sequence[Talk], past: sparse.csr_array) -> sparse.csr_array:
        """Of the past what came up as a suggestion."""
        chosen = _Pairs()
        for at, talk in enumerate(talks):
            for id in talk.offered:
                if id in self.row:
                    chosen.add(at, self.row[id], 1.0)
        return sparse.csr_array(past.multiply(chosen.matrix(*past.shape)))

    def _linear(self, whole: sparse.csr_array) -> Scores:
        scores = np.zeros((whole.shape[0], len(self.ids)), dtype=np.float32)
        if len(self.columns):
            items = self.columns < len(self.ids)
            scores[:, self.columns[items]] = np.maximum((whole[:, self.columns] @ self.weights)[:, items], 0)
        return np.sqrt(scores)


class _Pairs:
    """Weights of pairs as they come."""

    def __init__(self) -> None:
        self.rows, self.columns, self.values = list[int](), list[int](), list[float]()

    def add(self, row: int, column: int, value: float) -> None:
        self.rows.append(row)
        self.columns.append(column)
        self.values.append(value)

    def matrix(self, rows: int, columns: int) -> sparse.csr_array:
        values = np.array(self.values, dtype=np.float32)
        return sparse.csr_array((values, (self.rows, self.columns)), shape=(rows, columns))


def _shared(counts: sparse.csr_array, out: float, into: float) -> sparse.csr_array:
    """The counts as shares of what leaves a row, and damped by what enters a column: by powers below one, so that a few
    counts are not taken for certainty."""
    rows, columns = (np.maximum(np.asarray(counts.sum(axis=axis)).ravel(), 1) for axis in (1, 0))
    return sparse.csr_array(sparse.diags_array(1 / rows**out) @ counts @ sparse.diags_array(1 / columns**into))


def _linear(
    dialogues: Sequence[tuple[dict[int, None], dict[int, None]]], items: int, things: int
) -> tuple[np.ndarray[tuple[int], np.dtype[np.int64]], Scores]:
    """Which columns are learned, items and behind them things, and what each says of the others of its dialogue."""
    met = [np.array([*named, *(items + thing for thing in heard)], dtype=np.int64) for named, heard in dialogues]
    counts = np.bincount(np.concatenate([np.zeros(0, dtype=np.int64), *met]), minlength=items + things)
    columns = np.flatnonzero(counts >= MET)
    place = np.full(items + things, -1)
    place[columns] = np.arange(len(columns))
    known = [row[row >= 0] for row in (place[one] for one in met)]
    return columns, ease(known, len(columns), Easing(ridge=RIDGE, learning=1.0))


def _dense(scores: sparse.sparray) -> Scores:
    return np.asarray(scores.toarray(), dtype=np.float32)
