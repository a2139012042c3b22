"""A reading of the language model fills what grammar and examples have left open, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from rapidfuzz import fuzz

from chat.llm import LLM, Unavailable
from chat.messages import Does, Intent
from chat.understanding.acts.doing import SURE_BY_GRAMMAR
from chat.understanding.by_model.reply import VALUES, Reading, read
from chat.understanding.reading import Understand, readable
from chat.understanding.titles.mentions import titles_in
from chat.understanding.values.known import Known
from retrieval.catalogue import Catalogue
from retrieval.domain import Domain, plain
from retrieval.filtering.where import Where
from retrieval.words.titles import Titles

TURNS = 16  # that may be under way at once
CLOSE = 90  # of 100: how much a title of the reading has to be one that stands in the message


@dataclass(frozen=True)
class Filling:
    """`reading`: what the model says of a message. Raises Unavailable."""

    understand: Understand
    reading: Callable[[str], Reading]
    titles: Titles
    known: Known

    def __call__(self, text: str, before: Intent | None, shown: Sequence[str], last: str = "") -> Intent:
        """What the grammar understands, and where it is at a loss, what the model adds."""
        intent = self.understand(text, before, shown, last)
        if not at_a_loss(intent):
            return intent
        try:
            reading = self.reading(readable(text))
        except Unavailable:  # which the guard has counted
            return intent
        return self.filled(intent, reading, text)

    def filled(self, intent: Intent, reading: Reading, text: str) -> Intent:
        """The intent with what the reading adds: acts if there are none, values of facets that nothing was read of,
        titles that stand in the message and name one item."""
        does = intent.does or tuple(one for one in reading.acts if one not in SURE_BY_GRAMMAR)
        like, unlike, seen = (self._items(said, text) for said in (reading.liked, reading.disliked, reading.seen))
        taken = {*intent.like, *intent.unlike, *intent.about, *intent.seen}
        where = self._where(intent.where, reading)
        act = "suggest" if intent.act == "nod" and (where != intent.where or like or unlike) else intent.act
        return replace(
            intent,
            act=act,
            does=_with_limits(does, where != intent.where),
            where=where,
            like=(*intent.like, *(id for id in like if id not in taken)),
            unlike=(*intent.unlike, *(id for id in unlike if id not in taken and id not in like)),
            seen=tuple(dict.fromkeys((*intent.seen, *seen))),
        )

    def _where(self, where: Where, reading: Reading) -> Where:
        facet_of = {value: facet for facet, value in self.known.values.values()}
        open_to = [facet for facet in self.known.facets if not where.asked(facet) and facet not in where.unwanted]
        wanted, unwanted = (
            {
                facet: frozenset(value for value in said if facet_of.get(value) == facet)
                for facet in open_to
                if any(facet_of.get(value) == facet for value in said)
            }
            for said in (reading.wanted, [one for one in reading.unwanted if one not in reading.wanted])
        )
        return replace(where, wanted={**where.wanted, **wanted}, unwanted={**where.unwanted, **unwanted})

    def _items(self, said: Sequence[str], text: str) -> tuple[str, ...]:
        named = (one for one in said if fuzz.partial_ratio(plain(one), plain(text)) >= CLOSE)
        links = (link.ids for one in named for link in self.titles.linked(one))
        return tuple(dict.fromkeys(ids[0] for ids in links if len(ids) == 1))


def filling(understand: Understand, within: Callable[[], LLM], catalogue: Catalogue, domain: Domain) -> Understand:
    """The same understanding, helped by a model; `within` gives it with as long as it may take. A message is
    read more than once in a turn, and the model is asked once."""
    titles = titles_in(catalogue, domain)
    known = Known.of(domain, catalogue, titles.ordinary)
    values = values_of(known)
    reading = lru_cache(maxsize=TURNS)(lambda text: read(within(), text, values, domain))
    return Filling(understand, reading, titles, known)


def values_of(known: Known) -> tuple[str, ...]:
    """The values that the model may name: all of the catalogue, or if they are too many those of the domain."""
    every = tuple(dict.fromkeys(value for _, value in known.values.values()))
    return every if len(every) <= VALUES else tuple(dict.fromkeys(value for _, value in known.domain.words.values()))


def at_a_loss(intent: Intent) -> bool:
    """Whether the message has words from which nothing was taken: no act, or a wish without anything to hold on to."""
    held = intent.where or intent.like or intent.unlike or intent.about or intent.degrees or intent.surprise is not None
    return not intent.does or bool(intent.words and not held)


def _with_limits(does: tuple[Does, ...], limits: bool) -> tuple[Does, ...]:
    return tuple(dict.fromkeys((*does, "add"))) if limits else does
