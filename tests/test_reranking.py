"""The language model moves the best candidates a little, by what it says of each for itself, and nothing else does."""

import json

import numpy as np
import pytest
from films import films
from hypothesis import given
from hypothesis import strategies as st

from chat.llm import Unavailable
from chat.llm.scripted import Scripted
from chat.reranking.reordering import (
    CANDIDATES,
    FEWEST,
    PLACES,
    Reranker,
    evidence,
    fuse,
    leading,
    limited,
    positions,
    standing,
)
from retrieval.catalogue import Catalogue
from retrieval.domain import read_domain
from retrieval.items import Item
from retrieval.ranking import Query, Ranking

DOMAIN = read_domain("movies")
FILMS = Catalogue.of(films())
LOUD = {"language": 100.0, "language-wish": 100.0}
FINITE = st.floats(-1e3, 1e3, width=32)


def ranking(n, step=0.1):
    return Ranking(FILMS.ids[:n], {"sequence": -step * np.arange(n, dtype=np.float32)}, ("sources: all",))


class Saying(Scripted):
    """Says of each title what it is told to, and counts how often it is asked."""

    def __init__(self, likely=None):
        self.likely, self.asked = likely or {}, 0

    def score(self, prefix, continuations):
        self.asked += 1
        return np.array([self.likely.get(one.strip(), -5.0) for one in continuations], dtype=np.float32)


class Listing(Scripted):
    """Cannot score: answers with positions, or with whatever it is told to."""

    scores = False

    def __init__(self, answer):
        self.answer = answer

    def stream(self, messages, schema=None):
        self.schema, self.messages = schema, messages
        yield from self.answer


def test_a_title_that_is_likely_after_the_history_moves_up_and_the_sum_of_parts_says_so():
    model = Saying({FILMS["4"].title: -1.0})
    reranked = Reranker(model, FILMS, DOMAIN, {"language": 0.2}, {})(Query(), ranking(10))

    assert reranked.ids.index("4") < 3
    assert set(reranked.ids) == set(ranking(10).ids)
    assert reranked.parts_of("4")["language"] == pytest.approx(0.2 * 2.0)
    assert (np.diff(reranked.scores) <= 0).all()
    assert reranked.notes == ("sources: all",)


def test_only_the_parts_with_a_weight_are_asked_for():
    model = Saying()
    assert Reranker(model, FILMS, DOMAIN, {}, {})(Query(), ranking(10)).ids == ranking(10).ids
    assert Reranker(model, FILMS, DOMAIN, {"language": 0.0}, {})(Query(), ranking(10)).ids == ranking(10).ids
    assert model.asked == 0
    Reranker(model, FILMS, DOMAIN, {"language": 1.0}, LOUD)(Query(), ranking(10))
    assert model.asked == 1


def test_a_neutral_likelihood_is_asked_for_once():
    model = Saying()
    reranker = Reranker(model, FILMS, DOMAIN, {"language-neutral": -1.0}, {})
    for _ in range(3):
        reranker(Query(), ranking(10))
    assert model.asked == 1


def test_the_wish_counts_by_what_the_item_is_about():
    robots = Item("9", "Blank", text="Robots fall in love on a spaceship.")
    catalogue = Catalogue.of([*films()[:8], robots])
    before = Ranking(catalogue.ids, {"sequence": -0.1 * np.arange(9, dtype=np.float32)})
    reranker = Reranker(Scripted(), catalogue, DOMAIN, {}, {"language-wish": 1.0})
    assert reranker(Query(text="robots in love"), before).ids[0] == "9"
    assert reranker(Query(), before).ids == before.ids


@pytest.mark.parametrize("n", [0, 1])
def test_no_candidate_and_one_are_left_alone(n):
    assert Reranker(Scripted(), FILMS, DOMAIN, LOUD, LOUD)(Query(text="funny"), ranking(n)).ids == FILMS.ids[:n]


def test_equal_likelihoods_change_nothing():
    reranked = Reranker(Saying(), FILMS, DOMAIN, LOUD, LOUD)(Query(text="x"), ranking(10))
    assert reranked.ids == ranking(10).ids
    np.testing.assert_allclose(reranked.scores, ranking(10).scores, atol=1e-5)


def test_what_lies_below_the_best_stays_below():
    n = CANDIDATES + 20
    loud = Saying({FILMS[id].title: -float(at) for at, id in enumerate(FILMS.ids[::-1])})
    reranked = Reranker(loud, FILMS, DOMAIN, LOUD, LOUD)(Query(), ranking(n))
    assert reranked.ids[CANDIDATES:] == FILMS.ids[CANDIDATES:n]
    assert set(reranked.ids[:CANDIDATES]) == set(FILMS.ids[:CANDIDATES])
    assert reranked.ids[:CANDIDATES] != FILMS.ids[:CANDIDATES]


