"""One turn, read from top to bottom: understand, find, rank, show, say, remember."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Engine

from chat.asking import Asking, done_by
from chat.evidence import facts, gather, listed
from chat.explanation import nothing_fits, reason, told, worded
from chat.gift import SWITCHED, as_purpose, for_whom
from chat.live import Live
from chat.llm import LLM, Unavailable
from chat.messages import KINDS, Card, Done, Intent, Kind, Message, Part, Purpose, Said, Shown, Standing
from chat.record import Clock, intent_of, record
from chat.reranking import Reranker
from chat.store import Feedback, Store
from chat.understanding import Understand, Unreadable, either, named
from recommender.events import Event, read_user, user_ids
from recommender.ranker import Behaviour
from retrieval.catalogue import Catalogue
from retrieval.domain import Domain
from retrieval.errors import Problem
from retrieval.items import Item
from retrieval.lists.dial import CLOSEST, SURPRISE
from retrieval.lists.rules import BLOCKED, capped
from retrieval.ranking import Known, Query, Ranker, Ranking, Source
from retrieval.sources import ids_allowed, removal

CARDS = 6
ANSWERED = 3  # items that one question may be about
NOTED: Mapping[str, Kind] = {"reject": "dislike", "seen": "seen"}
WORDED = 3  # cards that the language model puts into words; the others keep their template


@dataclass(frozen=True)
class Assistant:
    """Everything a conversation needs, opened elsewhere and closed there. Safe to use from many threads."""

    engine: Engine
    store: Store
    catalogue: Catalogue
    domain: Domain
    understand: Understand
    sources: Source
    rankers: tuple[Ranker, ...]
    behaviour: Behaviour
    reranker: Reranker | None
    llm: LLM | None
    finishing: tuple[Ranker, ...] = ()  # what makes a list of the order: the dial and the rules of the business
    notes: tuple[str, ...] = ()  # what the person ought to know of this set-up, for instance that a stand-in runs
    live: Live | None = None  # where the newest catalogue and what was made of it can be had
    revision: int = 0  # of the items when they were read
    withdrawn: Mapping[str, str] = field(default_factory=dict)  # items not to be shown any more, and why

    def now(self) -> Assistant:
        """The same over the items and the behaviour that the database has now. What it is asked to do for a person it
        does over these by itself; who reads its catalogue wants this first."""
        things = self.live and self.live.things()
        if not things or (self.revision, self.withdrawn) == (things.revision, things.withdrawn):
            return self
        return replace(
            self,
            catalogue=things.catalogue,
            understand=things.understand,
            sources=things.sources,
            rankers=things.rankers,
            behaviour=things.behaviour,
            reranker=things.reranker,
            finishing=things.finishing,
            revision=things.revision,
            withdrawn=things.withdrawn,
        )

    def keeping_up(self) -> AbstractContextManager[None]:
        """What is new in the database is taken in, beside the turns, as long as the `with` lasts."""
        return self.live.watching() if self.live else nullcontext()

    def open(self, user: str, purpose: Purpose = "self") -> str:
        """A new conversation of this user; its id. `purpose`: "gift" if it is for someone else."""
        return self.store.open(user, as_purpose(purpose))

    def purpose(self, conversation: str) -> Purpose:
        """Whom the conversation is for now. Raises UnknownConversation."""
        return self.store.purpose(conversation)

    def set_purpose(self, conversation: str, user: str, purpose: Purpose) -> str:
        """Whom the conversation is for from now on; the sentence that says so. Raises UnknownConversation."""
        self.store.check(conversation, user)
        self.store.set_purpose(conversation, as_purpose(purpose))
        return SWITCHED[purpose]

    def greeting(self, user: str, purpose: Purpose = "self") -> str:
        """The first line: that this is an AI, what it can do, and whether it knows the person or leaves that out."""
        known = SWITCHED["gift"] if purpose == "gift" else self._known(user)
        what = f"I am an AI that suggests {self.domain.plural} from a list of {len(self.now().catalogue):,}."
        return " ".join([what, known, *self.notes])

    def _known(self, user: str) -> str:
        done = {item.id for _, item in self._history(user)}
        said = {one.item for one in self.store.feedback(user)} - done
        known = [
            f"{len(ids):,} {self.domain.plural if len(ids) != 1 else self.domain.noun} you {what}"
            for ids, what in ((done, self.domain.did), (said, "told me of"))
            if ids
        ]
        return f"I know {listed(known)}." if known else "You are new here, so I go by what you tell me."

    def reply(self, message: Message) -> Generator[Part, None, None]:
        """The answer in parts: `Shown` at most once, `Said` sentence by sentence, `Done` last.

        Closing the generator stops the work. Raises UnknownConversation if the conversation is not this user's. From
        its first part to its last it goes by the items that there were when it began.
        """
        self.store.check(message.conversation, message.user)
        yield from self.now()._turn(message)

    def _turn(self, message: Message) -> Generator[Part, None, None]:
        clock = Clock()
        before, wish = self._before(message.conversation)
        shown = tuple(before.get("shown", ()))
        try:
            intent = self.understand(message.text, wish, shown)
        except Unreadable as unreadable:
            yield Said(sentence(str(unreadable)), "template")
            yield Done(clock.laps)
            return
        purpose, switched = self.purpose(message.conversation), ""
        if intent.purpose and intent.purpose != purpose:
            purpose = intent.purpose
            switched = self.set_purpose(message.conversation, message.user, purpose)
            _, wish = self._before(message.conversation)
            intent = self.understand(message.text, wish, shown)
        if intent.surprise is None:
            intent = replace(intent, surprise=message.surprise)
        clock.lap("understand")
        if intent.act == "greet":
            yield Said(self.greeting(message.user, purpose), "template")
            yield Done(clock.laps)
            return
        if intent.act == "nod":
            yield Said("Tell me what you are in the mood for, what to change, or ask me why one is there.", "template")
            yield Done(clock.laps)
            return
        if intent.act == "why":
            yield from self._why(message, intent, clock, switched)
            return
        if intent.act == "about":
            yield from self._about(message, intent, clock, switched)
            return

        if kind := NOTED.get(intent.act):
            for id in sure(intent):
                self.feedback(message.conversation, message.user, id, kind)
        query = self._query(message.user, intent, message.conversation)
        ranking, fallbacks = self._rank(query, self.sources(query), clock)
        cards = self._cards(query, ranking.top(CARDS))
        clock.lap("evidence")
        first = [switched] if switched else []
        if not before and not query.gift and not query.history and not self.knows(message.user):
            first.append(f"I do not know you yet: I go by your words and by what others {self.domain.did}.")
        said: list[Said] = []
        try:
            understood = (*for_whom(query.gift, bool(switched)), *named(intent, self.catalogue), *dialled(intent))
            yield Shown(cards, understood)
            for one in self._words(intent, query, cards, fallbacks, first):
                said.append(one)
                yield one
        finally:  # who leaves before the words are done has still been shown the list
            clock.lap("words")
            kept = record(replace(intent, purpose=purpose), ranking, cards, said, clock, fallbacks)
            self.store.add_turn(message.conversation, message.text, kept)
        yield Done(clock.laps, tuple(fallbacks))

    def feedback(self, conversation: str, user: str, item: str, kind: Kind) -> None:
        """What the person says of an item; it counts at the very next turn. Raises UnknownItem, UnknownConversation."""
        if kind not in KINDS:
            raise Problem(f"feedback is {kind!r}; it must be one of {', '.join(KINDS)}")
        self.store.check(conversation, user)
        purpose = self.purpose(conversation)
        self.store.add_feedback(user, Feedback(conversation, self.now().catalogue[item].id, kind, purpose))

    def shown(self, conversation: str) -> tuple[str, ...]:
        """Ids of the last list of the conversation, as it was ordered."""
        return tuple((self.store.last_record(conversation) or {}).get("shown", ()))

    def history(self, user: str) -> tuple[tuple[Event, Item], ...]:
        """What the user did with items of the catalogue, oldest first."""
        return self.now()._history(user)

    def _history(self, user: str) -> tuple[tuple[Event, Item], ...]:
        return done_by(user, self.engine, self.catalogue)

    def users(self) -> list[str]:
        """Everybody with a history."""
        return user_ids(self.engine)

    def knows(self, user: str) -> bool:
        """Whether anything is known of the user: an event, an attribute, or a word of feedback for themselves."""
        return read_user(self.engine, user) is not None or bool(self.store.feedback(user))

    def top(self, user: str, n: int = 10) -> tuple[Card, ...]:
        """The list without a request, with parts and reasons."""
        return self.now()._top(user, n)

    def _top(self, user: str, n: int) -> tuple[Card, ...]:
        query = self._query(user, Intent())
        ranking, _ = self._patient()._rank(query, Ranking(ids_allowed(self.catalogue, query)), Clock())
        return self._cards(query, ranking.top(n))

    def rank(self, query: Query, language: bool = True) -> Ranking:
        """The whole order for a query, as evaluations want it: the language model gets all the time it needs."""
        ranking = self.sources(query)
        for ranker in self.rankers:
            ranking = ranker(query, ranking)
        patient = self._patient().reranker
        return self._finished(query, patient(query, ranking) if patient and language else ranking)

    def known(self, user: str) -> Known:
        """What behaviour is judged by when the user asks now, without a request."""
        return self._query(user, Intent()).known

    def standing(self, user: str, item: str) -> Standing:
        """Where one item stands without a request: its rank and parts, or what removed it. Raises UnknownItem."""
        here = self.now()
        return here._standing(here._query(user, Intent()), item)

    def _standing(self, query: Query, item: str) -> Standing:
        chosen = self.catalogue[item]
        if out := removal(self.catalogue, query, item):
            return Standing(chosen, None, 0, {}, "", out)
        ranking, _ = self._patient()._rank(query, Ranking(ids_allowed(self.catalogue, query)), Clock())
        if item not in ranking.ids:
            twin = not self.catalogue.twins([item]).isdisjoint(ranking.ids)
            out = f"another entry of the same {self.domain.noun} is there" if twin else capped(self.domain.rules)
            return Standing(chosen, None, 0, {}, "", out)
        at = ranking.position(item)
        alone = Ranking((item,), {name: scores[at : at + 1] for name, scores in ranking.parts.items()})
        evidence = gather(query, alone, self.behaviour, self.catalogue, self.domain)[item]
        return Standing(chosen, at + 1, len(ranking), ranking.parts_of(item), reason(evidence, self.domain))

    def _query(self, user: str, intent: Intent, conversation: str = "") -> Query:
        return Asking(self.engine, self.store, self.catalogue, self.domain, self.withdrawn).query(
            user, intent, conversation
        )

    def _before(self, conversation: str) -> tuple[Mapping[str, Any], Intent | None]:
        """The record of the last turn, and the wish that holds: one for someone else ends when it is for oneself."""
        before = self.store.last_record(conversation) or {}
        wish = intent_of(before.get("intent"))
        over = wish and wish.purpose == "gift" and self.purpose(conversation) == "self"
        return before, None if over else wish

    def _patient(self) -> Assistant:
        """The same, but its language model gets all the time it needs, so that the order is always the same."""
        return replace(self, reranker=replace(self.reranker, budget=None)) if self.reranker else self

    def _rank(self, query: Query, candidates: Ranking, clock: Clock) -> tuple[Ranking, list[str]]:
        clock.lap("candidates")
        notes = candidates.notes
        for ranker in self.rankers:
            candidates = ranker(query, candidates)
        clock.lap("rank")
        fallbacks = []
        if self.reranker:
            try:
                candidates = self.reranker(query, candidates)
            except Unavailable as unavailable:
                fallbacks.append(f"re-ranking without the language model: {unavailable}")
            clock.lap("re-rank")
        candidates = self._finished(query, candidates)
        clock.lap("finish")
        return replace(candidates, notes=notes), fallbacks

    def _finished(self, query: Query, ranking: Ranking) -> Ranking:
        for stage in self.finishing:
            ranking = stage(query, ranking)
        return ranking

    def _cards(self, query: Query, best: Ranking) -> tuple[Card, ...]:
        evidence = gather(query, best, self.behaviour, self.catalogue, self.domain)
        return tuple(
            Card(item, reason(evidence[item.id], self.domain), best.parts_of(item.id), evidence[item.id])
            for item in (self.catalogue[id] for id in best.ids)
        )

    def _words(
        self, intent: Intent, query: Query, cards: Sequence[Card], fallbacks: list[str], first: Sequence[str]
    ) -> Iterator[Said]:
        """What comes first, an opening, what could not be heeded, then a sentence for each of the first cards."""

        def objected(why: str) -> None:
            fallbacks.append(f"a sentence was not shown: {why}")

        for one in first:
            yield Said(one, "template")
        if kind := NOTED.get(intent.act):
            if names := listed([self.catalogue[id].name for id in sure(intent)]):
                known = f"{names}, seen already" if query.gift else f"you have {self.domain.did} {names}"
                yield Said(f"Noted: {known if kind == 'seen' else f'you turned down {names}'}.", "template")
            for group in intent.unsure:
                if set(group) <= set(intent.about):
                    yield Said(f"Which one do you mean, {either(group, self.catalogue)}? I noted none.", "template")
        for missing in intent.unknown:
            yield Said(f"I do not know {missing} here, so I could not go by that.", "template")
        if not cards:
            yield Said(nothing_fits(query, self.catalogue, self.domain), "template")
            return
        wish = ", ".join(named(intent, self.catalogue))
        by = "what was liked or seen here" if query.gift else "your history"
        opening = f"You asked for: {wish}. I would try these." if wish else f"Going by {by}, I would try these."
        popular = all(any(one.kind == "popular" for one in card.evidence) for card in cards)
        others = "Many people chose these." if popular else "I would try these."
        yield Said(opening if wish or query.history else others, "template")
        llm, said = self.llm, list[str]()
        for card in cards[:WORDED]:
            try:
                words = worded(card.item, card.evidence, self.domain, llm, objected, said)
            except Unavailable as unavailable:
                fallbacks.append(f"words by template: {unavailable}")
                llm = None
                words = worded(card.item, card.evidence, self.domain, llm, objected)
            said.append(words.text)
            yield words

    def _why(self, message: Message, intent: Intent, clock: Clock, switched: str) -> Iterator[Part]:
        """Why an item was shown, or why it was not: under the wish that holds now, and never of another item."""
        fallbacks: list[str] = []
        before, wished = self._before(message.conversation)
        shown = tuple(before.get("shown", ()))
        wish = wished or Intent()
        query = self._query(message.user, wish, message.conversation)
        if switched:
            yield Said(switched, "template")
        if not intent.about:
            which = f"I do not know which {self.domain.noun} you mean; name one as its title is written."
            nothing = "I have not shown you anything yet; tell me what you are in the mood for."
            yield Said(which if shown else nothing, "template")
        for id in intent.about[:ANSWERED]:
            if here := next((one for one in shown if one in self.catalogue.twins([id])), None):
                alone, _ = self._rank(query, Ranking((here,)), clock)
                evidence = gather(query, alone, self.behaviour, self.catalogue, self.domain)[here]
                yield worded(self.catalogue[here], evidence, self.domain, self.llm, fallbacks.append)
                for one in evidence[2:5]:
                    yield Said(one.text, "template", (one.text,))
            else:
                stands = why_not(self._standing(query, id), "this wish" if named(wish, self.catalogue) else "you")
                yield Said(stands, "template", (stands,))
        clock.lap("words")
        yield Done(clock.laps, tuple(fallbacks))

    def _about(self, message: Message, intent: Intent, clock: Clock, switched: str) -> Iterator[Part]:
        """The items asked for or about, with what the catalogue says of them; the wish stays as it was."""
        wish = replace(self._before(message.conversation)[1] or Intent(), purpose=self.purpose(message.conversation))
        query = self._query(message.user, wish, message.conversation)
        asked = [self._to_be_had(id, query) for id in intent.about[:ANSWERED]]
        items = [item for item in asked if self._may_be_had(item, query)]
        gone = [Said(f"{item.name} is not available.", "template") for item in asked if item not in items]
        known = [facts(item, query, self.catalogue, self.domain) for item in items]
        answers = [told(item, each, self.domain) for item, each in zip(items, known, strict=True)]
        cards = [Card(item, answer.text, {}, each) for item, answer, each in zip(items, answers, known, strict=True)]
        first = [*([switched] if switched else []), *(f"I do not know {missing} here." for missing in intent.unknown)]
        said = [*(Said(one, "template") for one in first), *gone, *answers]
        clock.lap("evidence")
        kept = record(wish, Ranking(tuple(item.id for item in items)), cards, said, clock, ())
        self.store.add_turn(message.conversation, message.text, kept)
        yield Shown(tuple(cards), for_whom(query.gift, bool(switched)))
        yield from said
        yield Done(clock.laps)

    def _to_be_had(self, id: str, query: Query) -> Item:
        """The item, or another entry of the same work where that one may be shown and this one may not."""
        entries = sorted(self.catalogue.twins([id]), key=lambda each: (each != id, self.catalogue.row[each]))
        items = [self.catalogue[each] for each in entries]
        return next((item for item in items if self._may_be_had(item, query)), items[0])

    def _may_be_had(self, item: Item, query: Query) -> bool:
        return item.available and item.id not in self.withdrawn and query.exclude.get(item.id) != BLOCKED


def dialled(intent: Intent) -> tuple[str, ...]:
    """That the dial of surprise stands at one of its ends, in words."""
    if intent.surprise in (CLOSEST, SURPRISE):
        return ("a surprise",) if intent.surprise else ("close to what you know",)
    return ()


def sure(intent: Intent) -> tuple[str, ...]:
    """The ids that the message is about, without those of which only one was meant: they must not be noted."""
    doubtful = {id for group in intent.unsure if set(group) <= set(intent.about) for id in group}
    return tuple(id for id in intent.about if id not in doubtful)


def why_not(stands: Standing, whom: str) -> str:
    """Where an item stands that is not in the list, in a sentence."""
    if stands.removed:
        return f"{stands.item.name} is not in the list: {stands.removed}."
    return f"{stands.item.name} stands at {stands.rank:,} of {stands.of:,} for {whom}."


def sentence(text: str) -> str:
    """An error as the answer: with a capital and a full stop."""
    return text[0].upper() + text[1:] + "."
