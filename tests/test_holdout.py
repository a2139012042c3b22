"""What is held back tells nothing of itself beforehand, and who is asked for what."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from recommender.events import Event
from recommender.holdout import asked, beginnings, leave_one_out, temporal
from recommender.interactions import Interactions
from retrieval.catalogue import Catalogue
from retrieval.errors import Problem
from retrieval.items import Item

ITEMS = "abcdef"
CATALOGUE = Catalogue.of(Item(id, id) for id in ITEMS)
logs = st.lists(
    st.builds(Event, st.sampled_from("uvwxyz"), st.sampled_from(ITEMS), st.integers(0, 30).map(float)),
    min_size=5,
    max_size=60,
)


def told(events, **given):
    return Interactions.of(events, list(ITEMS), **given)


def moments(questions):
    return np.array([one.now for one in questions.pasts])


def targets(questions, of):
    """Who is asked for what, by ids."""
    return {
        of.users[user]: of.items[item]
        for user, item in zip(questions.users.tolist(), questions.targets.tolist(), strict=True)
    }


@given(logs, st.integers(0, 5))
def test_a_split_by_time_lets_nothing_be_learned_that_happened_when_it_asks_or_later(events, seed):
    times = sorted(event.time for event in events)
    assume(times[0] != times[int(0.8 * len(times))])
    of = told(events)
    split = temporal(of, CATALOGUE, seed)
    for known, questions in ((split.learning, split.validation), (split.known, split.test)):
        if len(known) and len(questions):
            assert known.time.max() < moments(questions).min()
        assert len(set(questions.users.tolist())) == len(questions)
        for past, target, seen in zip(questions.pasts, questions.targets, questions.seen, strict=True):
            assert past.time is not None
            assert (past.time <= past.now).all()
            assert target not in past.item  # what was done before is not suggested, so it is not asked for
            assert set(seen.tolist()) == set(past.item.tolist())
    # nothing that is asked while choosing is learned only afterwards, nor asked twice
    assert len(split.learning) <= len(split.known) <= len(of)
    if len(split.validation) and len(split.test):
        assert moments(split.validation).max() < moments(split.test).min()
    assert split.held_out is None


def test_a_split_by_time_asks_of_the_last_tenth_and_chooses_on_the_ninth():
    events = [Event(f"u{at % 10}", ITEMS[at // 10 % 6], float(at)) for at in range(60)]
    split = temporal(told(events), CATALOGUE)
    assert (split.learning.time.max(), split.known.time.max()) == (47, 53)
    assert sorted(moments(split.validation).tolist()) == [48, 49, 50, 51, 52, 53]
    assert sorted(moments(split.test).tolist()) == [54, 55, 56, 57, 58, 59]


def test_one_event_of_a_user_is_drawn_by_the_seed():
    of = told([Event("u", "a", float(at)) for at in range(40)] + [Event("v", id, 50.0) for id in "abcd"])
    drawn = [targets(temporal(of, CATALOGUE, seed).test, of)["v"] for seed in range(30)]
    assert set(drawn) == set("abcd")
    assert drawn == [targets(temporal(of, CATALOGUE, seed).test, of)["v"] for seed in range(30)]


@pytest.mark.parametrize("events", [[], [Event("u", id, 5.0) for id in "abc"]])
def test_without_times_that_differ_there_is_no_split_by_time(events):
    with pytest.raises(
        Problem, match="needs events with times, and these have none that differ enough; use --split loo"
    ):
        temporal(told(events), CATALOGUE)
    with pytest.raises(Problem, match="none that differ"):
        temporal(told([Event("u", "a", 1.0), Event("u", "b", 2.0)], timed=False), CATALOGUE)


def test_a_log_of_which_most_is_of_one_instant_is_not_split_by_time():
    events = [Event(f"u{at}", "a", 0.0) for at in range(9)] + [Event("u", "b", 1.0)]
    with pytest.raises(Problem, match="none that differ enough; use --split loo"):
        temporal(told(events), CATALOGUE)


def test_the_last_event_of_those_with_three_or_more_is_asked_and_the_others_are_learned_from():
    events = [Event("one", "a", 1.0)]
    events += [Event("two", id, float(at)) for at, id in enumerate("ab")]
    events += [Event("three", id, float(at)) for at, id in enumerate("bcd")]
    of = told(events)
    split = leave_one_out(of, CATALOGUE)
    assert targets(split.test, of) == {"three": "d"}
    assert targets(split.validation, of) == {"three": "c"}
    assert [one.item.tolist() for one in (*split.validation.pasts, *split.test.pasts)] == [[1], [1, 2]]

    def histories(known):
        return {user: "".join(ITEMS[code] for code in known.history(at)) for at, user in enumerate(known.users)}

    assert histories(split.learning) == {"one": "", "two": "", "three": "b"}
    assert histories(split.known) == {"one": "", "two": "a", "three": "bc"}


def test_beginnings_are_first_events_asked_of_nothing_and_the_latest_of_them():
    events = [Event("old", "a", 1.0), Event("old", "b", 9.0), Event("mid", "c", 2.0), Event("new", "d", 3.0)]
    of = told(events)
    assert targets(beginnings(of, CATALOGUE), of) == {"old": "a", "mid": "c", "new": "d"}
    assert targets(beginnings(of, CATALOGUE, most=2), of) == {"mid": "c", "new": "d"}
    assert all(not len(past) for past in beginnings(of, CATALOGUE).pasts)
    assert moments(beginnings(of, CATALOGUE)).tolist() == [2.0, 3.0, 1.0]  # mid, new, old
    # who lost all their events did not begin
    assert targets(beginnings(of.where(of.time > 1.5), CATALOGUE), of) == {"old": "b", "mid": "c", "new": "d"}


def test_an_event_is_asked_of_what_its_user_did_before_it_and_twins_of_that_are_seen():
    twins = Catalogue.of([Item("a", "A", work="w"), Item("b", "B", work="w"), *(Item(id, id) for id in "cdef")])
    of = told([Event("u", "c", 1.0), Event("u", "a", 2.0), Event("u", "d", 3.0), Event("v", "e", 1.0)])
    questions = asked(of, twins, np.array([2, 3]))
    assert [past.item.tolist() for past in questions.pasts] == [[2, 0], []]
    assert [seen.tolist() for seen in questions.seen] == [[0, 1, 2], []]
    assert (questions.targets.tolist(), questions.users.tolist()) == ([3, 4], [0, 1])
    assert [past.now for past in questions.pasts] == [3.0, 1.0]


@given(logs)
def test_what_comes_again_is_not_the_first_time(events):
    of, met = told(events), set()
    for user, item, first in zip(of.owner.tolist(), of.item.tolist(), of.first_time.tolist(), strict=True):
        assert first == ((user, item) not in met)
        met.add((user, item))