@given(st.lists(FINITE, min_size=2, max_size=40))
def test_nobody_moves_by_more_than_ten_places(said):
    before = Ranking(tuple(map(str, range(len(said)))), {"sequence": -0.01 * np.arange(len(said), dtype=np.float32)})
    after = fuse(before, {"language": np.array(said, dtype=np.float32)})
    assert max(abs(at - after.ids.index(id)) for at, id in enumerate(before.ids)) <= PLACES


@given(st.lists(FINITE, min_size=1, max_size=40), st.integers(1, 40))
def test_a_limit_that_binds_nobody_is_the_plain_order(said, most):
    total = np.array(said, dtype=np.float32)
    plain = np.argsort(-total, kind="stable")
    order = limited(total, most)
    assert sorted(order) == list(range(len(said)))
    if np.abs(plain - np.arange(len(said))).max() <= most:
        assert order.tolist() == plain.tolist()


@given(st.lists(FINITE, min_size=1, max_size=40))
def test_standing_is_bounded_and_keeps_the_order(values):
    said = np.array(values, dtype=np.float32)
    stands = standing(said)
    assert np.abs(stands).max() <= 2.0
    assert (np.diff(stands[np.argsort(said)]) >= 0).all()


def test_the_place_of_a_likelihood_counts_most_at_the_top_and_equals_share_one():
    assert leading(np.array([-3, -1, -2, -1], dtype=np.float32)).tolist() == pytest.approx([1 / 4, 1, 1 / 3, 1])
    assert set(leading(np.zeros(5, dtype=np.float32))) == {1.0}


def test_the_model_does_not_know_where_a_candidate_stood():
    reranker = Reranker(Scripted(), FILMS, DOMAIN, {}, {})
    query, turned = Query(history=("1", "5"), text="space comedy"), ranking(FEWEST)
    back = Ranking(turned.ids[::-1], {"sequence": turned.parts["sequence"]})
    ahead, behind = (reranker.features(query, one) for one in (turned, back))
    for name in ahead:
        np.testing.assert_allclose(ahead[name], behind[name][::-1], atol=1e-6)


def test_a_model_that_cannot_score_is_asked_for_positions_once():
    order = [3, 1, 2, *range(4, 11)]
    model = Listing(json.dumps({"order": order}))
    reranked = Reranker(model, FILMS, DOMAIN, {"language": 0.5, "language-neutral": -1.0}, {})(Query(), ranking(10))
    first = sorted(FILMS[id].title for id in FILMS.ids[:10])[2]
    assert max(reranked.ids, key=lambda id: reranked.parts_of(id)["language"]) == next(
        id for id in FILMS.ids[:10] if FILMS[id].title == first
    )
    assert "language-neutral" not in reranked.parts
    assert model.schema["properties"]["order"]["maxItems"] == 10


@pytest.mark.parametrize(
    "answer",
    ["", "no", "[1, 2, 3]", '{"order": [1, 1, 2]}', '{"order": [0, 1, 2]}', '{"order": [1, 2]}', '{"order": 1}'],
)
def test_wrong_positions_are_no_answer(answer):
    with pytest.raises(Unavailable, match="positions"):
        positions(answer, 3)


def test_a_prompt_that_was_shortened_is_noted():
    reranked = Reranker(Scripted(), FILMS, DOMAIN, {}, LOUD)(Query(text="robots " * 1000), ranking(10))
    assert reranked.notes == ("sources: all", "the prompt lacks the end of the wish")


def test_the_longer_a_wish_the_fewer_are_read_in_view_of_it():
    asked = []

    class Reading(Scripted):
        def after(self, texts, said):
            asked.append(len(texts))
            return np.arange(len(texts), dtype=np.float32)[:, None]

    reranker = Reranker(Reading(), FILMS, DOMAIN, {}, {})
    for words in (1, 25, 500):
        said = reranker.features(Query(text="robots " * words), ranking(CANDIDATES), ["language-wish"])
        assert all((each[asked[-1] :] == 0).all() for each in said.values())
        assert said["language-wish by place"][asked[-1] - 1] == 1
    assert CANDIDATES > asked[0] > asked[1] > asked[2] == FEWEST


def test_evidence_is_what_a_text_makes_likelier_and_not_what_it_makes_less_likely():
    likely = np.array([[-1, -5], [-4, -2], [-9, -2], [-4, -2], [-4, -2]], dtype=np.float32)
    assert evidence(likely).tolist() == [3, 0, 0, 0, 0]
