"""What is asked, and the order that answers it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from retrieval.filtering.where import Where

Scores = NDArray[np.float32]


@dataclass(frozen=True)
class Moment:
    """What is known of an event besides its item, or of the moment of asking: `time` in seconds since 1970, `marks` by
    name (action, value, device, ...), and of the person asking their attributes."""

    time: float | None = None
    marks: tuple[tuple[str, str | float], ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()

    def mark(self, name: str) -> str | float | None:
        return next((said for named, said in self.marks if named == name), None)

    @property
    def person(self) -> Mapping[str, str]:
        return dict(self.attributes)


@dataclass(frozen=True)
class Known:
    """What behaviour is judged by: `history`, ids of what the person did, oldest first; `moments`, what else is known
    of each of these events, one for each or none at all; `now`, the moment of asking."""

    history: tuple[str, ...] = ()
    moments: tuple[Moment, ...] = ()
    now: Moment = field(default_factory=Moment)

    def without(self, *gone: str) -> Known:
        """The same as if the person had never done anything with these items."""
        out = set(gone)
        kept = [at for at, id in enumerate(self.history) if id not in out]
        moments = tuple(self.moments[at] for at in kept) if self.moments else ()
        return Known(tuple(self.history[at] for at in kept), moments, self.now)


@dataclass(frozen=True)
class Query:
    """Everything a source or a ranker may know.

    `history`: ids of what the person did, oldest first. `text`: the wish in their words. `like`: ids of items named
    as examples. `disliked`: ids turned down in this conversation. `exclude`: ids not to be shown, each with the
    reason in words. `where`: hard constraints. `reasons`: ids of the history that may be given as a reason, each with
    what the person did with it (`watched`, `like`); what they did not care for is not among them. `gift`: it is for
    someone else, and the history is only what was said of items in this conversation. `moments`: what else is known of
    each event of the history, one for each or none at all; `now`: the moment of asking. `surprise`: from 0, what is
    likeliest, to 1, what differs most; None is the usual. `wished`: what had better hold: it lifts and removes nothing;
    `remembered`: the same of what the person likes in general, and for less. `order`: the number by which the list
    goes, and whether the most of it comes first; None goes by what is likeliest.
    """

    user: str = ""
    history: tuple[str, ...] = ()
    text: str = ""
    like: tuple[str, ...] = ()
    disliked: tuple[str, ...] = ()
    exclude: Mapping[str, str] = field(default_factory=dict)
    where: Where = field(default_factory=Where)
    reasons: Mapping[str, str] = field(default_factory=dict)
    gift: bool = False
    moments: tuple[Moment, ...] = ()
    now: Moment = field(default_factory=Moment)
    surprise: float | None = None
    wished: Where = field(default_factory=Where)
    remembered: Where = field(default_factory=Where)
    order: tuple[str, bool] | None = None

    @property
    def known(self) -> Known:
        """What behaviour is judged by."""
        return Known(self.history, self.moments, self.now)

    def judged_by(self, known: Known) -> Query:
        """The same wish of somebody with another past, or at another moment. What may not be shown stays what it was,
        so that what is taken out of a history does not come back as a suggestion."""
        done = set(known.history)
        reasons = {id: did for id, did in self.reasons.items() if id in done}
        return replace(self, history=known.history, moments=known.moments, now=known.now, reasons=reasons)

    def without(self, *gone: str) -> Query:
        """The same as if the person had never done anything with these items, which still may not be shown."""
        return self.judged_by(self.known.without(*gone))


@dataclass(frozen=True)
class Ranking:
    """Items, best first, with every part of the score by name.

    Each entry of `parts` holds one float a item in the order of `ids`; the score of an item is the sum of its
    parts, so what carried it there can be read, not guessed. `notes`: what else of the way there is worth keeping, for
    instance which index answered. `found`: by id the names of the sources that it came from, where they have names.
    `made_of`: the order that this list was made of, with what was left out.
    """

    ids: tuple[str, ...] = ()
    parts: Mapping[str, Scores] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    found: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    made_of: Ranking | None = field(default=None, repr=False)

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def scores(self) -> Scores:
        """Sum of the parts, shape (items,)."""
        return summed(list(self.parts.values())) if self.parts else np.zeros(len(self.ids), dtype=np.float32)

    def parts_of(self, id: str) -> dict[str, float]:
        """The parts of one item's score. KeyError if it is not in the ranking."""
        at = self.position(id)
        return {name: float(scores[at]) for name, scores in self.parts.items()}

    def position(self, id: str) -> int:
        """Where the item stands, from 0. KeyError if it is not in the ranking."""
        try:
            return self.ids.index(id)
        except ValueError:
            raise KeyError(id) from None

    def top(self, n: int) -> Ranking:
        """The first n."""
        return replace(self, ids=self.ids[:n], parts={name: scores[:n] for name, scores in self.parts.items()})

    def adding(self, name: str, scores: Scores) -> Ranking:
        """The same items with one more part, in the new order."""
        return replace(ranked(self.ids, {**self.parts, name: scores}), notes=self.notes)


def summed(parts: Sequence[Scores]) -> Scores:
    """The sum over parts of one shape."""
    return np.asarray(np.sum(parts, axis=0), dtype=np.float32)


def highest(scores: Scores, n: int) -> NDArray[np.int64]:
    """The places of the n highest, highest first, equals in their order; takes no longer for sorting than n needs."""
    if 0 < n < len(scores):
        least = np.partition(scores, len(scores) - n)[len(scores) - n]
        above = np.flatnonzero(scores > least)
        level = np.flatnonzero(scores == least)[: n - len(above)]
        places = np.sort(np.concatenate([above, level]))
    else:
        places = np.arange(len(scores) if n else 0)
    return places[np.argsort(-scores[places], kind="stable")]


Source = Callable[[Query], Ranking]
Ranker = Callable[[Query, Ranking], Ranking]


def ranked(ids: Sequence[str], parts: Mapping[str, Scores]) -> Ranking:
    """A ranking by falling sum of parts; equal sums keep the order of `ids`."""
    total = np.sum(list(parts.values()), axis=0) if parts else np.zeros(len(ids))
    order = np.argsort(-total, kind="stable")
    return Ranking(
        tuple(map(ids.__getitem__, order.tolist())),
        {name: np.asarray(s, dtype=np.float32)[order] for name, s in parts.items()},
    )
