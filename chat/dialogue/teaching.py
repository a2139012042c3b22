"""`penchant train-dialogue`: what people went on to in dialogues of others is learned, and how much it may say here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.progress import track

from chat.dialogue.conversing import Conversing, by_talk
from chat.dialogue.files import cases_of, read_items, read_things, titles_of
from chat.dialogue.model import fit
from chat.dialogue.share import ADDED, LEAST, Share, Turn, learned, turn
from chat.dialogue.shelf import save
from chat.dialogue.talk import Case, Talk
from chat.stages import rankers, sources
from recommender.checkpoint import read_checkpoint
from recommender.datasets.titles import same_in_another
from recommender.growing import grown, heard
from recommender.holdout import HELD_OUT
from recommender.ranker import Behaviour
from recommender.shelf import amend
from recommender.threads import compute_with
from retrieval.catalogue import Catalogue, read_catalogue
from retrieval.database import database
from retrieval.domain import read_domain
from retrieval.errors import Problem
from retrieval.index.indexing import ready_index
from retrieval.ranking import Query
from retrieval.settings import Settings
from retrieval.sources import together
from retrieval.space.given_vectors import read_vectors
from retrieval.space.item_vectors import open_space
from retrieval.words.lexical import Lexical

ASKED = 1000  # turns that say how much it may say


def teach(settings: Settings, files: Sequence[Path], items: Path | None, seed: int) -> Iterator[str]:
    """Learns the dialogues, weighs what was learned on those kept apart, and keeps both; in sentences what came of it.

    `items`: what the dialogues speak of, if they have other ids than the catalogue; they are told by title and year.
    Raises Problem naming a line that is wrong, or if there is too little to learn from; Stale without a model of
    behaviour.
    """
    compute_with(settings.threads)
    console, domain = Console(stderr=True), read_domain(settings.domain)
    with ExitStack() as opened:
        engine = opened.enter_context(database(settings.database_url))
        catalogue = read_catalogue(engine)
        checkpoint = read_checkpoint(settings.models, HELD_OUT)
        spoken_of = read_items(items)[0] if items else catalogue
        every = cases_of(files, titles_of(spoken_of))
        cases = here(every, catalogue, spoken_of)
        yield f"{len(cases):,} of {len(every):,} turns suggest an item of the catalogue."
        if len(cases) < LEAST:
            raise Problem(
                f"{len(cases)} turns are too few to learn from, at least {LEAST} are needed; "
                "if the dialogues have ids of their own, say with --items what those are"
            )
        space = open_space(settings, read_vectors(engine))
        index = opened.enter_context(ready_index(catalogue, space, settings))
        things = [name for file in files for name in read_things(file)]
        fitted = fit(cases, catalogue, domain, space.words, things, seed, told=console.print)
        behaviour, lexical = Behaviour(heard(grown(checkpoint, catalogue), engine, catalogue)), Lexical.of(catalogue)
        conversing = Conversing(fitted.first, catalogue)
        found = together(sources(catalogue, behaviour, index, space, lexical, domain), by_talk(conversing))
        order = rankers(catalogue, behaviour, index, space, lexical, domain)
        turns = list[Turn]()
        for case in track(fitted.apart[:ASKED], "weighing", console=console, transient=True):
            query = asked(case, catalogue)
            ranking = found(query)
            for ranker in order:
                ranking = ranker(query, ranking)
            turns.append(turn(query, case.new[0], ranking, conversing.forms, catalogue.row))
    share = learned(turns, seed)
    if share.weights:
        kept = share.model_copy(update={"model": save(settings.models, fitted.model)})
        amend(settings.models, {ADDED: kept.model_dump()})
    yield told(share)


def here(cases: Sequence[Case], catalogue: Catalogue, spoken_of: Catalogue) -> list[Case]:
    """The cases by the ids of the catalogue, those in which something of it was suggested; `spoken_of`: the items by
    the ids that the dialogues have."""
    ids = {id: id for id in catalogue}
    if spoken_of is not catalogue:
        known = {same_in_another(item.title, item.year): item.id for item in catalogue.values()}
        keys = {item.id: same_in_another(item.title, item.year) for item in spoken_of.values()}
        ids = {id: known[key] for id, key in keys.items() if key in known}

    def named(some: Sequence[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(ids[id] for id in some if id in ids))

    translated = (
        replace(
            case,
            talk=Talk(case.talk.said, named(case.talk.named), named(case.talk.offered)),
            suggested=named(case.suggested),
        )
        for case in cases
    )
    return [case for case in translated if case.suggested]


def asked(case: Case, catalogue: Catalogue) -> Query:
    """The turn as somebody of whom nothing else is known would have asked it."""
    gone = dict.fromkeys(catalogue.twins(case.talk.named), "named as an example")
    return Query(text=case.talk.said[-1] if case.talk.said else "", like=case.talk.named, exclude=gone)


def told(share: Share) -> str:
    """What it may say and what that rests on; whether it may be chance."""
    gap, low, high = share.gain
    on = f"{share.asked:,} turns of dialogues kept apart (seed {share.seed})"
    figures = f"NDCG@10 goes from {share.without:.4f} by {gap:+.4f} (95 % {low:+.4f} to {high:+.4f}, cross-validated)"
    if not share.weights:
        return f"On {on} it does not help for certain, so nothing is kept and what was there stays: {figures}."
    weights = ", ".join(f"{name} {weight:g}" for name, weight in share.weights.items() if weight)
    return f"It weighs {weights}, learned from {on}: {figures}. It serves from the next start on."
