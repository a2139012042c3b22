"""Why not this one: what separates an item from the list, and the smallest change that would bring it in.

Nothing is offered that was not tried: each change is made to the query, and the list is made again with it (contrastive
explanation: Miller, "Explanation in artificial intelligence", 2019; "why not" by change of the past: Ghazimatin et al.,
"PRINCE", 2020).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np

from chat.grammar import listed
from chat.phrasing import chipped
from recommender.ranker import Behaviour
from retrieval.catalogue import Catalogue
from retrieval.domain import Domain
from retrieval.index.nearest import Index
from retrieval.ranking import Known, Moment, Query, Ranking, Scores
from retrieval.sources import removal

RECENT = 50  # works of the history whose removal is thought of
NEAREST = 20  # items like it that are thought of
TRIED = 3  # of each kind of change those that promise most, tried in earnest
SEPARATING = 2  # parts that are told
CLEAR = 0.05  # of a score: what separates by less separates nobody
TAKEN_BACK = {  # what kept an item out that the person can take back, and how that is said
    "turned down": "taking back that it was turned down",
    "named as an example": "not naming it as an example",
    "shown before": "letting come again what was shown before",
}
PLAIN: Mapping[str, str] = {  # the parts of a score in words
    "sequence": "what people go on to after such a history",
    "counts": "what is done soon after the latest",
    "ease": "what goes with the history as a whole",
    "text": "how it is described, beside the history",
    "popularity": "how many chose it",
    "recency": "how many chose it lately",
    "trending": "how fast it is gaining",
    "beginnings": "how many began with it",
    "meaning": "the sense of the words",
    "words": "the very words of the wish",
    "likeness": "closeness to what was named",
    "kind": "attributes shared with what was named",
    "company": "what goes with what was named",
    "dialogue": "what people went on to in such conversations",
    "disliked": "closeness to what was turned down",
    "language": "what the language model makes of it",
    "language-neutral": "how usual its title is to the language model",
    "language-wish": "how likely the language model finds the wish after it",
    "language-held": "that the language model moves nothing by more than ten places",
    "diversity": "how much it differs from the rest of the list",
    "calibration": "the mix of what was done before",
    "damper": "how little known it is",
    "exploration": "chance",
    "pinned": "being featured",
    "freshness": "how new it is",
}


@dataclass(frozen=True)
class Change:
    """One change that lets an item in. `what` in words: `dropping “no Horror”`; `query`, the one with it; `rank`, from
    1, where the item then stands in the list."""

    what: str
    query: Query
    rank: int

    @property
    def text(self) -> str:
        return f"{self.what[0].upper()}{self.what[1:]} would bring it to place {self.rank}."


@dataclass(frozen=True)
class Contrast:
    """Over the things of one catalogue. `rank` makes the whole list of a query as the person would see it, `quickly`
    the same without what takes long; `places`: how many of it are shown."""

    catalogue: Catalogue
    domain: Domain
    behaviour: Behaviour
    index: Index
    rank: Callable[[Query], Ranking]
    quickly: Callable[[Query], Ranking]
    places: int

    def told(self, query: Query, id: str, ranking: Ranking, most: int) -> tuple[str, ...]:
        """In sentences what separates the item from the list, which is the beginning of `ranking`, and at most so many
        changes that would bring it in; that none of those tried does, if so. Nothing of an item that is shown."""
        if id in ranking.ids[: self.places]:
            return ()
        apart = self.apart(id, ranking)
        changes = [change.text for change in islice(self.changes(query, id), most)]
        if not changes and self._may_come(query, id):
            changes = ["No small change of the wish or of the history that I tried would bring it in."]
        return (*apart, *changes)

    def apart(self, id: str, ranking: Ranking) -> tuple[str, ...]:
        """Where the list ends, and the parts that the item lacks most against the last one shown."""
        if id not in ranking.ids or len(ranking) <= self.places:
            return ()
        last = ranking.ids[self.places - 1]
        mine, theirs = ranking.parts_of(id), ranking.parts_of(last)
        lacking = sorted(((theirs[name] - mine[name], name) for name in mine), reverse=True)[:SEPARATING]
        said = [f"{PLAIN.get(name, name)} ({lack:.1f} less)" for lack, name in lacking if lack > CLEAR]
        ends = f"The list ends at {self.places}, with {self.catalogue[last].name}."
        return (ends, f"What separates them most: {listed(said)}.") if said else (ends,)

    def changes(self, query: Query, id: str) -> Iterator[Change]:
        """Each kind of change at most once, the smallest first: of what rules it out, of the wish, of the past. Each
        was tried in earnest, and lets the item into the list."""
        for given_up, open_to in self._opened(query, id):
            if given_up and (change := self._tried([(listed(given_up), open_to)], id)):
                yield change
                return
            for ideas in (self._asking, self._naming, self._forgetting, self._liking):
                found = ideas(open_to, id)
                both = ((listed([*given_up, what]), changed) for what, changed in found)
                if change := self._tried(both, id):
                    yield change

    def _may_come(self, query: Query, id: str) -> bool:
        return any(True for _ in self._opened(query, id))

    def _opened(self, query: Query, id: str) -> Iterator[tuple[tuple[str, ...], Query]]:
        """The query with all given up that rules the item out, and what that is in words; nothing where it is not the
        person's to give up: what is blocked, or not there, or done with."""
        item, given_up = self.catalogue[id], list[str]()
        if reason := query.exclude.get(id):
            if reason not in TAKEN_BACK:
                return
            given_up.append(TAKEN_BACK[reason])
            query = self._back(query, id)
        constraints, where = query.where.letting(item)
        if constraints:
            given_up.append(
                f"dropping {listed([f'“{one}”' for one in chipped(constraints, query.where, self.domain)])}"
            )
            query = replace(query, where=where)
        if removal(self.catalogue, query, id) is None:
            yield tuple(given_up), query

    def _back(self, query: Query, id: str) -> Query:
        twins = self.catalogue.twins([id])
        exclude = {one: why for one, why in query.exclude.items() if one not in twins}
        like, disliked = (tuple(one for one in ids if one not in twins) for ids in (query.like, query.disliked))
        return replace(query, exclude=exclude, like=like, disliked=disliked)

    def _asking(self, query: Query, id: str) -> Iterator[tuple[str, Query]]:
        """Asking for one more of its attributes, the rarest first."""
        item = self.catalogue[id]
        having = self.catalogue.columns.having
        values = [(f, v) for f, all_values in item.facets.items() for v in all_values if v not in query.where.asked(f)]
        for facet, value in sorted(values, key=lambda one: len(having[one]))[:TRIED]:
            wanted = {**query.where.wanted, facet: query.where.wanted.get(facet, frozenset()) | {value}}
            yield f"asking for {value}", replace(query, where=replace(query.where, wanted=wanted))

    def _naming(self, query: Query, id: str) -> Iterator[tuple[str, Query]]:
        """Naming something like it as an example."""
        for like in self._near(id, without=query.like)[:TRIED]:
            named = dict.fromkeys(self.catalogue.twins([like]), "named as an example")
            what = f"asking for something like {self.catalogue[like].name}"
            yield what, replace(query, like=(*query.like, like), exclude={**query.exclude, **named})

    def _forgetting(self, query: Query, id: str) -> Iterator[tuple[str, Query]]:
        """Without one thing of the history, or two."""
        works = {min(self.catalogue.twins([past])): past for past in reversed(query.history)}
        pasts = list(works.values())[:RECENT]
        if not pasts:
            return
        without = [query.without(*self.catalogue.twins([past])) for past in pasts]
        gains = self._gains(query, [one.known for one in without], id)
        best = [int(at) for at in np.argsort(-gains, kind="stable")[:TRIED] if gains[at] > 0]
        for at in best:
            yield f"leaving {self.catalogue[pasts[at]].name} out of the history", without[at]
        if len(best) > 1:
            two = [pasts[at] for at in best[:2]]
            names = listed([self.catalogue[past].name for past in two])
            yield f"leaving {names} out of the history", query.without(*self.catalogue.twins(two))

    def _liking(self, query: Query, id: str) -> Iterator[tuple[str, Query]]:
        """With one more thing liked, of those that are like it."""
        near = self._near(id, without=query.history)
        liked = [self._with(query, one) for one in near]
        if not liked:
            return
        gains = self._gains(query, [one.known for one in liked], id)
        for at in np.argsort(-gains, kind="stable")[:TRIED]:
            if gains[at] > 0:
                yield f"liking {self.catalogue[near[at]].name}", liked[at]

    def _with(self, query: Query, id: str) -> Query:
        """As if the item had just been liked."""
        moments = (*query.moments, Moment(query.now.time)) if query.moments or not query.history else ()
        seen = dict.fromkeys(self.catalogue.twins([id]), "seen already")
        liked = query.judged_by(Known((*query.history, id), moments, query.now))
        return replace(liked, exclude={**query.exclude, **seen}, reasons={**query.reasons, id: "like"})

    def _gains(self, query: Query, asked: list[Known], id: str) -> Scores:
        """By how much more than the usual item behaviour would think of it, for each of these pasts, (asked,)."""
        scores = self.behaviour.total([query.known, *asked])
        ahead = scores[:, self.behaviour.row[id]] - scores.mean(axis=1)
        return np.asarray(ahead[1:] - ahead[0], dtype=np.float32)

    def _near(self, id: str, without: Iterable[str]) -> list[str]:
        """What is described most like it, nearest first, one entry of each work, without these."""
        out = self.catalogue.twins([id, *without])
        found = self.index.found(self.index.vectors([id])[0], NEAREST + len(out), None).ids
        works = {min(self.catalogue.twins([one])): one for one in reversed(found) if one not in out}
        return sorted(works.values(), key=found.index)[:NEAREST]

    def _tried(self, ideas: Iterable[tuple[str, Query]], id: str) -> Change | None:
        """The first of the changes that really lets the item in."""
        for what, query in ideas:
            if self._place(self.quickly(query), id) and (place := self._place(self.rank(query), id)):
                return Change(what, query, place)
        return None

    def _place(self, ranking: Ranking, id: str) -> int | None:
        """From 1, None if it is not among those shown."""
        return ranking.ids.index(id) + 1 if id in ranking.ids[: self.places] else None
