"""That they have seen a title is said in many ways, and is no wish for the like."""

import pytest
from halves import lasting, reader

READ = reader(lasting)
CATALOGUE, _ = lasting()


@pytest.mark.parametrize(
    "said",
    [
        "The Lion King we have on DVD",
        "The Lion King I know by heart",
        "the lion king ive seen of course",
        "oh brilliant, as if I hadn't seen The Lion King a thousand times",
        "I have already had the pleasure of The Lion King",
        "The Lion King would be perfect, only we watched it last month",
        "seen The Lion King",
    ],
)
def test_what_they_have_seen_is_noted_and_the_wish_goes_on(said):
    intent = READ(said, READ("a comedy"), ("1", "2"))
    assert {CATALOGUE[id].title for id in (*intent.seen, *intent.about)} == {"The Lion King"}
    assert intent.where.words() == ("Comedy",)
    assert not intent.like


def test_seen_and_liked():
    intent = READ("seen The Lion King, that's a good one")
    assert intent.seen == intent.like != ()


def test_who_was_let_down_did_not_like_it():
    said = READ("I was let down by the last two I watched, Heat and Casino. Got a comedy?")
    assert {CATALOGUE[id].title for id in said.unlike} == {"Heat", "Casino"}
    assert said.where.words() == ("Comedy",)


def test_already_saw_that_one():
    assert READ("already saw that one come to think of it", READ("a comedy"), ("18",)).seen == ("18",)


def test_a_part_of_a_title_in_small_letters():
    assert READ("not the wizard of oz though").unlike != ()


@pytest.mark.parametrize(
    "said", ["Toy Story I know inside out, and The Lion King too", "I have seen both Toy Story and The Lion King"]
)
def test_titles_that_are_named_together(said):
    intent = READ(said, READ("a drama"), ("1", "2"))
    assert {CATALOGUE[id].title for id in intent.seen} >= {"Toy Story", "The Lion King"}
    assert intent.where.words() == ("Drama",)
