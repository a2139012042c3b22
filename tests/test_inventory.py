"""What is asked of the catalogue is answered by counting in it, and is no wish."""

import pytest
from halves import goods, lasting, reader
from test_policy import FILMS, Talk

from chat.turns.plots import plot, shortened
from retrieval.items import Item

FILM, SHOP = reader(lasting), reader(goods)


@pytest.mark.parametrize(
    ("read", "said"),
    [
        (FILM, "how many westerns do you have?"),
        (FILM, "do you have anything by Michael Mann?"),
        (FILM, "which genres do you have?"),
        (SHOP, "is there anything by Acme?"),
        (SHOP, "what brands are there?"),
        (SHOP, "how many jackets do you sell?"),
    ],
)
def test_a_question_about_the_catalogue_is_no_wish(read, said):
    before = read("something red") if read is SHOP else read("a comedy")
    intent = read(said, before, ("1", "2"))
    assert (intent.act, intent.about) == ("about", ())


@pytest.mark.parametrize(
    ("read", "said"),
    [
        (FILM, "do you have any westerns?"),
        (FILM, "do you have anything shorter?"),
        (SHOP, "do you have anything in red by Acme under 50 euros?"),
    ],
)
def test_who_asks_for_a_kind_wishes_for_it(read, said):
    assert read(said).act == "suggest"


def test_who_wishes_for_nothing_yet_wants_what_they_ask_for():
    intent = FILM("got anything by Michael Mann?")
    assert intent.act == "suggest"
    assert "Michael Mann" in intent.where.words()


def test_it_is_counted_what_is_there_and_the_wish_stays(assistant):
    talk = Talk(assistant).say("a comedy")
    talk.say("how many westerns do you have?")
    assert talk.said == "For Western there are 3 films here."
    assert {FILMS[id].title for id in talk.shown} == {"High Noon", "Unforgiven", "Once Upon a Time in the West"}
    assert talk.limits == ("Comedy",)
    talk.say("I have seen High Noon")
    talk.say("how many westerns do you have?")
    assert talk.said == "For Western there are 3 films here, 2 of them new to you."


def test_what_is_not_there_is_said_to_be_none(assistant):
    talk = Talk(assistant).say("how many films about submarines do you have?")
    assert talk.said == "For “submarines” there is no film here."
    assert talk.shown is None


def test_the_values_of_an_attribute_are_told_with_their_numbers(assistant):
    talk = Talk(assistant).say("which genres are there?")
    assert talk.said.startswith("By genre there are: Comedy (20), Drama (16)")
    assert "10 more" in talk.said


# what it is about


def test_what_an_item_is_about_is_quoted_cleaned_and_short():
    one = Item(
        "1", "Heat", text="Cops and “robbers”. See <b>this</b> at https://x.y now.\nThey  meet. " + "Long. " * 99
    )
    assert plot(one).startswith("Heat is described in these words: “Cops and robbers. They meet. Long.")
    assert len(shortened(one.text)) <= 280
    assert plot(Item("1", "Heat")) == "I do not know what Heat is about."
    assert plot(Item("1", "Heat", attributes={"plot": "A chase."})).endswith("“A chase”.")
    assert shortened("word " * 200).endswith("word…")


@pytest.mark.parametrize(
    ("read", "said"),
    [
        (SHOP, "which is the cheapest brand?"),
        (SHOP, "which brand is the best rated?"),
        (SHOP, "the most expensive colour"),
        (FILM, "which director makes the longest films?"),
    ],
)
def test_who_asks_which_value_has_the_most_or_the_least_asks_of_all_and_wishes_for_nothing(read, said):
    for before, shown in ((None, ()), (read("something red"), ("1", "2", "3"))):
        intent = read(said, before, shown)
        assert (intent.act, intent.about, intent.extreme) == ("about", (), None)
        assert "brand" not in read("shoes", intent, ()).words


def test_the_cheapest_of_a_brand_is_a_wish():
    assert SHOP("the cheapest shoes by Acme").extreme.of == "price"
