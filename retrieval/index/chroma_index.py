"""The index in Chroma, and the exact one beside it, which takes over where Chroma would not find enough."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

import numpy as np

from retrieval.catalogue import Catalogue
from retrieval.errors import Problem, Stale
from retrieval.filtering.columns import Mask
from retrieval.index.chroma_collection import Collection
from retrieval.index.files import CANARIES, MadeOf, digest, rounded, write_made_of
from retrieval.index.nearest import Exact, Found
from retrieval.index.ownership import Ownership
from retrieval.space.embedding import Vectors

SPARE = 200  # items that may be left out of what Chroma found; with more of them the search would not be wide enough
PAUSE = 30.0  # seconds for which Chroma is not asked after it failed
GONE_ON = "chroma has gone on to a later catalogue"

log = logging.getLogger(__name__)


@dataclass
class Kept:
    """What an index and those that grow from it have in common: where it is kept, and what it is made of by now."""

    version: Path
    made_of: MadeOf
    collection: Collection
    owner: Ownership | None
    writing: Lock = field(default_factory=Lock)
    failing_until: float = 0.0


class ChromaIndex:
    """Chroma answers, unless a filter leaves out many items, or its measured recall is too low, or it fails.

    `exact`: the vectors of the collection, in the order of the catalogue. `behind`: why the collection lacks some.
    """

    def __init__(self, kept: Kept, exact: Exact, behind: str = "") -> None:
        self.kept, self.exact, self.behind = kept, exact, behind
        self.ids = exact.ids
        self.made_of = kept.made_of
        recall = "" if kept.made_of.enough else f"recall of chroma {kept.made_of.recall:.3f}"
        self.doubt = behind or recall

    def found(self, vector: Vectors, n: int, among: Mask | None = None) -> Found:
        left_out = 0 if among is None else len(self.ids) - int(np.count_nonzero(among))
        moved_on = "" if self.kept.made_of is self.made_of else GONE_ON
        why = self.doubt or moved_on or ("filter" if left_out > SPARE else "") or self._failing
        if not why:
            ids = self._from_chroma(vector, n, left_out, among)
            if len(ids) == min(n, len(self.ids) - left_out):
                return Found(ids, "chroma")
            why = self._failing or "chroma found too few"
        return Found(tuple(self.exact.nearest(vector, n, among)), f"exact ({why})")

    @property
    def _failing(self) -> str:
        return "chroma failed" if time.monotonic() < self.kept.failing_until else ""

    def nearest(self, vector: Vectors, n: int, among: Mask | None = None) -> list[str]:
        return list(self.found(vector, n, among).ids)

    def _from_chroma(self, vector: Vectors, n: int, left_out: int, among: Mask | None) -> tuple[str, ...]:
        if n < 1 or left_out == len(self.ids):
            return ()
        try:
            found = self.kept.collection.nearest(vector, min(n + left_out, len(self.ids)))
        except Stale as error:
            log.warning("the exact index answers for %.0f seconds: %s", PAUSE, error)
            self.kept.failing_until = time.monotonic() + PAUSE
            return ()
        rows = self.exact.rows
        return tuple(id for id in found if id in rows and (among is None or among[rows[id]]))[:n]

    def vectors(self, ids: Sequence[str]) -> Vectors:
        return self.exact.vectors(ids)

    def grown(self, catalogue: Catalogue, fresh: Mapping[str, Vectors]) -> ChromaIndex:
        """As every index; where Chroma cannot be written to, the one in memory answers, and the next start builds it
        anew."""
        exact = self.exact.grown(catalogue, fresh)  # what cannot be is said before anything is written
        with self.kept.writing:
            behind = self.behind or ("" if self.kept.made_of is self.made_of else GONE_ON)
            if not behind:
                try:
                    self._write(catalogue, [id for id in fresh if id in catalogue], exact)
                except (Problem, OSError) as error:
                    log.warning("new items are in memory only, and the next start builds the index anew: %s", error)
                    behind = "chroma could not be written to"
            return ChromaIndex(self.kept, exact, behind)

    def _write(self, catalogue: Catalogue, ids: list[str], exact: Exact) -> None:
        """Bring the collection to what `exact` holds; its new vectors become those that Chroma gives back."""
        kept, collection, before = self.kept, self.kept.collection, self.made_of
        kept.made_of = before.model_copy()  # who answers for the old catalogue asks Chroma no more
        rows = [exact.rows[id] for id in ids]
        collection.write(ids, exact.matrix[rows])
        collection.remove([id for id in self.ids if id not in catalogue])
        batch = {id: exact.matrix[exact.rows[id]] for id in ids[:CANARIES]}
        if lost := collection.lost(batch):
            raise Stale(f"the index {kept.version} does not find item {lost!r} by its own vector")
        if len(collection) != len(catalogue):
            raise Stale(f"the index {kept.version} holds {len(collection):,} of {len(catalogue):,} items")
        if ids:
            exact.matrix[rows] = collection.vectors(ids)
        known = {id: vector for id, vector in before.canaries.items() if id in catalogue and id not in ids}
        made_of = before.model_copy(
            update={
                "catalogue": catalogue.fingerprint(),
                "items": len(catalogue),
                "canaries": known | rounded(batch),
                "sha256": digest(exact),
            }
        )
        write_made_of(kept.version, made_of)
        kept.made_of = made_of

    def close(self) -> None:
        """Lets go of the collection, for this index and for all that grew from it."""
        self.kept.collection.close()
        if self.kept.owner:
            self.kept.owner.release()
