"""What is asked of items is answered by the catalogue and by nothing else."""

from dataclasses import replace

import pytest
from halves import goods, lasting, reader

from chat.messages import Compared, Message, Said, Shown
from chat.turns.attributes import answers, of_one
from chat.turns.questions import told_apart
from retrieval.domain import Field

FILMS, MOVIES = lasting()
GOODS, SHOP = goods()
SAID_OF_FILMS, SAID_OF_GOODS = reader(lasting), reader(goods)
IDS = {item.title: item.id for half in (FILMS, GOODS) for item in reversed(list(half.values()))}


def asked(said, shown, half=lasting):
    """The items that a question is about, and the answer."""
    catalogue, domain, read = (FILMS, MOVIES, SAID_OF_FILMS) if half is lasting else (GOODS, SHOP, SAID_OF_GOODS)
    intent = read(said, None, tuple(IDS[title] for title in shown))
    assert intent.act == "about"
    items = [catalogue[id] for id in intent.about]
    return [item.title for item in items], " ".join(answers(said, intent, items, catalogue, domain))


LIST = ["Alien", "Heat", "Fargo", "Vertigo"]
BASKET = ["Tea pot", "Puzzle", "Desk lamp"]


def test_a_film_is_of_its_kinds_and_has_its_stars():
    stars = MOVIES.model_copy(update={"fields": {**MOVIES.fields, "star": Field(type="categories")}})
    facets = {"star": ("Sigourney Weaver", "John Hurt"), "genre": ("Horror", "Sci-Fi")}
    film = replace(FILMS[IDS["Alien"]], facets=facets)
    assert of_one(film, "star", stars) == "The stars of Alien are Sigourney Weaver and John Hurt."
    assert of_one(film, "genre", stars) == "Alien is Horror and Sci-Fi."


def test_after_an_answer_about_one_item_a_place_is_one_of_the_list(assistant):
    conversation = assistant.open("1")

    def cards(text):
        parts = list(assistant.reply(Message(text, "1", conversation)))
        return [card.item.title for part in parts if isinstance(part, Shown) for card in part.cards]

    listed = cards("a comedy")
    assert cards("tell me about the third one") == [listed[2]]
    assert cards("and what genre is the second one?") == [listed[1]]
    assert cards("what year is it from?") == [listed[1]]  # `it` is what was just spoken of
    assert cards("when did the last one come out?") == [listed[-1]]


@pytest.mark.parametrize(
    ("said", "about", "answer"),
    [
        ("how long is the second one?", ["Heat"], "Heat has a runtime of 170 minutes."),
        ("how long is Vertigo?", ["Vertigo"], "I do not know the runtime of Vertigo."),
        ("when did the first one come out?", ["Alien"], "Alien is from 1979."),
        ("is the first one scary?", ["Alien"], "Yes, Alien is Horror."),
        ("is the third one a western?", ["Fargo"], "No: Fargo is a Comedy, Crime and Thriller film, not Western."),
        ("what genre is Heat?", ["Heat"], "Heat is Action, Crime and Thriller."),
        ("who directed Heat?", ["Heat"], "The director of Heat is Michael Mann."),
        ("what runtime does Heat have?", ["Heat"], "Heat has a runtime of 170 minutes."),
        ("what is the first one about?", ["Alien"], "I do not know what Alien is about."),
        ("why is it so long?", ["Alien"], "Alien has a runtime of 117 minutes. Why it is so long is not said here."),
        ("is the second one any good?", ["Heat"], "I do not know ratings here."),
        (
            "which is longer, Alien or Heat?",
            ["Alien", "Heat"],
            "Heat is longer: 170 minutes against 117 minutes of Alien.",
        ),
        (
            "is Alien shorter than Heat?",
            ["Alien", "Heat"],
            "Alien is shorter: 117 minutes against 170 minutes of Heat.",
        ),
        ("is the first older than the third?", ["Alien", "Fargo"], "Alien is older: 1979 against 1996 of Fargo."),
        ("which of these is the newest?", LIST, "Fargo is the newest: 1996. Next comes Heat: 1995."),
        (
            "which of these is shortest?",
            LIST,
            "I do not know the runtime of Vertigo. Fargo is the shortest: 98 minutes. Next comes Alien: 117 minutes.",
        ),
    ],
)
def test_a_question_about_films(said, about, answer):
    assert asked(said, LIST) == (about, answer)


