"""The best of a catalogue for one person and for many: exact, in little memory, at once after a new event."""

import tracemalloc

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from threadpoolctl import threadpool_info

from recommender.model import SequenceModel, Shape
from recommender.serving import best, nearest, products
from recommender.threads import compute_with

MILLION, WIDTH, PIECE = 1_000_000, 64, 100_000
whole_numbers = st.integers(-2, 2).map(float)  # sums are exact, and equals are many


@pytest.fixture
def million(tmp_path):
    """The vectors of a million items, mapped from a file."""
    file = tmp_path / "vectors.npy"
    matrix = np.lib.format.open_memmap(file, mode="w+", dtype=np.float32, shape=(MILLION, WIDTH + 1))
    random = np.random.default_rng(0)
    for start in range(0, MILLION, PIECE):
        matrix[start : start + PIECE] = random.standard_normal((PIECE, WIDTH + 1), dtype=np.float32)
    del matrix
    yield np.load(file, mmap_mode="r")
    file.unlink()  # pytest keeps the folders of three runs


def test_the_best_ten_of_a_million_are_exact_and_take_little_memory(million):
    states = np.random.default_rng(1).standard_normal((8, WIDTH), dtype=np.float32)
    out = [np.arange(row, MILLION, 2) for row in range(8)]  # half of them each
    tracemalloc.start()
    try:
        one, many = nearest(million, states[:1], 10), nearest(million, states, 10)
        some = nearest(million, states, 10, out)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 16e6  # bytes; all scores at once would be 32 MB, a copy of the matrix 260 MB
    whole = np.empty((8, MILLION))
    for start in range(0, MILLION, PIECE):
        piece = million[start : start + PIECE].astype(np.float64)
        whole[:, start : start + PIECE] = states @ piece[:, :-1].T + piece[:, -1]
    for row, scores in enumerate(whole):
        order = np.argsort(-scores)
        assert many[row].codes.tolist() == order[:10].tolist()
        assert some[row].codes.tolist() == order[order % 2 != row % 2][:10].tolist()
        np.testing.assert_allclose(many[row].scores, scores[order[:10]], rtol=1e-5)
    assert one[0].codes.tolist() == many[0].codes.tolist()


sizes = st.tuples(st.integers(0, 30), st.integers(0, 4), st.integers(1, 35), st.integers(1, 9))


@given(data=st.data(), sizes=sizes)
def test_it_is_what_sorting_everything_gives_with_equals_by_code(data, sizes):
    items, rows, k, at_a_time = sizes
    matrix = data.draw(arrays.arrays(np.float32, (items, 3), elements=whole_numbers))
    states = data.draw(arrays.arrays(np.float32, (rows, 2), elements=whole_numbers))
    left_out = st.lists(st.integers(0, items - 1), max_size=items) if items else st.just([])
    out = [np.array(data.draw(left_out), dtype=np.int64) for _ in range(rows)]
    with pytest.MonkeyPatch.context() as small:
        small.setattr("recommender.serving.ITEMS", at_a_time)
        small.setattr("recommender.serving.STATES", 3)
        found = nearest(matrix, states, k, out)
    scores = products(matrix, states)
    for row in range(rows):
        left = np.setdiff1d(np.arange(items), out[row])
        wanted = left[np.argsort(-scores[row, left], kind="stable")][:k]
        assert found[row].codes.tolist() == wanted.tolist()
        assert found[row].scores.tolist() == scores[row, wanted].tolist()
    before = scores.copy()
    assert [top.codes.tolist() for top in best(scores, k, out)] == [top.codes.tolist() for top in found]
    np.testing.assert_array_equal(scores, before)


def test_what_is_no_number_is_passed_over_and_fewer_are_left():
    scores = np.array([[np.nan, 1, -np.inf, 2]], dtype=np.float32)
    assert best(scores, 3)[0].codes.tolist() == [3, 1]


@pytest.mark.parametrize(
    ("wrong", "k", "out", "width"),
    [("the best 0", 0, [], 2), ("2 rows", 1, [np.array([0])], 2), ("width 3 needs states", 1, [], 3)],
)
def test_shapes_that_do_not_fit_are_named(wrong, k, out, width):
    with pytest.raises(ValueError, match=wrong):
        nearest(np.zeros((4, 3), dtype=np.float32), np.zeros((2, width), dtype=np.float32), k, out)


@pytest.mark.parametrize("words", [0, 5])
def test_the_matrix_scores_as_the_model_does(words):
    model = SequenceModel(Shape(items=30, words=words, width=8)).eval()
    if words:
        model.words.normal_()
    model.bias.data.normal_()
    states = np.random.default_rng(0).standard_normal((3, 8), dtype=np.float32)
    wanted = states @ model.vectors()[:-1].detach().numpy().T + model.bias.detach().numpy()
    np.testing.assert_allclose(products(model.matrix(), states), wanted, rtol=1e-5, atol=1e-6)


def test_the_products_take_no_more_threads_than_the_setting_says():
    before = torch.get_num_threads()
    try:
        for threads in (2, 1):
            compute_with(threads)
            assert {one["num_threads"] for one in threadpool_info() if one["user_api"] == "blas"} == {threads}
            assert torch.get_num_threads() == threads
    finally:
        compute_with(before)
