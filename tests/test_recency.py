"""What was popular of late: the seven days before somebody asks, and nothing of the moment itself."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from recommender.events import Event
from recommender.interactions import Interactions
from recommender.recency import DAY, SPAN, Stream

ITEMS = ["a", "b", "c"]
LOG = [("a", 0.0), ("b", 6.0), ("a", 7.0), ("b", 7.5), ("c", 20.0)]  # days


def stream(log=LOG, timed=True):
    events = [Event(f"u{at}", item, day * DAY) for at, (item, day) in enumerate(log)]
    return Stream.of(Interactions.of(events, ITEMS, timed=timed))


def counted(of, *moments):
    return of.popular(moments).tolist()


def test_only_the_last_seven_days_count():
    assert SPAN == 7 * DAY
    assert counted(stream(), 7 * DAY) == [[1, 1, 0]]  # the first event is just seven days old
    assert counted(stream(), 7 * DAY + 1) == [[1, 1, 0]]  # it is too old; that of day 7 is past
    assert counted(stream(), 8 * DAY, 19 * DAY) == [[1, 2, 0], [0, 0, 0]]


def test_nothing_of_the_moment_itself_nor_after_it_is_known():
    assert counted(stream(), 20 * DAY) == [[0, 0, 0]]
    assert counted(stream(), 7 * DAY) == counted(stream(LOG[:2]), 7 * DAY)


@given(
    st.lists(st.tuples(st.sampled_from(ITEMS), st.integers(0, 20)), min_size=1, max_size=30),
    st.integers(0, 20),
)
def test_what_comes_later_changes_nothing(log, day):
    # one event of before keeps the moment from lying after the whole log
    early = [(item, at) for item, at in log if at < day]
    late = [("c", 50.0)]
    plain = np.zeros(len(ITEMS))
    for item, at in log:
        plain[ITEMS.index(item)] += day - 7 <= at < day
    assert counted(stream([*log, *late]), day * DAY) == [plain.tolist()]
    assert counted(stream([*early, *late]), day * DAY) == [plain.tolist()]


def test_a_moment_that_is_unknown_or_after_the_log_is_its_end():
    assert counted(stream(), None, 500 * DAY) == [[0, 0, 1], [0, 0, 1]]  # the last event is in it


def test_without_times_or_events_nothing_was_popular_of_late():
    assert not len(stream(timed=False).time)
    assert counted(stream([]), None, 5.0) == [[0, 0, 0], [0, 0, 0]]


def test_items_may_come_go_and_change_places():
    renamed = stream().renamed(np.array([1, 2, -1, 0]))  # b, c, a new one, a
    assert counted(renamed, 8 * DAY, None) == [[2, 0, 0, 1], [0, 1, 0, 0]]
    without = stream().renamed(np.array([2, -1, 0]))  # c, a new one, a; b is gone
    assert counted(without, 8 * DAY, None) == [[0, 0, 1], [1, 0, 0]]
    assert len(without.time) == 3
