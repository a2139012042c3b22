"""What is known of an event becomes codes: 0 for the unknown, and what never varies is no mark at all."""

from time import tzset

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.events import Event
from recommender.interactions import Interactions
from recommender.marks import MOST, STEPS, UNKNOWN, Scale, instant, moment, scaled
from retrieval.domain import Inputs

THURSDAY = 0.0  # 1970-01-01 00:00 UTC


def test_a_few_values_have_a_code_each_in_their_order():
    scale = scaled([5.0, 1.0, 3.0, 3.0, None])
    assert scale.edges == (1.0, 3.0, 5.0)
    assert scale.codes([1.0, 3.0, 5.0, None]).tolist() == [1, 2, 3, UNKNOWN]
    assert [scale.value(code) for code in (1, 2, 3)] == [1.0, 3.0, 5.0]
    # what was never met belongs to the value that it reaches, and to the least one if it reaches none
    assert scale.codes([4.9, 9.0, 0.0]).tolist() == [2, 3, 1]


def test_many_values_are_cut_into_groups_of_about_equally_many_events():
    # neither steps of value nor as many values in each group would do: high values are far away, and come thrice
    found = [float(value) for value in [*range(50), *[*range(900, 950)] * 3]]
    scale = scaled(found)
    counts = np.bincount(scale.codes(found), minlength=len(scale))
    assert len(scale) == STEPS + 1
    assert counts[UNKNOWN] == 0
    assert counts[1:] == pytest.approx(len(found) / STEPS, abs=3)


@given(st.lists(st.floats(-1e6, 1e6), min_size=2), st.floats(-1e7, 1e7), st.floats(-1e7, 1e7))
def test_a_greater_value_never_has_a_smaller_code(found, one, other):
    scale = scaled(found)
    if len(scale) > 1:
        low, high = scale.codes(sorted([one, other]))
        assert UNKNOWN < low <= high < len(scale)


def test_only_the_most_frequent_names_are_told_apart():
    rare = [f"rare {number}" for number in range(MOST)]
    scale = scaled([*rare, *["phone"] * 5, *["desktop"] * 9])
    assert scale.names[:2] == ("desktop", "phone")
    assert len(scale) == MOST + 1
    assert scale.codes(["phone", rare[-1], "never met", None]).tolist() == [2, UNKNOWN, UNKNOWN, UNKNOWN]


@pytest.mark.parametrize("found", [[], ["view"] * 4, [3.0, 3.0], [None, None], ["", None]])
def test_what_is_the_same_for_all_has_no_scale(found):
    assert len(scaled(found)) == 1
    assert scaled(found).codes(["view", None]).tolist() == [UNKNOWN, UNKNOWN]


def test_whether_something_is_known_can_be_all_that_varies():
    assert scaled(["yes", None]).codes(["yes", None]).tolist() == [1, UNKNOWN]
    assert Scale().codes(["x"]).tolist() == [UNKNOWN]


@pytest.mark.parametrize(
    ("time", "hour", "weekday"),
    [(THURSDAY, "0", "3"), (THURSDAY - 1, "23", "2"), (1_700_000_000.0, "22", "1"), (1_700_006_400.5, "0", "2")],
)
def test_hour_and_weekday_are_those_of_utc_wherever_it_runs(time, hour, weekday, monkeypatch):
    with monkeypatch.context() as abroad:
        abroad.setenv("TZ", "Asia/Tokyo")
        tzset()
        assert instant(time) == {"hour": hour, "weekday": weekday}
    tzset()


def test_the_marks_of_an_event_are_those_of_its_domain_and_nothing_that_never_varies():
    events = [
        Event("u", "a", 3600.0, "view", None, {"device": "phone", "region": "SP"}),
        Event("u", "b", 7200.0, "buy", None, {"region": "SP"}),
        Event("v", "a", 3600.0, "view", None, {"device": "desktop", "region": "SP"}),
    ]
    told = Interactions.of(events, ["a", "b"], Inputs(marks=("action", "value", "device", "region"), asking=("hour",)))
    assert set(told.marks) == {"action", "device", "hour"}
    said = [{name: told.scales[name].value(codes[at]) if codes[at] else None for name, codes in told.marks.items()}
            for at in range(3)]  # fmt: skip
    assert said[0] == {"action": "view", "device": "phone", "hour": "1"}
    assert said[1] == {"action": "buy", "device": None, "hour": "2"}
    assert moment(events[1]).mark("device") is None
    assert moment(events[1]).mark("region") == "SP"
