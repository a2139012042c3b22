"""What people say of values and limits: spans with a gap, alternatives, what they allow, and what they take back."""

from dataclasses import replace

import pytest
from halves import goods, lasting, of, reader

from retrieval.catalogue import Catalogue

FILMS, GOODS = reader(lasting), reader(goods)


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
        ("not from the 70s and not from the 90s", "until 1969 or from 1980 to 1989 or since 2000"),
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
        (("from the 60s or 80s", "not the 70s"), "from 1960 to 1969 or from 1980 to 1989"),
        (("from the 60s or 80s", "not the 80s"), "from 1960 to 1969"),
        (("from the 60s or 80s", "not the 60s"), "from 1980 to 1989"),
        (("from the 80s", "or the 90s", "except 1985"), "from 1980 to 1984 or from 1986 to 1999"),
        (("since 1970", "nothing from the 80s"), "from 1970 to 1979 or since 1990"),
        (("not from the 60s", "not from the 80s"), "until 1959 or from 1970 to 1979 or since 1990"),
        (("from the 70s", "not the 70s"), "until 1969 or since 1980"),
    ],
)
def test_years_denied_later_leave_the_limit_before_them(said, held):
    assert of(FILMS, *said).where.words() == (held,)


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


@pytest.mark.parametrize(
    ("said", "held"),
    [
        (("a film from the 80s", "the 60s are fine too"), {"from 1960 to 1969 or from 1980 to 1989"}),
        (("a comedy from the 80s", "or 60s"), {"Comedy", "from 1960 to 1969 or from 1980 to 1989"}),
        (("a comedy from the 80s", "also the 60s"), {"Comedy", "from 1960 to 1969 or from 1980 to 1989"}),
        (("a comedy from the 80s", "the 90s would be ok as well"), {"Comedy", "from 1980 to 1999"}),
        (("a comedy from the 80s", "it could be from the 90s too"), {"Comedy", "from 1980 to 1999"}),
        (("a comedy from the 80s", "from the 60s please"), {"Comedy", "from 1960 to 1969"}),
        (("a comedy under 90 minutes", "up to 100 minutes is fine too"), {"Comedy", "runtime at most 100 minutes"}),
        (("a comedy", "up to 100 minutes is fine"), {"Comedy", "runtime at most 100 minutes"}),
        (("a comedy, not from the 70s", "the 70s are ok after all"), {"Comedy"}),
        (("a comedy before 1990", "or after 1980"), {"Comedy"}),
        (("a western", "a comedy would be fine too"), {"Comedy or Western"}),
        (("a western", "comedy is fine"), {"Western"}),
        (("a comedy, horror is ok",), {"Comedy"}),
        (("a comedy, no horror", "horror is ok after all"), {"Comedy"}),
        (("a comedy", "and romantic"), {"Comedy", "Romance"}),
        (("a film by Joel Coen", "or by Michael Mann"), {"Joel Coen or Michael Mann"}),
        (("a film by Joel Coen", "a film by Michael Mann"), {"Michael Mann"}),
        (("the 90s are fine",), {"from 1990 to 1999"}),
    ],
)
def test_what_is_fine_too_stands_beside_what_was_asked(said, held):
    assert set(of(FILMS, *said).where.words()) == held


@pytest.mark.parametrize(
    ("said", "held"),
    [
        (("red or blue", "anything but red"), {"Blue", "no Red"}),
        (("red or blue", "anything but red", "a black one"), {"Black", "no Red"}),
        (("clothes in red or blue", "a black one"), {"Clothing", "Black"}),
        (("clothes in red", "also black"), {"Clothing", "Black or Red"}),
        (("clothes in red", "black is fine too"), {"Clothing", "Black or Red"}),
        (("clothes in red", "I'd also take black"), {"Clothing", "Black or Red"}),
        (("clothes in red", "black works too"), {"Clothing", "Black or Red"}),
        (("clothes in red", "black too please"), {"Clothing", "Black or Red"}),
        (("clothes in red", "or black or blue"), {"Clothing", "Black or Blue or Red"}),
        (("something black and red",), {"Black", "Red"}),
        (("clothes by Acme", "rather Nordlys"), {"Clothing", "Nordlys"}),
        (("clothes by Acme", "and Nordlys"), {"Clothing", "Acme or Nordlys"}),
        (("clothes", "used is ok"), {"Clothing"}),
        (("clothes", "used is fine too"), {"Clothing"}),
        (("clothes, nothing used", "used would be ok"), {"Clothing"}),
        (("clothes, used is fine",), {"Clothing"}),
        (("clothes, not black and not blue", "blue is ok actually"), {"Clothing", "no Black"}),
        (("clothes", "used ones please"), {"Clothing", "used"}),
        (("clothes under 50", "up to 80 is fine"), {"Clothing", "price at most 80 EUR"}),
        (
            ("clothes under 100", "a different colour"),
            {"Clothing", "price under 100 EUR", "no Blue", "no Grey", "no Red"},
        ),
        (("red clothes under 100", "a different colour"), {"Clothing", "price under 100 EUR", "no Red"}),
        (("shoes by Acme", "another brand"), {"Shoes", "no Acme"}),
        (("shoes by Acme", "do you have it from a different brand?"), {"Shoes", "no Acme"}),
        (("shoes", "the second one in another colour"), {"Shoes", "no Grey"}),
    ],
)
def test_a_value_takes_the_place_of_another_or_stands_beside_it(said, held):
    assert set(of(GOODS, *said, shown=("g1", "g2", "g3")).where.words()) == held


