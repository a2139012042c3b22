"""Where items lie in the vector space: built aside, checked, then switched."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from pydantic import BaseModel, ValidationError

from retrieval.catalogue import Catalogue
from retrieval.columns import Mask
from retrieval.embedding import Embedder, Vectors
from retrieval.errors import Stale
from retrieval.item_vectors import embedded, maker
from retrieval.manifest import damage, seal
from retrieval.ranking import highest
from retrieval.settings import Settings

if TYPE_CHECKING:
    from retrieval.chroma_index import ChromaIndex

CANARIES = 32
MADE_OF = "made_of.json"


class Index(Protocol):
    """Vectors by item id, in an order of its own, which is the catalogue's for which it was opened."""

    def nearest(self, vector: Vectors, n: int, among: Mask | None = None) -> list[str]:
        """Ids of the n nearest, nearest first; only of `among` if given, a mask over the items in their order."""
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

    def nearest(self, vector: Vectors, n: int, among: Mask | None = None) -> list[str]:
        rows = np.arange(len(self.ids)) if among is None else np.flatnonzero(among)
        near = self.matrix @ vector if among is None else self.matrix[rows] @ vector
        return [self.ids[row] for row in rows[highest(near, n)]]

    def vectors(self, ids: Sequence[str]) -> Vectors:
        try:
            return self.matrix[[self.rows[id] for id in ids]]
        except KeyError as missing:
            raise Stale(f"item {missing} is not in the index; run penchant index") from None


class MadeOf(BaseModel):
    """What an index was built from. `canaries`: vectors of some items by id, by which it must still find them."""

    catalogue: str
    embedder: str
    items: int
    canaries: dict[str, list[float]]


def build_index(
    catalogue: Catalogue, embedder: str, folder: Path, batches: Iterable[tuple[list[str], Vectors]]
) -> Path:
    """A Chroma index of the batches in a new directory of `folder`, checked, then made the current one.

    `embedder` is noted as the settings name it. An interrupted or failing build leaves the old index serving, and the
    one that a finished build replaces stays until the next, for those who have it open. Raises Stale if items cannot
    be found by their own vector afterwards.
    """
    from retrieval.chroma_index import ChromaIndex, lasting

    folder.mkdir(parents=True, exist_ok=True)
    replaced = _named(folder)
    unfinished = folder / f"{catalogue.fingerprint()[:12]}.building"
    shutil.rmtree(unfinished, ignore_errors=True)
    chosen = set(list(catalogue)[:: max(1, len(catalogue) // CANARIES)])
    canaries: dict[str, Vectors] = {}
    with ChromaIndex(unfinished, catalogue.ids) as index:
        for ids, vectors in batches:
            index.write(ids, vectors)
            canaries |= {id: vector for id, vector in zip(ids, vectors, strict=True) if id in chosen}
        if lost := _lost(index, canaries):
            raise Stale(f"the new index does not find item {lost!r} by its own vector; the old one is kept")
    made_of = MadeOf(
        catalogue=catalogue.fingerprint(),
        embedder=embedder,
        items=len(catalogue),
        canaries={id: [round(float(x), 5) for x in vector] for id, vector in canaries.items()},
    )
    (unfinished / MADE_OF).write_text(made_of.model_dump_json(), encoding="utf-8")
    seal(unfinished, "penchant index", "", lasting(unfinished))
    finished = folder / f"{catalogue.fingerprint()[:12]}-{os.urandom(3).hex()}"
    unfinished.rename(finished)
    pointer = folder / "current.new"
    pointer.write_text(finished.name, encoding="utf-8")
    pointer.replace(folder / "current")
    for old in folder.iterdir():
        if old.is_dir() and old not in (finished, replaced):
            shutil.rmtree(old, ignore_errors=True)
    return finished


def is_current(catalogue: Catalogue, embedder: str, folder: Path) -> bool:
    """Whether the index in use is whole, and made from this catalogue by this embedder."""
    try:
        _opened(catalogue, embedder, folder).close()
    except Stale:
        return False
    return True


def open_index(catalogue: Catalogue, embedder: Embedder, settings: Settings) -> Index:
    """The index that the settings name. Raises Stale if it is missing, damaged, or made from another catalogue or
    embedder."""
    if settings.index == "exact:":
        batches = list(embedded(catalogue, embedder))
        return Exact(list(catalogue), np.concatenate([vectors for _, vectors in batches]))
    return _opened(catalogue, maker(embedder, settings), settings.vectors)


def _opened(catalogue: Catalogue, embedder: str, folder: Path) -> ChromaIndex:
    from retrieval.chroma_index import ChromaIndex

    current = _named(folder)
    if current is None:
        raise Stale(f"no index in {folder}; run penchant index")
    try:
        made_of = MadeOf.model_validate_json((current / MADE_OF).read_bytes())
    except (OSError, ValidationError):
        raise Stale(f"the index {current} is damaged ({MADE_OF} cannot be read); run penchant index") from None
    if (made_of.catalogue, made_of.embedder) != (catalogue.fingerprint(), embedder):
        raise Stale("the index was made from other items or by another embedder; run penchant index")
    if wrong := damage(current):
        raise Stale(f"the index {current} is damaged ({wrong}); run penchant index")
    index = ChromaIndex(current, catalogue.ids)
    try:
        if len(index) != made_of.items:
            raise Stale(f"the index {current} holds {len(index):,} of {made_of.items:,} items; run penchant index")
        canaries = {id: np.asarray(vector, dtype=np.float32) for id, vector in made_of.canaries.items()}
        if lost := _lost(index, canaries):
            raise Stale(f"the index {current} does not find item {lost!r} by its own vector; run penchant index")
    except Stale:
        index.close()
        raise
    return index


def _named(folder: Path) -> Path | None:
    """The directory that the pointer names, or None if it names none."""
    try:
        name = (folder / "current").read_bytes()
        return next((each for each in folder.iterdir() if each.is_dir() and os.fsencode(each.name) == name), None)
    except OSError:
        return None


def _lost(index: Index, canaries: Mapping[str, Vectors]) -> str | None:
    """The first canary that is not found by its own vector, if there is one."""
    # items described alike have the same vector, so the canary must be as near as the nearest, not the first
    for id, vector in canaries.items():
        found = index.nearest(vector, 1)
        if not found or not float(index.vectors(found)[0] @ vector) > 1 - 1e-3:  # damaged vectors may be no numbers
            return id
    return None
