"""The contract of every embedder."""

import numpy as np
import pytest
from tiny_clip import save_tiny_clip

from retrieval.errors import Problem, Stale
from retrieval.items import Item
from retrieval.settings import Settings, read_settings
from retrieval.space.embedding import Hashing, open_embedder, open_model, sound
from retrieval.space.item_vectors import Space
from retrieval.space.pictures import Pictures
from retrieval.space.vector_cache import Cached, VectorCache

TEXTS = [
    "Alien (1979). Horror, Sci-Fi",
    "Annie Hall (1977). Comedy, Romance",
    "",
    "Alien (1979). Horror, Sci-Fi",
    "-- !!",
    "فيلم رعب",
    "<b>🎬</b>",
    "/etc/hosts.png",
    "word " * 5000,
]
LEARNED = ["hashing", "cached", "space", pytest.param("sentence", marks=pytest.mark.slow)]


@pytest.fixture(scope="module")
def embedder(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("embedders")
    cache = VectorCache(folder / "cache.sqlite")
    if request.param == "space":
        pictures = Pictures(Hashing(), cache)
        return Space(Hashing(), {"title": 1.0}, pictures, given={"1": np.array([1, 2, 3], dtype=np.float32)})
    if request.param == "random":  # a sentence-transformer, though one that learned nothing
        return open_model(Settings(embedder=f"sentence:{save_tiny_clip(folder)}", threads=1))
    if request.param == "sentence":
        return open_embedder(read_settings())
    return Cached(Hashing(), cache) if request.param == "cached" else Hashing()


every = pytest.mark.parametrize("embedder", [*LEARNED, "random"], indirect=True)
learned = pytest.mark.parametrize("embedder", LEARNED, indirect=True)


@every
def test_a_text_is_a_vector_of_length_one(embedder):
    for vectors in (embedder.documents(TEXTS), embedder.queries(TEXTS)):
        assert vectors.shape[0] == len(TEXTS)
        assert vectors.dtype == np.float32
        assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)


@every
def test_queries_and_documents_lie_in_one_space(embedder):
    assert embedder.queries(TEXTS).shape == embedder.documents(TEXTS).shape


@every
def test_no_text_is_no_vector_of_the_same_width(embedder):
    assert embedder.documents([]).shape == (0, embedder.documents(TEXTS).shape[1])


@every
def test_the_same_text_is_the_same_vector_whatever_stands_beside_it(embedder):
    together = embedder.documents(TEXTS)
    assert together[0] @ together[3] == pytest.approx(1, abs=1e-5)
    for text, vector in zip(TEXTS, together, strict=True):
        assert embedder.documents([text])[0] @ vector == pytest.approx(1, abs=3e-4)


@learned
def test_a_text_is_nearer_to_what_is_about_the_same(embedder):
    alien, annie, *_ = embedder.documents(TEXTS) @ embedder.queries(["alien horror"])[0]
    assert alien > annie


@every
def test_nothing_beyond_the_window_is_read(embedder):
    assert embedder.window > 0
    [short, long] = embedder.lengths(["word", "word " * embedder.window * 2])
    assert 0 < short <= embedder.window < long
    one, other = embedder.documents([f"{'word ' * embedder.window * 2}{end}" for end in ("alien", "romance")])
    assert one @ other == pytest.approx(1, abs=1e-4)


@every
def test_the_length_of_a_text_is_the_sum_of_its_words(embedder):
    words = ["alien", "horror,", "thriller", "unforgettable"]
    assert embedder.lengths([" ".join(words)]) == [sum(embedder.lengths(words))]
    assert embedder.lengths([]) == []


@every
def test_an_embedder_says_its_name_and_who_it_is(embedder):
    assert embedder.name
    assert embedder.identity
    assert embedder.identity == embedder.identity.strip()


def test_other_weights_are_another_embedder(tmp_path):
    folder = save_tiny_clip(tmp_path)
    settings = Settings(embedder=f"sentence:{folder}", threads=1)
    first = open_model(settings).identity
    assert open_model(settings).identity == first
    weights = folder / "model.safetensors"
    data = bytearray(weights.read_bytes())
    data[-3] ^= 1
    weights.write_bytes(data)
    assert open_model(settings).identity != first


