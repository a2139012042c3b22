"""Where items lie in the vector space: built aside, checked, then switched."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np

from retrieval.catalogue import Catalogue
from retrieval.embedding import Embedder, Vectors
from retrieval.errors import Stale
from retrieval.items import described
from retrieval.settings import Settings

BATCH = 256
CANARIES = 64


class Index(Protocol):
    """Vectors by item id."""

    def nearest(self, vector: Vectors, n: int, among: Collection[str] | None = None) -> list[str]:
        """Ids of the n nearest, nearest first; only of `among` if given."""
        ...

    def vectors(self, ids: Sequence[str]) -> Vectors:
        """Vectors of the ids, shape (ids, width), in their order; Stale if one is missing."""
        ...


class Exact:
    """All vectors in memory, compared one by one: the oracle of the others, and quickest under 50,000 items."""

    def __init__(self, ids: Sequence[str], vectors: Vectors) -> None:
        self.ids = tuple(ids)
        self.rows = {id: row for row, id in enumerate(self.ids)}
        self.matrix = vectors

    def nearest(self, vector: Vectors, n: int, among: Collection[str] | None = None) -> list[str]:
        ids = self.ids if among is None else tuple(id for id in self.ids if id in among)
        near = self.vectors(ids) @ vector
        return [ids[at] for at in np.argsort(-near, kind="stable")[:n]]

    def vectors(self, ids: Sequence[str]) -> Vectors:
        try:
            return self.matrix[[self.rows[id] for id in ids]]
        except KeyError as missing:
            raise Stale(f"item {missing} is not in the index; run penchant index") from None


def embedded(catalogue: Catalogue, embedder: Embedder) -> Iterator[tuple[list[str], Vectors]]:
    """The catalogue in batches of ids and vectors."""
    ids = list(catalogue)
    for start in range(0, len(ids), BATCH):
        batch = ids[start : start + BATCH]
        yield batch, embedder.documents([described(catalogue[id]) for id in batch])


def build_index(
    catalogue: Catalogue, embedder: str, folder: Path, batches: Iterable[tuple[list[str], Vectors]]
) -> Path:
    """A Chroma index of the batches in a new directory of `folder`, checked, then made the current one.

    `embedder` is noted as the settings name it. An interrupted or failing build leaves the old index serving. Raises
    Stale if items cannot be found by their own vector afterwards.
    """
    from retrieval.chroma_index import ChromaIndex

    folder.mkdir(parents=True, exist_ok=True)
    name = catalogue.fingerprint()[:12]
    unfinished = folder / f"{name}.building"
    shutil.rmtree(unfinished, ignore_errors=True)
    with ChromaIndex(unfinished) as index:
        canaries: list[tuple[str, Vectors]] = []
        for ids, vectors in batches:
            index.write(ids, vectors)
            canaries += [(ids[0], vectors[0]), (ids[-1], vectors[-1])]
        _check(index, canaries[:: max(1, len(canaries) // CANARIES)])
    made_of = {"catalogue": catalogue.fingerprint(), "embedder": embedder, "items": len(catalogue)}
    (unfinished / "made_of.json").write_text(json.dumps(made_of, indent=2))
    finished = folder / f"{name}-{os.urandom(3).hex()}"
    unfinished.rename(finished)
    pointer = folder / "current.new"
    pointer.write_text(finished.name)
    pointer.replace(folder / "current")
    for old in folder.iterdir():
        if old.is_dir() and old != finished:
            shutil.rmtree(old, ignore_errors=True)
    return finished


def is_current(catalogue: Catalogue, embedder: str, folder: Path) -> bool:
    """Whether the index in use was made from this catalogue by this embedder."""
    try:
        made_of = json.loads((_current(folder) / "made_of.json").read_text())
    except (Stale, OSError, ValueError):
        return False
    return bool(made_of["catalogue"] == catalogue.fingerprint() and made_of["embedder"] == embedder)


def open_index(catalogue: Catalogue, embedder: Embedder, settings: Settings) -> Index:
    """The index that the settings name. Raises Stale if it is missing or made from another catalogue or embedder."""
    if settings.index == "exact:":
        batches = list(embedded(catalogue, embedder))
        return Exact(list(catalogue), np.concatenate([vectors for _, vectors in batches]))
    from retrieval.chroma_index import ChromaIndex

    if not is_current(catalogue, settings.embedder, settings.vectors):
        _current(settings.vectors)  # says so if there is none at all
        raise Stale("the index was made from other items or by another embedder; run penchant index")
    return ChromaIndex(_current(settings.vectors))


def _current(folder: Path) -> Path:
    try:
        current = folder / (folder / "current").read_text()
    except OSError:
        raise Stale(f"no index in {folder}; run penchant index") from None
    if not (current / "made_of.json").exists():
        raise Stale(f"the index {current} is damaged; run penchant index")
    return current


def _check(index: Index, canaries: Sequence[tuple[str, Vectors]]) -> None:
    # items described alike have the same vector, so the canary must be as near as the nearest, not the first
    for id, vector in canaries:
        found = index.nearest(vector, 1)
        if not found or float(index.vectors(found)[0] @ vector) < 1 - 1e-3:
            raise Stale(f"the new index does not find item {id!r} by its own vector; the old one is kept")
