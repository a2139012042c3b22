"""What was shown before the last list is found again, by its place, by what it is, or as what was spoken of last."""

from collections import Counter

import pytest
from test_policy import Talk


@pytest.fixture
def talk(assistant):
    """A conversation in which westerns were shown, then comedies."""
    talk = Talk(assistant).say("a western")
    talk.westerns = talk.shown
    talk.say("a comedy")
    talk.comedies = talk.shown
    return talk


@pytest.mark.parametrize(
    "said",
    [
        "the first one you suggested",
        "what about the first one you mentioned?",
        "go back to the first one you showed me",
        "the first one in the first list",
        "and the first one from before?",
        "the very first film you recommended",
    ],
)
def test_the_first_that_was_suggested_is_of_the_first_list(talk, said):
    assert talk.say(said).shown == talk.westerns[:1]
    assert talk.record["move"] == "answer"
    assert talk.limits == ("Comedy",)


def test_by_its_place_it_is_of_the_list_before(talk):
    assert talk.say("how old is the second one from the previous list?").shown == talk.westerns[1:2]
    assert talk.say("tell me more about the second one from before").shown == talk.westerns[1:2]


def test_by_what_it_is_it_is_told_as_well(talk):
    genres = Counter(genre for id in talk.comedies for genre in talk.assistant.catalogue[id].facet("genre"))
    one = next(genre for genre, times in genres.items() if times == 1 and genre.isalpha())
    meant = [id for id in talk.comedies if one in talk.assistant.catalogue[id].facet("genre")]
    talk.say("a musical")
    assert list(talk.say(f"the {one.lower()} one you suggested before").shown) == meant


def test_what_was_spoken_of_by_itself_is_the_one_from_before(talk):
    talk.say("what year is Psycho from?")
    talk.say("a musical")
    [shown] = talk.say("the one you said before").shown
    assert talk.assistant.catalogue[shown].title == "Psycho"


def test_what_is_taken_from_before_is_named(talk):
    title = talk.assistant.catalogue[talk.westerns[0]].name
    assert talk.say("I'll take the first one you showed").said.startswith(f"{title} it is, then.")


def test_without_an_earlier_list_it_is_the_one_there_is(assistant):
    talk = Talk(assistant).say("a western")
    first = talk.shown[:1]
    assert talk.say("what about the first one you suggested?").shown == first


@pytest.mark.parametrize(
    ("said", "limits"),
    [
        ("films from before 1950", ("until 1949",)),
        ("the one before 1950", ("Comedy", "until 1949")),
        ("a western from earlier days", ("Western",)),
    ],
)
def test_a_film_from_before_a_year_is_an_old_one(talk, said, limits):
    assert talk.say(said).limits == limits
