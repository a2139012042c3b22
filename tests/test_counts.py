"""What people go on to: counted by steps, and again only where something changed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete

from recommender import counts
from recommender.counts import Counting, faded, paired, transitions, updated
from recommender.events import EVENTS, Event, write_events
from recommender.interactions import Interactions
from recommender.log import read_interactions
from recommender.ties import settled
from recommender.training import fit_and_save
from retrieval.catalogue import read_catalogue, write_items
from retrieval.database import database
from retrieval.items import Item

ITEMS = list("abcde")
USERS = "uvwxyz"
whens = st.integers(0, 3).map(float)  # so that many events share an instant
histories = st.dictionaries(
    st.sampled_from(USERS), st.lists(st.tuples(st.sampled_from(ITEMS), whens), min_size=1, max_size=8)
)


def told(by_user):
    """A history is a list of items, done one after the other, or of items with their times."""
    events = []
    for user, items in by_user.items():
        timed = [one if isinstance(one, tuple) else (one, float(at)) for at, one in enumerate(items)]
        events += [Event(user, item, time) for item, time in timed]
    return Interactions.of(events, ITEMS)


@given(histories, histories, st.sets(st.sampled_from(USERS)), st.integers(1, 6))
def test_what_changed_counted_again_is_the_whole_counted_anew(before, change, gone, window):
    # users are added, others go on or do something else, some are gone
    after = {user: items for user, items in {**before, **change}.items() if user not in gone}
    by = Counting(window=window)
    whole = paired(told(after), by)
    found = updated(paired(told(before), by), told(before), told(after), by)
    np.testing.assert_allclose(found.toarray(), whole.toarray(), atol=1e-5)
    assert found.nnz == whole.nnz  # a pair that nobody is left to vouch for is no pair


def test_only_those_who_changed_are_counted_again():
    many = {f"u{number}": ITEMS[number % 3 :] for number in range(50)}
    before, after = told(many), told({**many, "u7": [*many["u7"], "a"]})
    pairs = paired(before, Counting())
    # what the others did is not looked at: whatever stands in its place stays
    shifted = pairs.copy()
    shifted.data += 100
    gained = updated(shifted, before, after, Counting()).toarray() - shifted.toarray()
    np.testing.assert_allclose(gained, (paired(after, Counting()) - pairs).toarray(), atol=1e-4)


@pytest.mark.parametrize("window", [1, 2, 3])
def test_pairs_are_weighed_by_the_steps_between_and_stop_at_the_window_and_at_the_user(window):
    pairs = paired(told({"u": list("abcd"), "v": ["e"]}), Counting(window=window)).toarray()
    assert pairs[0].tolist() == [0, 1, 1 / 2 * (window > 1), pytest.approx(1 / 3 * (window > 2)), 0]
    assert not pairs[4].any()
    assert not pairs[:, 4].any()


def test_of_simultaneous_events_neither_comes_first():
    events = [Event(f"u{number}", item, 1.0) for number in range(200) for item in "ab"]
    pairs = paired(Interactions.of(events, ITEMS), Counting()).toarray()
    assert pairs[0, 1] + pairs[1, 0] == pytest.approx(200)
    assert pairs[0, 1] == pytest.approx(100, abs=20)


def test_transitions_are_divided_by_what_leaves_and_by_what_arrives():
    pairs = paired(told({"u": list("ab"), "v": list("ab"), "w": list("ac"), "x": list("db")}), Counting())
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


def test_the_order_drawn_for_one_does_not_depend_on_the_others_and_all_orders_come():
    tie = [Event("u", item, 1.0) for item in "abc"]
    others = [Event(f"a{number}", item, 1.0) for number in range(40) for item in "abc"]
    few, many = (Interactions.of(events, ITEMS) for events in (tie, [*others, *tie]))
    for draw in range(5):
        alone = settled(few, draw).history(0).tolist()
        assert settled(many, draw).history(many.users.index("u")).tolist() == alone
    drawn = {tuple(settled(many, draw).history(user).tolist()) for draw in range(4) for user in range(41)}
    assert len(drawn) == 6


def test_an_update_counts_only_what_has_happened_since_and_gives_what_a_whole_count_gives(workspace, monkeypatch):
    counted, whole = [], counts.paired

    def watched(interactions, by):
        counted.append(len(interactions))
        return whole(interactions, by)

    fit_and_save(workspace, whole=True, epochs=1)
    monkeypatch.setattr(counts, "paired", watched)
    for time, users in ((2e9, ("1", "2")), (3e9, ("2", "somebody new"))):
        with database(workspace.database_url) as engine, engine.begin() as connection:
            write_items(connection, [Item(f"0 {time}", "Before all others")])  # every code moves
            write_events(connection, [Event(user, id, time) for user in users for id in ("60", f"0 {time}")])
        counted.clear()
        found = fit_and_save(workspace, update=True)
        with database(workspace.database_url) as engine:
            now = read_interactions(engine, read_catalogue(engine), found.inputs)
        assert 0 < sum(counted) < 60 < len(now) / 5
        np.testing.assert_allclose(found.pairs.toarray(), whole(now, found.counting).toarray(), atol=1e-4)
    # what was erased cannot be taken away from the sums: all is counted again
    with database(workspace.database_url) as engine, engine.begin() as connection:
        connection.execute(delete(EVENTS).where(EVENTS.c.user == "3"))
    counted.clear()
    found = fit_and_save(workspace, update=True)
    with database(workspace.database_url) as engine:
        now = read_interactions(engine, read_catalogue(engine), found.inputs)
    assert not counted
    np.testing.assert_allclose(found.pairs.toarray(), whole(now, found.counting).toarray(), atol=1e-4)
