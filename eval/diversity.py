"""What a list of other things costs: the dial from closest to surprise me, point by point, beside MMR and DPP."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track
from rich.table import Table

from eval.judging import Files, split_of, written
from eval.metrics import coverage, ndcg
from eval.next_item import peak
from eval.protocols import TOP, pieces
from eval.report import Report, Row
from recommender.checkpoint import Checkpoint
from recommender.holdout import Questions
from recommender.interactions import Interactions
from recommender.plan import plan
from recommender.ranker import less_popular
from recommender.significance import interval
from recommender.threads import compute_with
from recommender.training import fit
from retrieval.catalogue import Catalogue
from retrieval.lists.calibration import Shares, miscalibration, shares
from retrieval.lists.dial import POOL, USUAL, by_dial
from retrieval.lists.diversity import Measure, Nearest, Variety, Volume, distance
from retrieval.ranking import Query, Ranker, Ranking, summed
from retrieval.settings import Settings
from retrieval.space.embedding import Vectors, normalised, open_embedder
from retrieval.space.item_vectors import embedded
from retrieval.space.whitening import THEMES, Whitening

POINTS = (0.0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
OTHERS = (0.1, 0.2, 0.3, 0.5, 1.0)  # where MMR and DPP are asked as well
GAIN, LOSS = 0.20, 0.02  # what the usual point has to bring and may cost, of what the dial at 0 has
CAREFUL = 0.01  # loss on validation up to which a point may be named: what is left is for chance
WAYS: Mapping[str, Callable[[Vectors, int], Measure]] = {"dial": Variety, "mmr": Nearest, "dpp": Volume.of}
PROTOCOL = (
    f"of each list of {TOP}, for a seeded choice of users: NDCG of the held-out event; distance, the mean over pairs "
    f"of 1 - cosine of text vectors along their {THEMES} strongest directions, whitened; words, the same of TF-IDF "
    "vectors, which the dial does not see; coverage, the share of the catalogue shown; popular, which share of it is "
    "less popular; off, how far the facets are from the history's (KL, nats); novelty, -log2 of the share of users who "
    "have it. MMR and DPP stand in the place of the dial's own measure of variety"
)


@dataclass(frozen=True)
class World:
    """What lists are judged by: for every item of the checkpoint its `themes` and its `words`, unit vectors; how
    `popular` it is, as a share; how `novel`, in bits."""

    catalogue: Catalogue
    items: tuple[str, ...]
    themes: Vectors
    words: Vectors
    popular: NDArray[np.float32]
    novel: NDArray[np.float64]

    def ranker(self, way: str) -> Ranker:
        """The dial, with the measure of that name."""
        row = {id: at for at, id in enumerate(self.items)}

        def of(values: Any) -> Callable[[Sequence[str]], Any]:
            return lambda ids: values[[row[id] for id in ids]]

        return by_dial(self.catalogue, of(self.themes), of(self.popular), variety=WAYS[way])


@dataclass(frozen=True)
class Asked:
    """The best candidates of each question, before the dial: `codes` and `scores` (questions, pool), best first."""

    codes: NDArray[np.int64]
    scores: NDArray[np.float32]
    targets: NDArray[np.int64]
    histories: Sequence[tuple[str, ...]]
    wanted: Sequence[Shares]


@dataclass
class Judged:
    """The figures of each point, one value a question, by way and point."""

    values: dict[str, dict[str, NDArray[np.float64]]] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)

    def mean(self, name: str, metric: str) -> float:
        return float(self.values[name][metric].mean())

    def change(self, name: str, metric: str, seed: int) -> dict[str, float]:
        """Of the mean, relative to the dial at 0 over the same users, with its 95 % interval."""
        start, gap = self.values["dial 0"][metric], self.values[name][metric] - self.values["dial 0"][metric]
        low, high = interval(gap, seed)
        whole = max(float(start.mean()), 1e-12)
        return {"change": float(gap.mean()) / whole, "low": low / whole, "high": high / whole}


def diversity(files: Files, settings: Settings, people: int, json: Path | None, plot: Path | None, seed: int) -> None:
    """Fit on files as next-item does, then turn the dial; the point is named on validation and told on the test.

    Raises Problem if a file cannot be read or nobody can be asked.
    """
    compute_with(settings.threads)
    console = Console(stderr=True)
    interactions, catalogue = files.read(seed)
    split = split_of("loo", interactions, catalogue, seed)
    chosen, checkpoint = fit(split, catalogue, plan(split.learning, seed), console)
    vectors = np.concatenate([one for _, one in embedded(catalogue, open_embedder(settings))])
    told = report(
        chosen, checkpoint, split.validation, split.test, vectors, interactions, catalogue, people, seed, split.protocol
    )
    told.metrics["file"] = files.data.name
    show(told, Console())
    written(told, json)
    if plot:
        from eval.diversity_plot import draw

        draw(told, plot)


def report(
    chosen: Checkpoint,
    checkpoint: Checkpoint,
    validation: Questions,
    test: Questions,
    vectors: Vectors,
    interactions: Interactions,
    catalogue: Catalogue,
    people: int,
    seed: int,
    protocol: str,
) -> Report:
    """The figures of both halves. `vectors`: of the embedder, in the order of the checkpoint's items."""
    whitened = Whitening.of(vectors)(vectors)
    users = len(interactions.users)
    before = judge(
        _world(chosen, whitened, catalogue, users),
        asked(chosen, validation.some(people, seed), catalogue),
        {"dial": POINTS},
        seed,
    )
    after = judge(
        _world(checkpoint, whitened, catalogue, users),
        asked(checkpoint, test.some(people, seed), catalogue),
        {"dial": POINTS, "mmr": OTHERS, "dpp": OTHERS},
        seed,
    )
    named = careful(before)
    distances = [after.mean(f"dial {point:g}", "distance") for point in POINTS]
    points = {f"dial {point:g}": point for point in POINTS}
    usual = f"dial {USUAL:g}"
    metrics: dict[str, Any] = {
        "named on validation": named,
        "usual": USUAL,
        "monotone": bool(np.all(np.diff(distances) >= 0)),
        **{f"{part} of the usual": after.change(usual, part, seed) for part in (f"ndcg@{TOP}", "distance", "words")},
        "validation": {
            name: {part: before.change(name, part, seed)["change"] for part in (f"ndcg@{TOP}", "distance")}
            for name in points
        },
        "test": {
            name: {part: after.change(name, part, seed) for part in (f"ndcg@{TOP}", "distance")}
            for name in after.values
        },
    }
    gain, loss = metrics["distance of the usual"]["change"], -metrics[f"ndcg@{TOP} of the usual"]["change"]
    metrics["kept"] = bool(gain >= GAIN and loss <= LOSS)
    return Report(
        protocol=f"{protocol}. {PROTOCOL}", data=interactions.fingerprint(), seed=seed, rows=after.rows, metrics=metrics
    )


