"""Do the right few hundred items come out of the catalogue, and how quickly? What `penchant eval retrieval` does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console

from eval.candidates import RECENT, TOPS, asked, contenders
from eval.judging import Files, written
from eval.large import large_catalogues, show
from eval.metrics import hr
from eval.next_item import Bench, peak
from eval.report import Report, Row
from eval.scaling import QUERIES, K, built, near, quantiles, recalled
from eval.speed import embedding_speed
from eval.wished import Wished, vectors_of, wished
from recommender.datasets.files import catalogue_of
from recommender.holdout import leave_one_out
from recommender.plan import plan
from recommender.significance import difference, interval
from recommender.threads import compute_with
from recommender.training import fit
from retrieval.catalogue import Catalogue
from retrieval.domain import Domain, Rules, read_domain
from retrieval.errors import Problem
from retrieval.index.nearest import Exact
from retrieval.items import described
from retrieval.settings import Settings
from retrieval.space.embedding import Embedder, open_embedder, open_model
from retrieval.words.lexical import Lexical

TEXTS = 128  # descriptions that are embedded to time it
FOUND = 10  # places within which a wish has to find its item
FROM_HISTORY = (
    "next item, leave-one-out: the last event of each user with three or more, by time, ties by file order; full "
    "catalogue; seen items and their twins removed; behaviour is the sequence model, fitted like counts and popularity "
    f"on all but the last event; meaning is nearness to the middle of the last {RECENT} items, lexical BM25 by their "
    "words, hybrid both by reciprocal rank; fused are the candidates of the product, which weigh all parts of behaviour"
)
FROM_WORDS = (
    "text: an item asked for by a sentence of its text, drawn by the seed, never the first, without words of the title "
    "and without names, and taken out of its text before embedding and indexing; all items that have such a sentence, "
    "among all items"
)
FROM_VECTORS = f"exact and chroma: the {K} nearest to {QUERIES} of these sentences, or of the items, among the items"


@dataclass(frozen=True)
class Extent:
    """How much is judged: `people` and `wishes` drawn by the seed, all without; `sizes` of synthetic catalogues."""

    people: int | None = None
    wishes: int | None = None
    sizes: tuple[int, ...] = ()


class Figures:
    """What was measured, by row and metric: one value a question, or a plain figure."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.values: dict[str, dict[str, NDArray[np.float64]]] = {}
        self.plain: dict[str, dict[str, float]] = {}
        self.seconds: dict[str, float] = {}

    def add(self, name: str, values: Mapping[str, NDArray[np.float64]], took: NDArray[np.float64]) -> None:
        """`values` by metric, one a question; `took`, milliseconds, of which the later ones of a row are told."""
        self.values.setdefault(name, {}).update(values)
        self.plain[name] = quantiles(took)
        self.seconds[name] = self.seconds.get(name, 0.0) + float(took.sum()) / 1000

    def gap(self, one: str, other: str, metric: str) -> dict[str, float]:
        """What the first row gains on the second over the same questions, with its 95 % interval."""
        gain, low, high = difference(self.values[one][metric], self.values[other][metric], self.seed)
        return {metric: gain, "low": low, "high": high}

    def gaps(self, metric: str, ours: str) -> dict[str, dict[str, float]]:
        """What that row gains on every other that was asked the same."""
        others = [name for name, values in self.values.items() if metric in values and name != ours]
        return {f"{ours}-minus-{name}": self.gap(ours, name, metric) for name in others}

    def rows(self) -> list[Row]:
        return [self._row(name) for name in self.values]

    def _row(self, name: str) -> Row:
        values = self.values[name]
        bounds = {metric: interval(each, self.seed) for metric, each in values.items()}
        return Row(
            name=name,
            n=len(next(iter(values.values()))),
            metrics={metric: float(each.mean()) for metric, each in values.items()}
            | {"ms/p95": self.plain[name]["ms/p95"]},
            low={metric: low for metric, (low, _) in bounds.items()},
            high={metric: high for metric, (_, high) in bounds.items()},
            seconds=round(self.seconds[name], 3),
            memory_mb=round(peak(), 1),
        )


