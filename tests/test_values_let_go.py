"""What need not hold sets no limit and drops the one that stands; what is the same to somebody asks for nothing; and
what is to be better is of the kind that stood."""

import pytest
from halves import goods, lasting, reader, told

FILMS, GOODS = reader(lasting), reader(goods)


@pytest.mark.parametrize(
    "said",
    [
        "the 80s are not necessary",
        "it need not be from the 80s",
        "the 80s aren't a must",
        "not necessarily from the 80s",
        "the 80s are optional",
        "I don't insist on the 80s",
        "no need for it to be from the 80s",
    ],
)
def test_years_that_need_not_be_set_no_limit_and_drop_the_one_that_stands(said):
    assert told(FILMS, said) == (set(), "")
    assert told(FILMS, "a comedy from the 80s", said) == ({"Comedy"}, "comedy")
    assert told(FILMS, "a comedy from the 60s", said) == ({"Comedy", "from 1960 to 1969"}, "comedy")


@pytest.mark.parametrize(
    ("read", "wish", "said", "held"),
    [
        (FILMS, "a comedy", "it doesn't have to be a comedy", set()),
        (FILMS, "a comedy under 2 hours", "it doesn't need to be under 2 hours", {"Comedy"}),
        (FILMS, "a comedy under 2 hours", "two hours is not a must", {"Comedy"}),
        (
            FILMS,
            "a comedy from the 80s",
            "it doesn't have to be from the 80s and it should be scary",
            {"Comedy", "Horror"},
        ),
        (FILMS, "a western, no horror", "it doesn't have to be a western, but no war", {"no Horror", "no War"}),
        (GOODS, "something black", "black is not a must", set()),
        (GOODS, "something black", "black isn't required", set()),
        (GOODS, "black shoes in stock", "it doesn't have to be in stock", {"Shoes", "Black"}),
        (GOODS, "black shoes in stock", "stock is not necessary", {"Shoes", "Black"}),
        (GOODS, "shoes under 50 euros", "it need not be under 50 euros", {"Shoes"}),
        (GOODS, "shoes by Acme", "it doesn't have to be Acme, and no black please", {"Shoes", "no Black"}),
    ],
)
def test_what_need_not_be_is_dropped_and_the_rest_stays(read, wish, said, held):
    assert told(read, wish, said)[0] == held


@pytest.mark.parametrize(
    ("read", "said", "held"),
    [
        (GOODS, "black is not a must", set()),
        (GOODS, "not necessarily black shoes", {"Shoes"}),
        (GOODS, "shoes, not necessarily under 50 euros", {"Shoes"}),
        (GOODS, "shoes, ideally black, but that's not a must", {"Shoes", "~Black"}),
        (GOODS, "shoes that must not be black", {"Shoes", "no Black"}),
        (FILMS, "a film not necessarily from the 80s about a heist", {"Crime"}),
    ],
)
def test_by_itself_it_sets_no_limit(read, said, held):
    assert told(read, said)[0] == held


@pytest.mark.parametrize(
    "said",
    [
        "used or new, I don't mind",
        "new or second-hand is fine",
        "used or not, it doesn't matter",
        "either used or new is fine with me",
        "both used and new are fine",
    ],
)
def test_who_names_both_sides_of_a_flag_asks_for_neither(said):
    assert told(GOODS, said) == (set(), "")
    assert told(GOODS, "shoes", said) == ({"Shoes"}, "shoes")
    assert told(GOODS, "used shoes", said) == ({"Shoes"}, "shoes")
    assert told(GOODS, f"shoes, {said}, under 50 euros") == ({"Shoes", "price under 50 EUR"}, "shoes")


def test_one_side_of_a_flag_is_still_asked_for():
    assert told(GOODS, "used shoes only")[0] == {"Shoes", "used"}
    assert told(GOODS, "brand new shoes")[0] == {"Shoes", "not used"}
    assert told(GOODS, "shoes in stock or by Acme")[0] >= {"Shoes", "stock"}


@pytest.mark.parametrize(
    ("read", "said", "held"),
    [
        (GOODS, ("shoes in red and blue", "both are fine"), {"Shoes", "Blue or Red"}),
        (GOODS, ("shoes in red and blue, both are fine",), {"Shoes", "Blue or Red"}),
        (GOODS, ("shoes in red or blue", "either will do"), {"Shoes", "Blue or Red"}),
        (GOODS, ("shoes", "both are fine"), {"Shoes"}),
        (FILMS, ("a comedy and a thriller", "either works"), {"Comedy or Thriller"}),
        (FILMS, ("a comedy from the 80s", "any of them is fine"), {"Comedy", "from 1980 to 1989"}),
    ],
)
def test_where_both_are_fine_any_of_those_named_will_do(read, said, held):
    assert told(read, *said)[0] == held


@pytest.mark.parametrize(
    "said",
    [
        "a better one",
        "anything better?",
        "do you have something better?",
        "show me better ones please",
        "better please",
    ],
)
def test_a_better_one_is_of_the_kind_that_stood_and_better_rated_where_that_is_known(said):
    of_goods = GOODS(said, GOODS("shoes under 200 euros", None, ()), ("g1", "g2", "g3"))  # 4.5, 4.8 and 4.1 stars
    assert of_goods.where.words() == ("Shoes", "price under 200 EUR", "rating over 4.5 stars")
    assert (of_goods.act, of_goods.words) == ("suggest", "shoes")
    of_films = FILMS(said, FILMS("a western", None, ()), ("1", "2", "3"))
    assert (of_films.act, of_films.about, of_films.unknown) == ("more", ("1", "2", "3"), ("ratings",))
    assert of_films.where.words() == ("Western",)


def test_better_than_one_of_the_list_goes_by_that_one():
    wish = GOODS("better than the third please", GOODS("shoes", None, ()), ("g1", "g2", "g3"))
    assert wish.where.words() == ("Shoes", "rating over 4.1 stars")
