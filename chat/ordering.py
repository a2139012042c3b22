"""What may be shown to a person, in what order, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Engine

from chat.asking import Asking, done_by
from chat.extremes import in_order, outermost, owed
from chat.live import Things
from chat.llm import Unavailable
from chat.messages import Card, Evidence, Intent, Standing
from chat.reasons.contrast import Contrast
from chat.reasons.explanation import reason, reasons
from chat.record import Clock
from chat.store import Store
from recommender.events import Event, read_user
from retrieval.catalogue import Catalogue
from retrieval.domain import Domain
from retrieval.items import Item
from retrieval.lists.leaning import by_leaning
from retrieval.lists.rules import BLOCKED, capped
from retrieval.ranking import Query, Ranking
from retrieval.sources import ids_allowed, removal

CARDS = 6  # items of a list that are shown
SUGGESTED = 4  # changes that would bring an item in, for support
PATIENCE = 15.0  # seconds that support waits for the language model: no less than anybody needs, and no hang


@dataclass(frozen=True)
class Ordering:
    """The way from a wish to a list, over the things of one catalogue; nothing in them changes during a turn."""

    engine: Engine
    store: Store
    domain: Domain
    things: Things

    @property
    def catalogue(self) -> Catalogue:
        return self.things.catalogue

    def query(self, user: str, intent: Intent, conversation: str = "") -> Query:
        """What is asked of the catalogue, with the history and the feedback of the person."""
        return Asking(self.engine, self.store, self.catalogue, self.domain, self.things.withdrawn).query(
            user, intent, conversation
        )

    def history(self, user: str) -> tuple[tuple[Event, Item], ...]:
        """What the user did with items of the catalogue, oldest first."""
        return done_by(user, self.engine, self.catalogue)

    def knows(self, user: str) -> bool:
        """Whether anything is known of the user: an event, an attribute, or a word of feedback for themselves."""
        return read_user(self.engine, user) is not None or bool(self.store.feedback(user))

    def candidates(self, query: Query) -> Ranking:
        """What is worth a look, in no order yet; with what had better hold, also what is found where it does."""
        if query.order:
            return outermost(query, self.things, self.domain)
        found = self.things.sources(query)
        if not query.wished:
            return found
        narrower = self.things.sources(replace(query, where=query.where.followed_by(query.wished)))
        fitting = (id for id in narrower.ids if not query.where.removes(self.catalogue[id]))
        return replace(
            found,
            ids=tuple(dict.fromkeys((*found.ids, *fitting))),
            notes=tuple(dict.fromkeys((*found.notes, *narrower.notes))),
            found={**narrower.found, **found.found},
        )

    def ranked(self, query: Query, candidates: Ranking, clock: Clock) -> tuple[Ranking, list[str]]:
        """The candidates in order, and what had to be done without."""
        clock.lap("candidates")
        notes, found = candidates.notes, candidates.found
        candidates = self._before_language(query, candidates)
        clock.lap("rank")
        fallbacks = []
        if self.things.reranker:
            try:
                candidates = self.things.reranker(query, replace(candidates, notes=notes))
                notes = candidates.notes
            except Unavailable as unavailable:
                fallbacks.append(f"re-ranking without the language model: {unavailable}")
            clock.lap("re-rank")
        candidates = self._finished(query, candidates)
        if query.order:
            candidates = in_order(query, candidates, self.things)
        clock.lap("finish")
        return replace(candidates, notes=notes, found=found), fallbacks

    def rank(self, query: Query, language: bool = True) -> Ranking:
        """The whole order for a query, as evaluations want it: the language model gets all the time it needs. Raises
        Unavailable if it fails."""
        ranking = self._before_language(query, self.candidates(query))
        patient = self.patient(None).things.reranker
        return self._finished(query, patient(query, ranking) if patient and language else ranking)

    def patient(self, seconds: float | None = PATIENCE) -> Ordering:
        """The same, but its language model gets so long, None for ever, so that the order does not hang on how busy the
        machine is."""
        reranker = self.things.reranker
        return replace(self, things=replace(self.things, reranker=reranker and replace(reranker, budget=seconds)))

    def evidence(self, query: Query, ranking: Ranking, ids: Sequence[str]) -> Mapping[str, tuple[Evidence, ...]]:
        """The true things that can be said of why these items of a whole ranking stand where they do."""
        found = self.things.evidences.of(query, ranking, ids)
        return {id: owed(each) for id, each in found.items()} if query.order else found

    def cards(self, query: Query, ranking: Ranking, n: int) -> tuple[Card, ...]:
        """The first n items of a whole ranking as they are shown."""
        evidence = self.evidence(query, ranking, ranking.ids[:n])
        items = [self.catalogue[id] for id in evidence]
        lines = reasons(items, evidence, self.domain, query.text)
        return tuple(
            Card(item, line, ranking.parts_of(item.id), evidence[item.id])
            for item, line in zip(items, lines, strict=True)
        )

    def top(self, user: str, n: int) -> tuple[Card, ...]:
        """The list without a request, with parts and reasons."""
        query = self.query(user, Intent())
        return self.cards(query, self._everything(query), n)

    def standing(self, query: Query, item: str, suggested: int = SUGGESTED) -> Standing:
        """Where one item stands among all that may be shown, or what removed it; what separates it from the list and at
        most so many changes that would bring it in. Raises UnknownItem."""
        chosen, ranking = self.catalogue[item], self._everything(query)
        contrast = self.contrast.told(query, item, ranking, suggested)
        if out := removal(self.catalogue, query, item):
            return Standing(chosen, None, 0, {}, "", out, contrast)
        if item not in ranking.ids:
            twin = not self.catalogue.twins([item]).isdisjoint(ranking.ids)
            out = f"another entry of the same {self.domain.noun} is there" if twin else capped(self.domain.rules)
            return Standing(chosen, None, 0, {}, "", out, contrast)
        at = ranking.position(item)
        because = reason(chosen, self.evidence(query, ranking, [item])[item], self.domain)
        return Standing(chosen, at + 1, len(ranking), ranking.parts_of(item), because, None, contrast)

    @property
    def contrast(self) -> Contrast:
        """What would have to be otherwise for an item to be in the list."""
        things = self.things
        return Contrast(
            things.catalogue,
            self.domain,
            things.behaviour,
            things.index,
            lambda query: self.ranked(query, self.candidates(query), Clock())[0],
            lambda query: self.rank(query, language=False),
            CARDS,
        )

    def to_be_had(self, id: str, query: Query) -> Item:
        """The item, or another entry of the same work where that one may be shown and this one may not."""
        entries = sorted(self.catalogue.twins([id]), key=lambda each: (each != id, self.catalogue.row[each]))
        items = [self.catalogue[each] for each in entries]
        return next((item for item in items if self.may_be_had(item, query)), items[0])

    def may_be_had(self, item: Item, query: Query) -> bool:
        """Whether the item may be spoken of as something to be had, whatever the wish and the history are."""
        return item.available and item.id not in self.things.withdrawn and query.exclude.get(item.id) != BLOCKED

    def _everything(self, query: Query) -> Ranking:
        ranking, _ = self.ranked(query, Ranking(ids_allowed(self.catalogue, query)), Clock())
        return ranking

    def _before_language(self, query: Query, candidates: Ranking) -> Ranking:
        for ranker in (*self.things.rankers, by_leaning(self.catalogue, self.domain.weights)):
            candidates = ranker(query, candidates)
        return candidates

    def _finished(self, query: Query, ranking: Ranking) -> Ranking:
        order = ranking
        for stage in self.things.finishing:
            ranking = stage(query, ranking)
        return replace(ranking, made_of=order)
