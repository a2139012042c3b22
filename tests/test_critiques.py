"""A critique holds for every item of the next list: hard limits, and more or less than what it criticises."""

from dataclasses import replace
from statistics import median

import pytest
from halves import goods, lasting
from hypothesis import given, settings
from hypothesis import strategies as st

from chat.messages import Message, Said, Shown
from chat.policy.fame import fame
from chat.understanding import understanding
from retrieval.catalogue import Catalogue

# what is said, of which number, whether it is to be more
DEGREES = {
    lasting: [
        ("shorter", "runtime", False),
        ("a bit longer", "runtime", True),
        ("too long", "runtime", False),
        ("older", "year", False),
        ("something newer please", "year", True),
        ("too old", "year", True),
        ("not so new", "year", False),
    ],
    goods: [
        ("cheaper", "price", False),
        ("something less expensive", "price", False),
        ("too cheap", "price", True),
        ("lighter", "weight", False),
        ("a bit heavier", "weight", True),
        ("newer", "released", True),
        ("older ones", "released", False),
    ],
}
EACH = [(half, *one) for half, some in DEGREES.items() for one in some]


def passing(catalogue, intent):
    """The items that the next list may hold."""
    return [item for item, there in zip(catalogue.values(), intent.where.mask(catalogue.columns), strict=True) if there]


def changed(half, numbers):
    """The catalogue of a half with other years and numbers; some are not known."""
    catalogue, domain = half()
    items = []
    for item, (known, number) in zip(catalogue.values(), numbers, strict=False):
        own = {name: float(round(number * (1 + at))) for at, name in enumerate(item.numbers)} if known else {}
        year = int(1930 + number % 90) if item.year and known else None
        items.append(replace(item, numbers=own if half is goods else {"runtime": number} if known else {}, year=year))
    return Catalogue.of(items), domain


@settings(max_examples=25)
@pytest.mark.parametrize(("half", "said", "name", "more"), EACH)
@given(
    st.lists(st.tuples(st.booleans(), st.integers(1, 400).map(float)), min_size=10, max_size=10),
    st.lists(st.integers(0, 9), min_size=1, max_size=6, unique=True),
)
def test_every_item_of_the_next_list_is_on_that_side_of_the_list_before(half, said, name, more, numbers, places):
    catalogue, domain = changed(half, numbers)
    shown = [catalogue.ids[at] for at in places]
    had = [catalogue[id].all_numbers[name] for id in shown if name in catalogue[id].all_numbers]
    intent = understanding(catalogue, domain)(said, None, shown)
    if not had:
        return
    for item in passing(catalogue, intent):
        number = item.all_numbers[name]
        assert number > median(had) if more else number < median(had)


@settings(max_examples=25)
@pytest.mark.parametrize(
    ("half", "comparing", "name", "more"),
    [
        (lasting, "shorter", "runtime", False),
        (lasting, "newer", "year", True),
        (goods, "cheaper", "price", False),
        (goods, "heavier", "weight", True),
        (goods, "older", "released", False),
    ],
)
@given(
    st.lists(st.tuples(st.just(True), st.integers(1, 400).map(float)), min_size=10, max_size=10),
    st.integers(0, 2),
)
def test_of_an_item_pointed_at_it_is_that_one_that_counts(half, comparing, name, more, numbers, place):
    catalogue, domain = changed(half, numbers)
    shown = list(catalogue.ids[:5])
    said = f"{comparing} than the {('first', 'second', 'third')[place]}"
    intent = understanding(catalogue, domain)(said, None, shown)
    reference = catalogue[shown[place]].all_numbers[name]
    for item in passing(catalogue, intent):
        number = item.all_numbers[name]
        assert number > reference if more else number < reference
    assert intent.like == ()


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("something shorter than Heat", ("runtime under 170 minutes",)),
        ("newer than Alien", ("since 1980",)),
        ("something like Heat but shorter", ("runtime under 170 minutes",)),
        ("not shorter than Alien", ("runtime at least 117 minutes",)),
    ],
)
def test_an_item_that_is_named_is_compared_with(said, words):
    intent = understanding(*lasting())(said, None, ())
    assert intent.where.words() == words
    assert bool(intent.like) == ("like" in said)


def test_what_is_not_known_of_it_is_not_guessed():
    intent = understanding(*lasting())("shorter than Vertigo", None, ())
    assert not intent.where
    assert intent.unknown == ("the runtime of Vertigo",)


def test_a_second_critique_holds_beside_the_first():
    catalogue, domain = goods()
    understand = understanding(catalogue, domain)
    before, shown = None, list(catalogue.ids)
    for said, name, more in (("cheaper", "price", False), ("lighter", "weight", False), ("newer", "released", True)):
        intent = understand(said, before, shown)
        reference = median(catalogue[id].numbers[name] for id in shown)
        left = passing(catalogue, intent)
        assert left
        assert all((item.numbers[name] > reference) == more for item in left)
        assert before is None or {item.id for item in left} <= {item.id for item in passing(catalogue, before)}
        before, shown = intent, [item.id for item in left]


def test_older_stays_within_the_years_that_were_asked_for():
    catalogue, domain = lasting()
    understand = understanding(catalogue, domain)
    eighties = understand("from the 80s", None, ())
    shown = passing(catalogue, eighties)
    older = understand("older", eighties, [item.id for item in shown])
    years = [item.year for item in passing(catalogue, older)]
    assert years
    assert all(1980 <= year < median(item.year for item in shown) for year in years)


class Talk:
    def __init__(self, assistant):
        self.assistant, self.conversation = assistant, assistant.open("somebody new")

    def say(self, text):
        parts = list(self.assistant.reply(Message(text, "somebody new", self.conversation)))
        self.said = " ".join(one.text for one in parts if isinstance(one, Said))
        self.items = [card.item for one in parts if isinstance(one, Shown) for card in one.cards]
        return self.items


@pytest.mark.parametrize(("said", "more"), [("less known", False), ("something more popular", True)])
def test_less_known_is_less_known_than_the_list_before(assistant, said, more):
    talk = Talk(assistant)
    known = median(fame([item.id for item in talk.say("a comedy")], assistant.ordering).tolist())
    counts = fame([item.id for item in talk.say(said)], assistant.ordering)
    assert len(counts)
    assert all((counts > known) if more else (counts < known))


@pytest.mark.parametrize(
    ("said", "holds"),
    [
        ("no romance", lambda item: "Romance" not in item.facet("genre")),
        ("less scary", lambda item: "Horror" not in item.facet("genre")),
        ("lighter", lambda item: "Comedy" in item.facet("genre")),
        ("only from the 90s", lambda item: 1990 <= item.year <= 1999),
        ("but before 1980", lambda item: item.year < 1980),
    ],
)
def test_a_hard_critique_holds_for_every_card(assistant, said, holds):
    talk = Talk(assistant)
    talk.say("a thriller or a comedy")
    assert talk.say(said)
    assert all(map(holds, talk.items))


def test_a_limit_on_what_is_not_known_is_kept_as_a_wish_and_said(assistant):
    talk = Talk(assistant)
    first = talk.say("a comedy")
    assert talk.say("under 90 minutes, please")
    assert "I do not know running times here" in talk.said or "I do not know amounts in minutes here" in talk.said
    assert talk.items == first
    assert assistant.state(talk.conversation, "somebody new").unknown
