"""One of the list is meant by what it is called."""

import pytest
from halves import goods, lasting, reader

CATALOGUE, _ = goods()
READ = reader(goods)
IDS = {item.title: item.id for item in CATALOGUE.values()}
LIST = tuple(IDS[one] for one in ("Rain jacket", "Walking boots", "Desk lamp", "Puzzle"))


@pytest.mark.parametrize(
    ("said", "title"),
    [
        ("how much r the boots", "Walking boots"),
        ("is the lamp used?", "Desk lamp"),
        ("what colour is the jacket?", "Rain jacket"),
        ("is the puzzle in stock?", "Puzzle"),
        ("the lamp! what does it weigh?", "Desk lamp"),
    ],
)
def test_what_is_asked_of_a_thing_by_its_noun_is_asked_of_that_one_of_the_list(said, title):
    intent = READ(said, None, LIST)
    assert (intent.act, intent.about) == ("about", (IDS[title],))


def test_what_is_said_of_it_is_said_of_that_one():
    intent = READ("the lamp is ugly", None, LIST)
    assert (intent.act, intent.unlike) == ("suggest", (IDS["Desk lamp"],))


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("are the shoes by Gap", LIST),  # they may be others than those of the list
        ("what about the lamp", LIST),  # nothing is asked of it
        ("shoes for the puzzle club", LIST),
    ],
)
def test_else_the_words_are_a_wish(said, shown):
    assert not READ(said, None, shown).unlike
    assert READ(said, None, shown).act == "suggest"


def test_one_of_the_list_by_the_first_word_of_its_title():
    films, _ = lasting()
    read = reader(lasting)
    runner = next(id for id, one in films.items() if one.title == "Blade Runner")
    said = "Blade is brilliant but it's not what I'm in the mood for"
    intent = read(said, read("a drama"), ("1", runner))
    assert (intent.like, intent.where.words()) == ((runner,), ("Drama",))
    assert not read(said, read("a drama"), ("1", "2")).like
