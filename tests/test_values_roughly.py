"""Numbers that are only about right are spans round them, and no more than a wish; amounts may be any of several."""

import pytest
from halves import goods, lasting, reader, told

FILMS, GOODS = reader(lasting), reader(goods)


@pytest.mark.parametrize(
    ("said", "held"),
    [
        ("around 1994", {"~from 1992 to 1996"}),
        ("1994 or so", {"~from 1992 to 1996"}),
        ("1994ish", {"~from 1992 to 1996"}),
        ("circa 1970", {"~from 1965 to 1975"}),
        ("c. 1970", {"~from 1965 to 1975"}),
        ("somewhere around 2000", {"~from 1995 to 2005"}),
        ("from about 1985 or 1990", {"~from 1983 to 1995"}),
        ("around the 80s", {"~from 1978 to 1991"}),
        ("since around 1990", {"since 1990"}),
        ("between around 1990 and about 2000", {"from 1990 to 2000"}),
        ("around 1994, but not before 1993", {"from 1993 to 1996"}),
        ("about two hours", {"~runtime from 96 minutes to 144 minutes"}),
        ("a couple of hours", {"~runtime from 96 minutes to 144 minutes"}),
        ("close to 2 hours", {"~runtime from 96 minutes to 144 minutes"}),
        ("an hour and a half or so", {"~runtime from 72 minutes to 108 minutes"}),
    ],
)
def test_a_year_or_a_length_that_is_about_right_is_a_soft_span_round_it(said, held):
    assert told(FILMS, said) == (held, "")


@pytest.mark.parametrize(
    ("said", "held"),
    [
        ("roughly 50 euros", {"~price from 40 EUR to 60 EUR"}),
        ("~50 euros", {"~price from 40 EUR to 60 EUR"}),
        ("50ish euros", {"~price from 40 EUR to 60 EUR"}),
        ("50 euros or so", {"~price from 40 EUR to 60 EUR"}),
        ("around 50", {"~price from 40 EUR to 60 EUR"}),
        ("under about 50 euros", {"price under 50 EUR"}),
        ("about 50 euros but not over 55", {"price from 40 EUR to 55 EUR"}),
        ("rated around 4", {"~rating from 3.2 stars to 4.8 stars"}),
        ("released around 2011", {"~released from 2009-01-01 to 2013-12-31"}),
    ],
)
def test_a_price_that_is_about_right_is_a_soft_span_round_it(said, held):
    assert told(GOODS, said) == (held, "")


def test_only_the_number_is_soft_and_not_what_stands_beside_it():
    assert told(FILMS, "a comedy of roughly 90 minutes from the 80s") == (
        {"Comedy", "~runtime from 72 minutes to 108 minutes", "from 1980 to 1989"},
        "comedy",
    )
    assert told(GOODS, "headphones for about 100")[0] == {"Audio", "~price from 80 EUR to 120 EUR"}


def test_a_number_that_counts_something_else_is_no_sum():
    assert told(GOODS, "a book about 100 birds")[0] == {"Books"}
    assert FILMS("around 90", None, ()).unknown == ("what “around 90” counts",)


def test_what_was_about_right_is_firm_once_it_is_said_outright():
    assert told(GOODS, "roughly 50 euros", "between 40 and 60 euros")[0] == {"price from 40 EUR to 60 EUR"}


@pytest.mark.parametrize(
    "said",
    [
        "between 20 and 30 or between 100 and 120 euros",
        "20 to 30 or 100 to 120 euros",
        "20-30 or 100-120 €",
        "between 20 and 30 euros or between 100 and 120",
        "between 20 and 30, or between 100 and 120",
        "from 20 to 30 or from 100 to 120 euros",
    ],
)
def test_amounts_may_lie_in_one_of_several_spans(said):
    assert told(GOODS, said) == ({"price from 20 EUR to 30 EUR or from 100 EUR to 120 EUR"}, "")


def test_of_three_spans_none_is_lost_and_years_are_no_minutes():
    three = "price from 20 EUR to 30 EUR or from 50 EUR to 60 EUR or from 100 EUR to 120 EUR"
    assert told(GOODS, "20 to 30 or 50-60 or 100 to 120 euros")[0] == {three}
    assert told(FILMS, "between 80 and 90 or between 120 and 150 minutes")[0] == {
        "runtime from 80 minutes to 90 minutes or from 120 minutes to 150 minutes"
    }
    assert told(FILMS, "between 1990 and 2000 and under 90 minutes")[0] == {
        "from 1990 to 2000",
        "runtime under 90 minutes",
    }
    assert told(GOODS, "a toy for ages 5 to 7 and under 20 euros")[0] >= {"price under 20 EUR"}
