"""The work behind `penchant index`: embed the items, build the index aside, switch to it."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.progress import track

from retrieval.catalogue import Catalogue, read_catalogue
from retrieval.database import database
from retrieval.domain import read_domain
from retrieval.embedding import Vectors
from retrieval.errors import Problem
from retrieval.given_vectors import read_vectors
from retrieval.index import build_index, is_current
from retrieval.item_vectors import BATCH, check_fields, embedded, made_by, open_space
from retrieval.settings import Settings
from retrieval.vector_cache import VectorCache


def index_catalogue(settings: Settings, anew: bool = False) -> str:
    """Brings the index up to date with the catalogue; a sentence that says what was done.

    Raises Problem if there is nothing to index. An interruption leaves the old index serving.
    """
    with database(settings.database_url) as engine:
        catalogue, given = read_catalogue(engine), read_vectors(engine)
    if not catalogue:
        raise Problem("the catalogue is empty; run penchant fetch ml-100k, or penchant import items FILE")
    if settings.index != "chroma:":
        return f"Nothing to build: the index is {settings.index}, which is made anew at every start."
    domain = read_domain(settings.domain)
    check_fields(catalogue, domain)
    made = made_by(settings, domain, given)
    if not anew and is_current(catalogue, made, settings.vectors):
        return f"The index of {len(catalogue):,} items is up to date."
    cache = VectorCache.of(settings)
    if anew:
        cache.empty()
    space = open_space(settings, given)
    folder = build_index(catalogue, made, settings.vectors, _with_progress(embedded(catalogue, space), catalogue))
    cache.tidy()
    seen = space.pictures.told() if space.pictures else ""
    return f"Indexed {len(catalogue):,} items with {space.name} in {folder}; every canary found itself.{seen}"


def _with_progress(
    batches: Iterator[tuple[list[str], Vectors]], catalogue: Catalogue
) -> Iterator[tuple[list[str], Vectors]]:
    console = Console(stderr=True)
    yield from track(batches, "embedding", total=-(-len(catalogue) // BATCH), console=console, transient=True)
