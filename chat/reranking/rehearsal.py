"""Lists as people would have got them just before their next event, without a wish and with one for what came."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from chat.reranking.reordering import CANDIDATES
from chat.stages import rankers, sources
from recommender.checkpoint import Checkpoint
from recommender.holdout import Questions
from recommender.interactions import Interactions
from recommender.ranker import Behaviour
from retrieval.catalogue import Catalogue
from retrieval.domain import Domain
from retrieval.index.nearest import Exact
from retrieval.ranking import Query, Ranker, Ranking, Scores, Source
from retrieval.space.embedding import Embedder, Vectors
from retrieval.space.item_vectors import embedded
from retrieval.words.lexical import Lexical
from retrieval.words.wishes import Wish, wish

LATEST = 3  # of a history, the items whose vectors stand for it


@dataclass(frozen=True)
class List:
    """The best candidates by all but the language model, and the item that came next, which may not be there."""

    query: Query
    best: Ranking
    target: str

    @property
    def place(self) -> int | None:
        """Where the item stands, from 0."""
        return self.best.ids.index(self.target) if self.target in self.best.ids else None


@dataclass(frozen=True)
class Rehearsal:
    """A catalogue in which no item has the sentence it is wished by: not in its text, its vector nor its words.

    `wishes`: by id what somebody says who wants the item.
    """

    catalogue: Catalogue
    wishes: Mapping[str, str]
    vectors: Vectors
    embedder: Embedder
    source: Source
    rankers: tuple[Ranker, ...]

    @classmethod
    def of(
        cls,
        catalogue: Catalogue,
        found: Mapping[str, Wish],
        vectors: Vectors,
        checkpoint: Checkpoint,
        embedder: Embedder,
        domain: Domain,
    ) -> Rehearsal:
        """`catalogue` as it is, `vectors` those of the silent one, (items, width), in its order."""
        quiet = silent(catalogue, found)
        index, lexical, behaviour = Exact(quiet.ids, vectors), Lexical.of(quiet), Behaviour(checkpoint)
        return cls(
            quiet,
            {id: one.text for id, one in found.items()},
            vectors,
            embedder,
            sources(quiet, behaviour, index, embedder, lexical, domain),
            rankers(quiet, behaviour, index, embedder, lexical, domain),
        )

    def lists(self, interactions: Interactions, asked: Questions, wished: bool) -> Iterator[List]:
        """One a question, in its order; with a wish only those of items that have one, without other entries of the
        same work, which have the text that the wish was taken from."""
        for past, code in zip(asked.pasts, asked.targets, strict=True):
            target, known = interactions.items[code], interactions.known(past)
            if wished and target not in self.wishes:
                continue
            exclude = dict.fromkeys(self.catalogue.twins(known.history), "seen already")
            if wished:
                exclude |= dict.fromkeys(self.catalogue.twins([target]) - {target}, "it is meant")
            # no user: the sources must not look up the whole history, of which the target is the end
            query = Query(
                history=known.history,
                text=self.wishes[target] if wished else "",
                exclude=exclude,
                moments=known.moments,
                now=known.now,
            )
            ranking = self.source(query)
            for ranker in self.rankers:
                ranking = ranker(query, ranking)
            yield List(query, ranking.top(CANDIDATES), target)

    def nearness(self, query: Query, ranking: Ranking) -> Scores:
        """How near the items are to the wish or, without one, to the middle of the latest of the history, (items,)."""
        row = self.catalogue.row
        if query.text:
            direction = self.embedder.queries([query.text])[0]
        else:
            latest = [row[id] for id in query.history[-LATEST:]]
            direction = self.vectors[latest].mean(axis=0) if latest else np.zeros(self.vectors.shape[1])
        return np.asarray(self.vectors[[row[id] for id in ranking.ids]] @ direction, dtype=np.float32)


def wishes(catalogue: Catalogue, seed: int, ids: Iterable[str] | None = None) -> dict[str, Wish]:
    """What each of the ids, or each item, is wished by, where there is a sentence that can be."""
    chosen = catalogue.ids if ids is None else dict.fromkeys(ids)
    return {id: found for id in chosen if (found := wish(catalogue[id], seed))}


def silent(catalogue: Catalogue, found: Mapping[str, Wish]) -> Catalogue:
    """The catalogue as if nobody had written the sentences that items are wished by."""
    return Catalogue.of(found[id].rest if id in found else item for id, item in catalogue.items())


def unsaid(vectors: Vectors, catalogue: Catalogue, found: Mapping[str, Wish], embedder: Embedder) -> Vectors:
    """The vectors of a catalogue, (items, width), without the sentences."""
    if not found:
        return vectors
    few = Catalogue.of(one.rest for one in found.values())
    changed = np.array(vectors, copy=True)
    for ids, rows in embedded(few, embedder):
        changed[[catalogue.row[id] for id in ids]] = rows
    return changed


def in_reach(lists: Sequence[List]) -> list[List]:
    """Those lists that an order can still spoil or mend: the item is among the candidates, and not alone."""
    return [one for one in lists if one.place is not None and len(one.best) > 1]
