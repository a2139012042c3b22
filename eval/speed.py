"""How fast the sequence model learns and texts are embedded, beside what the machine's matrix products would allow."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial
from itertools import islice

import numpy as np
import torch
from torch.utils.flop_counter import FlopCounterMode

from recommender.batch import batches
from recommender.interactions import Interactions
from recommender.learner import Learner
from recommender.model import SequenceModel
from recommender.plan import plan
from retrieval.space.embedding import Embedder
from retrieval.space.precision import bf16

STEPS = 12  # of learning that are timed
SIZES = (512, 1024, 2048)  # of square matrices, of which the fastest product counts
AGAIN = 5  # products of each size
BATCH = 64  # texts to warm up with
READ = 1 << 28  # bytes, more than any cache holds


def learning_speed(seen: Interactions, model: SequenceModel, seed: int) -> dict[str, float]:
    """Events learned from a second, and how many there could be if the machine did nothing but the products of
    matrices that a step consists of, at the pace of its fastest one; both of steps of this very model and data.

    The products are counted by torch as the steps run, backward pass included. Empty without an event to learn from.
    """
    by = plan(seen, seed).training
    learner = Learner(seen, model.shape, by, model.words[:-1], model)
    learner.model.train()
    drawn = batches(seen, model.shape.window, by.batch, np.random.default_rng(seed))
    some = [batch for batch in islice(drawn, STEPS) if batch.expected.any()]
    if not some:
        return {}
    learner.step(some[0], len(some))  # the first one allocates
    seconds = [_timed(partial(learner.step, batch, len(some))) for batch in some]
    with FlopCounterMode(display=False) as counter:
        for batch in some:
            learner.step(batch, len(some))
    events = sum(int(batch.expected.sum()) for batch in some)
    bound = products(learner.accelerator.device) / (counter.get_total_flops() / events)
    pace = events / sum(seconds)
    return {"events/s": round(pace, 1), "bound": round(bound, 1), "share": round(pace / bound, 3)}


def embedding_speed(embedder: Embedder, texts: Sequence[str]) -> dict[str, float]:
    """Texts embedded in a second, and how many there could be if the machine did nothing but the products of matrices
    that it takes. The bound is missing where torch sees no product, as of the stand-in."""
    embedder.documents(texts[:BATCH])  # the first ones allocate
    seconds = _timed(partial(embedder.documents, texts))
    pace = {"texts/s": round(len(texts) / seconds, 1)}
    with FlopCounterMode(display=False) as counter:
        embedder.documents(texts)
    if not counter.get_total_flops():
        return pace
    bound = products(torch.device("cpu")) / (counter.get_total_flops() / len(texts))
    return {**pace, "bound": round(bound, 1), "share": round(len(texts) / seconds / bound, 3)}


def bandwidth() -> float:
    """Bytes a second that are read from memory, by the quicker of a sum and a product with itself."""
    floats = np.ones(READ // 4, dtype=np.float32)
    return float(floats.nbytes / min(_timed(work) for work in (floats.sum, partial(np.dot, floats, floats)) * AGAIN))


def told(speed: dict[str, float]) -> str:
    """The same in a sentence."""
    if not speed:
        return "training speed: there was nothing to learn from"
    return (
        f"training: {speed['events/s']:,.0f} events a second, {speed['share']:.0%} of the {speed['bound']:,.0f} "
        "that matrix products alone would allow"
    )


def products(device: torch.device) -> float:
    """The most floating-point operations a second in a product of square matrices, as the model multiplies them."""
    kind = torch.bfloat16 if bf16(device) else torch.float32
    best = 0.0
    for size in SIZES:
        matrix = torch.ones(size, size, dtype=kind, device=device)
        matrix @ matrix
        fastest = min(_timed(partial(torch.mm, matrix, matrix)) for _ in range(AGAIN))
        best = max(best, 2 * size**3 / fastest)
    return best


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    if torch.cuda.is_available():
        torch.cuda.synchronize()  # it only puts the work in line
    return time.perf_counter() - started
