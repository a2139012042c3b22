"""What a place is owed to: worlds of which it is known what causes what."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chat.reasons.counterfactual import LARGEST, MARGIN, Owed, Replay, lower
from recommender.ranker import Behaviour, by_behaviour
from retrieval.catalogue import Catalogue
from retrieval.domain import Rules, Weights
from retrieval.items import Item
from retrieval.lists.dial import by_dial
from retrieval.lists.rules import by_caps, pinned_first
from retrieval.ranking import Moment, Query, Ranking, ranked
from retrieval.space.embedding import normalised

SHOWN = ("x", "y", "z")
NOW = Moment()
PAST = ("a", "b", "c", "a2")
CATALOGUE = Catalogue.of([Item(id, f"Film {id}", work="a" if id == "a2" else "") for id in (*SHOWN, *PAST)])


class Saying:
    """Behaviour that says of the items what a rule makes of the history and the hour."""

    items = tuple(CATALOGUE.ids)

    def __init__(self, rule):
        self.rule = rule

    def answer(self, asked):
        said = [self.rule(set(one.history), one.now.mark("hour")) for one in asked]
        rows = [[each.get(id, 0.0) for id in self.items] for each in said]
        return {"sequence": np.array(rows, dtype=np.float32)}


def owed(rule, history=("a", "b", "c"), marks=(), held=None, reasons=None, finishing=(), now=NOW, by="meaning"):
    """What the shown items owe their places to, where behaviour says what `rule` does and the rest what is `held`."""
    behaviour = Behaviour(Saying(rule))
    reasons = dict.fromkeys(history, "watched") if reasons is None else reasons
    query = Query(history=history, reasons=reasons, exclude=dict.fromkeys(PAST, "seen already"), now=now)
    part = np.array([(held or {}).get(id, 0.0) for id in SHOWN], dtype=np.float32)
    ranking = by_behaviour(behaviour, Weights())(query, Ranking(SHOWN, {by: part}))
    ranking = finished(query, ranking, finishing)
    return Replay(query, ranking, behaviour, CATALOGUE, tuple(finishing)).owed(SHOWN, marks)


def finished(query, order, finishing):
    ranking = order
    for stage in finishing:
        ranking = stage(query, ranking)
    return replace(ranking, made_of=order)


def test_the_one_thing_that_causes_it_is_found():
    found = owed(lambda past, _: {"x": 2.0 * ("b" in past), "y": 1.0 + 0.2 * ("a" in past), "z": 0.5})
    assert found["x"].past == (("b",),)
    assert found["y"].past == found["z"].past == ()


def test_of_two_that_say_the_same_neither_is_missed_but_both_are():
    found = owed(lambda past, _: {"x": 2.0 * bool(past & {"a", "c"}), "y": 1.0, "z": 0.5 * ("b" in past)})
    assert [set(some) for some in found["x"].past] == [{"a", "c"}]


def test_of_three_that_say_the_same_all_are_needed():
    found = owed(lambda past, _: {"x": 2.0 * bool(past & {"a", "b", "c"}), "y": 1.0})
    assert [set(some) for some in found["x"].past] == [{"a", "b", "c"}]


@pytest.mark.parametrize("other", [0.5, 1.0, 1.0 + MARGIN / 2])
def test_that_the_score_changes_is_no_reason_where_no_place_clearly_does(other):
    found = owed(lambda past, _: {"x": 1.0 + 1.0 * ("b" in past), "y": other})
    assert found["x"] == Owed()


def test_what_only_the_others_lose_or_gain_is_no_reason():
    found = owed(lambda past, _: {"x": 1.0, "y": 2.0 * ("b" not in past)})
    assert found["x"] == Owed()  # it would fall, but only because the other would rise


def test_the_entries_of_one_work_are_taken_away_together():
    found = owed(lambda past, _: {"x": 2.0 * bool(past & {"a", "a2"}), "y": 1.0}, history=("a", "a2", "b"))
    assert found["x"].past == (("a2",),)


def test_what_may_not_be_given_as_a_reason_is_not():
    rule = lambda past, _: {"x": 2.0 * ("b" in past), "y": 1.0}  # noqa: E731
    assert owed(rule, reasons={"a": "watched", "c": "watched"})["x"] == Owed()
    assert owed(rule, reasons={})["x"] == Owed()


def test_a_set_is_of_things_with_which_the_person_did_the_same():
    rule = lambda past, _: {"x": 2.0 * bool(past & {"a", "c"}), "y": 1.0}  # noqa: E731
    assert owed(rule, reasons={"a": "watched", "b": "like", "c": "like"})["x"] == Owed()
    assert owed(rule, reasons={"a": "like", "b": "watched", "c": "like"})["x"].past


def test_what_the_request_holds_up_is_owed_to_nothing_else():
    rule = lambda past, _: {"x": 1.0 * ("b" in past), "y": 0.9}  # noqa: E731
    assert owed(rule)["x"].past == (("b",),)
    assert owed(rule, held={"x": 2.0})["x"] == Owed()


def test_where_the_language_model_says_much_the_lead_must_be_larger():
    rule = lambda past, _: {"x": 1.0 * ("b" in past), "y": 0.9}  # noqa: E731
    held = {"x": 0.7, "y": 0.1, "z": -0.9}  # without it x would stand lower by 0.3
    assert owed(rule, held=held)["x"].past == (("b",),)
    assert owed(rule, held=held, by="language")["x"] == Owed()
    assert owed(rule, held={"x": 0.1}, by="language")["x"].past == (("b",),)


def test_what_a_rule_puts_first_is_owed_to_the_rule():
    rule = lambda past, _: {"x": 2.0 * ("b" in past), "y": 1.0}  # noqa: E731
    assert owed(rule, finishing=[pinned_first(Rules(pinned=("x",)))])["x"] == Owed()


def test_the_hour_counts_only_where_it_moves_a_place():
    rule = lambda _, hour: {"x": 2.0 * (hour == "20"), "y": 1.0 + 0.5 * (hour == "20"), "z": 0.5}  # noqa: E731
    evening = Moment(marks=(("hour", "20"), ("device", "phone")))
    found = owed(rule, history=(), marks=("hour", "device", "weekday"), now=evening)
    assert (found["x"].marks, found["y"].marks, found["z"].marks) == (("hour",), (), ())
    assert owed(rule, history=(), now=evening)["x"] == Owed()


def test_an_item_that_stands_lower_by_less_than_the_margin_is_not_clearly_lower():
    ranking = ranked(("y", "x"), {"meaning": np.array([1.0, 1.0 - MARGIN / 2], dtype=np.float32)})
    assert not lower("x", 0, ranking)
    assert lower("x", 0, ranking, margin=0.0)
    assert lower("z", 0, ranking)  # no longer there at all


@settings(max_examples=100)
@given(seed=st.integers(0, 10_000), dial=st.sampled_from([0.0, 0.2, 0.6]), capped=st.booleans())
def test_whatever_is_cited_the_item_falls_without_it(seed, dial, capped):
    """Random worlds in which things of the past add up, up to a bound; the whole way is gone again without them."""
    random = np.random.default_rng(seed)
    past, shown = [f"p{n}" for n in range(8)], [f"s{n}" for n in range(12)]
    items = [Item(id, id, facets={"genre": (str(random.integers(3)),)}) for id in (*past, *shown)]
    catalogue = Catalogue.of(items)
    says = random.exponential(size=(len(past), len(items))) * (random.random((len(past), len(items))) < 0.3)

    class World:
        items = tuple(catalogue.ids)

        def answer(self, asked):
            rows = [[at for at, id in enumerate(past) if id in one.history] for one in asked]
            return {"sequence": np.array([np.minimum(says[row].sum(axis=0), 2.0) for row in rows], dtype=np.float32)}

    behaviour = Behaviour(World())
    themes = dict(zip(catalogue.ids, normalised(random.normal(size=(len(items), 4))), strict=True))
    finishing = (
        by_caps(catalogue, Rules(caps={"genre": 3} if capped else {})),
        by_dial(catalogue, lambda ids: np.stack([themes[id] for id in ids]), lambda ids: np.zeros(len(ids))),
    )
    wish = dict(zip(shown, random.normal(size=len(shown)).astype(np.float32), strict=True))

    def whole(query):
        part = np.array([wish[id] for id in shown], dtype=np.float32)
        ranking = by_behaviour(behaviour, Weights())(query, Ranking(tuple(shown), {"meaning": part}))
        return finished(query, ranking, finishing)

    query = Query(history=tuple(past), reasons=dict.fromkeys(past, "watched"), surprise=dial)
    ranking = whole(query)
    for id, each in Replay(query, ranking, behaviour, catalogue, finishing).owed(ranking.ids[:5]).items():
        for some in each.past:
            assert 1 <= len(some) <= LARGEST
            without = whole(query.without(*some))
            assert id not in without.ids or without.position(id) > ranking.position(id)
