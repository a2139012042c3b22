"""What is asked of an item is asked of that one, whatever part of its title says which; a wish stays a wish."""

import pytest
from halves import goods, lasting, reader

from chat.understanding.references.asked_of import asks, asks_of_named

FILMS, _ = lasting()
GOODS, _ = goods()
OF_FILMS, OF_GOODS = reader(lasting), reader(goods)
IDS = {item.title: item.id for half in (FILMS, GOODS) for item in reversed(list(half.values()))}
LIST = tuple(IDS[one] for one in ("Alien", "Blade Runner", "Fargo", "Titanic"))
BASKET = tuple(IDS[one] for one in ("Rain jacket", "Walking boots", "Desk lamp", "Puzzle"))


@pytest.mark.parametrize(
    ("said", "titles"),
    [
        ("ok Fargo. remind me who's in that?", ["Fargo"]),
        ("who's the girl in titanic again", ["Titanic"]),
        ("Titanic's the longer one, yeah?", ["Titanic"]),
        ("Titanic is what, three hours?", ["Titanic"]),
        ("blade is how long?", ["Blade Runner"]),
        ("runner, is that the old one?", ["Blade Runner"]),
        ("blade vs Alien?", ["Blade Runner", "Alien"]),
        ("does it drag on?", ["Alien"]),
        ("do you know who is in fargo?", ["Fargo"]),
    ],
)
def test_what_is_asked_of_a_film_is_asked_of_that_one(said, titles):
    before = OF_FILMS("a thriller")
    intent = OF_FILMS(said, before, LIST)
    assert (intent.act, [FILMS[id].title for id in intent.about]) == ("about", titles)
    assert not intent.words


@pytest.mark.parametrize(
    ("said", "titles"),
    [
        ("does the jacket keep the rain out?", ["Rain jacket"]),
        ("what do other customers make of the walking pair?", ["Walking boots"]),
        ("whats the lamp cost", ["Desk lamp"]),
        ("can six people do the puzzle?", ["Puzzle"]),
        ("which weighs less, the boots or the lamp?", ["Walking boots", "Desk lamp"]),
        ("the jacket - does it fold up small?", ["Rain jacket"]),
        ("how much is the tea pot?", ["Tea pot"]),  # which is not in the list
        ("how many litres go in?", ["Rain jacket"]),
    ],
)
def test_what_is_asked_of_a_thing_is_asked_of_that_one(said, titles):
    intent = OF_GOODS(said, OF_GOODS("something blue"), BASKET)
    assert (intent.act, [GOODS[id].title for id in intent.about]) == ("about", titles)


@pytest.mark.parametrize(
    "said",
    [
        "do you have any jackets?",
        "can you show me something lighter?",
        "is there anything like the lamp?",
        "is there a cheaper lamp?",
        "what about the lamp in white",
        "which other boots do you have?",
        "can i get a lamp in red?",
        "what a lovely garden it is",
    ],
)
def test_a_request_in_the_form_of_a_question_is_a_request(said):
    assert OF_GOODS(said, OF_GOODS("something blue"), BASKET).act != "about"


@pytest.mark.parametrize(
    "said", ["· is brilliant, but I hated ·", "· was great as well", "·, which I loved", "like ·?"]
)
def test_what_is_said_of_a_title_asks_nothing(said):
    assert not asks_of_named(said)


def test_a_question_is_told_from_a_request():
    assert asks("so how long does it take?")
    assert not asks("so how about a shorter one?")
