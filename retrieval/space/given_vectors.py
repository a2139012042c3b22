"""Vectors that people bring for their items, of a picture, a sound or anything else that is no text."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Column, Connection, Engine, LargeBinary, String, Table, delete, func, insert, select

from retrieval.database import METADATA

ITEM_VECTORS = Table(
    "item_vectors",
    METADATA,
    Column("item", String, primary_key=True),
    Column("vector", LargeBinary, nullable=False),  # float32, little-endian
)
BATCH = 1000
Given = NDArray[np.float32]  # (width,), of any length


def write_vectors(connection: Connection, vectors: Mapping[str, Given | None]) -> None:
    """Keep the vectors by the ids of their items, replacing what was there; None takes one away. The caller owns the
    transaction."""
    ids = list(vectors)
    for start in range(0, len(ids), BATCH):
        batch = ids[start : start + BATCH]
        connection.execute(delete(ITEM_VECTORS).where(ITEM_VECTORS.c.item.in_(batch)))
        rows = [
            {"item": id, "vector": given.astype("<f4").tobytes()} for id in batch if (given := vectors[id]) is not None
        ]
        if rows:
            connection.execute(insert(ITEM_VECTORS), rows)


def read_vectors(engine: Engine, ids: Collection[str] | None = None) -> dict[str, Given]:
    """The vectors by the ids of their items, as they were given and all of one width; only of these ids, if some are
    named. Empty where nobody brought any."""
    chosen = select(ITEM_VECTORS.c.item, ITEM_VECTORS.c.vector)
    parts = [chosen]
    if ids is not None:
        named = list(ids)
        batches = (named[start : start + BATCH] for start in range(0, len(named), BATCH))
        parts = [chosen.where(ITEM_VECTORS.c.item.in_(batch)) for batch in batches]
    with engine.connect() as connection:
        return {
            str(id): np.frombuffer(vector, dtype="<f4").astype(np.float32)
            for part in parts
            for id, vector in connection.execute(part)
        }


def widths(connection: Connection) -> dict[str, int]:
    """How many numbers each item's vector has, by its id."""
    return {
        str(id): length // 4
        for id, length in connection.execute(select(ITEM_VECTORS.c.item, func.length(ITEM_VECTORS.c.vector)))
    }
