"""How much a soft wish, and a remembered taste, may weigh: weight by weight, on the last events of each user."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track

from chat.assembly import assistant
from chat.assistant import Assistant
from eval.judging import written
from eval.metrics import ndcg
from eval.next_item import Bench, fit_to_judge, peak
from eval.protocols import TOP, by_rankings
from eval.report import Report, Row
from recommender.checkpoint import read_checkpoint
from recommender.holdout import HELD_OUT, Questions, leave_one_out
from recommender.interactions import Interactions
from recommender.log import read_interactions
from recommender.significance import difference, interval
from retrieval.catalogue import Catalogue
from retrieval.filtering.spans import years
from retrieval.filtering.where import Where
from retrieval.items import Item
from retrieval.lists.leaning import held
from retrieval.ranking import Query, Ranking
from retrieval.settings import Settings

Kind = Literal["wished", "mistaken", "remembered"]
KINDS: tuple[Kind, ...] = ("wished", "mistaken", "remembered")
POINTS = (0.0, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
FIRST = 6  # cards that a person sees
TRUE = 0.75  # share of the wishes of `mistaken` that are true of what came next
PROTOCOL = (
    "each user's last event is asked for, on the model of all but that one, and the second-last one, on the model of "
    "all before it, where the weight is chosen. wished: something that had better hold, a value or the decade of what "
    f"came next, in words too where it is a value; mistaken: the same, but {1 - TRUE:.0%} of them drawn from any item; "
    "remembered: the value that is commonest in the history, against how common it is here. Without a language model; "
    f"share@{FIRST}: of the first cards, those that satisfy it"
)


@dataclass(frozen=True)
class Judged:
    """By weight, one value a user: NDCG@10 and the share of the first cards that satisfy the wish; `now`: the weight of
    the domain, which is one of them; `true`: of what came next, the share that does."""

    now: float
    gains: Mapping[float, NDArray[np.float64]]
    shares: Mapping[float, NDArray[np.float64]]
    true: float
    seconds: float


def leaning(settings: Settings, people: int | None, json: Path | None, seed: int) -> None:
    """Print the figures of every weight; which one is best on the second-last events, and what it gains on the last.

    Raises Stale if the models must not be judged."""
    silent = settings.model_copy(update={"language": "none:"})
    chosen = {kind: judged for kind, judged, _ in _asked(silent, HELD_OUT, people, seed)}
    rows, metrics, told, data = list[Row](), dict[str, Any](), list[str](), ""
    for kind, judged, fingerprint in _asked(silent, 1, people, seed):
        data, now = fingerprint, judged.now
        best = max(chosen[kind].gains, key=lambda point: float(chosen[kind].gains[point].mean()))
        rows += [_row(kind, point, judged, seed) for point in judged.gains]
        before, after = (difference(one.gains[best], one.gains[now], seed) for one in (chosen[kind], judged))
        metrics[kind] = {
            "now": now,
            "best on second-last": best,
            "true": judged.true,
            "gain on second-last": before,
            "gain on last": after,
        }
        told.append(
            f"{kind}: now {now:g}; best on the second-last events {best:g}, which gains "
            f"{after[0]:+.4f} ({after[1]:+.4f} to {after[2]:+.4f}) on the last."
        )
    report = Report(protocol=PROTOCOL, data=data, seed=seed, rows=rows, metrics=metrics)
    console = Console()
    report.show(console)
    for line in told:
        console.print(line, highlight=False)
    written(report, json)


def _asked(settings: Settings, held_out: int, people: int | None, seed: int) -> Iterator[tuple[Kind, Judged, str]]:
    """The figures of each kind on the model that lacks so many last events, and the fingerprint of the events."""
    with assistant(settings, held_out=held_out) as penchant:
        catalogue = penchant.catalogue
        interactions = read_interactions(penchant.engine, catalogue, penchant.domain.inputs)
        fit_to_judge(read_checkpoint(settings.models, held_out), interactions)
        split = leave_one_out(interactions, catalogue)
        asked = (split.test if held_out == 1 else split.validation).some(people, seed)
        for kind in KINDS:
            yield kind, _judged(kind, penchant, interactions, asked, seed), interactions.fingerprint()


def _judged(kind: Kind, penchant: Assistant, interactions: Interactions, asked: Questions, seed: int) -> Judged:
    started, dice, catalogue = time.monotonic(), np.random.default_rng(seed), penchant.catalogue
    targets = [catalogue[interactions.items[code]] for code in asked.targets]
    name = weight_of(kind)
    now = float(getattr(penchant.domain.weights, name))
    points = sorted({*POINTS, now})
    rankings: dict[float, list[Ranking]] = {point: [] for point in points}
    shares: dict[float, list[float]] = {point: [] for point in points}
    true = list[bool]()
    queries = list(Bench(interactions, catalogue, seed, "").queries(asked))
    both = list(zip(queries, targets, strict=True))
    for query, target in track(both, kind, console=Console(stderr=True), transient=True):
        wish, text = (
            commonest(catalogue, query.history) if kind == "remembered" else drawn(kind, target, catalogue, dice)
        )
        leant = replace(query, remembered=wish) if kind == "remembered" else replace(query, wished=wish, text=text)
        true.append(wish.removes(target) is None)
        for point, ranking in zip(points, _ordered(name, points, leant, penchant), strict=True):
            rankings[point].append(ranking)
            shares[point].append(float(held(catalogue, wish, ranking.ids[:FIRST]).mean()) if wish else 0.0)
    gains = {point: ndcg(by_rankings(each, asked, interactions.items).ranks, TOP) for point, each in rankings.items()}
    of_six = {point: np.array(each) for point, each in shares.items()}
    return Judged(now, gains, of_six, float(np.mean(true)), time.monotonic() - started)


def weight_of(kind: Kind) -> str:
    """What the weight is called in a domain."""
    return "remembered" if kind == "remembered" else "wished"


def _ordered(name: str, points: Sequence[float], query: Query, penchant: Assistant) -> Iterator[Ranking]:
    """The whole order under each weight, as the product makes it without a language model."""
    for point in points:
        weights = penchant.domain.weights.model_copy(update={name: point})
        domain = penchant.domain.model_copy(update={"weights": weights})
        yield replace(penchant.ordering, domain=domain).rank(query, language=False)


def drawn(kind: Kind, target: Item, catalogue: Catalogue, dice: np.random.Generator) -> tuple[Where, str]:
    """Something that had better hold, and the words that say it; nothing where the item has nothing to wish for."""
    if kind == "mistaken" and dice.random() >= TRUE:
        target = catalogue[catalogue.ids[dice.integers(len(catalogue))]]
    values = [(facet, value) for facet in sorted(target.facets) for value in sorted(target.facet(facet))]
    if target.year is not None and (not values or dice.random() < 0.5):
        decade = target.year // 10 * 10
        return Where(ranges=years(decade, decade + 9)), ""
    if not values:
        return Where(), ""
    facet, value = values[dice.integers(len(values))]
    return Where(wanted={facet: frozenset({value})}), value


def commonest(catalogue: Catalogue, history: Sequence[str]) -> tuple[Where, str]:
    """The value that says most of a history against the catalogue: how many have it, times the logarithm of how much
    commoner it is there (a term of the Kullback-Leibler divergence)."""
    usual = Counter(one for item in catalogue.values() for one in _values(item))
    mine = Counter(one for id in history for one in _values(catalogue[id]))
    scale = len(catalogue) / max(1, len(history))
    if not mine:
        return Where(), ""
    facet, value = max(sorted(mine), key=lambda one: mine[one] * np.log(scale * mine[one] / usual[one]))
    return Where(wanted={facet: frozenset({value})}), ""


def _values(item: Item) -> Iterator[tuple[str, str]]:
    return ((facet, value) for facet in item.facets for value in set(item.facet(facet)))


def _row(kind: Kind, point: float, judged: Judged, seed: int) -> Row:
    values = {f"ndcg@{TOP}": judged.gains[point], f"share@{FIRST}": judged.shares[point]}
    bounds = {name: interval(each, seed) for name, each in values.items()}
    return Row(
        name=f"{kind} {point:g}",
        n=len(judged.gains[point]),
        metrics={name: float(each.mean()) for name, each in values.items()},
        low={name: low for name, (low, _) in bounds.items()},
        high={name: high for name, (_, high) in bounds.items()},
        seconds=round(judged.seconds / len(judged.gains), 3),
        memory_mb=round(peak(), 1),
    )
