"""The contract of every embedder."""

import numpy as np
import pytest

from retrieval.embedding import Hashing, open_embedder
from retrieval.errors import Problem
from retrieval.settings import Settings, read_settings

TEXTS = [
    "Alien (1979). Horror, Sci-Fi",
    "Annie Hall (1977). Comedy, Romance",
    "",
    "Alien (1979). Horror, Sci-Fi",
    "-- !!",
]


@pytest.fixture(scope="module", params=["hashing", pytest.param("sentence", marks=pytest.mark.slow)])
def embedder(request):
    return Hashing() if request.param == "hashing" else open_embedder(read_settings())


def test_a_text_is_a_vector_of_length_one(embedder):
    for vectors in (embedder.documents(TEXTS), embedder.queries(TEXTS)):
        assert vectors.shape[0] == len(TEXTS)
        assert vectors.dtype == np.float32
        assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)


def test_queries_and_documents_lie_in_one_space(embedder):
    assert embedder.queries(TEXTS).shape == embedder.documents(TEXTS).shape


def test_the_same_text_is_the_same_vector_whatever_stands_beside_it(embedder):
    together = embedder.documents(TEXTS)
    assert together[0] @ together[3] == pytest.approx(1, abs=1e-5)
    for text, vector in zip(TEXTS, together, strict=True):
        assert embedder.documents([text])[0] @ vector == pytest.approx(1, abs=1e-4)


def test_a_text_is_nearer_to_what_is_about_the_same(embedder):
    alien, annie, *_ = embedder.documents(TEXTS) @ embedder.queries(["alien horror"])[0]
    assert alien > annie


def test_an_embedder_says_its_name(embedder):
    assert embedder.name


@pytest.mark.parametrize("name", ["faiss:", "sentence:", "sentence", ""])
def test_an_unknown_embedder_is_named_with_the_known_ones(name):
    with pytest.raises(Problem, match=f"embedder is {name!r}; it must be sentence:NAME or hashing:"):
        open_embedder(Settings(embedder=name))
