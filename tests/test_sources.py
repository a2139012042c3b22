"""Sources, filters and rankings."""

from dataclasses import replace

import numpy as np
import pytest
from films import films
from hypothesis import given
from hypothesis import strategies as st

from chat.messages import Intent
from chat.record import Clock, intent_of, record
from recommender.ranker import Behaviour, by_behaviour, by_company, by_history
from retrieval.catalogue import Catalogue
from retrieval.domain import Weights
from retrieval.filtering.spans import Span, years
from retrieval.filtering.where import Where
from retrieval.index.nearest import Exact
from retrieval.ranking import Query, Ranking, highest, ranked
from retrieval.sources import by_kind, by_likeness, by_meaning, by_request, ids_allowed, removal, together
from retrieval.space.embedding import Hashing
from retrieval.space.item_vectors import embedded

CATALOGUE = Catalogue.of(films())
EMBEDDER = Hashing()
INDEX = Exact(list(CATALOGUE), np.concatenate([vectors for _, vectors in embedded(CATALOGUE, EMBEDDER)]))


class Simple:
    """A checkpoint whose behaviour can be read off: the parts depend on the newest item alone."""

    items = tuple(CATALOGUE)

    def answer(self, asked):
        newest = np.asarray([int(one.history[-1]) if one.history else 0 for one in asked], dtype=np.float32)
        codes = np.arange(len(self.items), dtype=np.float32)
        near = -np.abs(codes[None, :] - newest[:, None])
        return {"sequence": near / 10, "popularity": np.broadcast_to(codes / 100, near.shape).astype(np.float32)}


BEHAVIOUR = Behaviour(Simple())
SOURCES = {
    "meaning": by_meaning(CATALOGUE, INDEX, EMBEDDER),
    "likeness": by_likeness(CATALOGUE, INDEX),
    "company": by_company(CATALOGUE, BEHAVIOUR),
    "history": by_history(CATALOGUE, BEHAVIOUR),
}
GENRES = sorted({genre for item in CATALOGUE.values() for genre in item.facet("genre")})
genres = st.dictionaries(st.just("genre"), st.frozensets(st.sampled_from(GENRES), min_size=1, max_size=2))
year = st.none() | st.integers(1930, 2000)
spans = st.builds(years, year, year)
wheres = st.builds(Where, wanted=genres, unwanted=genres, either=genres, ranges=spans)


@pytest.mark.parametrize("name", SOURCES)
@given(where=wheres)
def test_filters_hold_for_every_source_and_starve_none(name, where):
    query = Query(history=("3", "4"), text="a funny film", like=("1",), where=where, exclude={"2": "seen already"})
    found = SOURCES[name](query)
    for id in found.ids:
        item = CATALOGUE[id]
        assert id != "2"
        assert all(set(values) <= set(item.facet("genre")) for values in where.wanted.values())
        assert not any(set(values) & set(item.facet("genre")) for values in where.unwanted.values())
        assert all(set(values) & set(item.facet("genre")) for values in where.either.values())
        span = where.ranges.get("year", Span())
        assert span.low is None or item.year >= span.low
        assert span.high is None or item.year <= span.high
    assert set(found.ids) == set(ids_allowed(CATALOGUE, query))
    assert all((removal(CATALOGUE, query, id) is None) == (id in found.ids) for id in CATALOGUE)


def test_what_removed_an_item_is_said_in_words():
    where = Where({"genre": frozenset({"Comedy"})}, {"genre": frozenset({"Horror"})}, ranges=years(since=1980))
    query = Query(where=where, exclude={"9": "seen already"})
    out = {id: removal(CATALOGUE, query, id) for id in CATALOGUE}
    assert out["9"] == "seen already"
    assert out["1"] == "genre is not Comedy"
    assert out[next(i.id for i in films() if i.title == "Young Frankenstein")] == "genre is Horror"
    assert out[next(i.id for i in films() if i.title == "Sleeper")] == "year is before 1980"


