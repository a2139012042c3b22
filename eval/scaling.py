"""What an index costs as the catalogue grows: milliseconds, memory, and what is missed."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eval.next_item import peak
from eval.speed import bandwidth
from recommender.threads import compute_with
from retrieval.catalogue import Catalogue
from retrieval.filtering.columns import Mask
from retrieval.index.nearest import Exact, Index
from retrieval.items import Item
from retrieval.settings import Settings
from retrieval.space.embedding import Vectors, normalised

K = 100  # nearest asked for
QUERIES = 200
SHARES = (1.0, 0.1, 0.01, 0.001)  # of the items that a filter leaves
PIECE = 10_000  # vectors drawn at a time
CLOSE = 1e-5  # cosines that differ by less are equal
WIDTH = 384
TOPICS = 200  # around which synthetic vectors lie, as texts lie around theirs
MOST = 200_000  # items up to which Chroma is built here: beyond, its graph takes hours of one core

Shares = NDArray[np.float64]


def quantiles(milliseconds: Sequence[float] | NDArray[np.float64]) -> dict[str, float]:
    """The median, and what 95 and 99 of a hundred stay below."""
    return {f"ms/p{q}": round(float(np.percentile(milliseconds, q)), 3) for q in (50, 95, 99)}


def near(index: Index, queries: Vectors, among: Mask | None = None, k: int = K) -> tuple[list[list[str]], list[float]]:
    """What the index answers to each query, and the milliseconds it took."""
    found, took = [], []
    index.nearest(queries[0], k, among)  # the first one opens what the others find open
    for query in queries:
        started = perf_counter()
        found.append(index.nearest(query, k, among))
        took.append(1000 * (perf_counter() - started))
    return found, took


def recalled(found: Sequence[Sequence[str]], truth: Sequence[Sequence[str]], of: Exact, queries: Vectors) -> Shares:
    """Of what is truly nearest, the share that was found, (queries,): what is as near as the last of the truth counts,
    whichever of several equals it is."""
    shares = []
    for some, all, query in zip(found, truth, queries, strict=True):
        least = float((of.vectors(all) @ query).min())
        near_enough = of.vectors(some) @ query > least - CLOSE if some else np.zeros(0)
        shares.append(min(1.0, float(near_enough.sum()) / len(all)))
    return np.array(shares)


def synthetic(items: int, seed: int, width: int = WIDTH) -> tuple[Vectors, Vectors]:
    """Vectors of items that lie around topics, with most of their spread in few directions, and of QUERIES queries
    of the same kind; drawn in pieces, so that they take no more memory than they are."""
    random = np.random.default_rng(seed)
    topics = random.normal(size=(TOPICS, width)).astype(np.float32)
    falling = (1 / np.sqrt(np.arange(1, width + 1))).astype(np.float32)
    mixing = np.linalg.qr(random.normal(size=(width, width)))[0].astype(np.float32)

    def drawn(n: int) -> Vectors:
        own = random.standard_normal((n, width), dtype=np.float32)
        spread = (0.5 * topics[random.integers(TOPICS, size=n)] + own) * falling
        return normalised(np.asarray(spread @ mixing, dtype=np.float32))

    vectors = np.empty((items, width), dtype=np.float32)
    for start in range(0, items, PIECE):
        vectors[start : start + PIECE] = drawn(min(PIECE, items - start))
    return vectors, drawn(QUERIES)


def at_size(items: int, threads: int, seed: int) -> dict[str, Any]:
    """What a catalogue of that size costs: `exact` comparison beside what one reading of all vectors takes; up to MOST
    items `chroma`, with what it misses; and the table of `filters`, a line for each index and share of the items that
    a filter leaves, drawn at random."""
    compute_with(threads)
    before = peak()
    vectors, queries = synthetic(items, seed)
    exact = Exact([f"i{at}" for at in range(items)], vectors)
    truth, took = near(exact, queries)
    found: dict[str, Any] = {"items": items, "exact": {**quantiles(took), "memory_mb": round(peak() - before, 1)}}
    random = np.random.default_rng(seed)
    masks = {share: random.permutation(items) < max(1, round(share * items)) for share in SHARES}
    found["filters"] = list(_shares("exact", exact, masks, queries, exact))
    if items <= MOST:
        before = peak()
        with built(exact.ids, vectors) as (chroma, seconds):
            answers, took = near(chroma, queries)
            found["chroma"] = {
                **quantiles(took),
                f"recall@{K}": round(float(recalled(answers, truth, exact, queries).mean()), 4),
                "memory_mb": round(peak() - before, 1),
                "build_seconds": round(seconds, 1),
            }
            found["filters"] += _shares("chroma", chroma, masks, queries, exact)
    read = bandwidth()  # last, since it takes memory of its own
    return found | {
        "GB/s": round(read / 1e9, 1),
        "bound ms": round(1000 * vectors.nbytes / read, 3),
        "vectors MB": round(vectors.nbytes / 1e6, 1),
    }


def _shares(
    name: str, index: Index, masks: dict[float, Mask], queries: Vectors, exact: Exact
) -> Iterator[dict[str, Any]]:
    for share, mask in masks.items():
        rows = np.flatnonzero(mask)
        # brute force in double precision, with none of the code that is judged
        near_to = np.argsort(-(exact.matrix[rows].astype(np.float64) @ queries.T.astype(np.float64)), axis=0)[:K]
        truth = [[f"i{rows[at]}" for at in column] for column in near_to.T]
        found, took = near(index, queries, None if mask.all() else mask)
        yield {
            "index": name,
            "share": share,
            "items": len(rows),
            "returned": f"{min(len(one) for one in found)} of {min(K, len(rows))}",
            f"recall@{K}": round(float(recalled(found, truth, exact, queries).mean()), 4),
            **quantiles(took),
        }


@contextmanager
def built(ids: Sequence[str], vectors: Vectors) -> Iterator[tuple[Index, float]]:
    """A Chroma index of the vectors in a folder that is gone afterwards, and the seconds it took."""
    from retrieval.index.building import build_index
    from retrieval.index.opening import open_index
    from retrieval.space.embedding import Hashing

    catalogue = Catalogue.of(Item(id, id) for id in ids)
    pieces = range(0, len(ids), PIECE)
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(home=Path(folder), embedder="hashing:", index="chroma:")  # the vectors are given already
        started = perf_counter()
        batches = ((list(ids[at : at + PIECE]), vectors[at : at + PIECE]) for at in pieces)
        build_index(catalogue, settings.embedder, settings.vectors, batches, settings.index)
        with closing(open_index(catalogue, Hashing(), settings)) as index:
            yield index, perf_counter() - started