def test_weights_that_give_no_numbers_are_named(tmp_path):
    from safetensors.numpy import load_file, save_file

    folder = save_tiny_clip(tmp_path)
    weights = load_file(folder / "model.safetensors")
    spoilt = {name: np.full_like(each, np.nan) for name, each in weights.items() if each.dtype == np.float32}
    save_file({**weights, **spoilt}, folder / "model.safetensors", {"format": "pt"})
    with pytest.raises(Stale, match="gave 1 of 1 vectors that are zero or no numbers"):
        open_model(Settings(embedder=f"sentence:{folder}", threads=1)).documents(["text"])


@pytest.mark.parametrize("vectors", [np.zeros((1, 4)), np.ones((2, 4)), np.ones(4), np.array([[1, np.inf]])])
def test_what_is_no_vector_is_named(vectors):
    with pytest.raises(Stale, match="the model of that name gave"):
        sound(vectors, 1, "of that name")


@pytest.mark.parametrize("name", ["faiss:", "sentence:", "sentence", ""])
def test_an_unknown_embedder_is_named_with_the_known_ones(name):
    with pytest.raises(Problem, match=f"embedder is {name!r}; it must be sentence:NAME or hashing:"):
        open_embedder(Settings(embedder=name))


FILM = Item("1", "Alien")


def given(**vectors):
    return {id: np.array(vector, dtype=np.float32) for id, vector in vectors.items()}


def test_a_product_of_vectors_is_the_weighted_mean_of_words_and_what_was_given():
    items = [Item("a", "Alien"), Item("b", "Aliens"), Item("c", "Alien three")]
    space = Space(Hashing(), given=given(a=[3, 4], b=[6, 8], c=[-4, 3]), given_weight=0.5)
    a, b, c = space.items(items)
    words = Hashing().documents([item.name for item in items])
    assert a @ b == pytest.approx((words[0] @ words[1] + 0.5) / 1.5, abs=1e-6)  # 3, 4 and 6, 8 lie the same way
    assert a @ c == pytest.approx((words[0] @ words[2]) / 1.5, abs=1e-6)
    assert space.queries(["alien"])[0] @ a == pytest.approx(1 / np.sqrt(1.5), abs=1e-6)


def test_an_item_without_a_vector_of_its_own_lies_where_its_words_put_it():
    space = Space(Hashing(), given=given(other=[1, 2]))
    assert space.items([FILM])[0] @ space.documents(["Alien"])[0] == pytest.approx(1)


def test_a_space_learns_of_vectors_that_come_later_if_it_has_a_place_for_them():
    space = Space(Hashing(), given=given(other=[1, 2]))
    [before], [after] = space.items([FILM]), space.knowing(given(**{"1": [3, 4]})).items([FILM])
    assert before @ after == pytest.approx(1 / np.sqrt(1.5), abs=1e-6)
    assert (space.knowing(given(**{"1": [3, 4, 5]})).items([FILM])[0] == before).all()
    assert Space(Hashing()).knowing(given(**{"1": [3, 4]})).items([FILM]).shape == (1, Hashing().width)


def test_a_space_of_words_alone_is_the_embedders():
    assert (Space(Hashing()).items([FILM]) == Hashing().documents(["Alien"])).all()
    assert Space(Hashing()).identity == Hashing().identity


def test_what_was_given_may_be_all_that_is_known():
    items = [Item(str(number), "") for number in range(4)]
    vectors = {str(number): np.array([number // 2, 1 - number // 2, 0.1], dtype=np.float32) for number in range(4)}
    found = Space(Hashing(), given=vectors).items(items)
    near = found @ found.T
    assert near[0, 1] > near[0, 2]
    assert near[2, 3] > near[2, 1]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ([1, 2, 3], "the vector of item 'b' has 3 numbers, and that of 'a' has 2"),
        ([0, 0], "the vector of item 'b' is zero or holds what is no number"),
        ([1, float("nan")], "the vector of item 'b' is zero or holds what is no number"),
    ],
)
def test_a_given_vector_that_is_none_is_named(wrong, said):
    with pytest.raises(Problem, match=said):
        Space(Hashing(), given=given(a=[1, 2], b=wrong))
