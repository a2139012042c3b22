"""The assistant: conversations are opened and answered here, and support staff look things up."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace

from sqlalchemy import Engine

from chat.chips import Chip, chips
from chat.gift import SWITCHED, as_purpose
from chat.live import Live, Things
from chat.llm import LLM
from chat.memory import Memory
from chat.messages import KINDS, Card, Done, Intent, Kind, Message, Move, Part, Purpose, Said, Standing
from chat.ordering import Ordering
from chat.policy.care import in_need, kind_words
from chat.policy.moves import open_questions
from chat.record import Clock
from chat.state import State, state_of
from chat.store import Crowded, Feedback, Store
from chat.turns.beginning import begun
from chat.turns.greeting import greeting, line
from chat.turns.heard import Heard, held, last_wish
from chat.turns.keeping import keep_talk
from chat.turns.questions import about, why
from chat.turns.remembering import about_memory, remembered
from chat.turns.resuming import Left, left
from chat.turns.suggesting import suggest
from chat.turns.undoing import undo
from chat.understanding import Unreadable
from recommender.events import Event, user_ids
from retrieval.catalogue import Catalogue
from retrieval.domain import Domain
from retrieval.errors import Problem
from retrieval.items import Item
from retrieval.ranking import Known, Query, Ranking

ELSEWHERE = "This conversation went on in another window meanwhile; I go on from there."


@dataclass(frozen=True)
class Assistant:
    """Everything a conversation needs, opened elsewhere and closed there. Safe to use from many threads.

    `notes`: what the person ought to know of this set-up, for instance that a stand-in runs. `live`: where the newest
    things can be had. `languages`: those besides English in which the model has shown that it can say things.
    """

    engine: Engine
    store: Store
    domain: Domain
    things: Things
    llm: LLM | None
    notes: tuple[str, ...] = ()
    live: Live | None = None
    languages: tuple[str, ...] = ()

    @property
    def catalogue(self) -> Catalogue:
        return self.things.catalogue

    @property
    def memory(self) -> Memory:
        """What people agreed to have remembered."""
        return Memory(self.engine)

    @property
    def ordering(self) -> Ordering:
        """The way from a wish to a list, over the things that this assistant has."""
        return Ordering(self.engine, self.store, self.domain, self.things)

    def now(self) -> Assistant:
        """The same over the items and the behaviour that the database has now. What it is asked to do for a person it
        does over these by itself; who reads its catalogue wants this first."""
        things = self.live.things() if self.live else self.things
        same = (self.things.revision, self.things.withdrawn) == (things.revision, things.withdrawn)
        return self if same else replace(self, things=things)

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
        return greeting(user, purpose, self.now().ordering, self.notes)

    def reply(self, message: Message) -> Generator[Part, None, None]:
        """The answer in parts: `Understood` and `Shown` at most once, `Said` sentence by sentence, `Done` last.

        Closing the generator stops the work. Raises UnknownConversation if the conversation is not this user's. From
        its first part to its last it goes by the items that there were when it began.
        """
        self.store.check(message.conversation, message.user)
        yield from self.now()._turn(message)

    def _turn(self, message: Message) -> Generator[Part, None, None]:
        clock = Clock()
        if in_need(message.text):
            yield from self._cared_for(message, clock)
            return
        if told := about_memory(message, self.ordering):
            yield from (Said(one, "template") for one in told)
            yield Done(clock.laps)
            return
        try:
            heard, move = begun(message, self.ordering)
        except (Unreadable, Crowded) as unreadable:
            yield Said(sentence(str(unreadable)), "template")
            yield Done(clock.laps)
            return
        clock.lap("understand")
        try:
            if heard.elsewhere:
                yield Said(ELSEWHERE, "template")
            fallbacks = yield from self._answered(heard, move, clock)
            yield from remembered(heard, self.ordering)
        finally:  # who leaves before there is a list has asked nothing
            self.store.give_up(message.conversation, heard.number)
        yield Done(clock.laps, tuple(fallbacks), heard.number)

    def _answered(self, heard: Heard, move: Move, clock: Clock) -> Generator[Part, None, Sequence[str]]:
        """Makes the move. Gives what had to be done without."""
        language = heard.language if heard.language in self.languages else "en"
        match move:
            case "undo":
                yield from undo(heard, self.ordering, clock)
            case "why":
                return (yield from why(heard, self.ordering, self.llm, clock, language))
            case "answer" | "compare":
                yield from about(heard, move, self.ordering, clock)
            case "suggest":
                return (yield from suggest(heard, self.ordering, self.llm, clock, language))
            case _:
                yield from self._talked(heard, move, clock)
        return ()

    def _talked(self, heard: Heard, move: Move, clock: Clock) -> Generator[Part, None, None]:
        said = [*heard.in_another, Said(line(move, heard, self.ordering, self.notes), "template")]
        keep_talk(heard, self.ordering, move, said, clock, (), open_questions(heard))
        yield from said

    def _cared_for(self, message: Message, clock: Clock) -> Generator[Part, None, None]:
        """No list, no model, and nothing of the words is kept."""
        talk: dict[str, object] = {"move": "hand over", "said": [], "question": None}
        self.store.append(
            message.conversation,
            "",
            lambda number, before: {**before, **talk, "stands": before.get("stands", number)},
        )
        yield Said(kind_words(self.domain.plural, self.domain.helpline), "template")
        yield Done(clock.laps)

    def feedback(self, conversation: str, user: str, item: str, kind: Kind) -> None:
        """What the person says of an item; it counts at the very next turn. Raises UnknownItem, UnknownConversation."""
        if kind not in KINDS:
            raise Problem(f"feedback is {kind!r}; it must be one of {', '.join(KINDS)}")
        self.store.check(conversation, user)
        purpose = self.purpose(conversation)
        self.store.add_feedback(user, Feedback(conversation, self.now().catalogue[item].id, kind, purpose))

    def shown(self, conversation: str) -> tuple[str, ...]:
        """Ids of the last list of the conversation, as it was ordered."""
        return tuple(self.store.newest(conversation)[1].get("shown", ()))

    def state(self, conversation: str, user: str) -> State:
        """What holds in the conversation now. Raises UnknownConversation if it is not this user's."""
        self.store.check(conversation, user)
        return state_of(conversation, self.store, self.now().catalogue)

    def chips(self, conversation: str, user: str) -> tuple[Chip, ...]:
        """The pieces of what holds now, each of which can be dropped. Raises UnknownConversation."""
        self.store.check(conversation, user)
        _, _, wish = last_wish(conversation, self.store)
        return chips(held(user, conversation, wish, self.store), self.now().catalogue, self.domain)

    def left(self, conversation: str, user: str) -> Left:
        """The conversation as it was left, for who comes back to it. Raises UnknownConversation."""
        self.store.check(conversation, user)
        return left(conversation, user, self.now().ordering)

    def drop(self, conversation: str, user: str, chip: Chip | str) -> tuple[Part, ...]:
        """Takes a piece away, by its text, and answers with the list that follows. Raises UnknownConversation."""
        return self.did(Message("", user, conversation, drop=chip if isinstance(chip, str) else chip.text))

    def undo(self, conversation: str, user: str) -> tuple[Part, ...]:
        """Takes the last step back, be it a message, a button or a piece dropped. Raises UnknownConversation."""
        return self.did(Message("undo", user, conversation))

    def restart(self, conversation: str, user: str) -> tuple[Part, ...]:
        """Begins anew; what is remembered with consent stays. Raises UnknownConversation."""
        return self.did(Message("start over", user, conversation))

    def did(self, message: Message) -> tuple[Part, ...]:
        """The whole reply at once."""
        return tuple(self.reply(message))

    def history(self, user: str) -> tuple[tuple[Event, Item], ...]:
        """What the user did with items of the catalogue, oldest first."""
        return self.now().ordering.history(user)

    def users(self) -> list[str]:
        """Everybody with a history."""
        return user_ids(self.engine)

    def knows(self, user: str) -> bool:
        """Whether anything is known of the user: an event, an attribute, or a word of feedback for themselves."""
        return self.ordering.knows(user)

    def query(self, user: str, intent: Intent, conversation: str = "") -> Query:
        """What is asked of the catalogue for the user, over the things that this assistant has."""
        return self.ordering.query(user, intent, conversation)

    def top(self, user: str, n: int = 10) -> tuple[Card, ...]:
        """The list without a request, with parts and reasons."""
        return self.now().ordering.patient().top(user, n)

    def rank(self, query: Query, language: bool = True) -> Ranking:
        """The whole order for a query, as evaluations want it: the language model gets all the time it needs."""
        return self.ordering.rank(query, language)

    def known(self, user: str) -> Known:
        """What behaviour is judged by when the user asks now, without a request."""
        return self.query(user, Intent()).known

    def standing(self, user: str, item: str) -> Standing:
        """Where one item stands without a request: its rank and parts, or what removed it. Raises UnknownItem."""
        here = self.now()
        return here.ordering.patient().standing(here.query(user, Intent()), item)


def sentence(text: str) -> str:
    """An error as the answer: with a capital and a full stop."""
    return text[0].upper() + text[1:] + "."
