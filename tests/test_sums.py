"""Sums, times and bounds as people type them."""

import pytest
from halves import goods, lasting, reader

FILMS, GOODS = reader(lasting), reader(goods)


@pytest.mark.parametrize(
    ("said", "held"),
    [
        ("84 is too much for me", "price under 84 EUR"),
        ("84?? that's too much", "price under 84 EUR"),
        ("50 euros is a bit too dear", "price under 50 EUR"),
        ("there's about 170 euros left, so I can't go over that", "price at most 170 EUR"),
        ("I've got 40 euros to spend", "price at most 40 EUR"),
        ("we had a whip-round: €47.30", "price at most 47.3 EUR"),
        ("we collected around 60 euros for her", "price at most 60 EUR"),
        ("a tenner tops", "price at most 10 EUR"),
        ("a fiver or less", "price at most 5 EUR"),
        ("no more than a tenner", "price at most 10 EUR"),
        ("under a hundred", "price under 100 EUR"),
        ("twenty max", "price at most 20 EUR"),
        ("I can only spend 15", "price at most 15 EUR"),
        ("about 25 max", "price at most 25 EUR"),
        ("nothing I carry can weigh more than 2 lbs", "weight at most 0.91 kg"),
        ("lighter than a pound", "weight under 0.45 kg"),
        ("half a kilo at most", "weight at most 0.5 kg"),
    ],
)
def test_sums_and_weights(said, held):
    assert GOODS(said, None, ()).where.words() == (held,)


@pytest.mark.parametrize(
    ("said", "held"),
    [
        ("fifty quid tops", "price at most 50 EUR"),
        ("nothing above 30 bucks", "price at most 30 EUR"),
        ("under $30", "price under 30 EUR"),
        ("max 100 swiss francs", "price at most 100 EUR"),
    ],
)
def test_a_sum_in_another_currency_is_one_of_the_catalogue_and_told(said, held):
    intent = GOODS(said, None, ())
    assert intent.where.words() == (held,)
    assert [one for one in intent.lacking if one.endswith("are in EUR")]


@pytest.mark.parametrize(
    "said", ["number 12 is too big", "only a tenner?", "we had 20 guests", "84 pieces is too many"]
)
def test_not_every_number_is_a_sum(said):
    assert not GOODS(said, None, ()).where.ranges


@pytest.mark.parametrize(
    ("said", "held"),
    [
        ("we only have an hour and forty", "runtime at most 100 minutes"),
        ("under an hour fifty", "runtime under 110 minutes"),
        ("no longer than two hours and a quarter", "runtime at most 135 minutes"),
        ("an hour and three quarters at most", "runtime at most 105 minutes"),
        ("1:45 max", "runtime at most 105 minutes"),
        ("three quarters of an hour at most", "runtime at most 45 minutes"),
        ("befor 1980", "until 1979"),
        ("sinse 1990", "since 1990"),
        ("from 2000 on, the old ones look fake", "since 2000"),
    ],
)
def test_times_and_years(said, held):
    assert FILMS(said, None, ()).where.words() == (held,)


@pytest.mark.parametrize(
    ("before", "said", "held"),
    [
        ("shoes under 50 euros", "these may be pricier", ("Shoes",)),
        ("shoes under 50 euros", "ok it can cost a bit more", ("Shoes",)),
        ("shoes under 2 lbs", "that one may be heavier, whatever", ("Shoes",)),
        ("shoes under 50 euros", "they may be heavier", ("Shoes", "price under 50 EUR")),
        ("shoes over 50 euros", "they can be cheaper", ("Shoes",)),
    ],
)
def test_a_limit_is_let_go_by_what_may_be_beyond_it(before, said, held):
    where = GOODS(said, GOODS(before, None, ()), ("1", "2", "3")).where.words()
    assert tuple(one for one in where if not one.startswith("weight over")) == held
