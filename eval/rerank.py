"""Does the language model order the best candidates better, without a wish and with one? `penchant eval rerank`."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console

from chat.llm import LLM, open_llm
from chat.llm.guarded import Guarded
from chat.llm.remembered import Remembered
from chat.reranking.influence import NONE, Learned
from chat.reranking.rehearsal import List, Rehearsal, in_reach, silent, wishes
from chat.reranking.reordering import CANDIDATES, NEUTRAL, PARTS, TITLE, WISH, Reranker, read
from chat.reranking.tuning import Heard, heard, learned, some
from eval.judging import Files, written
from eval.metrics import ndcg
from eval.next_item import fit_to_judge, peak
from eval.report import Report, Row
from eval.wished import vectors_of
from recommender.checkpoint import Checkpoint, read_checkpoint
from recommender.datasets.files import catalogue_of
from recommender.datasets.titles import same_in_another
from recommender.forms import part_of
from recommender.holdout import HELD_OUT, Questions, Split, leave_one_out
from recommender.interactions import Interactions
from recommender.log import read_interactions
from recommender.plan import plan
from recommender.significance import difference, interval
from recommender.threads import compute_with
from recommender.training import fit
from retrieval.catalogue import Catalogue, read_catalogue
from retrieval.database import database
from retrieval.domain import Domain, Rules, read_domain
from retrieval.errors import Problem
from retrieval.items import Item
from retrieval.ranking import Scores
from retrieval.settings import Settings
from retrieval.space.item_vectors import open_space

K = 10
WISH_ADAPTED = f"{WISH}-adapted"
PLAIN, ADAPTED = (
    "language",
    "language-adapted",
)  # the model as it came; as it serves, with what it learned
LEARNED_FROM = 300  # lists with the item in reach: few weights need no more, and each takes about a second
TIMED = 20  # lists that are asked anew to time it
WITH_WISH = "wish/"
OF_WORDS = ("meaning", "words")  # parts of a score that are not behaviour
PROTOCOL = (
    f"the {CANDIDATES} best candidates by all but the language model, in the order of each row; the last event of each "
    "user with three or more; an event that is not among them counts 0 in every row; weights learned on up to "
    f"{LEARNED_FROM} second-last events that are. wish: the same with a sentence of the held-out item's text, drawn by "
    "the seed, never the first, without words of the title and without names, and taken out of its text before "
    "anything reads it; items that have one, without other entries of the same work, which have the sentence"
)


@dataclass(frozen=True)
class World:
    """What is judged: the events, the items without the sentences they are wished by, and a rehearsal for choosing and
    one for judging."""

    interactions: Interactions
    split: Split
    choosing: Rehearsal
    judging: Rehearsal
    texts: int


def rerank(
    settings: Settings, data: Path | None, items: Path | None, users: int | None, json: Path | None, seed: int
) -> None:
    """Ask the language model, print the table, keep the figures in the file if one is named.

    What it said is kept in the cache, so that a second run, or one that was cut off, goes on from there. Raises Problem
    or Stale if there is no language model, nothing fitted, or nobody to ask.
    """
    compute_with(settings.threads)
    domain = read_domain(settings.domain).model_copy(update={"rules": Rules()})  # which name items of a shop
    with ExitStack() as opened:
        served, plain = open_llm(settings), open_llm(settings, adapted=False)
        if served is None or plain is None:
            raise Problem("no language model is set; set language to local:NAME")
        if not plain.scores:
            raise Problem(f"{plain.name} can only be asked, and this judges how it weighs titles; use local:NAME")
        world = (
            _from_files(Files(data, items), settings, domain, seed) if data else _here(items, settings, domain, seed)
        )
        asked = world.split.test.some(users, seed)
        if not len(asked):
            raise Problem("no user has three events or more, so there is nobody to ask")
        before = world.split.validation.some(users, seed)
        before = before.of(np.random.default_rng(seed).permutation(len(before)))
        adapted = served.identity != plain.identity
        kept = {PLAIN: opened.enter_context(_remembered(plain, settings))}
        kept[ADAPTED] = opened.enter_context(_remembered(served, settings)) if adapted else kept[PLAIN]
        figures = [judged(world, domain, kept, before, asked, wished, seed) for wished in (False, True)]
        seconds = {one.kind: _timed(one, world, domain, served.within(None)) for one in figures}
    rows = [row for one in figures for row in one.rows(seed)]
    metrics: dict[str, Any] = {
        "gain": {one.kind: one.relative("fused", "fused-without-language", seed) for one in figures},
        "pmi-minus-plain": {one.kind: one.gap("language-pmi", "language", seed) for one in figures},
        "weights": {one.kind: one.learned.model_dump() for one in figures},
        "seconds a list": seconds,
        "model": served.identity,
        "adapted": adapted,
        "candidates": CANDIDATES,
        "in reach": {one.kind: one.reached for one in figures},
        "items": len(world.judging.catalogue),
        "items with a text": world.texts,
    }
    report = Report(protocol=PROTOCOL, data=world.interactions.fingerprint(), seed=seed, rows=rows, metrics=metrics)
    report.show(Console())
    show(metrics, Console())
    written(report, json)


@dataclass(frozen=True)
class Figures:
    """Of lists of one kind: NDCG@10 by row, one value a list, what was learned, and in how many lists the item is."""

    kind: str
    values: Mapping[str, NDArray[np.float64]]
    learned: Learned
    lists: Sequence[List]
    seconds: float

    @property
    def reached(self) -> int:
        return len(in_reach(self.lists))

    def rows(self, seed: int) -> Iterator[Row]:
        """One a contender, the wish before its name."""
        for name, values in self.values.items():
            low, high = interval(values, seed)
            yield Row(
                name=f"{WITH_WISH}{name}" if self.kind == "wish" else name,
                n=len(values),
                metrics={f"ndcg@{K}": float(values.mean()) if len(values) else 0.0},
                low={f"ndcg@{K}": low},
                high={f"ndcg@{K}": high},
                seconds=round(self.seconds, 3),
                memory_mb=round(peak(), 1),
            )

    def gap(self, one: str, other: str, seed: int) -> dict[str, float]:
        """What the first row gains on the second over the same lists, with its 95 % interval."""
        gain, low, high = difference(self.values[one], self.values[other], seed)
        return {f"ndcg@{K}": gain, "low": low, "high": high}

    def relative(self, one: str, other: str, seed: int) -> dict[str, float]:
        """The same as a share of what the second row has."""
        whole = float(self.values[other].mean()) if len(self.values[other]) else 0.0
        return {name: value / whole if whole else 0.0 for name, value in self.gap(one, other, seed).items()}


def judged(
    world: World,
    domain: Domain,
    models: Mapping[str, LLM],
    before: Questions,
    asked: Questions,
    wished: bool,
    seed: int,
) -> Figures:
    """Learn on the lists of `before`, judge on those of `asked`; each row the same candidates in another order. The
    model in the fused order is the one that serves."""
    started, kind = time.monotonic(), "wish" if wished else "plain"
    rerankers = {name: Reranker(llm, world.judging.catalogue, domain, NONE, NONE) for name, llm in models.items()}
    reranker = rerankers[ADAPTED]
    earlier = some(world.choosing, world.interactions, before, wished, LEARNED_FROM)
    lists = list(world.judging.lists(world.interactions, asked, wished))
    weights = learned(heard(reranker, earlier, f"{kind}: learning"), seed)
    random, said = np.random.default_rng(seed), heard(reranker, lists, f"{kind}: judging")
    values: dict[str, list[float]] = {}
    for one in said:
        for name, scores in _rows(one, rerankers, world.judging, random).items():
            values.setdefault(name, []).append(_gain(scores, one.list.place))
        values.setdefault("fused", []).append(one.gain(weights.weights))
    whole = {name: np.array(each, dtype=np.float64) for name, each in values.items()}
    return Figures(kind, whole, weights, lists, time.monotonic() - started)


def _rows(
    one: Heard, rerankers: Mapping[str, Reranker], rehearsal: Rehearsal, random: np.random.Generator
) -> dict[str, Scores]:
    """The scores of the candidates by row, but for the fused one; no model is asked where the item is out of reach."""
    best, query = one.list.best, one.list.query

    def said(part: str, name: str = PLAIN) -> Scores:
        return rerankers[name].likelihoods(part, query, best) if one.parts else best.scores

    behaviour = [scores for name, scores in best.parts.items() if name not in OF_WORDS]
    rows: dict[str, Scores] = {
        "random": random.random(len(best)).astype(np.float32),
        "behaviour": np.sum(behaviour, axis=0, dtype=np.float32),
        "meaning": rehearsal.nearness(query, best),
        PLAIN: said(TITLE),
        "language-pmi": said(TITLE) - said(NEUTRAL),
        ADAPTED: said(TITLE, ADAPTED),
    }
    if query.text:
        for name, row in ((PLAIN, WISH), (ADAPTED, WISH_ADAPTED)):
            rows[row] = _wished(one, rerankers[name]) if one.parts else best.scores
    return {**rows, "fused-without-language": best.scores}


def _wished(one: Heard, reranker: Reranker) -> Scores:
    """Only the first of them are read in view of a wish; the others stand behind these as they stood."""
    best, query = one.list.best, one.list.query
    heard = reranker.likelihoods(WISH, query, best.top(read(query)))
    behind = heard.min() - 1 - np.arange(len(best) - len(heard), dtype=np.float32)
    return np.concatenate([heard, behind])


def _gain(scores: Scores, place: int | None) -> float:
    if place is None:
        return 0.0
    return float(ndcg(np.array([(scores >= scores[place]).sum()]), K)[0])


def _timed(figures: Figures, world: World, domain: Domain, llm: LLM) -> dict[str, float]:
    """Seconds that the model takes for a list it has not met, with the parts that have a weight, or with all."""
    weights = figures.learned.weights.items()
    names = list(dict.fromkeys(part_of(form) for form, weight in weights if weight)) or list(PARTS)
    took = []
    for one in in_reach(figures.lists)[:TIMED]:
        started = time.perf_counter()
        Reranker(llm, world.judging.catalogue, domain, NONE, NONE).features(one.query, one.best, names)
        took.append(time.perf_counter() - started)
    if not took:
        return {}
    return {"median": float(np.median(took)), "p95": float(np.quantile(took, 0.95)), "lists": float(len(took))}


def show(metrics: Mapping[str, Any], console: Console) -> None:
    """What fusion with the language model gains, and what it weighs, in sentences."""
    if not metrics["adapted"]:
        console.print(f"No adapter was kept, so {ADAPTED} is {PLAIN}; penchant train-language makes one.")
    for kind, gain in metrics["gain"].items():
        when = "With a wish" if kind == "wish" else "Without a wish"
        said = {name: weight for name, weight in metrics["weights"][kind]["weights"].items() if weight}
        weights = ", ".join(f"{name} {weight:g}" for name, weight in said.items()) or "nothing"
        took = metrics["seconds a list"][kind]
        speed = f"; {took['median']:.2f} s a list (p95 {took['p95']:.2f})" if took else ""
        bounds = f"({gain['low']:+.1%} to {gain['high']:+.1%})"
        console.print(
            f"{when} the language model gains {gain[f'ndcg@{K}']:+.1%} {bounds} with the weights {weights}{speed}.",
            highlight=False,
        )


@contextmanager
def _remembered(llm: Guarded, settings: Settings) -> Iterator[LLM]:
    kept = Remembered.of(llm, settings)
    try:
        yield kept
    finally:
        kept.close()


def _here(items: Path | None, settings: Settings, domain: Domain, seed: int) -> World:
    """The workspace with its held-out checkpoints; `items` give texts to those of the same title and year."""
    with database(settings.database_url) as engine:
        catalogue = read_catalogue(engine)
        interactions = read_interactions(engine, catalogue, domain.inputs)
    checkpoints = [read_checkpoint(settings.models, held_out) for held_out in (HELD_OUT, 1)]
    for one in checkpoints:
        fit_to_judge(one, interactions)
    catalogue = texted(catalogue, catalogue_of(items)) if items else catalogue
    return _world(interactions, catalogue, leave_one_out(interactions, catalogue), checkpoints, settings, domain, seed)


def _from_files(files: Files, settings: Settings, domain: Domain, seed: int) -> World:
    """Files, with behaviour fitted to them and to the items without the sentences."""
    interactions, catalogue = files.read(seed)
    split = leave_one_out(interactions, catalogue)
    quiet = silent(catalogue, wishes(catalogue, seed))
    checkpoints = fit(split, quiet, plan(split.learning, seed), Console(stderr=True))
    return _world(interactions, catalogue, split, checkpoints, settings, domain, seed)


def _world(
    interactions: Interactions,
    catalogue: Catalogue,
    split: Split,
    checkpoints: Sequence[Checkpoint],
    settings: Settings,
    domain: Domain,
    seed: int,
) -> World:
    found = wishes(catalogue, seed)
    space = open_space(settings)
    vectors = vectors_of(silent(catalogue, found), space)
    choosing, judging = (Rehearsal.of(catalogue, found, vectors, one, space, domain) for one in checkpoints)
    return World(interactions, split, choosing, judging, sum(bool(item.text) for item in catalogue.values()))


def texted(catalogue: Catalogue, told: Catalogue) -> Catalogue:
    """The catalogue with the texts of the other one's items of the same title and year, where it has none itself."""
    texts = {_work(item): item.text for item in told.values() if item.text}
    return Catalogue.of(replace(item, text=item.text or texts.get(_work(item), "")) for item in catalogue.values())


def _work(item: Item) -> tuple[str, int | None]:
    return same_in_another(item.title, item.year)
