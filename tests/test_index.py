"""The contract of every index, and what a build must survive."""

import shutil

import numpy as np
import pytest
from films import films
from hypothesis import given, settings
from hypothesis import strategies as st

from chat.messages import Message
from retrieval.catalogue import Catalogue
from retrieval.errors import Problem, Stale
from retrieval.index.building import build_index
from retrieval.index.files import in_use, read_made_of, write_made_of
from retrieval.index.indexing import index_catalogue, ready_index
from retrieval.index.nearest import Exact
from retrieval.index.opening import is_current, open_index
from retrieval.items import Item, described
from retrieval.settings import Settings
from retrieval.space.embedding import Hashing, normalised
from retrieval.space.item_vectors import embedded

CATALOGUE = Catalogue.of(films())
EMBEDDER = Hashing()


def everything(catalogue=CATALOGUE):
    batches = list(embedded(catalogue, EMBEDDER))
    return [id for ids, _ in batches for id in ids], np.concatenate([vectors for _, vectors in batches])


def settings_in(home, **more):
    return Settings(home=home, embedder="hashing:", **more)


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The small catalogue, indexed once; not to be written to."""
    home = tmp_path_factory.mktemp("built")
    build_index(CATALOGUE, "hashing:", settings_in(home).vectors, embedded(CATALOGUE, EMBEDDER))
    return home


@pytest.fixture
def home(built, tmp_path):
    """A copy of it, to be used up."""
    return shutil.copytree(built, tmp_path / "home")


@pytest.fixture(params=["exact:", "chroma:"])
def index(request, home):
    opened = open_index(CATALOGUE, EMBEDDER, settings_in(home, index=request.param))
    yield opened
    opened.close()


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
    assert set(index.nearest(query, 100, ~first_three)) == set(CATALOGUE.ids[3:])
    assert index.nearest(query, 10, np.zeros(len(CATALOGUE), dtype=bool)) == []
    assert index.nearest(query, 0) == []


def test_vectors_come_in_the_order_asked(index):
    ids, vectors = everything()
    assert index.vectors([ids[5], ids[2]]) == pytest.approx(vectors[[5, 2]], abs=1e-6)


def test_a_missing_item_is_named(index):
    with pytest.raises(Stale, match="'nobody' is not in the index; run penchant index"):
        index.vectors(["nobody"])


def later():
    """The catalogue some time later: one item gone, one that says something else, one new; and the last two's
    vectors."""
    gone, changed, new = "3", Item("1", "Alien", 1979, text="a ship and a visitor"), Item("99", "Zardoz", 1974)
    kept = [item for item in films() if item.id not in (gone, changed.id)]
    catalogue = Catalogue.of([*kept, changed, new])
    return catalogue, {item.id: EMBEDDER.documents([described(item)])[0] for item in (changed, new)}


def test_a_grown_index_answers_for_the_later_catalogue_and_the_old_one_goes_on(index):
    catalogue, fresh = later()
    gone = index.vectors(["3"])[0]
    grown = index.grown(catalogue, fresh)
    ids, vectors = everything(catalogue)
    assert grown.vectors(ids) == pytest.approx(vectors, abs=1e-6)
    for id, vector in fresh.items():
        assert grown.nearest(vector, 1) == [id]
    assert "3" not in grown.nearest(gone, len(catalogue))
    assert set(grown.nearest(gone, 100, catalogue.columns.available)) == set(catalogue)
    assert index.nearest(gone, 1) == ["3"]
    assert set(index.nearest(gone, 100)) == set(CATALOGUE)


def test_an_index_that_cannot_grow_says_which_item_is_why(index):
    catalogue, fresh = later()
    with pytest.raises(Stale, match="item '99' is not in the index"):
        index.grown(catalogue, {})
    with pytest.raises(Problem, match="item '99' has 3 numbers where the index has 256"):
        index.grown(catalogue, {**fresh, "99": np.ones(3, dtype=np.float32)})
    with pytest.raises(Problem, match="item '1' holds what is no number"):
        index.grown(catalogue, {**fresh, "1": np.full(256, np.nan, dtype=np.float32)})


def test_a_grown_index_is_current_at_the_next_start(home):
    catalogue, fresh = later()
    with_index = settings_in(home)
    index = open_index(CATALOGUE, EMBEDDER, with_index)
    index.grown(catalogue, fresh)
    index.close()
    assert is_current(catalogue, with_index)
    assert not is_current(CATALOGUE, with_index)
    again = open_index(catalogue, EMBEDDER, with_index)
    assert again.found(fresh["99"], 1).ids == ("99",)
    assert again.found(fresh["99"], 1).by == "chroma"
    again.close()


def test_an_index_that_cannot_be_written_to_grows_in_memory_and_says_so(home, caplog):
    catalogue, fresh = later()
    index = open_index(CATALOGUE, EMBEDDER, settings_in(home))
    index.kept.collection.client.delete_collection("items")
    grown = index.grown(catalogue, fresh)
    assert "in memory only" in caplog.text
    assert grown.found(fresh["99"], 1).ids == ("99",)
    assert grown.found(fresh["99"], 1).by == "exact (chroma could not be written to)"
    assert grown.grown(CATALOGUE, {"1": EMBEDDER.documents(["x"])[0], "3": EMBEDDER.documents(["y"])[0]}).behind
    index.close()
    assert not is_current(catalogue, settings_in(home))


def test_it_is_told_which_index_answered(home):
    index = open_index(CATALOGUE, EMBEDDER, settings_in(home))
    query = EMBEDDER.queries(["western"])[0]
    all_but_one = np.arange(len(CATALOGUE)) != 7
    assert index.found(query, 5).by == "chroma"
    assert index.found(query, 5, all_but_one).by == "chroma"
    index.kept.collection.client.delete_collection("items")
    assert index.found(query, 5).by == "exact (chroma failed)"
    assert index.found(query, 5).ids == tuple(index.exact.nearest(query, 5))
    index.close()


def test_chroma_does_not_answer_where_it_was_measured_to_find_too_few(home):
    version = in_use(settings_in(home).vectors)
    write_made_of(version, read_made_of(version).model_copy(update={"recall": 0.5}))
    index = open_index(CATALOGUE, EMBEDDER, settings_in(home))
    assert index.found(EMBEDDER.queries(["western"])[0], 5).by == "exact (recall of chroma 0.500)"
    index.close()


def test_the_turn_record_names_the_index_that_answered(assistant):
    conversation = assistant.open("1")
    list(assistant.reply(Message("a western like Heat", "1", conversation)))
    assert assistant.store.newest(conversation)[1]["index"] == ["meaning: chroma", "likeness: chroma"]


@given(seed=st.integers(0, 100), size=st.integers(1, 60), n=st.integers(0, 70), share=st.floats(0, 1))
@settings(max_examples=60)
def test_exact_finds_what_sorting_everything_finds(seed, size, n, share):
    dice = np.random.default_rng(seed)
    vectors = normalised(dice.normal(size=(size, 8)).astype(np.float32))
    among = dice.random(size) < share
    near = vectors @ vectors[0]
    wanted = [str(row) for row in np.argsort(-near, kind="stable") if among[row]][:n]
    index = Exact([str(row) for row in range(size)], vectors)
    assert near[[int(id) for id in index.nearest(vectors[0], n, among)]] == pytest.approx(
        near[[int(i) for i in wanted]]
    )
    assert index.nearest(vectors[0], n) == index.nearest(vectors[0], n, np.ones(size, dtype=bool))


def test_an_index_is_current_until_the_words_of_an_item_or_the_embedder_change(home):
    assert is_current(CATALOGUE, settings_in(home))
    assert not is_current(Catalogue.of(films()[1:]), settings_in(home))
    another = Settings(home=home, embedder="sentence:another")
    assert not is_current(CATALOGUE, another)
    with pytest.raises(Stale, match=r"made by the embedder hashing:, not sentence:another; run penchant index"):
        open_index(CATALOGUE, EMBEDDER, another)


def test_no_index_is_said_with_the_remedy(tmp_path):
    with pytest.raises(Stale, match="run penchant index"):
        open_index(CATALOGUE, EMBEDDER, settings_in(tmp_path))


def test_on_doubt_the_index_is_built_anew_and_why_is_said(home, capsys):
    changed = Catalogue.of([*films(), Item("62", "Brazil", 1985)])
    with ready_index(changed, EMBEDDER, settings_in(home)) as index:
        assert index.nearest(EMBEDDER.documents([described(changed["62"])])[0], 1) == ["62"]
    said = capsys.readouterr().err
    assert said.startswith("the index was made from other items than the catalogue has now; building it anew.\n")
    with ready_index(changed, EMBEDDER, settings_in(home)):
        assert capsys.readouterr().err == ""


def test_the_command_says_what_was_measured_and_that_an_index_is_up_to_date_only_when_it_is_whole(workspace):
    assert "up to date" in index_catalogue(workspace)
    (in_use(workspace.vectors) / "made_of.json").write_text("{}")
    said = index_catalogue(workspace)
    assert "every canary found itself. Of the 61 nearest, Chroma finds 100.00% (recall against the exact" in said
    assert "mean of 200 queries): it answers." in said
    assert "up to date" in index_catalogue(workspace)


def broken_off():
    yield next(iter(embedded(CATALOGUE, EMBEDDER)))
    raise KeyboardInterrupt


def spoilt(how):
    for ids, vectors in embedded(CATALOGUE, EMBEDDER):
        yield ids, how(vectors)


def with_nan(vectors):
    return np.where(np.arange(len(vectors))[:, None] == 4, np.float32(np.nan), vectors)


def of_two_widths():
    ids, vectors = everything()
    yield ids[:30], vectors[:30]
    yield ids[30:], vectors[30:, :100]


@pytest.mark.parametrize(
    ("batches", "error", "words"),
    [
        (broken_off, KeyboardInterrupt, None),
        (lambda: spoilt(np.zeros_like), Stale, r"does not find item '1' by its own vector$"),
        (lambda: spoilt(with_nan), Problem, "the old one is kept: the vector of item '5' holds what is no number"),
        (
            of_two_widths,
            Problem,
            "the old one is kept: the vector of item '31' has 100 numbers where the index has 256",
        ),
        (lambda: [tuple(each[:50] for each in everything())], Stale, "holds 50 of 61 items"),
    ],
)
def test_a_build_that_fails_leaves_the_old_index_serving(home, batches, error, words):
    before = in_use(settings_in(home).vectors)
    with pytest.raises(error, match=words):
        build_index(CATALOGUE, "hashing:", settings_in(home).vectors, batches())
    assert in_use(settings_in(home).vectors) == before
    assert is_current(CATALOGUE, settings_in(home))
    assert not list(settings_in(home).vectors.glob("*.building"))


def test_who_has_the_index_open_may_go_on_while_it_is_built_anew(home):
    with_index = settings_in(home)
    first = in_use(with_index.vectors)
    (with_index.vectors / "0123456789ab.building").mkdir()
    index = open_index(CATALOGUE, EMBEDDER, with_index)
    second = build_index(CATALOGUE, "hashing:", with_index.vectors, embedded(CATALOGUE, EMBEDDER))
    assert {path for path in with_index.vectors.iterdir() if path.is_dir()} == {first, second}
    assert index.found(EMBEDDER.documents([described(CATALOGUE["7"])])[0], 1).by == "chroma"
    index.close()
    third = build_index(CATALOGUE, "hashing:", with_index.vectors, embedded(CATALOGUE, EMBEDDER))
    assert {path for path in with_index.vectors.iterdir() if path.is_dir()} == {second, third}