@pytest.mark.parametrize(
    ("said", "about", "answer"),
    [
        ("how much is the second?", ["Puzzle"], "Puzzle has a price of 15 EUR."),
        ("what is the weight of the second?", ["Puzzle"], "Puzzle has a weight of 0.4 kg."),
        ("is the second one in stock?", ["Puzzle"], "No: Puzzle is out of stock."),
        ("which of them are in stock?", BASKET, "Of these, Tea pot and Desk lamp are in stock."),
        ("which of these is cheapest?", BASKET, "Puzzle is the cheapest: 15 EUR. Next comes Tea pot: 20 EUR."),
        ("which is most expensive?", BASKET, "Desk lamp is the most expensive: 28 EUR. Next comes Tea pot: 20 EUR."),
        ("who makes the first one?", ["Tea pot"], "The brand of Tea pot is Gap."),
        ("which is the best?", BASKET, "Puzzle is the best rated: 4.4 stars. Next comes Tea pot: 4.2 stars."),
        ("how old is it?", ["Tea pot"], "Tea pot is from 2021-11-11."),
        (
            "why is the last one so expensive?",
            ["Desk lamp"],
            "Desk lamp has a price of 28 EUR. Why it is so expensive is not said here.",
        ),
        ("what colour is the last one?", ["Desk lamp"], "The colour of Desk lamp is Black."),
        (
            "which is heavier, the tea pot or the puzzle?",
            BASKET[:2],
            "Tea pot is heavier: 0.8 kg against 0.4 kg of Puzzle.",
        ),
    ],
)
def test_a_question_about_goods(said, about, answer):
    assert asked(said, BASKET, goods) == (about, answer)


def test_of_one_that_is_left_the_question_is_about_that_one():
    assert asked("which of these is the oldest?", ["Titanic"]) == (["Titanic"], "Titanic is from 1997.")


def test_three_things_whose_names_are_ordinary_words_are_compared():
    intent = SAID_OF_GOODS("compare the tea pot, the puzzle and the desk lamp")
    assert [GOODS[id].title for id in intent.about] == BASKET
    assert not intent.where


def test_what_this_catalogue_lacks_is_said_and_no_more(assistant):
    conversation = assistant.open("somebody new")
    for said in ("a comedy", "which of these is shortest?"):
        parts = list(assistant.reply(Message(said, "somebody new", conversation)))
    assert [one.text for one in parts if isinstance(one, Said)] == ["I do not know lengths here."]
    assert assistant.store.newest(conversation)[1]["move"] == "compare"


def test_a_table_of_two_says_which_is_older_below_it(assistant):
    conversation = assistant.open("somebody new")
    parts = list(assistant.reply(Message("which is older, Alien or Heat?", "somebody new", conversation)))
    assert next(one for one in parts if isinstance(one, Compared)).rows[0] == ("year", "1979", "1995")
    assert [card.item.title for one in parts if isinstance(one, Shown) for card in one.cards] == ["Alien", "Heat"]
    assert "Alien is older: 1979 against 1995 of Heat." in [one.text for one in parts if isinstance(one, Said)]


def test_namesakes_are_told_apart_by_their_years():
    old, new = (replace(FILMS[IDS["Alien"]], year=year) for year in (1979, 2003))
    assert [one.title for one in told_apart([old, new, FILMS[IDS["Heat"]]])] == ["Alien (1979)", "Alien (2003)", "Heat"]


@pytest.mark.parametrize(
    ("said", "about"),
    [
        ("Heat! Who directed that again?", ["Heat"]),
        ("Heat, how long does it go on for?", ["Heat"]),
        ("I mean what is Heat about", ["Heat"]),
        ("my son loves it, is Heat ok for him? how long is it?", ["Heat"]),
        ("whats Heat rated", ["Heat"]),
        ("how does Vertigo stack up against Fargo?", ["Vertigo", "Fargo"]),
        ("how does it compare to Fargo?", ["Alien", "Fargo"]),
    ],
)
def test_a_title_may_stand_before_its_question(said, about):
    assert asked(said, LIST)[0] == about


@pytest.mark.parametrize("said", ["would love to see a comedy like Heat", "Heat! What else is like it?"])
def test_a_wish_is_no_question(said):
    assert SAID_OF_FILMS(said, None, ("1",)).act != "about"


def test_a_that_which_tells_what_is_wanted_points_at_nothing():
    assert SAID_OF_FILMS("is there one that is not so long?", None, ("27",)).act == "suggest"
    assert SAID_OF_FILMS("something like that but a comedy", None, ("27",)).like == ("27",)


def test_what_is_not_known_of_an_item_is_said_to_be_so(assistant):
    conversation = assistant.open("somebody new")
    said = {}
    for text in ("tell me about Heat", "does it drag on?"):
        parts = list(assistant.reply(Message(text, "somebody new", conversation)))
        said[text] = [one.text for one in parts if isinstance(one, Said)]
    untold = "That is not among what I know of Heat; here is what is."
    assert untold in said["does it drag on?"]
    assert untold not in said["tell me about Heat"]
