"""What vector each item gets."""

from __future__ import annotations

from collections.abc import Iterator

from retrieval.catalogue import Catalogue
from retrieval.embedding import Embedder, Vectors
from retrieval.items import described

BATCH = 256


def embedded(catalogue: Catalogue, embedder: Embedder) -> Iterator[tuple[list[str], Vectors]]:
    """The catalogue in batches of ids and vectors."""
    ids = list(catalogue)
    for start in range(0, len(ids), BATCH):
        batch = ids[start : start + BATCH]
        yield batch, embedder.documents([described(catalogue[id]) for id in batch])
