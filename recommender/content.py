"""What the items' own words and facets say of their kinship: TF-IDF, and its strongest directions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from retrieval.items import Item

Vectors = NDArray[np.float32]
FACET = "="  # between the name and the value of a facet; no word of a text holds it
KIN = 10  # known items that a new one takes after
PIECE = 500  # new items compared at a time


@dataclass(frozen=True)
class Reading:
    """`rare`: a word of fewer items tells nothing about kinship; `width`: directions kept for the sequence model, which
    learns a vector of each of the `kinds` most frequent facet values beside them; `whitening`: exponent by which strong
    directions are held down, 1 leaves them all alike; `decay`: what an event of the history weighs per event since."""

    rare: int = 2
    width: int = 256
    kinds: int = 400
    whitening: float = 0.5
    decay: float = 0.6


def words(item: Item) -> list[str]:
    """The words of the title and the description, and each facet value as one."""
    facets = [f"{name}{FACET}{value}" for name, values in item.facets.items() for value in values]
    year = [f"year{FACET}{item.year}"] if item.year else []
    return [*re.findall(r"\w+", f"{item.title} {item.text}".casefold()), *facets, *year]


@dataclass(frozen=True)
class Reader:
    """What was learned of a catalogue's words, so that an item that comes later, or another catalogue, is read alike.

    `vocabulary`: the words that count, in the order of the columns; `rarity` (words,): inverse document frequency;
    `axes` (words, width): the strongest directions, already whitened and brought to a mean squared length of 1.
    """

    by: Reading
    vocabulary: tuple[str, ...]
    rarity: Vectors
    axes: Vectors

    @classmethod
    def of(cls, items: Sequence[Item], by: Reading, seed: int) -> Reader:
        """Learned from these items. Where no two share a word, nothing counts.

        The directions are truncated singular vectors, the strong ones held down by an exponent: whitened vectors serve
        a recommender better (AlphaFuse: Hu et al., 2025, who whiten fully).
        """
        from sklearn.feature_extraction.text import TfidfVectorizer  # takes a second, which only who learns needs

        counted = TfidfVectorizer(analyzer=words, min_df=by.rare, sublinear_tf=True, dtype=np.float32)
        try:
            rows = sparse.csr_array(counted.fit_transform(items))
        except ValueError:  # what scikit-learn raises for an empty vocabulary
            return cls(by, (), np.zeros(0, dtype=np.float32), np.zeros((0, 0), dtype=np.float32))
        rarity = np.asarray(counted.idf_, dtype=np.float32)
        return cls(by, tuple(counted.get_feature_names_out().tolist()), rarity, _axes(rows, by, seed))

    def content(self, items: Sequence[Item]) -> sparse.csr_array:
        """TF-IDF with damped counts, rows of unit length, (items, words) in float32; zeros without a known word."""
        column = {word: at for at, word in enumerate(self.vocabulary)}
        rows, columns, weights = [], [], []
        for row, item in enumerate(items):
            counts = Counter(column[word] for word in words(item) if word in column)
            found = np.fromiter(counts, dtype=np.int64, count=len(counts))
            often = np.fromiter(counts.values(), dtype=np.float64, count=len(counts))
            weight = (1 + np.log(often)) * self.rarity[found]
            rows.append(np.full(len(found), row))
            columns.append(found)
            weights.append(weight / max(1e-12, float(np.linalg.norm(weight))))
        shape = (len(items), len(self.vocabulary))
        if not rows:
            return sparse.csr_array(shape, dtype=np.float32)
        where = (np.concatenate(rows), np.concatenate(columns))
        return sparse.coo_array((np.concatenate(weights).astype(np.float32), where), shape=shape).tocsr()

    def directions(self, content: sparse.csr_array) -> Vectors:
        """Which of the most frequent facet values each item has, as rows of unit length, and then the content along the
        strongest directions, (items, kinds + width)."""
        has = (content[:, self.frequent].toarray() > 0).astype(np.float32)
        has /= np.maximum(1.0, np.linalg.norm(has, axis=1, keepdims=True))
        return np.concatenate([has, np.asarray(content @ self.axes, dtype=np.float32)], axis=1)

    @property
    def frequent(self) -> NDArray[np.int64]:
        """The places of the most frequent facet values in the vocabulary, (kinds,)."""
        facets = np.flatnonzero([FACET in word for word in self.vocabulary])
        return facets[np.argsort(self.rarity[facets], kind="stable")[: self.by.kinds]]


def kin(content: sparse.csr_array, new: NDArray[np.int64], known: NDArray[np.int64]) -> sparse.csr_array:
    """How much each new item takes after every other, (new, items): its KIN nearest among the known by their words,
    weighted by the square of the cosine, summing to 1; a row without any is empty. Both are codes."""
    rows, columns, weights = [], [], []
    for start in range(0, len(new), PIECE):
        alike = (content[new[start : start + PIECE]] @ content[known].T).toarray()
        most = min(KIN, len(known))
        nearest = np.argpartition(-alike, most - 1, axis=1)[:, :most] if most else np.zeros((len(alike), 0), dtype=int)
        close = np.take_along_axis(alike, nearest, axis=1) ** 2
        total = close.sum(axis=1, keepdims=True)
        share = np.divide(close, total, out=np.zeros_like(close), where=total > 0)
        row, at = np.nonzero(share)
        rows.append(row + start)
        columns.append(known[nearest[row, at]])
        weights.append(share[row, at])
    if not rows:
        return sparse.csr_array((0, content.shape[0]), dtype=np.float32)
    where = (np.concatenate(rows), np.concatenate(columns))
    shape = (len(new), content.shape[0])
    return sparse.coo_array((np.concatenate(weights).astype(np.float32), where), shape=shape).tocsr()


def _axes(rows: sparse.csr_array, by: Reading, seed: int) -> Vectors:
    width = min(by.width, rows.shape[1] - 1, rows.shape[0] - 1)
    if width < 1:
        return np.zeros((rows.shape[1], 0), dtype=np.float32)
    from sklearn.decomposition import TruncatedSVD

    svd = TruncatedSVD(width, random_state=seed)
    found = svd.fit_transform(rows)
    scale = 1 / np.maximum(svd.singular_values_, 1e-6) ** by.whitening
    length = max(1e-6, float(np.sqrt(((found * scale) ** 2).sum(axis=1).mean())))
    return np.asarray(svd.components_.T * scale / length, dtype=np.float32)
