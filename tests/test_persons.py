"""Whose other works a pronoun means, and titles that are not known here."""

import pytest
from halves import goods, lasting, reader
from test_policy import Talk

from chat.messages import Asked

FILMS, _ = lasting()
IDS = {item.title: item.id for item in reversed(list(FILMS.values()))}
FILM = reader(lasting)


@pytest.mark.parametrize(
    "said", ["his other films", "more by him", "what else has he directed?", "show me their other work"]
)
def test_a_pronoun_is_who_made_the_item_that_is_spoken_of(said):
    intent = FILM(said, FILM("a horror film"), (IDS["Alien"],))
    assert intent.act == "suggest"
    assert intent.where.wanted["director"] == {"Ridley Scott"}
    assert IDS["Alien"] in intent.named


def test_a_pronoun_is_the_person_that_was_asked_for():
    intent = FILM("his other films", FILM("something by Michael Mann"), tuple(IDS.values())[:5])
    assert intent.where.wanted["director"] == {"Michael Mann"}


def test_of_a_whole_list_a_pronoun_means_nobody():
    assert "director" not in FILM("his other films", FILM("a comedy"), (IDS["Alien"], IDS["Heat"])).where.wanted


@pytest.mark.parametrize(
    ("said", "name", "near"),
    [
        ("something like Dune", "Dune", ()),
        ("a film like Ocean Eleven Twelve", "Ocean Eleven Twelve", ()),
        ("do you have Oppenheimer?", "Oppenheimer", ()),
        ("something like teh gdfathr", "teh gdfathr", ("The Godfather",)),
        ("something like a slow burn", "", ()),
        ("something like Alien", "", ()),
        ("do you have something funny?", "", ()),
        ("something like Ridley Scott would do", "", ()),
    ],
)
def test_a_title_that_is_not_there_is_said_to_be_unknown(said, name, near):
    intent = FILM(said)
    assert intent.unknown == ((f"a film called “{name}”",) if name else ())
    assert tuple(FILMS[id].title for id in intent.near) == near


def test_what_was_meant_by_a_slip_is_offered(assistant):
    talk = Talk(assistant).say("something like teh gdfathr")
    assert "I do not know a film called “teh gdfathr” here" in talk.said
    assert talk.asked == Asked("Did you mean The Godfather (1972)?", ("like The Godfather (1972)",))


def test_in_a_shop_it_is_a_product():
    assert reader(goods)("do you have Kindle?").unknown == ("a product called “Kindle”",)
