"""The few strongest directions of a catalogue's vectors, each brought to the same spread: its broad themes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from retrieval.space.embedding import Vectors, normalised

THEMES = 4  # directions: a list of ten can differ in broad themes; of many whitened ones no two items share any


@dataclass(frozen=True)
class Whitening:
    """`middle` (width,): the mean of the vectors; `axes` (width, themes): principal directions over their spread.

    Principal component analysis with whitening: text embeddings lie in a narrow cone (Su et al., "Whitening sentence
    representations", 2021), in which a plain cosine tells little.
    """

    middle: Vectors
    axes: Vectors

    @classmethod
    def of(cls, sample: Vectors, themes: int = THEMES) -> Whitening:
        """Learned from vectors of the catalogue, (items, width). Directions without spread are left out."""
        middle = np.asarray(sample.mean(axis=0), dtype=np.float32)
        apart = (sample - middle).astype(np.float64)
        spread, axes = np.linalg.eigh(apart.T @ apart / max(1, len(sample)))  # rising
        kept = np.flatnonzero(spread > 1e-6 * max(spread[-1], 1e-12))[::-1][:themes]
        return cls(middle, np.asarray(axes[:, kept] / np.sqrt(spread[kept]), dtype=np.float32))

    def __call__(self, vectors: Vectors) -> Vectors:
        """Rows of unit length, (items, themes); a vector in the middle of all stays zero."""
        return normalised(np.asarray((vectors - self.middle) @ self.axes, dtype=np.float32))
