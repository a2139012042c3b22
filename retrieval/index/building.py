"""A new version of the index: built aside, judged, then switched to."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from retrieval.catalogue import Catalogue
from retrieval.errors import Problem, Stale
from retrieval.index.checks import passed
from retrieval.index.files import (
    CANARIES,
    EMBEDDED,
    UNFINISHED,
    MadeOf,
    in_use,
    outdated,
    read_made_of,
    remove,
    rounded,
    switch,
    unfinished,
    write_made_of,
)
from retrieval.index.nearest import check
from retrieval.index.ownership import own
from retrieval.space.embedding import Vectors

if TYPE_CHECKING:
    from retrieval.index.chroma_apart import Apart
    from retrieval.index.chroma_writer import Writer

SERVER = "chroma+"
PORTION = 4000  # items written at once
LEAST = 1000  # items in the last portion, so that Chroma writes it to its files rather than to its database


def build_index(
    catalogue: Catalogue,
    embedder: str,
    folder: Path,
    batches: Iterable[tuple[list[str], Vectors]],
    place: str = EMBEDDED,
) -> Path:
    """A Chroma index of the batches as a new version in `folder`, checked, then made the current one; its path.

    `embedder` and `place` are noted as the settings name them; at a server, the vectors are in a collection there and
    the version only says which. An interrupted or failing build leaves the old version serving, and the one that a
    finished build replaces stays until the next, for those who have it open. Raises Stale if items cannot be found by
    their own vector afterwards, Problem for a vector that is none, a full disk, or another process building here.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        building = own(folder, "it is building the index: wait for it, or stop it")
        try:
            return _build(catalogue, embedder, folder, batches, place)
        finally:
            building.release()
    except Stale as error:
        raise Stale(f"no new index was made, the old one is kept: {_without_remedy(error)}") from error
    except OSError as error:
        raise Problem(f"no new index was made in {folder}, the old one is kept: {error.strerror or error}") from error


def address(place: str) -> str:
    """The address of the server in a place like `chroma+http://host:port`."""
    return place.removeprefix(SERVER)


def _build(
    catalogue: Catalogue, embedder: str, folder: Path, batches: Iterable[tuple[list[str], Vectors]], place: str
) -> Path:
    for left in unfinished(folder):
        _abandon(left, embedder, place)
    name = f"{catalogue.fingerprint()[:12]}-{os.urandom(3).hex()}"
    aside = folder / f"{name}{UNFINISHED}"
    aside.mkdir()
    try:
        _write(catalogue, embedder, aside, batches, place)
    except BaseException:
        _abandon(aside, embedder, place)  # on a full disk nothing else would work until it is gone
        raise
    replaced = in_use(folder)
    version = folder / name
    aside.rename(version)
    switch(folder, version)
    for old in outdated(folder, version, replaced):
        with suppress(Problem):  # a server that will not now is asked again after the next build
            _forget(old, place)
            remove(old)
    return version


def _write(
    catalogue: Catalogue, embedder: str, aside: Path, batches: Iterable[tuple[list[str], Vectors]], place: str
) -> None:
    """All of the version but its name, judged and sealed."""
    collection = _collection(aside, embedder, place)
    chosen = set(catalogue.ids[:: max(1, len(catalogue) // CANARIES)])
    canaries: dict[str, Vectors] = {}
    with closing(_writer(place, aside, collection, len(catalogue))) as writer:
        for ids, vectors in _portions(batches):
            own_canaries = {id: vector for id, vector in zip(ids, vectors, strict=True) if id in chosen}
            writer.write(ids, vectors, own_canaries or {ids[0]: vectors[0]})
            canaries |= own_canaries
        judged = writer.judge(catalogue.ids, canaries)
    made_of = MadeOf(
        catalogue=catalogue.fingerprint(),
        embedder=embedder,
        place=place,
        collection=collection,
        items=len(catalogue),
        canaries=rounded(canaries),
        sha256=judged.sha256,
        recall=judged.recall,
        queries=judged.queries,
    )
    write_made_of(aside, made_of)
    if place == EMBEDDED:
        passed(aside)


def _writer(place: str, folder: Path, collection: str, items: int) -> Apart | Writer:
    if place == EMBEDDED:
        from retrieval.index.chroma_apart import Apart

        return Apart(folder, items)
    from retrieval.index.chroma_writer import Writer

    return Writer(address(place), collection, items)


def _collection(aside: Path, embedder: str, place: str) -> str:
    if place == EMBEDDED:
        return "items"
    return f"penchant-{aside.name.removesuffix(UNFINISHED)}-{hashlib.sha256(embedder.encode()).hexdigest()[:8]}"


def _abandon(aside: Path, embedder: str, place: str) -> None:
    """Remove what a build that did not end has left, at the server too if that can be reached."""
    remove(aside)
    if place != EMBEDDED:
        from retrieval.index.chroma_collection import drop

        with suppress(Problem):
            drop(address(place), _collection(aside, embedder, place))


def _forget(version: Path, place: str) -> None:
    """Remove what an outdated version has on the server."""
    try:
        made_of = read_made_of(version)
    except Stale:
        return
    if made_of.place == place != EMBEDDED:
        from retrieval.index.chroma_collection import drop

        drop(address(place), made_of.collection)


def _portions(batches: Iterable[tuple[list[str], Vectors]]) -> Iterator[tuple[list[str], Vectors]]:
    """The batches joined to portions that are neither small nor large. Raises Problem for a vector that is none."""
    ids: list[str] = []
    held: list[Vectors] = []
    width: int | None = None
    for more, vectors in batches:
        width = width or vectors.shape[-1]
        try:
            check(more, vectors, width)
        except Problem as problem:
            raise Problem(f"no new index was made, the old one is kept: {problem}") from problem
        ids += more
        held.append(vectors)
        if len(ids) >= PORTION + LEAST:
            joined = np.concatenate(held)
            yield ids[:PORTION], joined[:PORTION]
            ids, held = ids[PORTION:], [joined[PORTION:]]
    if ids:
        yield ids, np.concatenate(held)


def _without_remedy(error: Stale) -> str:
    return str(error).removesuffix("; run penchant index")
