"""What the pictures of the items look like, as vectors, and which of them nobody could see."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from retrieval.errors import Problem
from retrieval.items import Item
from retrieval.space.embedding import PictureEmbedder, Vectors
from retrieval.space.images import NoPicture, content, is_address, opened
from retrieval.space.vector_cache import VectorCache, key

if TYPE_CHECKING:
    from PIL.Image import Image

Done = TypeVar("Done")
AT_ONCE = 8  # images that are fetched side by side
NAMED = 3  # of the failures that are told


class Pictures:
    """The images of items through an embedder that sees.

    Files are known again by their bytes, addresses by their name: what lies at one is fetched once. `failed`: why an
    item's image could not be used, by its id; such an item has no picture, and everything else.
    """

    def __init__(
        self, embedder: PictureEmbedder, cache: VectorCache, folder: Path | None = None, private: bool = False
    ) -> None:
        if folder is not None and not folder.is_dir():
            raise Problem(f"the setting pictures names {folder}, which is no folder")
        self.embedder = embedder
        self.cache = cache
        self.folder = folder
        self.private = private
        self.failed: dict[str, str] = {}

    @cached_property
    def width(self) -> int:
        return int(self.embedder.queries([""]).shape[1])

    def queries(self, texts: Sequence[str]) -> Vectors:
        """The texts where a picture of what they say would be, (texts, width)."""
        return self.embedder.queries(texts)

    def vectors(self, items: Sequence[Item]) -> Vectors:
        """(items, width), zeros for an item without a picture."""
        names = self._each(self._name, [item for item in items if item.image])
        known = self.cache.known(self.embedder.identity, list(dict.fromkeys(names.values())))
        images = self._each(self._image, [item for item in items if item.id in names and names[item.id] not in known])
        if images:
            seen = self.embedder.pictures(list(images.values()))
            fresh = dict(zip((names[id] for id in images), seen, strict=True))
            self.cache.keep(self.embedder.identity, fresh)
            known |= fresh
        found = np.zeros((len(items), self.width), dtype=np.float32)
        for row, item in enumerate(items):
            if item.id in names and names[item.id] in known:
                found[row] = known[names[item.id]]
        return found

    def told(self) -> str:
        """The end of a sentence that counts and names the images that could not be used; empty if all could."""
        if not self.failed:
            return ""
        some = "; ".join(f"the one of item {id} {why}" for id, why in list(self.failed.items())[:NAMED])
        more = f"; and {len(self.failed) - NAMED:,} more" if len(self.failed) > NAMED else ""
        return f" {len(self.failed):,} images could not be used, and their items have none: {some}{more}."

    def _name(self, item: Item) -> bytes:
        return key(item.image.encode() if is_address(item.image) else self._content(item))

    def _image(self, item: Item) -> Image:
        return opened(self._content(item))

    def _content(self, item: Item) -> bytes:
        return content(item.image, self.folder, self.private)

    def _each(self, work: Callable[[Item], Done], items: Sequence[Item]) -> dict[str, Done]:
        """What comes of the items side by side, by their ids; those that have no picture are noted and left out."""

        def tried(item: Item) -> Done | NoPicture:
            try:
                return work(item)
            except NoPicture as why:
                return why

        with ThreadPoolExecutor(AT_ONCE) as pool:
            done = dict(zip((item.id for item in items), pool.map(tried, items), strict=True))
        self.failed |= {id: str(one) for id, one in done.items() if isinstance(one, NoPicture)}
        return {id: one for id, one in done.items() if not isinstance(one, NoPicture)}
