"""Everything opened, joined and closed again: from settings to an assistant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace

import typer
from sqlalchemy import Engine

from chat.assistant import Assistant
from chat.dialogue.conversing import Conversing, by_dialogue, by_talk
from chat.dialogue.model import Model as DialogueModel
from chat.dialogue.share import share
from chat.dialogue.shelf import load, serving
from chat.live import Live, Things
from chat.llm import LLM, open_llm
from chat.llm.capabilities import read_capabilities
from chat.llm.guarded import Guarded
from chat.reasons.evidence import Evidences
from chat.reranking.influence import Learned, influence
from chat.reranking.reordering import Reranker
from chat.store import Store
from chat.understanding import Understand, understanding
from chat.understanding.by_example import by_example
from chat.understanding.filling import filling
from recommender.checkpoint import Checkpoint, read_checkpoint
from recommender.growing import grown, heard
from recommender.ranker import Behaviour, by_behaviour, by_company, by_history, less_popular
from recommender.threads import compute_with
from retrieval.catalogue import Catalogue, read_catalogue, revision
from retrieval.database import database
from retrieval.domain import Domain, read_domain
from retrieval.errors import Problem, Stale
from retrieval.index.indexing import ready_index
from retrieval.index.nearest import Index
from retrieval.items import Item
from retrieval.lists.dial import by_dial
from retrieval.lists.rules import by_caps, by_objective, by_pins, check, pinned_first
from retrieval.ranking import Ranker, Source
from retrieval.settings import Settings
from retrieval.sources import by_kind, by_likeness, by_request, together
from retrieval.space.embedding import Embedder, Vectors
from retrieval.space.given_vectors import read_vectors
from retrieval.space.item_vectors import embedded, open_space
from retrieval.space.whitening import Whitening
from retrieval.words.hybrid import by_wish, by_wording
from retrieval.words.lexical import Lexical

WISHED = 200  # candidates of a wish in words
SAMPLE = 5000  # items whose vectors say what a usual cosine is
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
        llm = open_llm(settings)
        likely = by_example(embedder.words, domain)
        capable = read_capabilities(settings)

        def read_by(of: Catalogue) -> Understand:
            by_grammar = understanding(of, domain, likely)
            if llm is None or not capable or not capable.understands:
                return by_grammar
            return filling(by_grammar, lambda: llm.within(settings.language_understanding), of, domain)

        def made(index: Index, lexical: Lexical, served: Checkpoint, understand: Understand, of: Catalogue) -> Things:
            behaviour = Behaviour(heard(served, engine, of))
            found = sources(of, behaviour, index, embedder, lexical, domain)
            order = rankers(of, behaviour, index, embedder, lexical, domain)
            if dialogues:
                model, weights = dialogues
                conversing = Conversing(model, of)
                found = together(found, dialogue=by_talk(conversing))
                order = (*order, by_dialogue(conversing, weights))
            finish = finishing(of, served, index, domain)
            return Things(
                catalogue=of,
                understand=understand,
                sources=found,
                rankers=order,
                behaviour=behaviour,
                reranker=reranker(llm, of, domain, settings, served),
                finishing=finish,
                evidences=Evidences(of, domain, behaviour, finish, index, embedder, sample(of, index)),
                index=index,
                lexical=lexical,
                served=served,
            )

        def rebuild(before: Things, later: Catalogue, changed: list[Item]) -> Iterator[Things]:
            new = Catalogue.of(fresh(before.catalogue, changed, engine))
            batches = embedded(new, embedder.knowing(read_vectors(engine, set(new))))
            vectors = {id: vector for ids, rows in batches for id, vector in zip(ids, rows, strict=True)}
            index, served = before.index.grown(later, vectors), grown(checkpoint, later)
            yield made(index, before.lexical.later(later), served, before.understand, later)
            if new:
                yield made(index, Lexical.of(later), served, read_by(later), later)

        now = replace(
            made(
                index,
                Lexical.of(catalogue),
                grown(checkpoint, catalogue),
                read_by(catalogue),
                catalogue,
            ),
            revision=read,
        )
        yield Assistant(
            engine=engine,
            store=Store(engine),
            domain=domain,
            things=now,
            llm=llm,
            notes=notes(now.served, embedder, llm),
            live=Live(engine, now, rebuild),
            languages=capable.languages if capable else (),
        )


def fresh(before: Catalogue, changed: Iterable[Item], engine: Engine) -> Iterator[Item]:
    """The changed items that need a vector anew: all but those of which only the availability is another."""
    given = read_vectors(engine, {item.id for item in changed})
    for item in changed:
        known = item.id in before and replace(before[item.id], available=item.available) == item
        if not known or (item.id in given and before[item.id].available == item.available):
            yield item


def sources(
    catalogue: Catalogue, behaviour: Behaviour, index: Index, embedder: Embedder, lexical: Lexical, domain: Domain
) -> Source:
    """All candidates worth a look: of the words, of the titles named, of the history, and what is pinned."""
    return together(
        pins=by_pins(catalogue, domain.rules),
        wish=by_wish(
            catalogue, index, embedder, lexical, domain.weights, sample(catalogue, index), WISHED, domain.words
        ),
        likeness=by_likeness(catalogue, index),
        company=by_company(catalogue, behaviour),
        history=by_history(catalogue, behaviour),
    )


def rankers(
    catalogue: Catalogue,
    behaviour: Behaviour,
    index: Index,
    embedder: Embedder,
    lexical: Lexical,
    domain: Domain,
) -> tuple[Ranker, ...]:
    """Behaviour first, then the request."""
    return (
        by_behaviour(behaviour, domain.weights),
        by_request(index, embedder, domain.weights, sample(catalogue, index), len(catalogue)),
        by_wording(lexical, domain.weights, domain.words),
        by_kind(catalogue, domain.weights),
    )


def finishing(catalogue: Catalogue, checkpoint: Checkpoint, index: Index, domain: Domain) -> tuple[Ranker, ...]:
    """The aims of the business, its caps, then the dial, and the pinned items before all."""
    whitened = Whitening.of(sample(catalogue, index))
    return (
        by_objective(catalogue, domain.rules),
        by_caps(catalogue, domain.rules),
        by_dial(
            catalogue,
            lambda ids: whitened(index.vectors(ids)),
            less_popular(checkpoint.items, checkpoint.popularity),
        ),
        pinned_first(domain.rules),
    )


def sample(catalogue: Catalogue, index: Index) -> Vectors:
    """Vectors of items all over the catalogue, (items, width)."""
    return index.vectors(catalogue.ids[:: max(1, len(catalogue) // SAMPLE)])


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
