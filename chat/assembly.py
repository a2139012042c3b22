"""Everything opened, joined and closed again: from settings to an assistant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace

import typer
from sqlalchemy import Engine

from chat.assistant import Assistant
from chat.dialogue.conversing import Conversing, by_dialogue, by_talk
from chat.dialogue.model import Model as DialogueModel
from chat.dialogue.share import share
from chat.dialogue.shelf import load, serving
from chat.live import Live, Things
from chat.llm import LLM, open_llm
from chat.llm.capabilities import Capabilities, read_capabilities
from chat.llm.guarded import Guarded
from chat.reasons.evidence import Evidences
from chat.reranking.influence import Learned, influence
from chat.reranking.reordering import Reranker
from chat.stages import finishing, rankers, sample, sources
from chat.store import Store
from chat.understanding import Understand, understanding
from chat.understanding.acts.by_example import ByExample, by_example
from chat.understanding.by_model.filling import filling
from recommender.checkpoint import Checkpoint, read_checkpoint
from recommender.growing import grown, heard
from recommender.ranker import Behaviour
from recommender.threads import compute_with
from retrieval.catalogue import Catalogue, read_catalogue, revision
from retrieval.database import database
from retrieval.domain import Domain, read_domain
from retrieval.errors import Problem, Stale
from retrieval.index.indexing import ready_index
from retrieval.index.nearest import Index
from retrieval.items import Item
from retrieval.lists.rules import check
from retrieval.settings import Settings
from retrieval.sources import together
from retrieval.space.embedding import Embedder
from retrieval.space.given_vectors import read_vectors
from retrieval.space.item_vectors import Space, embedded, open_space
from retrieval.words.lexical import Lexical

NOBODY = Learned(), Learned()


@contextmanager
def assistant(settings: Settings, held_out: int | None = None) -> Iterator[Assistant]:
    """An assistant over the workspace, on the checkpoint fitted for serving, or on the one that
    lacks so many last events of each user.

    Raises Problem or Stale naming what is missing and the command that makes it."""
    compute_with(settings.threads)
    domain = read_domain(settings.domain)
    with ExitStack() as opened:
        engine = opened.enter_context(database(settings.database_url))
        read = revision(engine)  # before the items, so that nothing between the two is missed
        catalogue = read_catalogue(engine)
        if not catalogue:
            raise Problem("the catalogue is empty; run penchant fetch ml-100k, or penchant import items FILE")
        check(domain.rules, catalogue)
        checkpoint = read_checkpoint(settings.models, held_out)
        embedder = open_space(settings, read_vectors(engine))
        dialogues = spoken(settings, embedder.words, checkpoint)
        index = opened.enter_context(ready_index(catalogue, embedder, settings))
        lasting = Opened(
            settings=settings,
            engine=engine,
            domain=domain,
            checkpoint=checkpoint,
            embedder=embedder,
            dialogues=dialogues,
            llm=open_llm(settings),
            capable=read_capabilities(settings),
            likely=by_example(embedder.words, domain),
        )
        lexical, served = Lexical.of(catalogue), grown(checkpoint, catalogue)
        now = lasting.things(catalogue, index, lexical, served, lasting.understanding(catalogue))
        yield lasting.assistant(replace(now, revision=read))


@dataclass(frozen=True)
class Opened:
    """What is opened once and stays, whatever becomes of the catalogue; the things that answer a turn are made of it
    and of the catalogue, and made anew when that changes."""

    settings: Settings
    engine: Engine
    domain: Domain
    checkpoint: Checkpoint
    embedder: Space
    dialogues: tuple[DialogueModel, Mapping[str, float]] | None
    llm: Guarded | None
    capable: Capabilities | None
    likely: ByExample | None

    def assistant(self, now: Things) -> Assistant:
        """The assistant that begins with these things, and gets others when the database has others."""
        return Assistant(
            engine=self.engine,
            store=Store(self.engine),
            domain=self.domain,
            things=now,
            llm=self.llm,
            notes=notes(now.served, self.embedder, self.llm),
            live=Live(self.engine, now, self.rebuilt),
            languages=self.capable.languages if self.capable else (),
        )

    def things(
        self, of: Catalogue, index: Index, lexical: Lexical, served: Checkpoint, understand: Understand
    ) -> Things:
        """All that answers a turn over this catalogue. `served`: the checkpoint as it serves over it."""
        behaviour = Behaviour(heard(served, self.engine, of))
        found = sources(of, behaviour, index, self.embedder, lexical, self.domain)
        order = rankers(of, behaviour, index, self.embedder, lexical, self.domain)
        if self.dialogues:
            model, weights = self.dialogues
            conversing = Conversing(model, of)
            found = together(found, dialogue=by_talk(conversing))
            order = (*order, by_dialogue(conversing, weights))
        finish = finishing(of, served, index, self.domain)
        return Things(
            catalogue=of,
            understand=understand,
            sources=found,
            rankers=order,
            behaviour=behaviour,
            reranker=reranker(self.llm, of, self.domain, self.settings, served),
            finishing=finish,
            evidences=Evidences(of, self.domain, behaviour, finish, index, self.embedder, sample(of, index)),
            index=index,
            lexical=lexical,
            served=served,
        )

    def rebuilt(self, before: Things, later: Catalogue, changed: list[Item]) -> Iterator[Things]:
        """The things over a later catalogue: first with the understanding of before, then, where there are new words,
        with one that knows them."""
        new = Catalogue.of(fresh(before.catalogue, changed, self.engine))
        batches = embedded(new, self.embedder.knowing(read_vectors(self.engine, set(new))))
        vectors = {id: vector for ids, rows in batches for id, vector in zip(ids, rows, strict=True)}
        index, served = before.index.grown(later, vectors), grown(self.checkpoint, later)
        yield self.things(later, index, before.lexical.later(later), served, before.understand)
        if new:
            yield self.things(later, index, Lexical.of(later), served, self.understanding(later))

    def understanding(self, of: Catalogue) -> Understand:
        """By grammar, helped by the language model where it reads messages well."""
        llm, by_grammar = self.llm, understanding(of, self.domain, self.likely)
        if llm is None or not self.capable or not self.capable.understands:
            return by_grammar
        return filling(by_grammar, lambda: llm.within(self.settings.language_understanding), of, self.domain)


def fresh(before: Catalogue, changed: Iterable[Item], engine: Engine) -> Iterator[Item]:
    """The changed items that need a vector anew: all but those of which only the availability is another."""
    given = read_vectors(engine, {item.id for item in changed})
    for item in changed:
        known = item.id in before and replace(before[item.id], available=item.available) == item
        if not known or (item.id in given and before[item.id].available == item.available):
            yield item


def spoken(
    settings: Settings, embedder: Embedder, checkpoint: Checkpoint
) -> tuple[DialogueModel, Mapping[str, float]] | None:
    """The model of dialogues and its weights, if there is one that was weighed on top of this behaviour."""
    if not (name := serving(settings.models)):
        return None
    try:
        kept = share(checkpoint)
        if kept is None or kept.model != name:
            raise Stale(
                "the dialogue model was not weighed beside this model of behaviour; run penchant train-dialogue"
            )
        return load(settings.models, name, embedder), kept.weights
    except (Problem, Stale) as problem:  # the list stands without it
        typer.echo(f"{problem}; until then it has no say in the order", err=True)
        return None


def reranker(
    llm: Guarded | None, catalogue: Catalogue, domain: Domain, settings: Settings, checkpoint: Checkpoint
) -> Reranker | None:
    """The language model's part in the order, as much as `penchant tune` found that it helps: a model that was not
    measured, or on top of another behaviour, has no say."""
    if llm is None:
        return None
    try:
        kept = influence(checkpoint)
    except Problem as problem:  # the list stands without it
        typer.echo(f"{problem}; until then the language model has no say in the order", err=True)
        kept = None
    measured = kept and kept.fits(settings.language, llm.identity)
    plain, wished = (kept.plain, kept.wished) if kept and measured else NOBODY
    return Reranker(llm, catalogue, domain, plain.weights, wished.weights, settings.language_budget)


def notes(checkpoint: Checkpoint, embedder: Embedder, llm: LLM | None) -> tuple[str, ...]:
    """What a person ought to know of this set-up."""
    stand_ins = [one.name for one in (embedder, llm) if one and "stand-in" in one.name]
    return (
        *(f"Running with {name}." for name in stand_ins),
        *(["No language model is set, so words are by template."] if llm is None else []),
        *(
            ["Each history lacks its last two events, which are held out: penchant train --all fits for serving."]
            if checkpoint.held_out
            else []
        ),
    )
