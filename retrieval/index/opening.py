"""The index that the settings name, opened only if it can be trusted."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from retrieval.catalogue import Catalogue
from retrieval.errors import Stale
from retrieval.index.building import address
from retrieval.index.checks import trust
from retrieval.index.files import EMBEDDED, MadeOf, digest, in_use, read_made_of
from retrieval.index.nearest import Exact, Index
from retrieval.index.ownership import Ownership, own
from retrieval.settings import Settings
from retrieval.space.embedding import Embedder
from retrieval.space.item_vectors import embedded, maker

if TYPE_CHECKING:
    from retrieval.index.chroma_index import ChromaIndex

EXACT = "exact:"
QUICKLY = 3.0  # seconds a server may take to answer in a conversation, before the exact index does
REMEDY = (
    "stop it, give this one a home of its own (PENCHANT_HOME), let both use one server "
    "(PENCHANT_INDEX=chroma+http://HOST:PORT), or set PENCHANT_INDEX=exact: here"
)


def open_index(catalogue: Catalogue, embedder: Embedder, settings: Settings) -> Index:
    """The index that the settings name; whoever opens it closes it.

    Raises Stale if it is missing, damaged, or made from another catalogue or by another embedder, Held if another
    process has it open, Problem if a server does not answer.
    """
    if settings.index == EXACT:
        batches = list(embedded(catalogue, embedder))
        return Exact(list(catalogue), np.concatenate([vectors for _, vectors in batches]))
    return _opened(catalogue, maker(embedder, settings), settings)


def is_current(catalogue: Catalogue, settings: Settings, made_by: str | None = None) -> bool:
    """Whether the index in use is whole, and made from this catalogue by the embedder of the settings, or in the way
    that `made_by` names. Raises Held."""
    try:
        _opened(catalogue, made_by or settings.embedder, settings).close()
    except Stale:
        return False
    return True


def _opened(catalogue: Catalogue, made_by: str, settings: Settings) -> ChromaIndex:
    version = in_use(settings.vectors)
    if version is None:
        raise Stale(f"no index in {settings.vectors}; run penchant index")
    made_of = read_made_of(version)
    if made_of.embedder != made_by:
        raise Stale(f"{_otherwise(made_of.embedder, settings.embedder)}; run penchant index")
    if made_of.place != settings.index:
        raise Stale(f"the index was made in {made_of.place}, not {settings.index}; run penchant index")
    if made_of.catalogue != catalogue.fingerprint():
        raise Stale("the index was made from other items than the catalogue has now; run penchant index")
    owner = own(version, REMEDY) if made_of.place == EMBEDDED else None
    try:
        return _checked(catalogue, version, made_of, owner)
    except BaseException:
        if owner:
            owner.release()
        raise


def _otherwise(made_by: str, embedder: str) -> str:
    """How the index came about differently."""
    if made_by == embedder or made_by.startswith(f"{embedder} "):
        return "the index was made of other fields, images or vectors of the items than the domain and they have now"
    return f"the index was made by the embedder {made_by}, not {embedder}"


def _checked(catalogue: Catalogue, version: Path, made_of: MadeOf, owner: Ownership | None) -> ChromaIndex:
    trust(version, made_of)
    from retrieval.index.chroma_collection import Collection
    from retrieval.index.chroma_index import ChromaIndex, Kept

    place = version if made_of.place == EMBEDDED else address(made_of.place)
    collection = Collection(place, made_of.collection)
    try:
        if lost := collection.lost(made_of.known):
            raise Stale(f"the index {version} does not find item {lost!r} by its own vector; run penchant index")
        exact = collection.exact(catalogue.ids)
        if digest(exact) != made_of.sha256:
            raise Stale(f"the index {version} holds other vectors than were written; run penchant index")
    except BaseException:
        collection.close()
        raise
    collection.hurry(QUICKLY)
    return ChromaIndex(Kept(version, made_of, collection, owner), exact)
