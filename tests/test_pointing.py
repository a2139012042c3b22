"""One of the list is told by its place, or by what it is."""

import pytest
from halves import goods, lasting, reader
from test_policy import FILMS, Talk

GOODS, _ = goods()
LONG, _ = lasting()
BASKET = ("Rain jacket", "Running shoes", "Walking boots", "Old camera", "Headphones", "Tea pot")
LIST = ("Alien", "Heat", "Fargo", "Blade Runner", "Titanic", "Airplane!", "Toy Story")


def about(said, titles=BASKET, half=goods):
    catalogue = GOODS if half is goods else LONG
    ids = {item.title: item.id for item in reversed(list(catalogue.values()))}
    intent = reader(half)(said, None, tuple(ids[title] for title in titles))
    return intent.act, [catalogue[id].title for id in intent.about]


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ("the seventh one", 6),
        ("number 7", 6),
        ("#3 please", 2),
        ("tell me about the 4th", 3),
        ("the last but one", -2),
        ("what about the second to last", -2),
        ("is the penultimate one a comedy?", -2),
    ],
)
def test_a_place_of_the_list(said, place):
    assert about(said, LIST, lasting) == ("about", [LIST[place]])


@pytest.mark.parametrize(
    ("said", "titles"),
    [
        ("tell me about the blue one", ["Rain jacket"]),
        ("the red one", ["Running shoes"]),
        ("is the one by Gap in stock?", ["Walking boots", "Tea pot"]),
        ("how heavy is the cheapest one?", ["Tea pot"]),
        ("compare the two cheapest", ["Tea pot", "Old camera"]),
        ("compare the first three", list(BASKET[:3])),
        ("compare the last two", list(BASKET[-2:])),
        ("compare the red one and the white one", ["Running shoes", "Tea pot"]),
        ("what colour are the shoes by Acme?", []),
        ("which of these is the cheapest?", list(BASKET)),
    ],
)
def test_what_tells_one_of_the_list_is_no_wish(said, titles):
    act, found = about(said)
    assert found == titles
    assert (act == "about") == bool(titles)


def test_films_are_told_by_people_years_and_genres():
    assert about("who is in the one by Michael Mann?", LIST, lasting) == ("about", ["Heat"])
    assert about("tell me about the one from 1997", LIST, lasting) == ("about", ["Titanic"])
    assert about("I have seen the romantic one", LIST, lasting) == ("seen", ["Titanic"])
    assert about("is the longest one good?", LIST, lasting) == ("about", ["Titanic"])


def test_what_tells_none_of_the_list_is_a_wish():
    intent = reader(goods)("the green one", None, tuple(GOODS)[:2])
    assert (intent.act, intent.where.words()) == ("suggest", ("Green",))


@pytest.mark.parametrize("said", ["the ninth one", "tell me about number 9", "I'll take the 9th"])
def test_a_place_that_is_not_there_is_said_to_be_none(assistant, said):
    talk = Talk(assistant).say("a comedy")
    talk.say(said)
    assert "There is no ninth one" in talk.said
    assert talk.limits == ("Comedy",)


def test_who_takes_one_by_what_it_is_hears_its_name(assistant):
    talk = Talk(assistant).say("a horror film from the 70s")
    oldest = min(talk.shown, key=lambda id: FILMS[id].year)
    talk.say(f"I'll take the one from {FILMS[oldest].year}")
    assert FILMS[oldest].name in talk.said


def test_compare_alone_sets_the_first_of_the_list_side_by_side_and_says_so(assistant):
    talk = Talk(assistant).say("a comedy")
    listed = talk.shown
    talk.say("compare")
    assert set(talk.shown) == set(listed[:3])
    assert "the first 3 of the list" in talk.said
    talk.say("compare the last two")
    assert set(talk.shown) == set(listed[-2:])


def test_a_namesake_among_three_loses_none_of_them():
    act, found = about("compare Alien, Heat and Fargo", LIST, lasting)
    assert (act, found) == ("about", ["Alien", "Heat", "Fargo"])
