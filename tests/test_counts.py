"""What people go on to: counted by steps, and again only where something changed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.counts import Counting, faded, paired, transitions, updated
from recommender.events import Event
from recommender.interactions import Interactions

ITEMS = list("abcde")
USERS = "uvwxyz"
histories = st.dictionaries(st.sampled_from(USERS), st.lists(st.sampled_from(ITEMS), min_size=1, max_size=8))


def told(by_user):
    """No two events of a user share an instant."""
    events = [Event(user, item, float(at)) for user, items in by_user.items() for at, item in enumerate(items)]
    return Interactions.of(events, ITEMS)


def random():
    return np.random.default_rng(0)


@given(histories, histories, st.sets(st.sampled_from(USERS)), st.integers(1, 6))
def test_what_changed_counted_again_is_the_whole_counted_anew(before, change, gone, window):
    # users are added, others go on or do something else, some are gone
    after = {user: items for user, items in {**before, **change}.items() if user not in gone}
    by = Counting(window=window)
    whole = paired(told(after), by, random())
    found = updated(paired(told(before), by, random()), told(before), told(after), by, random())
    np.testing.assert_allclose(found.toarray(), whole.toarray(), atol=1e-5)
    assert found.nnz == whole.nnz  # a pair that nobody is left to vouch for is no pair


def test_only_those_who_changed_are_counted_again():
    many = {f"u{number}": ITEMS[number % 3 :] for number in range(50)}
    before, after = told(many), told({**many, "u7": [*many["u7"], "a"]})
    pairs = paired(before, Counting(), random())
    # what the others did is not looked at: whatever stands in its place stays
    shifted = pairs.copy()
    shifted.data += 100
    gained = updated(shifted, before, after, Counting(), random()).toarray() - shifted.toarray()
    np.testing.assert_allclose(gained, (paired(after, Counting(), random()) - pairs).toarray(), atol=1e-4)


@pytest.mark.parametrize("window", [1, 2, 3])
def test_pairs_are_weighed_by_the_steps_between_and_stop_at_the_window_and_at_the_user(window):
    pairs = paired(told({"u": list("abcd"), "v": ["e"]}), Counting(window=window), random()).toarray()
    assert pairs[0].tolist() == [0, 1, 1 / 2 * (window > 1), pytest.approx(1 / 3 * (window > 2)), 0]
    assert not pairs[4].any()
    assert not pairs[:, 4].any()


def test_of_simultaneous_events_neither_comes_first():
    events = [Event(f"u{number}", item, 1.0) for number in range(200) for item in "ab"]
    pairs = paired(Interactions.of(events, ITEMS), Counting(), random()).toarray()
    assert pairs[0, 1] + pairs[1, 0] == pytest.approx(200)
    assert pairs[0, 1] == pytest.approx(100, abs=20)


def test_transitions_are_divided_by_what_leaves_and_by_what_arrives():
    pairs = paired(told({"u": list("ab"), "v": list("ab"), "w": list("ac"), "x": list("db")}), Counting(), random())
    plain = transitions(pairs, Counting(backward=0.0, leaving=1.0, arriving=0.0)).toarray()
    np.testing.assert_allclose(plain[0], [0, 2 / 3, 1 / 3, 0, 0], atol=1e-6)
    np.testing.assert_allclose(plain[3], [0, 1, 0, 0, 0], atol=1e-6)
    assert not plain[4].any()  # it leads nowhere
    both = transitions(pairs, Counting(backward=0.5, leaving=0.0, arriving=1.0)).toarray()
    np.testing.assert_allclose(both[:, 1], [2 / 3, 0, 0, 1 / 3, 0], atol=1e-6)
    np.testing.assert_allclose(both[1], [1 / 1.5, 0, 0, 1, 0], atol=1e-6)


def test_an_item_that_stands_twice_fades_from_its_newest_event():
    rows = faded([np.array([0, 1, 0, 2]), np.array([], dtype=np.int64)], 4, decay=0.5).toarray()
    assert rows.tolist() == [[0.5, 0.25, 1, 0], [0, 0, 0, 0]]
    assert faded([], 4, decay=0.5).shape == (0, 4)
