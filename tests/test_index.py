"""The contract of every index, and what a build must survive."""

import shutil

import numpy as np
import pytest
from films import films

from retrieval.catalogue import Catalogue
from retrieval.chroma_index import ChromaIndex
from retrieval.embedding import Hashing
from retrieval.errors import Stale
from retrieval.index import Exact, build_index, is_current, open_index
from retrieval.indexing import index_catalogue
from retrieval.item_vectors import embedded
from retrieval.items import Item, described
from retrieval.settings import Settings

CATALOGUE = Catalogue.of(films())
# enough that Chroma writes most vectors to files of their own
LARGE = Catalogue.of(
    Item(str(number), f"Film {number}", text=" ".join(f"word{(number * step) % 997}" for step in range(1, 9)))
    for number in range(1200)
)
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
        with ChromaIndex(tmp_path / "index", ids) as chroma:
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
    first_three = np.arange(len(CATALOGUE)) < 3
    assert set(index.nearest(query, 10, first_three)) == set(CATALOGUE.ids[:3])
    assert index.nearest(query, 10, np.zeros(len(CATALOGUE), dtype=bool)) == []


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


def test_an_index_that_does_not_find_its_items_is_not_switched_to(tmp_path):
    old = build_index(CATALOGUE, "hashing:", tmp_path, embedded(CATALOGUE, EMBEDDER))
    nowhere = ((ids, np.zeros_like(vectors)) for ids, vectors in embedded(CATALOGUE, EMBEDDER))
    with pytest.raises(Stale, match="does not find item '1' by its own vector; the old one is kept"):
        build_index(CATALOGUE, "hashing:", tmp_path, nowhere)
    assert (tmp_path / "current").read_text() == old.name
    assert is_current(CATALOGUE, "hashing:", tmp_path)


def test_who_has_the_index_open_may_go_on_while_it_is_built_anew(tmp_path):
    settings = Settings(home=tmp_path, embedder="hashing:")
    first = build_index(LARGE, "hashing:", settings.vectors, embedded(LARGE, EMBEDDER))
    (settings.vectors / "0123456789ab.building").mkdir()
    with open_index(LARGE, EMBEDDER, settings) as index:
        second = build_index(LARGE, "hashing:", settings.vectors, embedded(LARGE, EMBEDDER))
        assert index.nearest(EMBEDDER.documents([described(LARGE["7"])])[0], 1) == ["7"]
        assert {path for path in settings.vectors.iterdir() if path.is_dir()} == {first, second}
    third = build_index(LARGE, "hashing:", settings.vectors, embedded(LARGE, EMBEDDER))
    assert {path for path in settings.vectors.iterdir() if path.is_dir()} == {second, third}


def overwrite(path, at=0, length=4096):
    whole = bytearray(path.read_bytes())
    whole[at : at + length] = np.random.default_rng(0).bytes(min(length, len(whole) - at))
    path.write_bytes(whole)


DAMAGES = {
    "the vectors are gone": lambda index: [shutil.rmtree(path) for path in index.glob("*-*")],
    "the vectors are noise": lambda index: [overwrite(path) for path in index.glob("*-*/*.bin")],
    "some vectors are noise": lambda index: overwrite(next(index.glob("*-*/data_level0.bin")), 100_000),
    "the database begins with noise": lambda index: overwrite(index / "chroma.sqlite3"),
    "the database holds noise": lambda index: overwrite(index / "chroma.sqlite3", 4096),
    "the database is empty": lambda index: (index / "chroma.sqlite3").write_bytes(b""),
    "the database is gone": lambda index: (index / "chroma.sqlite3").unlink(),
    "nothing says what it was made of": lambda index: (index / "made_of.json").unlink(),
    "an empty object says what it was made of": lambda index: (index / "made_of.json").write_text("{}"),
    "a list says what it was made of": lambda index: (index / "made_of.json").write_text("[]"),
    "the pointer is noise": lambda index: (index.parent / "current").write_bytes(b"\xff\x00\xfe"),
    "the pointer is empty": lambda index: (index.parent / "current").write_bytes(b""),
    "the pointer leads elsewhere": lambda index: (index.parent / "current").write_text("../../.."),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_index_is_one_sentence_and_is_built_anew(tmp_path, damage):
    settings = Settings(home=tmp_path, embedder="hashing:")
    damage(build_index(LARGE, "hashing:", settings.vectors, embedded(LARGE, EMBEDDER)))
    with pytest.raises(Stale, match=r"^[^\n]+; run penchant index$|^no index in [^\n]+; run penchant index$"):
        open_index(LARGE, EMBEDDER, settings)
    assert not is_current(LARGE, "hashing:", settings.vectors)
    build_index(LARGE, "hashing:", settings.vectors, embedded(LARGE, EMBEDDER))
    assert is_current(LARGE, "hashing:", settings.vectors)
    with open_index(LARGE, EMBEDDER, settings) as index:
        assert index.nearest(EMBEDDER.documents([described(LARGE["7"])])[0], 1) == ["7"]


def test_an_index_of_other_vectors_under_the_same_ids_is_noticed(tmp_path):
    settings = Settings(home=tmp_path, embedder="hashing:")
    folder = build_index(CATALOGUE, "hashing:", settings.vectors, embedded(CATALOGUE, EMBEDDER))
    with ChromaIndex(folder, CATALOGUE.ids) as index:
        for ids, vectors in embedded(CATALOGUE, EMBEDDER):
            index.write(ids, vectors[:, ::-1])
    with pytest.raises(Stale, match="by its own vector; run penchant index"):
        open_index(CATALOGUE, EMBEDDER, settings)


def test_the_command_says_that_an_index_is_up_to_date_only_when_it_is_whole(workspace):
    assert "up to date" in index_catalogue(workspace)
    current = workspace.vectors / (workspace.vectors / "current").read_text()
    overwrite(current / "chroma.sqlite3")
    assert "every canary found itself" in index_catalogue(workspace)
    assert "up to date" in index_catalogue(workspace)


def test_no_index_is_said_with_the_remedy(tmp_path):
    with pytest.raises(Stale, match="run penchant index"):
        open_index(CATALOGUE, EMBEDDER, Settings(home=tmp_path, embedder="hashing:"))