def retrieval(
    settings: Settings, data: Path | None, items: Path | None, extent: Extent, json: Path | None, seed: int
) -> None:
    """Ask every source, print the tables, and keep the figures in the file if one is named.

    Without `data` nothing is fitted and the items are asked for by their words alone. Raises Problem if a file cannot
    be read or nobody and nothing can be asked for.
    """
    compute_with(settings.threads)
    embedder, figures, protocols = open_embedder(settings), Figures(seed), []
    domain = read_domain(settings.domain).model_copy(update={"rules": Rules()})  # which name items of a shop, not these
    if data:
        catalogue, hashed = _from_history(Files(data, items), embedder, domain, extent, figures)
        protocols.append(FROM_HISTORY)
    else:
        catalogue = catalogue_of(items) if items else Catalogue.of([])
        hashed = catalogue.fingerprint()
    said = wished(catalogue, embedder, domain.weights, seed, extent.wishes)
    if said.texts:
        protocols.append(FROM_WORDS)
        for name, one in said.answers.items():
            figures.add(name, {f"text/recall@{FOUND}": hr(one.places, FOUND)}, one.took)
    elif not data:
        raise Problem("no item has a second sentence to be asked for by, and no --data says what people did")
    _from_vectors(said, catalogue, embedder, figures)
    metrics: dict[str, Any] = {
        "items": len(catalogue),
        "embedder": settings.embedder,
        "milliseconds": figures.plain,
        "text": figures.gaps(f"text/recall@{FOUND}", "hybrid"),
        "next item": figures.gaps(f"recall@{max(TOPS)}", "fused"),
        "embedding speed": _embedding(settings, catalogue),
        **large_catalogues(extent.sizes, settings, seed),
    }
    protocol = "; ".join([*protocols, FROM_VECTORS])
    report = Report(protocol=protocol, data=hashed, seed=seed, rows=figures.rows(), metrics=metrics)
    report.show(Console())
    show(metrics, Console())
    written(report, json)


def _embedding(settings: Settings, catalogue: Catalogue) -> dict[str, float]:
    """How quickly the model reads descriptions, without a cache that would answer in its place."""
    return embedding_speed(open_model(settings), [described(item) for item in list(catalogue.values())[:TEXTS]])


def _from_history(
    files: Files, embedder: Embedder, domain: Domain, extent: Extent, figures: Figures
) -> tuple[Catalogue, str]:
    """Fit to the files and ask each source for what people did next; the catalogue, and the events' fingerprint."""
    interactions, catalogue = files.read(figures.seed)
    split = leave_one_out(interactions, catalogue)
    people = split.test.some(extent.people, figures.seed)
    if not len(people):
        raise Problem("no user has three events or more, so there is nobody to ask")
    _, checkpoint = fit(split, catalogue, plan(split.learning, figures.seed), Console(stderr=True))
    index = Exact(catalogue.ids, vectors_of(catalogue, embedder))
    every = contenders(catalogue, checkpoint, index, embedder, Lexical.of(catalogue), domain)
    queries = list(Bench(interactions, catalogue, figures.seed, FROM_HISTORY).queries(people))
    targets = [interactions.items[code] for code in people.targets]
    for name, one in asked(every, queries, targets, "next items").items():
        figures.add(name, {f"recall@{k}": hr(one.places, k) for k in TOPS}, one.took)
    return catalogue, interactions.fingerprint()


def _from_vectors(said: Wished, catalogue: Catalogue, embedder: Embedder, figures: Figures) -> None:
    """How much of what is truly nearest Chroma finds, and how long both take."""
    texts = [*said.texts.values()] or [described(item) for item in catalogue.values()]
    chosen = np.random.default_rng(figures.seed).permutation(len(texts))[:QUERIES]
    queries = embedder.queries([texts[at] for at in np.sort(chosen)])
    exact = Exact(catalogue.ids, said.vectors)
    truth, took = near(exact, queries)
    figures.add("exact", {f"recall@{K}": recalled(truth, truth, exact, queries)}, np.array(took))
    with built(catalogue.ids, said.vectors) as (chroma, _):
        found, took = near(chroma, queries)
        figures.add("chroma", {f"recall@{K}": recalled(found, truth, exact, queries)}, np.array(took))
