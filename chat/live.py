"""A running assistant keeps up with its database, whoever writes it."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from sqlalchemy import Engine

from chat.reasons.evidence import Evidences
from chat.reranking.reordering import Reranker
from chat.understanding import Understand
from recommender.checkpoint import Checkpoint
from recommender.events import newest_event
from recommender.growing import heard
from recommender.ranker import Behaviour
from retrieval.catalogue import Catalogue, availability_since, changed_since, revision
from retrieval.index.nearest import Index
from retrieval.items import Item
from retrieval.ranking import Ranker, Source
from retrieval.words.lexical import Lexical

EVERY = 1.0  # seconds between two looks
HEARING = 3.0  # seconds that what is popular may lag behind
PATIENCE = 60.0  # seconds at most until the next try when it goes wrong
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Things:
    """What answers a turn, all of it made of one catalogue. `revision`: of the items when they were read; `served`: the
    checkpoint over these items, as it was trained, before it hears of newer events."""

    catalogue: Catalogue
    understand: Understand
    sources: Source
    rankers: tuple[Ranker, ...]
    behaviour: Behaviour
    reranker: Reranker | None
    finishing: tuple[Ranker, ...]
    evidences: Evidences
    index: Index
    lexical: Lexical
    served: Checkpoint
    revision: int = 0
    withdrawn: Mapping[str, str] = field(default_factory=dict)  # since then, by id, as a reason not to show them


# (the things so far, a later catalogue, what differs in it) -> first what can be had at once, then all of it
Rebuild = Callable[[Things, Catalogue, list[Item]], Iterator[Things]]


class Live:
    """Holds the newest things; whoever took some keeps them whole until the end of a turn.

    `rebuild` makes them of a later catalogue, in which these items differ from before; what takes long, such as the
    words of all items, may lag behind. A withdrawal counts from the very next `things`; what is new waits for
    `catch_up`, which takes as long as embedding the new items does and runs beside the turns while somebody is
    `watching`.
    """

    def __init__(self, engine: Engine, things: Things, rebuild: Rebuild) -> None:
        self.engine = engine
        self.rebuild = rebuild
        self._things = things
        self._seen = things.revision
        self._event = newest_event(engine)
        self._heard = time.monotonic()
        self._holding = threading.Lock()  # for an instant, whenever one of the above changes
        self._building = threading.Lock()

    def things(self) -> Things:
        """What the next turn goes by: nothing in it may be shown that has been withdrawn by now."""
        with self._holding:
            if revision(self.engine) != self._seen:
                here = self._things
                self._seen, available = availability_since(self.engine, here.revision)
                gone = {id: "not available" for id, there in available.items() if not there and id in here.catalogue}
                self._things = replace(here, withdrawn=gone)
            return self._things

    def catch_up(self) -> None:
        """Brings catalogue, index and behaviour to what the database has now. Raises what goes wrong, and then the
        things stay as they were."""
        with self._building:
            here = self._things
            newest, items = changed_since(self.engine, here.revision)
            if items:
                for made in self.rebuild(here, here.catalogue.updated(items), items):
                    with self._holding:  # what was withdrawn meanwhile is found at the next look
                        self._things, self._seen = replace(made, revision=newest, withdrawn={}), newest
            self._hear()

    @contextmanager
    def watching(self, every: float = EVERY) -> Iterator[None]:
        """Catches up beside whatever is done meanwhile, every so many seconds."""
        over = threading.Event()
        watch = threading.Thread(target=self._watch, args=(over, every), name="catalogue", daemon=True)
        watch.start()
        try:
            yield
        finally:
            over.set()
            watch.join()

    def _watch(self, over: threading.Event, every: float) -> None:
        wait = every
        while not over.wait(wait):
            try:
                self.catch_up()
                wait = every
            except Exception:  # whatever it is, the old catalogue goes on serving and the next look may succeed
                wait = min(2 * wait, PATIENCE)
                log.exception("the items could not be brought up to date; next try in %.0f s", wait)

    def _hear(self) -> None:
        """Lets behaviour know of the newest events, not more often than every HEARING seconds."""
        if time.monotonic() - self._heard < HEARING:
            return
        self._heard = time.monotonic()
        newest, here = newest_event(self.engine), self._things
        if newest != self._event:
            here.behaviour.checkpoint = heard(here.served, self.engine, here.catalogue)
            self._event = newest
