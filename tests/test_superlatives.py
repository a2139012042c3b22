"""The most or the least of something is looked for in the whole catalogue, and said truly."""

import pytest
from halves import goods, lasting, reader
from test_policy import FILMS, Talk

from chat.messages import Extreme

FILM, SHOP = reader(lasting), reader(goods)


@pytest.mark.parametrize(
    ("read", "said", "extreme"),
    [
        (FILM, "your longest western", Extreme("runtime", True, "longest")),
        (FILM, "the newest film by Ridley Scott", Extreme("year", True, "newest")),
        (FILM, "what is the oldest musical you have?", Extreme("year", False, "oldest")),
        (FILM, "your most popular comedies", Extreme("fame", True, "most popular")),
        (SHOP, "the cheapest shoes you have", Extreme("price", False, "cheapest")),
        (SHOP, "the best-rated headphones", Extreme("rating", True, "best-rated")),
        (SHOP, "latest camera", Extreme("released", True, "latest")),
        (SHOP, "something for my oldest son", None),
        (SHOP, "not the cheapest shoes", None),
        (SHOP, "shoes by friday at the latest", None),
    ],
)
def test_the_most_of_something_is_no_word_of_the_wish(read, said, extreme):
    intent = read(said)
    assert (intent.act, intent.extreme) == ("suggest", extreme)
    assert not {"cheapest", "longest", "newest"} & set(intent.words.split()) or extreme is None


def test_of_a_list_the_cheapest_is_one_of_the_list_and_of_the_shop_one_of_the_shop():
    shown = ("g2", "g3")
    assert SHOP("which of these is the cheapest?", None, shown).about == shown
    assert SHOP("which is the cheapest camera you have?", None, shown).extreme == Extreme("price", False, "cheapest")


def test_what_holds_goes_on_holding():
    first = SHOP("shoes by Acme")
    then = SHOP("the cheapest", first)
    assert then.where == first.where
    assert SHOP("but red", then).extreme == then.extreme
    assert SHOP("a camera", then).extreme is None
    assert SHOP("what is the cheapest product you have?", first).where == type(first.where)()


def test_an_and_at_the_start_points_at_nothing_in_the_list():
    then = FILM("and the oldest western", FILM("a comedy"), ("1", "2", "3"))
    assert (then.like, then.extreme) == ((), Extreme("year", False, "oldest"))


def test_without_the_number_it_is_said_to_be_unknown(assistant):
    talk = Talk(assistant).say("your longest western")
    assert "I do not know lengths here" in talk.said
    assert "first" not in " ".join(talk.understood)


def test_the_list_goes_by_the_number_and_limits_hold(assistant):
    talk = Talk(assistant).say("the oldest horror film you have, nothing before 1970")
    years = [FILMS[id].year for id in talk.shown]
    assert years == sorted(years)
    assert years[0] == min(one.year for one in FILMS.values() if "Horror" in one.facet("genre") and one.year >= 1970)
    assert "is the oldest: 1973" in talk.said


@pytest.mark.parametrize(
    ("said", "where"),
    [("jokester", "no film here"), ("rotoscoped", "no film here"), ("oz", "none of the films that fit")],
)
def test_words_are_said_to_be_in_nothing_only_where_that_is_so(assistant, said, where):
    talk = Talk(assistant).say(f"the oldest western you have, {said}, nothing before 1980")
    assert f"I find “{said}” in {where}" in talk.said


def test_what_is_left_out_although_it_would_be_first_is_named(assistant):
    talk = Talk(assistant)
    talk.say("I have seen The Wizard of Oz")
    talk.say("the oldest musical you have")
    assert talk.shown
    assert FILMS[talk.shown[0]].title != "The Wizard of Oz"
    assert "The Wizard of Oz (1939) would come before all of these, and is left out: seen already." in talk.said


def test_the_order_is_a_piece_that_can_be_taken_away(assistant):
    talk = Talk(assistant).say("the oldest musical you have")
    assert [one.text for one in assistant.chips(talk.conversation, talk.user)] == ["Musical", "the oldest first"]
    talk.say("", drop="the oldest first")
    assert talk.record["intent"]["extreme"] is None
    assert talk.limits == ("Musical",)
