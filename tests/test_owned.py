"""What somebody has already is left out, and is no wish."""

import pytest
from halves import goods, reader

CATALOGUE, _ = goods()
IDS = {item.title: item.id for item in CATALOGUE.values()}
LIST = (IDS["Puzzle"], IDS["Tea pot"])


@pytest.mark.parametrize(
    ("said", "titles"),
    [
        ("he already has the puzzle", {"Puzzle"}),
        ("my nephew already has a puzzle", {"Puzzle"}),
        ("she has that tea pot already", {"Tea pot"}),
        ("I already have a garden chair", {"Garden chair"}),
        ("I already have it", {"Puzzle"}),
        ("they already own the camera and want something else", {"Old camera"}),
    ],
)
def test_what_is_there_already_is_known_and_no_wish(said, titles):
    intent = reader(goods)(said, None, LIST)
    assert (intent.act, {CATALOGUE[id].title for id in intent.about}) == ("seen", titles)
    assert not intent.where


@pytest.mark.parametrize("said", ["he already has shoes", "my sister has lots of clothes already"])
def test_of_a_kind_that_somebody_else_has_there_is_enough(said):
    where = reader(goods)(said).where
    assert where.unwanted
    assert not where.wanted


def test_who_has_a_thing_may_want_more_of_its_kind():
    assert not reader(goods)("I already have walking boots that I love").where.unwanted
    assert reader(goods)("he already has everything").act == "suggest"


def test_what_was_withdrawn_since_the_list_was_shown_is_not_looked_for():
    intent = reader(goods)("they already own the camera", None, ("gone", *LIST))
    assert {CATALOGUE[id].title for id in intent.about} == {"Old camera"}


def test_what_comes_out_of_her_ears_she_has_and_those_are_it():
    intent = reader(goods)("she's got rain jackets coming out of her ears, not those", None, LIST)
    assert (intent.act, intent.about) == ("seen", (IDS["Rain jacket"],))