def test_either_value_is_enough_and_said_so():
    where = Where(either={"genre": frozenset({"Western", "Musical"})})
    assert where.removes(CATALOGUE["1"]) == "genre is not Musical or Western"
    assert where.removes(next(item for item in films() if item.title == "High Noon")) is None
    assert [what for what, _ in where.looser()] == ["Musical or Western"]
    assert intent_of(record(Intent(where=where), Ranking(), (), (), Clock(), ())["intent"]).where == where


def test_twins_of_one_film_count_as_one():
    assert CATALOGUE.twins(["1"]) == {"1", "61"}
    assert CATALOGUE.twins(["61", "9"]) == {"1", "61", "9"}
    assert CATALOGUE.twins(["not in the catalogue"]) == {"not in the catalogue"}


def test_the_parts_of_a_score_add_up_to_it():
    query = Query(history=("3",), text="funny", like=("1",), disliked=("5",))
    ranking = together(*SOURCES.values())(query)
    for ranker in (by_behaviour(BEHAVIOUR, Weights()), by_request(INDEX, EMBEDDER, Weights(), INDEX.matrix)):
        ranking = ranker(query, ranking)
    assert set(ranking.parts) == {"sequence", "popularity", "company", "meaning", "likeness", "disliked"}
    assert list(ranking.scores) == sorted(ranking.scores, reverse=True)
    first = ranking.parts_of(ranking.ids[0])
    assert sum(first.values()) == pytest.approx(ranking.scores[0], abs=1e-5)


def test_attributes_shared_with_the_item_named_lift_and_rare_ones_lift_more():
    named = next(item.id for item in films() if item.title == "Alien")  # Horror, Sci-Fi, Thriller
    ranking = by_kind(CATALOGUE, Weights())(Query(like=(named,)), Ranking((*CATALOGUE, "brand new")))
    titles = [CATALOGUE[id].title for id in ranking.ids if id in CATALOGUE]
    nothing = ranking.parts_of(next(item.id for item in films() if item.title == "Annie Hall"))["kind"]
    assert titles[0] == "Alien"
    assert ranking.parts_of(next(item.id for item in films() if item.title == "Aliens"))["kind"] > nothing
    assert ranking.parts_of("brand new")["kind"] == pytest.approx(nothing)
    assert "kind" not in by_kind(CATALOGUE, Weights())(Query(), Ranking(("1",))).parts


def test_what_was_disliked_pulls_its_like_down():
    ranker = by_request(INDEX, EMBEDDER, Weights(), INDEX.matrix)
    pool = Ranking(tuple(CATALOGUE))
    western = next(item.id for item in films() if item.title == "High Noon")
    other = next(item.id for item in films() if item.title == "Unforgiven")
    parts = ranker(Query(disliked=(western,)), pool)
    assert parts.parts_of(other)["disliked"] < 0


def test_what_is_not_available_is_never_shown_and_said_to_be():
    items = [replace(item, available=item.id != "7") for item in films()]
    catalogue = Catalogue.of(items)
    found = by_meaning(catalogue, INDEX, EMBEDDER)(Query(text="a film"))
    assert "7" not in found.ids
    assert len(found) == len(items) - 1
    assert removal(catalogue, Query(), "7") == "not available"


@given(st.lists(st.integers(-3, 3).map(float), max_size=30), st.integers(0, 35))
def test_the_best_are_the_head_of_the_stable_order(scores, n):
    values = np.array(scores, dtype=np.float32)
    assert list(highest(values, n)) == list(np.argsort(-values, kind="stable")[:n])


@given(st.lists(st.floats(-5, 5, width=32), min_size=1, max_size=20))
def test_a_ranking_is_by_falling_score_and_ties_keep_their_order(scores):
    ids = [str(number) for number in range(len(scores))]
    ranking = ranked(ids, {"only": np.asarray(scores, dtype=np.float32)})
    expected = sorted(ids, key=lambda id: (-np.float32(scores[int(id)]), int(id)))
    assert list(ranking.ids) == expected
