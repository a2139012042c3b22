"""Vectors that are kept: only what is new is computed, and what is damaged is never believed."""

import multiprocessing
import shutil
import sqlite3
from contextlib import closing

import numpy as np
import pytest

from retrieval.catalogue import Catalogue
from retrieval.items import Item
from retrieval.space import vector_cache
from retrieval.space.embedding import Hashing
from retrieval.space.item_vectors import Space, embedded
from retrieval.space.vector_cache import DAY, KEPT, Cached, VectorCache


class Counting(Hashing):
    """A stand-in that counts the texts it is given."""

    def __init__(self, width=64):
        super().__init__(width)
        self.texts = []

    def documents(self, texts):
        self.texts += texts
        return super().documents(texts)


@pytest.fixture
def cache(tmp_path):
    return VectorCache(tmp_path / "cache" / "vectors.sqlite")


def items(count, changed=()):
    return Catalogue.of(Item(str(number), f"Film {number}{'!' * (number in changed)}") for number in range(count))


def vectors_of(catalogue, embedder):
    return np.concatenate([vectors for _, vectors in embedded(catalogue, embedder)])


def test_of_ten_thousand_items_with_ten_changed_ten_are_embedded(cache):
    vectors_of(items(10_000), Cached(Counting(), cache))
    again = Counting()
    changed = range(5, 10_000, 1000)
    found = vectors_of(items(10_000, changed), Cached(again, cache))
    assert again.texts == [f"Film {number}!" for number in changed]
    assert found[5:7] == pytest.approx(Hashing(64).documents(["Film 5!", "Film 6"]), abs=1e-6)


def test_a_text_that_stands_in_many_items_is_embedded_once(cache):
    embedder = Counting()
    found = Cached(embedder, cache).documents(["same", "other", "same"])
    assert embedder.texts == ["same", "other"]
    assert (found[0] == found[2]).all()


def test_another_model_or_precision_has_vectors_of_its_own(cache):
    Cached(Counting(64), cache).documents(["text"])
    other = Counting(32)
    assert Cached(other, cache).documents(["text"]).shape == (1, 32)
    assert other.texts == ["text"]


def test_questions_are_not_kept(cache):
    Cached(Counting(), cache).queries(["my secret"])
    assert not cache.file.exists()


def test_the_stages_of_a_turn_ask_the_model_once(cache):
    asked = []

    class Asked(Counting):
        def queries(self, texts):
            asked.extend(texts)
            return super().queries(texts)

    space = Space(Asked())
    first, again = space.queries(["scared"]), space.queries(["scared"])
    assert (first == again).all()
    assert asked == ["scared"]
    assert space.queries([]).shape == (0, first.shape[1])


def test_nothing_is_computed_to_quote_a_passage_of_an_indexed_item(cache):
    item = Item("1", "Alien", reviews=("It is a very good film. I was scared to death.",))
    embedder = Counting()
    space = Space(Cached(embedder, cache), {"reviews": 1.0})
    space.items([item])
    embedder.texts.clear()
    assert space.best_passage(item, space.queries(["scared"])[0]).text == "I was scared to death."
    assert embedder.texts == []


def flip(file):
    data = bytearray(file.read_bytes())
    at = data.rfind(np.float32(Hashing(64).documents(["text"])[0].max()).tobytes())
    data[at] ^= 1
    file.write_bytes(data)


DAMAGES = {
    "a flipped bit in a vector": flip,
    "no database": lambda file: file.write_bytes(b"no database at all" * 100),
    "cut in the middle": lambda file: file.write_bytes(file.read_bytes()[:5000]),
    "zeros at the end": lambda file: file.write_bytes(file.read_bytes()[:4096] + bytes(file.stat().st_size - 4096)),
    "another version": lambda file: execute(file, "PRAGMA user_version = 99"),
    "a vector that is short": lambda file: execute(file, "UPDATE vectors SET vector = substr(vector, 1, 60)"),
    "a vector that is text": lambda file: execute(file, "UPDATE vectors SET vector = 'hello'"),
    "the vectors of two texts changed over": lambda file: execute(
        file, "UPDATE vectors SET vector = (SELECT vector FROM vectors AS o WHERE o.key != vectors.key LIMIT 1)"
    ),
}


def execute(file, statement):
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute(statement)


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_cache_is_thrown_away_and_said_and_never_believed(cache, damage, capsys):
    texts = ["text", "another", *map(str, range(200))]
    right = Cached(Counting(), cache).documents(texts)
    DAMAGES[damage](cache.file)
    embedder = Counting()
    assert (Cached(embedder, cache).documents(texts) == right).all()
    assert embedder.texts == texts
    assert "is damaged" in capsys.readouterr().err
    again = Counting()
    assert (Cached(again, cache).documents(texts) == right).all()
    assert again.texts == []
    assert capsys.readouterr().err == ""


def test_an_empty_file_is_a_cache_without_vectors(cache, capsys):
    cache.file.parent.mkdir()
    cache.file.touch()
    assert Cached(Counting(), cache).documents(["text"]).shape == (1, 64)
    assert capsys.readouterr().err == ""


def test_where_nothing_can_be_kept_the_vectors_come_all_the_same_and_it_is_said_once(tmp_path, capsys):
    (tmp_path / "file").touch()
    (tmp_path / "vectors.sqlite").mkdir()
    for place in (tmp_path / "file" / "vectors.sqlite", tmp_path / "vectors.sqlite"):
        embedder = Cached(Counting(), VectorCache(place))
        for _ in range(2):
            assert embedder.documents(["text"]).shape == (1, 64)
        assert capsys.readouterr().err.count("cannot be used now") == 1


def test_no_text_is_no_vector(cache):
    assert Cached(Counting(), cache).documents([]).shape == (0, 64)


def test_vectors_that_nobody_asks_for_go_in_time(cache, monkeypatch):
    now = [1_000_000_000.0]
    monkeypatch.setattr(vector_cache.time, "time", lambda: now[0])
    embedder = Cached(Counting(), cache)
    embedder.documents(["old", "used"])
    now[0] += (KEPT - 1) * DAY
    embedder.documents(["used"])
    now[0] += 2 * DAY
    cache.tidy()
    embedder.embedder.texts.clear()
    embedder.documents(["old", "used"])
    assert embedder.embedder.texts == ["old"]


def write(file, worker):
    cached = Cached(Hashing(64), VectorCache(file))
    for number in range(20):
        cached.documents([f"{worker} {number}", f"shared {number}"])


def test_processes_share_a_cache(cache):
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=write, args=(cache.file, worker), daemon=True) for worker in range(2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
        assert writer.exitcode == 0
    embedder = Counting()
    texts = [f"{who} {number}" for who in ("shared", 0, 1) for number in range(20)]
    assert (Cached(embedder, cache).documents(texts) == Hashing(64).documents(texts)).all()
    assert embedder.texts == []


def test_a_cache_may_be_taken_away_while_it_is_used(cache):
    embedder = Cached(Counting(), cache)
    embedder.documents(["text"])
    shutil.rmtree(cache.file.parent)
    assert embedder.documents(["text"]).shape == (1, 64)
