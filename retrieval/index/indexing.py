"""The work behind `penchant index`: embed the items, build the index aside, switch to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import track

from retrieval.catalogue import Catalogue, read_catalogue
from retrieval.database import database
from retrieval.domain import read_domain
from retrieval.errors import Problem, Stale
from retrieval.index.building import build_index
from retrieval.index.files import read_made_of
from retrieval.index.nearest import Index
from retrieval.index.opening import EXACT, is_current, open_index
from retrieval.index.ownership import Held
from retrieval.settings import Settings
from retrieval.space.embedding import Embedder, Vectors
from retrieval.space.given_vectors import read_vectors
from retrieval.space.item_vectors import BATCH, embedded, made_by, maker, open_space
from retrieval.space.vector_cache import VectorCache


def index_catalogue(settings: Settings, anew: bool = False) -> str:
    """Brings the index up to date with the catalogue; a sentence that says what was done, and what was measured.

    Raises Problem if there is nothing to index. An interruption leaves the old index serving.
    """
    with database(settings.database_url) as engine:
        catalogue, given = read_catalogue(engine), read_vectors(engine)
    if not catalogue:
        raise Problem("the catalogue is empty; run penchant fetch ml-100k, or penchant import items FILE")
    if settings.index == EXACT:
        return f"Nothing to build: the index is {settings.index}, which is made anew at every start."
    domain = read_domain(settings.domain)
    try:
        if not anew and is_current(catalogue, settings, made_by(settings, domain, given)):
            return f"The index of {len(catalogue):,} items is up to date."
    except Held as held:
        return f"The index was made from these {len(catalogue):,} items; {held}; --anew builds another beside it."
    if anew:
        VectorCache.of(settings).empty()
    space = open_space(settings, given)
    made_of = read_made_of(version := _build(catalogue, space, settings))
    VectorCache.of(settings).tidy()
    answers = "answers" if made_of.enough else "finds too few, so the exact index answers instead of it"
    return (
        f"Indexed {len(catalogue):,} items with {space.name} in {version}; every canary found itself. "
        f"Of the {min(100, len(catalogue))} nearest, Chroma finds {made_of.recall:.2%} "
        f"(recall against the exact index, mean of {made_of.queries} queries): it {answers}."
        f"{space.pictures.told() if space.pictures else ''}"
    )


@contextmanager
def ready_index(catalogue: Catalogue, embedder: Embedder, settings: Settings) -> Iterator[Index]:
    """The index that the settings name, for as long as the `with`: on any doubt it is built anew first, with a sentence
    that says why. Raises Held if another process has it open."""
    try:
        index = open_index(catalogue, embedder, settings)
    except Stale as doubt:
        why = str(doubt).removesuffix("; run penchant index")
        Console(stderr=True, soft_wrap=True, highlight=False).print(f"{why}; building it anew.", markup=False)
        _build(catalogue, embedder, settings)
        index = open_index(catalogue, embedder, settings)
    with closing(index):
        yield index


def _build(catalogue: Catalogue, embedder: Embedder, settings: Settings) -> Path:
    batches = _with_progress(embedded(catalogue, embedder), catalogue)
    return build_index(catalogue, maker(embedder, settings), settings.vectors, batches, settings.index)


def _with_progress(
    batches: Iterator[tuple[list[str], Vectors]], catalogue: Catalogue
) -> Iterator[tuple[list[str], Vectors]]:
    console = Console(stderr=True)
    total, quiet = -(-len(catalogue) // BATCH), not console.is_terminal
    yield from track(batches, "embedding", total=total, console=console, transient=True, disable=quiet)
