"""What people say of values and limits: spans with a gap, alternatives, what they allow, and what they take back."""

import pytest
from halves import goods, lasting, reader

FILMS, GOODS = reader(lasting), reader(goods)
LIST = ("1", "2", "3")


def of(read, *said, shown=LIST):
    """The intent after these messages."""
    wish = None
    for text in said:
        wish = read(text, wish, shown if wish else ())
    return wish


@pytest.mark.parametrize(
    ("said", "held"),
    [
        ("80s or 60s", "from 1960 to 1969 or from 1980 to 1989"),
        ("the 60s, the 80s or the 2000s", "from 1960 to 1969 or from 1980 to 1989 or from 2000 to 2009"),
        ("from the 80s and the 60s", "from 1960 to 1969 or from 1980 to 1989"),
        ("from the 60s to the 80s", "from 1960 to 1989"),
        ("between the 60s and the 80s", "from 1960 to 1989"),
        ("from the 80s or 90s", "from 1980 to 1999"),
        ("from 1984, 1994 or 1985", "from 1984 to 1985 or from 1994"),
        ("before 1950 or after 1990", "until 1949 or since 1991"),
        ("nothing from the 80s", "until 1979 or since 1990"),
        ("not between 1980 and 1985", "until 1979 or since 1986"),
        ("since 1970, but not from the 80s", "from 1970 to 1979 or since 1990"),
        ("since 1970 and before 1960", "since 1970 and until 1959"),
        ("before I was born in 1975", "until 1974"),
        ("since my parents met in 1975", "since 1975"),
        ("from 1990 onwards", "since 1990"),
        ("1990 or newer", "since 1990"),
        ("from the 70s or older", "until 1979"),
    ],
)
def test_years_may_have_a_gap(said, held):
    assert of(FILMS, said).where.words() == (held,)
    assert not of(FILMS, said).words


@pytest.mark.parametrize(
    ("said", "held"),
    [
        ("under 1000 and over 2000", "price over 2000 EUR and under 1000 EUR"),
        ("over 2000 and under 1000", "price over 2000 EUR and under 1000 EUR"),
        ("under 20 or over 100 euros", "price under 20 EUR or over 100 EUR"),
        ("not between 20 and 30 euros", "price under 20 EUR or over 30 EUR"),
    ],
)
def test_amounts_may_have_a_gap_or_contradict_each_other(said, held):
    assert of(GOODS, said).where.words() == (held,)


def test_a_number_of_nothing_is_asked_back_and_is_no_year():
    asked = of(FILMS, "under 1000 and over 2000")
    assert not asked.where
    assert asked.unknown == ("what “under 1000” counts",)
