"""The contract of every index, and what a build must survive."""

import numpy as np
import pytest
from films import films

from retrieval import index as index_module
from retrieval.catalogue import Catalogue
from retrieval.chroma_index import ChromaIndex
from retrieval.embedding import Hashing
from retrieval.errors import Stale
from retrieval.index import Exact, build_index, embedded, is_current, open_index
from retrieval.settings import Settings

CATALOGUE = Catalogue.of(films())
EMBEDDER = Hashing()


def everything():
    batches = list(embedded(CATALOGUE, EMBEDDER))
    return [id for ids, _ in batches for id in ids], np.concatenate([vectors for _, vectors in batches])


@pytest.fixture(params=["exact", "chroma"])
def index(request, tmp_path):
    ids, vectors = everything()
    if request.param == "exact":
        yield Exact(ids, vectors)
    else:
        with ChromaIndex(tmp_path / "index") as chroma:
            chroma.write(ids, vectors)
            yield chroma


def test_an_item_is_nearest_to_itself(index):
    ids, vectors = everything()
    for id, vector in zip(ids, vectors, strict=True):
        assert float(index.vectors(index.nearest(vector, 1))[0] @ vector) == pytest.approx(1, abs=1e-5), id


def test_both_indexes_agree_on_the_order(index):
    ids, vectors = everything()
    query = EMBEDDER.queries(["a comedy and sci-fi film"])[0]
    near = vectors @ query
    found = index.nearest(query, 10)
    assert len(found) == 10
    assert [near[ids.index(id)] for id in found] == pytest.approx(sorted(near, reverse=True)[:10], abs=1e-5)


def test_only_the_items_allowed_are_found_and_all_of_them_can_be(index):
    query = EMBEDDER.queries(["western"])[0]
    assert set(index.nearest(query, 10, among=["1", "2", "3"])) == {"1", "2", "3"}
    assert index.nearest(query, 10, among=[]) == []


def test_vectors_come_in_the_order_asked(index):
    ids, vectors = everything()
    assert index.vectors([ids[5], ids[2]]) == pytest.approx(vectors[[5, 2]], abs=1e-6)


def test_a_missing_item_is_named(index):
    with pytest.raises(Stale, match="'nobody' is not in the index; run penchant index"):
        index.vectors(["nobody"])


def test_an_index_is_current_until_the_words_of_an_item_change(tmp_path):
    build_index(CATALOGUE, "hashing:", tmp_path, embedded(CATALOGUE, EMBEDDER))
    assert is_current(CATALOGUE, "hashing:", tmp_path)
    assert not is_current(CATALOGUE, "another embedder", tmp_path)
    assert not is_current(Catalogue.of(films()[1:]), "hashing:", tmp_path)


def test_an_interrupted_build_leaves_the_old_index_serving(tmp_path):
    settings = Settings(home=tmp_path, embedder="hashing:")
    build_index(CATALOGUE, "hashing:", settings.vectors, embedded(CATALOGUE, EMBEDDER))

    def stops_half_way():
        yield next(iter(embedded(CATALOGUE, EMBEDDER)))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build_index(CATALOGUE, "hashing:", settings.vectors, stops_half_way())
    index = open_index(CATALOGUE, EMBEDDER, settings)
    assert len(index.nearest(EMBEDDER.queries(["alien"])[0], 5)) == 5
    index.close()


def test_an_index_that_does_not_find_its_items_is_not_switched_to(tmp_path, monkeypatch):
    old = build_index(CATALOGUE, "hashing:", tmp_path, embedded(CATALOGUE, EMBEDDER))
    with monkeypatch.context() as patch:
        patch.setattr(ChromaIndex, "nearest", lambda *_, **__: [])
        with pytest.raises(Stale, match="does not find item '1' by its own vector; the old one is kept"):
            build_index(CATALOGUE, "hashing:", tmp_path, embedded(CATALOGUE, EMBEDDER))
    assert index_module._current(tmp_path) == old


def test_no_index_is_said_with_the_remedy(tmp_path):
    with pytest.raises(Stale, match="run penchant index"):
        open_index(CATALOGUE, EMBEDDER, Settings(home=tmp_path, embedder="hashing:"))
