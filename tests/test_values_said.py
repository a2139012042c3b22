"""Limits as people type them: bounds, corrections, units and slips of both halves."""

import pytest
from halves import goods, lasting, reader

FILMS, GOODS = reader(lasting), reader(goods)
SHELF = ("g1", "g2", "g3")


def told(read, said, shown):
    """The limits in words after these messages, the soft ones with a `~`, and the words of the wish that are left."""
    wish = None
    for text in said:
        wish = read(text, wish, shown if wish else ())
    return {f"~{one}" if one in wish.soft else one for one in wish.where.words()}, wish.words


@pytest.mark.parametrize(
    ("said", "held", "words"),
    [
        (("no older than 1990 and no longer than 100 minutes",), {"runtime at most 100 minutes", "since 1990"}, ""),
        (("a comedy, max 95 min, before 2000",), {"Comedy", "runtime at most 95 minutes", "until 1999"}, "comedy"),
        (("a drama, three hours plus",), {"Drama", "runtime at least 180 minutes"}, "drama"),
        (("under 100 minutes", "actually 120 is fine too"), {"runtime at most 120 minutes"}, ""),
        (("a comedy from the 80s", "I meant the 90s"), {"Comedy", "from 1990 to 1999"}, "comedy"),
        (("a comedy from the 80s", "sorry, 70s"), {"Comedy", "from 1970 to 1979"}, "comedy"),
        (("longer than 90 but shorter than 120 minutes",), {"runtime over 90 minutes and under 120 minutes"}, ""),
        (("between 1h30 and 2h",), {"runtime from 90 minutes to 120 minutes"}, ""),
        (("no more than 1 hour 45",), {"runtime at most 105 minutes"}, ""),
        (("a film older than me, I was born in 1985",), {"until 1984"}, ""),
        (("from this century",), {"since 2000"}, ""),
        (("from the last century",), {"from 1900 to 1999"}, ""),
        (("pre-1960 western",), {"Western", "until 1959"}, "western"),
        (("post 2000 sci-fi",), {"Sci-Fi", "since 2001"}, "sci-fi"),
        (("from 1960 up to 1975",), {"from 1960 to 1975"}, ""),
        (("a comedey under 90 minuts",), {"Comedy", "runtime under 90 minutes"}, "comedey"),
        (("exactly 90 minutes",), {"runtime of 90 minutes"}, ""),
        (("at least 2 hours, at most 3",), {"runtime from 120 minutes to 180 minutes"}, ""),
        (
            ("romance without drama, under 100 min or over 150 min",),
            {"Romance", "no Drama", "runtime under 100 minutes or over 150 minutes"},
            "romance",
        ),
        (("under 2 hours", "no limit on the length"), set(), ""),
        (("a comedy from the 80s", "any decade"), {"Comedy"}, "comedy"),
        (("a comedy, 90 minutes",), {"Comedy", "~runtime from 72 minutes to 108 minutes"}, "comedy"),
        (("shorter than Heat but newer",), {"runtime under 170 minutes", "since 1996"}, ""),
        (("60s, 70s, anything but the 80s",), {"from 1960 to 1979"}, ""),
    ],
)
def test_lengths_and_years_as_people_type_them(said, held, words):
    assert told(FILMS, said, ("1", "2", "3")) == (held, words)


@pytest.mark.parametrize(
    ("said", "held", "words"),
    [
        (("cheaper than 100 but more expensive than 50 euros",), {"price over 50 EUR and under 100 EUR"}, ""),
        (("not more than 30 euros and not less than 10",), {"price from 10 EUR to 30 EUR"}, ""),
        (("heavier than 1 kilo, cheaper than 150",), {"price under 150 EUR", "weight over 1 kg"}, ""),
        (("price: 20-40",), {"price from 20 EUR to 40 EUR"}, ""),
        (("<50 euros",), {"price under 50 EUR"}, ""),
        (("> 100 euros",), {"price over 100 EUR"}, ""),
        (("up to 1.000 euros",), {"price at most 1000 EUR"}, ""),
        (("under 99,99 euros",), {"price under 99.99 EUR"}, ""),
        (("4+ stars",), {"rating at least 4 stars"}, ""),
        (("50 euros min",), {"price at least 50 EUR"}, ""),
        (("for 20 or 30 euros",), {"price from 20 EUR to 30 EUR"}, ""),
        (("shoes, 50 euros",), {"Shoes", "~price from 40 EUR to 60 EUR"}, "shoes"),
        (("out of stock is fine",), set(), ""),
        (("shoes under 100", "under 50", "actually 80"), {"Shoes", "price at most 80 EUR"}, "shoes"),
        (("shoes under 100", "money is no object"), {"Shoes"}, "shoes"),
        (("well rated",), {"rating at least 4.3 stars"}, ""),
        (("I can spend up to 75",), {"price at most 75 EUR"}, ""),
        (("I want to spend between 40 and 60",), {"price from 40 EUR to 60 EUR"}, ""),
    ],
)
def test_prices_weights_and_ratings_as_people_type_them(said, held, words):
    assert told(GOODS, said, SHELF) == (held, words)
