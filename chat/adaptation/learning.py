"""`penchant train-language`: each job's adapter learns, is judged, and is kept if it earns its place."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track

from chat.adaptation import JOBS, Job, lora
from chat.adaptation.choosing import Choosing
from chat.adaptation.hearing import Hearing
from chat.adaptation.judging import Figure, K, gains, keeps
from chat.adaptation.lists import Choice, Lists, validation
from chat.adaptation.notes import Notes
from chat.adaptation.pairs import Pair, pairs
from chat.adaptation.shelf import About, keep
from chat.adaptation.training import Task, Training, train
from chat.adaptation.wants import Want, Wants, lacking
from chat.adaptation.wording import Wording, likelihood
from chat.assembly import assistant
from chat.llm.local import Local
from chat.reasons.explanation import first_sentence
from chat.reasons.grounding import objection
from chat.reranking import prompting
from chat.reranking.reordering import evidence
from recommender.checkpoint import read_checkpoint
from recommender.holdout import HELD_OUT, gain
from recommender.log import read_interactions
from recommender.threads import compute_with
from retrieval.catalogue import read_catalogue
from retrieval.database import database
from retrieval.domain import Domain, read_domain
from retrieval.errors import Problem
from retrieval.index.indexing import ready_index
from retrieval.index.nearest import Exact
from retrieval.settings import Settings
from retrieval.space.given_vectors import read_vectors
from retrieval.space.item_vectors import open_space
from retrieval.weights import find

SHARES = {"rerank": 0.4, "words": 0.1, "wish": 0.5}  # of the minutes, where all are learned
USERS = 400  # asked to judge the order, on their second-last event
JUDGED = 120  # held-out pairs, by whose likelihood the wording is judged
SPOKEN = 40  # of these, for which a sentence is generated
TRIED = 4  # of these, by which the time of judging is guessed
PAIRS = 1500  # to learn the wording from
HEARD = 300  # held-out items, by whose wishes hearing is judged, at most
LONG, PER_TOKEN, PER_PAIR = 40, 0.08, 0.5  # tokens of a sentence, seconds of one and of a likelihood: a guess of what
# judging takes, so that learning ends in time

# a wish is weighed by what the upper layers make of a line: a pass back through them alone costs half as much
UPPER = lora.Rank(targets=lora.EVERYWHERE, share=0.5)

SERVES = "kept; it serves from the next start on"
ANEW = ", in the order once penchant tune has weighed it anew"
THROWN = {False: "thrown away, as its interval is not above zero", True: "thrown away, as it loses elsewhere"}


@dataclass(frozen=True)
class Lesson:
    """One job to learn. `data` tells what it is learned from from anything else; `judge` gives one value a user or a
    pair for each measure, of the model as it is then, which takes about `judging` seconds."""

    job: Job
    task: Task[Any]
    data: str
    judge: Callable[[], Mapping[str, NDArray[np.float64]]]
    judging: float
    by: Training = field(default_factory=Training)


def learn(settings: Settings, minutes: float, jobs: Sequence[Job] = JOBS, seed: int = 0) -> Iterator[str]:
    """Teaches the adapters within about so many minutes, judging included, and tells of each what came of it.

    Raises Problem or Stale where the language model is none that can learn, or nothing can be learned from."""
    compute_with(settings.threads)
    _name(settings)  # before anything is said of the items
    console = Console(stderr=True)
    made = {"rerank": _to_choose, "words": _to_word, "wish": _to_hear}
    if "wish" in jobs and (why := _unheard(settings, seed)):
        yield f"wish: skipped, {why}."
        jobs = [job for job in jobs if job != "wish"]
    whole = sum(SHARES[job] for job in jobs)
    for job in jobs:
        begun = time.monotonic()
        local = opened(settings)
        lesson = made[job](settings, local, seed, console)
        allowed = 60 * minutes * SHARES[job] / whole
        budget = allowed - (time.monotonic() - begun) - 2 * lesson.judging
        yield _taught(settings, local, lesson, budget, f"{seed} {allowed}", seed, console)


def opened(settings: Settings) -> Local:
    """The language model as it came. Raises Problem if it is none that can learn here."""
    name = _name(settings)
    return Local(name, find(name, settings, kind="language"), settings.threads)


def _name(settings: Settings) -> str:
    kind, _, name = settings.language.partition(":")
    if kind != "local" or not name:
        raise Problem(f"language is {settings.language!r}; only a model of this process, local:NAME, can learn here")
    return name


def _to_choose(settings: Settings, local: Local, seed: int, console: Console) -> Lesson:
    domain = read_domain(settings.domain)
    with database(settings.database_url) as engine:
        catalogue = read_catalogue(engine)
        interactions = read_interactions(engine, catalogue, domain.inputs)
    checkpoint = read_checkpoint(settings.models, HELD_OUT)
    if checkpoint.items != interactions.items:
        raise Problem("the behaviour model is of other items than the catalogue has now; run penchant train")
    lists = Lists(interactions, catalogue, domain, checkpoint, seed)
    if not lists.able.any():
        wanted = f", one of them a {domain.inputs.wanted!r} after the first" if domain.inputs.wanted else ""
        raise Problem(f"no user has more than {HELD_OUT + 1} events{wanted}, so there is no choice to learn from")
    asked = validation(interactions, catalogue, domain, checkpoint, USERS, seed)
    some = [one for one in asked if one][:4]
    started = time.monotonic()
    gains(local.score, some)
    each = (time.monotonic() - started) / max(1, sum(map(len, some)))
    return Lesson(
        "rerank",
        Choosing(lists, local.tokenizer),
        f"{interactions.fingerprint()} {catalogue.fingerprint()} {domain.model_dump_json()} {prompting.VERSION}",
        lambda: _order(local, asked),
        each * sum(map(len, asked)),
    )


def _to_word(settings: Settings, local: Local, seed: int, console: Console) -> Lesson:
    silent = settings.model_copy(update={"language": "none:"})
    with assistant(silent, held_out=HELD_OUT) as penchant:
        interactions = read_interactions(penchant.engine, penchant.catalogue, penchant.domain.inputs)
        if not (np.diff(interactions.starts) > HELD_OUT).any():
            raise Problem(f"no user has more than {HELD_OUT} events, so there is nobody to say a sentence to")
        learned, judged = (
            list(track(islice(found, n), "making pairs", n, console=console, transient=True))
            for found, n in (
                (pairs(penchant.ordering, interactions, seed, judging=False), PAIRS),
                (pairs(penchant.ordering, interactions, seed, judging=True), JUDGED),
            )
        )
        domain = penchant.domain
    return Lesson(
        "words",
        Wording(learned, local.tokenizer),
        f"{[(pair.given, pair.said) for pair in learned]}",
        lambda: _speech(local, judged, domain),
        SPOKEN * LONG * PER_TOKEN + JUDGED * PER_PAIR,
    )


def _unheard(settings: Settings, seed: int) -> str:
    with database(settings.database_url) as engine:
        return lacking(read_catalogue(engine), seed)


def _to_hear(settings: Settings, local: Local, seed: int, console: Console) -> Lesson:
    domain = read_domain(settings.domain)
    with database(settings.database_url) as engine:
        catalogue, given = read_catalogue(engine), read_vectors(engine)
    space = open_space(settings, given)
    with ready_index(catalogue, space, settings) as index:
        vectors = index.vectors(catalogue.ids)
    wants = Wants.of(catalogue, Exact(catalogue.ids, vectors), space, domain, seed)
    judged = wants.judging(HEARD)
    started = time.monotonic()
    _hearing(local, judged[:TRIED])
    each = (time.monotonic() - started) / TRIED
    return Lesson(
        "wish",
        Hearing(wants, local.tokenizer),
        f"{catalogue.fingerprint()} {domain.model_dump_json()} {prompting.VERSION}",
        lambda: _hearing(local, judged),
        each * len(judged),
        Training(rank=UPPER),
    )


def _taught(
    settings: Settings, local: Local, lesson: Lesson, budget: float, asked: str, seed: int, console: Console
) -> str:
    """Learns, judges the adapter as it will serve, keeps it or not; what came of it in a sentence."""
    job, by = lesson.job, lesson.by
    told = f"{lesson.data} {by} {local.base} {asked}"
    notes = Notes(settings.models / f"learning-{job}.safetensors", hashlib.sha256(told.encode()).hexdigest())
    model = lora.attached(local.model, by.rank, seed)
    taken = train(model, lesson.task, by, budget, notes, console)
    with tempfile.TemporaryDirectory() as temporary:
        fresh = Path(temporary) / "adapter"
        lora.write(model, fresh)
        local.model = lora.detached(model).eval()
        local.wear({})
        before = lesson.judge()
        local.wear({job: fresh})
        after = lesson.judge()
        figures = [Figure.of(name, before[name], after[name], seed) for name in before]
        if kept := keeps(figures):
            about = About(
                job=job,
                model=local.name,
                base=local.base,
                prompt=prompting.VERSION,
                seed=seed,
                lists=taken.lists,
                figures={one.what: vars(one) for one in figures},
            )
            keep(settings.models, about, lambda folder: shutil.copytree(fresh, folder, dirs_exist_ok=True))
    notes.discard()
    rate = taken.lists / max(taken.seconds, 1e-9)
    learned = (
        f"{job}: learned from {taken.lists:,} {lesson.task.what} in {taken.seconds / 60:.0f} min, {rate:.1f} a second"
    )
    end = SERVES + ("" if job == "words" else ANEW) if kept else THROWN[figures[0].better]
    return f"{learned}. {'; '.join(map(str, figures))}: {end}."


def _order(local: Local, asked: Sequence[tuple[Choice, ...]]) -> Mapping[str, NDArray[np.float64]]:
    """NDCG@10 of the score alone, one value a user."""
    found = gains(local.score, asked)
    with_wish = {"the same with a wish": np.array(found[True])} if found[True] else {}
    return {f"NDCG@{K} of its order alone": np.array(found[False]), **with_wish}


def _hearing(local: Local, judged: Sequence[Sequence[Want]]) -> Mapping[str, NDArray[np.float64]]:
    """NDCG@10 of the items by how likely the wish is after each, one value an item held out."""
    found = [
        np.mean([gain(evidence(local.after(one.lines, f" {one.wish}")), one.right) for one in each]) for each in judged
    ]
    return {f"NDCG@{K} of whom it takes a wish for": np.array(found)}


def _speech(local: Local, judged: Sequence[Pair], domain: Domain) -> Mapping[str, NDArray[np.float64]]:
    """Log-likelihood a token of the sentences, one value a pair; of some, whether what it says by itself passes."""
    model = local.readers["words"].model
    with torch.inference_mode():
        likely = [float(likelihood(model, local.tokenizer, pair)) for pair in judged]
    passes = [
        objection(first_sentence(local.stream(one.given)), one.item, one.facts, domain) is None
        for one in judged[:SPOKEN]
    ]
    return {
        "log-likelihood a token": np.array(likely),
        "share of its own sentences that pass": np.array(passes, dtype=np.float64),
    }
