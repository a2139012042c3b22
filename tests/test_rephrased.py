"""Limits that people set in other words than the grammar has are put in its words."""

from datetime import date

import pytest
from halves import goods, lasting, of, reader

FILMS, GOODS = reader(lasting), reader(goods)


def words(read, *said):
    return set(of(read, *said).where.words())


@pytest.mark.parametrize(
    ("said", "held"),
    [
        ("nothing older than the year 2000", {"since 2000"}),
        ("a comedy from before the year 1990", {"Comedy", "until 1989"}),
        ("scary but not super old, like 2000 or later", {"Horror", "since 2000"}),
        ("a western, say the 90s or newer", {"Western", "since 1990"}),
        ("a comedy, 1985 or earlier", {"Comedy", "until 1985"}),
        ("a comedy from the ninetys", {"Comedy", "from 1990 to 1999"}),
        ("a comedy from the ninties", {"Comedy", "from 1990 to 1999"}),
        ("a western from the 80ies", {"Western", "from 1980 to 1989"}),
        ("a comedy, at least two and a half hours", {"Comedy", "runtime at least 150 minutes"}),
        ("a comedy, over 2 hours is too long for me", {"Comedy", "runtime at most 120 minutes"}),
        ("a comedy, under 80 minutes is too short", {"Comedy", "runtime at least 80 minutes"}),
        ("a comedy under 90 minutes, too much violence is not for me", {"Comedy", "runtime under 90 minutes"}),
    ],
)
def test_limits_of_films(said, held):
    assert words(FILMS, said) == held


@pytest.mark.parametrize(
    ("said", "held"),
    [
        ("shoes, over 100 is too much for me", {"Shoes", "price at most 100 EUR"}),
        ("shoes, more than 80 euros would be way too expensive", {"Shoes", "price at most 80 EUR"}),
        ("shoes, anything above 90 is out of my budget", {"Shoes", "price at most 90 EUR"}),
        ("shoes. 90 is my limit", {"Shoes", "price at most 90 EUR"}),
        ("a game, somewhere between 5 and 40", {"Games", "price from 5 EUR to 40 EUR"}),
        ("shoes for kids between 5 and 10", {"Shoes", "Toys"}),
        ("a game between 1990 and 2000", {"Games"}),
    ],
)
def test_limits_of_goods(said, held):
    assert {one for one in words(GOODS, said) if not one.startswith("released")} == held


@pytest.mark.parametrize(
    ("first", "then", "held"),
    [
        ("a game under 40 euros", "Actually, make it 60", {"Games", "price at most 60 EUR"}),
        ("shoes at least 100 euros", "make that 80", {"Shoes", "price at least 80 EUR"}),
        ("shoes under 100 euros", "rather up to 120 then", {"Shoes", "price at most 120 EUR"}),
    ],
)
def test_another_number_takes_the_place_of_the_one_before(first, then, held):
    assert words(GOODS, first, then) == held


def test_a_number_that_may_be_a_year_is_none_of_the_limit_before():
    assert "runtime at least 1990 minutes" not in words(FILMS, "a comedy of at least 2 hours", "make it 1990")


def test_a_number_that_is_fine_takes_the_place_of_the_limit_before_it():
    before = "shoes under 100 euros"
    assert words(GOODS, before, "actually my budget went up, 150 is ok") == {"Shoes", "price at most 150 EUR"}
    assert words(GOODS, before, "120 would be fine too") == {"Shoes", "price at most 120 EUR"}
    assert words(GOODS, before, "so 90 is possible") == {"Shoes", "price at most 90 EUR"}


def test_the_last_years_count_from_now():
    now = date.today().year
    assert words(FILMS, "a comedy", "anything from the last 20 years?") == {"Comedy", f"since {now - 20}"}
    assert words(FILMS, "a comedy from the past ten years") == {"Comedy", f"since {now - 10}"}


def test_without_a_limit_before_it_a_bare_number_is_none():
    assert words(FILMS, "a comedy", "make it 90") == {"Comedy"}


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("do you have anything by Wes Anderson", "Wes Anderson"),
        ("a comedy directed by Greta Gerwig", "Greta Gerwig"),
        ("movies from Lars von Trier please", "Lars von Trier"),
    ],
)
def test_who_has_made_nothing_here_is_not_known(said, name):
    assert FILMS(said, None, ()).unknown == (name,)


@pytest.mark.parametrize(
    "said",
    ["anything by Ridley Scott", "a comedy by Joel Coen", "a comedy by Friday Night", "something with Sherlock Holmes"],
)
def test_who_is_known_or_may_be_no_person_is_no_stranger(said):
    assert FILMS(said, None, ()).unknown == ()


def test_where_no_people_are_known_nobody_is_a_stranger():
    assert GOODS("shoes with Tom Hanks", None, ()).unknown == ()


def test_a_brand_that_nothing_here_has_is_told_to_be_unknown():
    assert GOODS("do you have anything by Bosch?", None, ()).unknown == ("Bosch",)
    assert GOODS("anything by Acme, by Friday", None, ()).unknown == ()
    assert "Bosch" not in FILMS("anything by Bosch?", None, ()).unknown


@pytest.mark.parametrize(
    ("said", "held"),
    [
        (("a comedy from this century",), {"Comedy", "since 2000"}),
        (("a comedy from the last century",), {"Comedy", "from 1900 to 1999"}),
        (("a comedy, nothing pre-1980",), {"Comedy", "since 1980"}),
        (("a comedy, three hours is a lot, two at the very most",), {"Comedy", "runtime at most 120 minutes"}),
        (("a comedy", "an hour and a half at the outside"), {"Comedy", "runtime at most 90 minutes"}),
        (("a comedy under two hours", "make that 1h50"), {"Comedy", "runtime at most 110 minutes"}),
    ],
)
def test_more_limits_of_films(said, held):
    assert words(FILMS, *said) == held


@pytest.mark.parametrize(
    ("said", "held"),
    [
        (("shoes", "100 is all I've got"), {"Shoes", "price at most 100 EUR"}),
        (("shoes up to 50", "fine, 70"), {"Shoes", "price at most 70 EUR"}),
        (("shoes between forty and sixty euros",), {"Shoes", "price from 40 EUR to 60 EUR"}),
        (("shoes, no heavier than 2 pounds",), {"Shoes", "weight at most 0.91 kg"}),
        (("shoes, no heavier than 2 pounds", "ok 2.5 pounds then"), {"Shoes", "weight at most 1.13 kg"}),
        (("shoes", "only new ones please"), {"Shoes", "not used"}),
    ],
)
def test_more_limits_of_goods(said, held):
    assert words(GOODS, *said) == held


def test_the_place_of_something_in_the_list_is_no_limit():
    assert not {one for one in words(GOODS, "shoes up to 50", "ok, 2") if one.endswith(" 2 EUR")}


def test_what_is_measured_in_inches_is_told_to_be_unknown():
    assert GOODS("a suitcase, no bigger than 22 inches").lacking == ("amounts in inches",)


def test_a_soft_wish_that_is_said_again_must_hold():
    said = GOODS("shoes, blue would be nice, it should all be blue")
    assert not said.soft
    assert GOODS("shoes, blue would be nice").soft == {"Blue"}
