"""Who takes something by its name is told so, and gets no further list."""

import pytest
from halves import goods, lasting, reader

FILMS, GOODS = reader(lasting), reader(goods)
CATALOGUE, _ = lasting()
SHELF, _ = goods()
LIST = tuple(id for id in CATALOGUE if CATALOGUE[id].title in ("Heat", "Fargo", "Scream"))
ON_SHELF = tuple(id for id in SHELF if SHELF[id].title in ("Rain jacket", "Tea pot"))


@pytest.mark.parametrize(
    "said",
    [
        "perfect, I'll take Fargo",
        "ok ill go with Fargo then",
        "great, I'm going to watch Fargo tonight, thanks!",
        "we'll watch Fargo. bye",
        "yes, Fargo it is",
        "i'll take fargo",
        "ill watch fargoo tonight",
        "let's do fargo then",
        "we're going with Fargo",
        "I choose Fargo",
        "Sold on Fargo!",
        "we'll settle on fargo",
        "Fargo sounds perfect",
        "Fargo is exactly what I was looking for",
    ],
)
def test_a_title_that_is_taken_is_a_nod(said):
    intent = FILMS(said, FILMS("a thriller", None, ()), LIST)
    assert (intent.act, [CATALOGUE[id].title for id in intent.about]) == ("nod", ["Fargo"])
    assert not intent.like
    assert not intent.where
    assert not intent.words


@pytest.mark.parametrize("said", ["nice, that tea pot is exactly what I want", "I'll take the tea pot, thank you"])
def test_a_thing_of_the_list_is_taken_by_the_end_of_its_title(said):
    intent = GOODS(said, GOODS("for the kitchen", None, ()), ON_SHELF)
    assert (intent.act, [SHELF[id].title for id in intent.about]) == ("nod", ["Tea pot"])


@pytest.mark.parametrize(
    "said",
    [
        "I'll take something like Fargo",
        "I'll watch anything but Fargo",
        "I'll watch Fargo if it is not too long",
        "I'll take Fargo. What else is there?",
        "is Fargo good for tonight?",
        "I'll take a western",
        "let's watch Fargo or Scream",
    ],
)
def test_who_still_wishes_or_asks_for_something_takes_nothing(said):
    assert FILMS(said, FILMS("a thriller", None, ()), LIST).act != "nod"


@pytest.mark.parametrize(
    "said",
    [
        "I've finished fargo",
        "I just finished watching Fargo",
        "we're done with fargo already",
        "done with Fargo",
        "I am through with Fargo",
        "i own fargo already",
    ],
)
def test_what_is_finished_is_seen_and_leaves_the_wish(said):
    intent = FILMS(said, FILMS("a thriller", None, ()), LIST)
    assert (intent.act, [CATALOGUE[id].title for id in intent.seen]) == ("seen", ["Fargo"])
    assert intent.where.wanted["genre"] == {"Thriller"}
    assert not intent.like


@pytest.mark.parametrize("said", ["let's watch it", "I'll take one", "we'll see", "I'll have a look", "let's do that"])
def test_small_words_that_are_taken_are_no_title(said):
    assert not FILMS(said, FILMS("a thriller", None, ()), LIST).like


def test_without_a_list_there_is_nothing_to_take():
    assert FILMS("I'll watch Fargo", None, ()).act != "nod"


def test_who_takes_one_and_asks_what_else_there_is_gets_neither_it_nor_the_list_again():
    intent = FILMS("I'll watch Fargo. What else do you have?", FILMS("a thriller", None, ()), LIST)
    assert intent.act == "more"
    assert set(intent.about) == set(LIST)
