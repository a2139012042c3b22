"""What the items' own words say of their kinship: TF-IDF, and its strongest directions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer

from retrieval.items import Item

Vectors = NDArray[np.float32]


@dataclass(frozen=True)
class Reading:
    """`rare`: a word of fewer items tells nothing about kinship; `width`: directions kept for the sequence model;
    `whitening`: exponent by which strong directions are held down, 1 leaves them all alike; `decay`: what an event of
    the history weighs per event since."""

    rare: int = 2
    width: int = 256
    whitening: float = 0.5
    decay: float = 0.6


def words(item: Item) -> list[str]:
    """The words of the title and the description, and each facet value as one."""
    facets = [f"{name}={value}" for name, values in item.facets.items() for value in values]
    year = [f"year={item.year}"] if item.year else []
    return [*re.findall(r"\w+", f"{item.title} {item.text}".casefold()), *facets, *year]


def content(items: Sequence[Item], by: Reading) -> sparse.csr_array:
    """TF-IDF with damped counts, rows of unit length, (items, words) in float32. Items of no common word get zeros;
    where no two items share a word there are no columns."""
    counted = TfidfVectorizer(analyzer=words, min_df=by.rare, sublinear_tf=True, dtype=np.float32)
    try:
        return sparse.csr_array(counted.fit_transform(items))
    except ValueError:  # what scikit-learn raises for an empty vocabulary
        return sparse.csr_array((len(items), 0), dtype=np.float32)


def directions(rows: sparse.csr_array, by: Reading, seed: int) -> Vectors:
    """The strongest directions of the content, (items, width) or fewer columns, of mean squared length 1.

    Truncated singular values, held down by the exponent: whitened vectors serve a recommender better (AlphaFuse: Hu
    et al., 2025, who whiten fully).
    """
    width = min(by.width, rows.shape[1] - 1, rows.shape[0] - 1)
    if width < 1:
        return np.zeros((rows.shape[0], 0), dtype=np.float32)
    svd = TruncatedSVD(width, random_state=seed)
    found = svd.fit_transform(rows) / np.maximum(svd.singular_values_, 1e-6) ** by.whitening
    return np.asarray(found / max(1e-6, np.sqrt((found**2).sum(axis=1).mean())), dtype=np.float32)