def test_who_wants_another_brand_wants_nothing_else_by_it():
    asked = of(GOODS, "shoes by Acme", "another brand", shown=("g3",))
    assert asked.act == "suggest"
    assert asked.words == "shoes by"


def kin():
    """The films, of which two have a director of the same surname, who are not alone with theirs."""
    catalogue, domain = lasting()
    names = {"Casino": "Ethan Coen", "Alien": "Ridley Scott"}
    items = [
        replace(one, facets={**one.facets, "director": (names[one.title],)}) if one.title in names else one
        for one in catalogue.values()
    ]
    return Catalogue.of(items), domain


@pytest.mark.parametrize(
    ("said", "held"),
    [
        ("something by Coen", {"Ethan Coen or Joel Coen"}),
        ("a crime film by a Coen", {"Crime", "Ethan Coen or Joel Coen"}),
        ("a crime film by Coen or Mann", {"Crime", "Ethan Coen or Joel Coen or Michael Mann"}),
        ("nothing by Coen", {"no Ethan Coen", "no Joel Coen"}),
        ("something by Ethan Coen", {"Ethan Coen"}),
        ("something by Scott", {"Ridley Scott"}),
        ("coen", {"Ethan Coen or Joel Coen"}),
        ("my neighbour coen waved", set()),
    ],
)
def test_of_a_surname_that_several_have_any_will_do(said, held):
    assert set(of(reader(kin), said).where.words()) == held


@pytest.mark.parametrize(
    ("said", "soft"),
    [
        (("a thriller", "these are too violent"), {"no Action", "no Crime", "no Horror", "no War"}),
        (("a war film", "too violent for me"), {"no Action", "no Crime", "no Horror"}),
        (("a comedy, but not too sad",), {"no Drama", "no War"}),
        (("a thriller", "too much violence"), {"no Action", "no Crime", "no Horror", "no War"}),
    ],
)
def test_what_is_too_much_of_something_is_a_soft_wish_against_what_is_like_that(said, soft):
    wish = of(FILMS, *said)
    assert wish.soft == soft
    assert not wish.unknown


@pytest.mark.parametrize(
    ("read", "said", "unknown"),
    [
        (FILMS, ("a thriller", "these are too talkative"), ("how talkative films are",)),
        (FILMS, ("a thriller", "too much swearing"), ("how much swearing there is in films",)),
        (FILMS, ("a thriller", "too scary"), ()),
        (FILMS, ("a thriller", "too long"), ()),
        (FILMS, ("a thriller", "not too bad"), ()),
        (GOODS, ("shoes", "they look too flimsy"), ("how flimsy products are",)),
    ],
)
def test_what_nothing_is_known_of_is_said_and_kept(read, said, unknown):
    wish = of(read, *said)
    assert wish.unknown == unknown
    assert set(unknown) <= set(wish.lacking)
    assert len(wish.where.words()) >= 1


@pytest.mark.parametrize(
    ("said", "unknown"),
    [
        ("something for my nephew who is 6", ("from what age products suit",)),
        ("a toy for my 5 year old", ("from what age products suit",)),
        ("a gift for my dad, he is 60", ()),
    ],
)
def test_an_age_leaves_nothing_over_where_nothing_suits_by_age(said, unknown):
    asked = of(GOODS, said)
    assert asked.unknown == unknown
    assert not [word for word in asked.words.split() if word.isdigit()]


@pytest.mark.parametrize(
    ("read", "said", "held"),
    [
        (GOODS, ("any colour but black or grey",), {"no Black", "no Grey"}),
        (GOODS, ("shoes, any brand except Acme",), {"Shoes", "no Acme"}),
        (FILMS, ("any genre but comedy",), {"no Comedy"}),
        (FILMS, ("any decade but the 80s",), {"until 1979 or since 1990"}),
        (FILMS, ("a comedy from the 80s or 60s", "drop the decade"), {"Comedy"}),
        (FILMS, ("a comedy under 100 minutes", "take off the length"), {"Comedy"}),
        (FILMS, ("a comedy under 100 minutes", "the length is not necessary"), {"Comedy"}),
        (GOODS, ("shoes under 50", "remove the price please"), {"Shoes"}),
    ],
)
def test_any_but_one_keeps_out_and_what_is_dropped_by_its_name_is_gone(read, said, held):
    intent = of(read, *said)
    assert set(intent.where.words()) == held
    assert not {"colour", "drop", "decade", "length", "take", "price"} & set(intent.words.split())