def careful(judged: Judged) -> float:
    """The furthest point up to which no point costs more than CAREFUL of the NDCG."""
    start, named = judged.mean("dial 0", f"ndcg@{TOP}"), 0.0
    for point in POINTS:
        if judged.mean(f"dial {point:g}", f"ndcg@{TOP}") < (1 - CAREFUL) * start:
            break
        named = point
    return named


def asked(checkpoint: Checkpoint, questions: Questions, catalogue: Catalogue) -> Asked:
    """The candidates of each question, by the fused score, without what was seen."""
    codes, scores = [], []
    for piece in pieces(questions):
        whole = summed(list(checkpoint.fused(piece.pasts).values()))
        for row, seen in enumerate(piece.seen):
            whole[row, seen] = -np.inf
        best = np.argsort(-whole, axis=1, kind="stable")[:, :POOL]
        codes.append(best)
        scores.append(np.take_along_axis(whole, best, axis=1))
    histories = [tuple(checkpoint.items[code] for code in past.item) for past in questions.pasts]
    wanted = [shares([catalogue[id] for id in history]) for history in histories]
    return Asked(np.concatenate(codes), np.concatenate(scores), questions.targets, histories, wanted)


def judge(world: World, asked: Asked, ways: Mapping[str, Sequence[float]], seed: int) -> Judged:
    """Every point of every way over the same questions."""
    told = Judged()
    steps = [(way, point) for way, points in ways.items() for point in points]
    for way, point in track(steps, "turning the dial", console=Console(stderr=True), transient=True):
        started = time.monotonic()
        lists = _lists(world, asked, world.ranker(way), point)
        name = f"{way} {point:g}"
        values = told.values[name] = _figures(world, asked, lists)
        bounds = {metric: interval(value, seed) for metric, value in values.items()}
        told.rows.append(
            Row(
                name=name,
                n=len(lists),
                metrics={metric: float(value.mean()) for metric, value in values.items()}
                | {f"coverage@{TOP}": coverage(lists, len(world.items))},
                low={metric: low for metric, (low, _) in bounds.items()},
                high={metric: high for metric, (_, high) in bounds.items()},
                seconds=round(time.monotonic() - started, 3),
                memory_mb=round(peak(), 1),
            )
        )
    return told


