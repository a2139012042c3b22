"""The question back: of what people can answer, what the offered answers mean, and when it stays or goes."""

from itertools import pairwise

import numpy as np
import pytest
from halves import goods, lasting, reader
from hypothesis import given
from hypothesis import strategies as st

from chat.messages import Asked, Intent, Message, Said, Shown
from chat.policy.answers import affirms, chosen, undecided
from chat.policy.question import askable, vague, values_of, worth_asking
from retrieval.catalogue import Catalogue
from retrieval.domain import read_domain
from retrieval.items import Item
from retrieval.ranking import ranked

MOVIES, SHOP = lasting()[1], goods()[1]


def alike(items):
    """A list of items as good as each other."""
    return Catalogue.of(items), ranked(tuple(one.id for one in items), {"x": np.zeros(len(items), dtype=np.float32)})


def priced(prices):
    return [Item(f"p{at}", f"Thing {at}", numbers={"price": float(price)}) for at, price in enumerate(prices)]


def test_prices_are_asked_for_in_three_ranges_from_the_least_to_the_most():
    catalogue, ranking = alike(priced([8, 9, 11, 12, 45, 48, 52, 55, 120, 130, 150, 190]))
    asked = worth_asking(Intent(), ranking, {}, catalogue, SHOP)
    assert asked.field == "price"
    assert (
        asked.text == "How much may it cost: under 12 EUR, 12 to 55 EUR or over 55 EUR?" or "under" in asked.values[0]
    )
    assert [value.split()[0] for value in asked.values][::2] == ["under", "over"]


@given(st.lists(st.integers(1, 5000), min_size=10, max_size=40))
def test_every_range_that_is_offered_is_understood_when_it_is_said_back(prices):
    items = priced(prices)
    read = reader(goods)
    for said in {value for one in values_of("price", items, np.ones(len(items)), SHOP) for value in one}:
        assert set(read(f"and {said}", Intent()).where.ranges) == {"price"}


@pytest.mark.parametrize("half", [lasting, goods])
def test_every_value_that_is_offered_is_understood_when_it_is_said_back(half):
    catalogue, domain = half()
    read, items = reader(half), list(catalogue.values())
    for field in askable(domain):
        for said in {value for one in values_of(field, items, np.ones(len(items)), domain) for value in one}:
            where = read(f"and {said}", Intent()).where
            assert field in where.ranges or where.asked(field), said


def test_nobody_is_asked_for_one_of_hundreds():
    brands = [Item(f"b{at}", f"Thing {at}", facets={"brand": (f"Brand {at}",)}) for at in range(100)]
    assert worth_asking(Intent(), alike(brands)[1], {}, alike(brands)[0], SHOP) is None


def test_words_that_say_nothing_are_nothing_to_go_by():
    assert vague(Intent(words="buy product"), read_domain("shop"))
    assert not vague(Intent(words="buy wool"), read_domain("shop"))


@pytest.mark.parametrize(
    ("said", "means"),
    [
        ("the second", "Drama"),
        ("the second one please", "Drama"),
        ("2", "Drama"),
        ("number 3", "Horror"),
        ("the first or the third", "Comedy or Horror"),
        ("the last one", "Horror"),
        ("maybe the first", "Comedy"),
        ("why the second?", None),
        ("the first is too long", None),
        ("comedy", None),
    ],
)
def test_a_place_is_a_value_that_was_offered(said, means):
    assert chosen(said, ("Comedy", "Drama", "Horror")) == means


def test_a_place_beyond_the_values_is_none():
    assert chosen("the third", ("Comedy", "Drama")) is None


@pytest.mark.parametrize(
    "said", ["no preference", "either", "either is fine", "I don't mind", "any", "no", "up to you!"]
)
def test_no_preference(said):
    assert undecided(said, asked=True)


@pytest.mark.parametrize(
    "said", ["any comedy", "no horror", "either a comedy or a drama", "all quiet on the western front"]
)
def test_a_wish_is_a_preference(said):
    assert not undecided(said, asked=True)


def test_yes_is_yes_alone():
    assert affirms("yes, please")
    assert not affirms("yes, a comedy")


class Talk:
    def __init__(self, assistant):
        self.assistant, self.conversation = assistant, assistant.open("somebody new")

    def say(self, text):
        self.parts = list(self.assistant.reply(Message(text, "somebody new", self.conversation)))
        self.asked = next((one for one in self.parts if isinstance(one, Asked)), None)
        self.said = [one.text for one in self.parts if isinstance(one, Said)]
        self.record = self.assistant.store.newest(self.conversation)[1]
        return self


@pytest.fixture
def talk(assistant):
    return Talk(assistant)


def test_the_list_comes_first_and_the_question_last(talk):
    talk.say("what should I watch?")
    kinds = [type(one) for one in talk.parts]
    assert kinds.index(Shown) < kinds.index(Said) < kinds.index(Asked) == len(kinds) - 2


def test_the_second_of_the_answers_is_the_wish(talk):
    talk.say("what should I watch?")
    offered = talk.asked.answers[1]
    talk.say("the second")
    assert talk.record["intent"]["where"]["wanted"] == {"genre": [offered]}
    assert (talk.record["question"], talk.record["unanswered"]) == (None, 0)


def test_yes_leaves_the_question_open(talk):
    talk.say("what should I watch?")
    question = talk.record["question"]
    talk.say("yes")
    assert talk.record["question"] == question
    assert question["values"][0] in talk.said[0]
    talk.say(question["values"][0])
    assert talk.record["intent"]["where"]["wanted"] == {"genre": [question["values"][0]]}


def test_a_question_ignored_is_followed_by_none_and_not_asked_again(talk):
    fields = []
    for said in (
        "what should I watch?",
        "something",
        "what else?",
        "anything good",
        "what should I watch?",
        "show me more",
    ):
        talk.say(said)
        fields.append((talk.record["question"] or {}).get("field"))
    assert fields[0]
    assert not any(one and other for one, other in pairwise(fields))
    assert len([one for one in fields if one]) == len({one for one in fields if one}) <= 2


def test_undo_does_not_bring_the_question_back(talk):
    talk.say("what should I watch?")
    field = talk.record["question"]["field"]
    talk.say("from the 80s")
    talk.say("undo")
    talk.say("undo")
    assert talk.say("what should I watch?").record["question"] is None or talk.record["question"]["field"] != field


def test_starting_over_is_a_move_of_its_own(talk):
    talk.say("a comedy")
    talk.say("start over")
    assert talk.record["move"] == "restart"
    assert not any(talk.record["intent"]["where"]["wanted"].values())
