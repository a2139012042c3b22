"""How long the candidates of one turn take in a large catalogue, and which source takes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from time import perf_counter, thread_time
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

from chat.stages import sources
from eval.scaling import quantiles, synthetic
from recommender.checkpoint import Checkpoint
from recommender.content import Reader, Reading
from recommender.counts import Counting
from recommender.model import SequenceModel, Shape
from recommender.ranker import Behaviour
from recommender.recency import Stream
from recommender.threads import compute_with
from retrieval.catalogue import Catalogue
from retrieval.domain import Inputs, Rules, read_domain
from retrieval.filtering.where import Where
from retrieval.index.nearest import Exact
from retrieval.items import Item
from retrieval.ranking import Query
from retrieval.settings import Settings
from retrieval.sources import allowed
from retrieval.space.embedding import open_embedder
from retrieval.space.item_vectors import Space
from retrieval.words.lexical import Lexical

TURNS = 100
HISTORY = 50  # events of who asks
WORDS = 20_000
PLAIN = sorted(ENGLISH_STOP_WORDS)  # what most words of a wish are
EVENTS = 10  # for each item
GENRES = 10  # so that a filter leaves a tenth


def large(items: int, seed: int) -> Catalogue:
    """Items with the words, genres and years of nothing real; words as frequent as Zipf's law has them."""
    random = np.random.default_rng(seed)
    frequent = 1 / np.arange(1, WORDS + 1)
    drawn = random.choice(WORDS, p=frequent / frequent.sum(), size=(items, 20))
    genres, years = random.integers(GENRES, size=items), random.integers(1950, 2025, size=items)
    return Catalogue.of(
        Item(
            f"i{at}",
            " ".join(f"w{word}" for word in row[:4]),
            int(years[at]),
            {"genre": (f"g{genres[at]}",)},
            " ".join(f"w{word}" for word in row[4:]),
        )
        for at, row in enumerate(drawn.tolist())
    )


def untrained(catalogue: Catalogue, seed: int) -> Checkpoint:
    """A checkpoint that has learned nothing but is as large, and as slow, as one that has."""
    random, items, events = np.random.default_rng(seed), len(catalogue), EVENTS * len(catalogue)
    reader = Reader.of(list(catalogue.values())[:5000], Reading(), seed)
    content = reader.content(list(catalogue.values()))
    words = reader.directions(content)
    model = SequenceModel(Shape(items, words=words.shape[1]))
    model.words[:-1] = model.words.new_tensor(words)
    model.eval()
    popular = np.minimum((items * random.random(events) ** 3).astype(np.int64), items - 1)
    pairs = sparse.coo_array((np.ones(events - 1, dtype=np.float32), (popular[:-1], popular[1:])), shape=(items, items))
    stream = Stream(np.sort(random.random(events)) * 1e8, popular, random.random(events) < 0.2, items)
    return Checkpoint(
        items=catalogue.ids,
        weights={
            0: {name: 1.0 for part in ("sequence", "counts", "text") for name in (part, f"{part} by place")}
            | {"popularity": 0.1, "recency": 0.1, "trending": 0.1, "beginnings": 0.1, "sequence by logarithm": 1.0}
        },
        held_out=0,
        saw="",
        seed=seed,
        epochs=0,
        planned=0,
        validation=0.0,
        counting=Counting(),
        easing=None,
        reader=reader,
        model=model,
        pairs=pairs.tocsr(),
        affinities=np.zeros((0, 0), dtype=np.float32),
        content=content,
        popularity=np.bincount(popular, minlength=items).astype(np.float32),
        stream=stream,
        scales={},
        inputs=Inputs(),
        seconds={},
    )


def stage(items: int, settings: Settings, seed: int) -> dict[str, Any]:
    """Milliseconds of the candidates of a turn: a wish in words, its embedding included, a history, and a filter that
    leaves a tenth; and of its steps alone. `cpu` is what the thread itself computed, whatever else the machine did."""
    compute_with(settings.threads)
    embedder, catalogue = open_embedder(settings), large(items, seed)
    vectors, _ = synthetic(items, seed, embedder.queries(["width"]).shape[1])
    index, lexical = Exact(catalogue.ids, vectors), Lexical.of(catalogue)
    behaviour = Behaviour(untrained(catalogue, seed))
    domain = read_domain(settings.domain).model_copy(update={"rules": Rules()})
    product = sources(catalogue, behaviour, index, Space(embedder), lexical, domain)
    random = np.random.default_rng(seed)
    took: dict[str, list[tuple[float, float]]] = {}
    for turn in range(TURNS + 1):
        history = tuple(catalogue.ids[at] for at in random.integers(items, size=HISTORY))
        said = [*random.choice(PLAIN, size=8), *(f"w{word}" for word in random.integers(1000, size=2))]
        text = " ".join(map(str, said))
        where = Where({"genre": frozenset({f"g{turn % GENRES}"})})
        query = Query(history=history, text=text, where=where, exclude=dict.fromkeys(history, "seen already"))
        among = allowed(catalogue, query)
        steps: Mapping[str, Callable[[], object]] = {
            "all": partial(product, query),
            "embedding": partial(embedder.queries, [text]),
            "filter": partial(allowed, catalogue, query),
            "behaviour": partial(behaviour.of, query.known),
            "lexical": partial(lexical.nearest, text, 100, among),
            "index": partial(index.nearest, vectors[turn], 100, among),
        }
        for name, step in steps.items():
            behaviour.of.cache_clear()
            started, begun = perf_counter(), thread_time()
            step()
            if turn:  # the first one opens what the others find open
                took.setdefault(name, []).append((1000 * (perf_counter() - started), 1000 * (thread_time() - begun)))
    told = {
        name: {**quantiles([wall for wall, _ in each]), "cpu/p95": quantiles([own for _, own in each])["ms/p95"]}
        for name, each in took.items()
    }
    return {"items": items, "left by the filter": 1 / GENRES, **told}