def _lists(world: World, asked: Asked, ranker: Ranker, point: float) -> NDArray[np.int64]:
    """The codes shown, (questions, TOP); -1 for an empty place."""
    code = {id: at for at, id in enumerate(world.items)}
    lists = np.full((len(asked.targets), TOP), -1, dtype=np.int64)
    for row, (codes, scores, history) in enumerate(zip(asked.codes, asked.scores, asked.histories, strict=True)):
        open_to = np.isfinite(scores)
        ids = tuple(world.items[at] for at in codes[open_to])
        best = ranker(Query(history=history, surprise=point), Ranking(ids, {"behaviour": scores[open_to]})).ids[:TOP]
        lists[row, : len(best)] = [code[id] for id in best]
    return lists


def _figures(world: World, asked: Asked, lists: NDArray[np.int64]) -> dict[str, NDArray[np.float64]]:
    """One value a question, by metric."""
    hit = lists == asked.targets[:, None]
    ranks = np.where(hit.any(axis=1), hit.argmax(axis=1) + 1, len(world.items) + 1)
    full = lists >= 0
    items = [[world.catalogue[world.items[code]] for code in one[one >= 0]] for one in lists]
    off = [miscalibration(wanted, one) for wanted, one in zip(asked.wanted, items, strict=True)]
    return {
        f"ndcg@{TOP}": ndcg(ranks, TOP),
        "distance": within(world.themes, lists),
        "words": within(world.words, lists),
        "popularity": np.where(full, world.popular[lists], 0).sum(axis=1) / np.maximum(1, full.sum(axis=1)),
        "miscalibration": np.array(off),
        "novelty": np.where(full, world.novel[lists], 0).sum(axis=1) / np.maximum(1, full.sum(axis=1)),
    }


def within(vectors: Vectors, lists: NDArray[np.int64]) -> NDArray[np.float64]:
    """The distance within each list, (lists,)."""
    return np.array([distance(vectors[one[one >= 0]]) for one in lists])


def _world(checkpoint: Checkpoint, themes: Vectors, catalogue: Catalogue, users: int) -> World:
    words = checkpoint.reader.directions(checkpoint.content)
    popularity = checkpoint.popularity
    return World(
        catalogue,
        checkpoint.items,
        themes,
        normalised(words - words.mean(axis=0)),
        less_popular(checkpoint.items, popularity)(checkpoint.items),
        -np.log2(np.maximum(popularity, 1) / users).astype(np.float64),
    )


def show(told: Report, console: Console) -> None:
    """Print the curve and what the usual point brings; it fits a terminal of 80 columns."""
    console.print(told.protocol, highlight=False)
    table = Table(box=None, header_style="bold", pad_edge=False)
    heads = {f"ndcg@{TOP}": "NDCG", "distance": "distance", "words": "words", f"coverage@{TOP}": "coverage"}
    heads |= {"popularity": "popular", "miscalibration": "off", "novelty": "novelty"}
    table.add_column("")
    for head in heads.values():
        table.add_column(head, justify="right")
    for row in told.rows:
        table.add_row(row.name, *(f"{row.metrics[name]:.4f}" for name in heads))
    console.print(table)
    for part in (f"ndcg@{TOP}", "distance", "words"):
        one = told.metrics[f"{part} of the usual"]
        console.print(
            f"{part} at the usual {told.metrics['usual']:g}: {one['change']:+.1%} "
            f"(95 % {one['low']:+.1%} to {one['high']:+.1%})",
            highlight=False,
        )
    rising = "rises all along" if told.metrics["monotone"] else "does not rise all along"
    console.print(
        f"The distance {rising} the dial; validation would name {told.metrics['named on validation']:g}.",
        highlight=False,
    )
