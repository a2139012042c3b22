"""What the catalogue has is heeded: lengths, prices, brands, flags, dates, places; and what it lacks is said."""

import math
import string

import pytest
from halves import goods, lasting, reader
from hypothesis import example, given
from hypothesis import strategies as st

from chat.understanding import named
from chat.understanding.text.words import stance
from chat.understanding.values.amounts import WORDED, amounts
from retrieval.domain import Field
from retrieval.filtering.conditions import Near
from retrieval.filtering.spans import EPOCH, Span
from retrieval.items import Item

FILMS, _ = lasting()
GOODS, _ = goods()
BY_TITLE = {item.title: item.id for item in reversed([*FILMS.values(), *GOODS.values()])}
LIST = tuple(BY_TITLE[title] for title in ("Heat", "Fargo", "Scream"))  # 170, 98 and 111 minutes
SHELF = tuple(BY_TITLE[title] for title in ("Rain jacket", "Headphones", "Walking boots"))  # 79, 150 and 120 €
film, shop = reader(lasting), reader(goods)
FIELDS = {
    "price": Field(type="number", unit="EUR"),
    "weight": Field(type="number", unit="kg"),
    "runtime": Field(type="number", unit="minutes"),
}


@pytest.mark.parametrize(
    ("said", "understood"),
    [
        ("under two hours", "runtime under 120 minutes"),
        ("a comedy of 90 minutes or less", "Comedy, runtime at most 90 minutes"),
        ("between 1 and 2 hours", "runtime from 60 minutes to 120 minutes"),
        ("an hour and a half at most", "runtime at most 90 minutes"),
        ("at least 2h30", "runtime at least 150 minutes"),
        ("around 100 minutes", "runtime from 80 minutes to 120 minutes"),
        ("nothing over three hours", "runtime at most 180 minutes"),
        ("under half an hour", "runtime under 30 minutes"),
        ("from the 80s, under 2 hours", "runtime under 120 minutes, from 1980 to 1989"),
        ("by Ridley Scott", "Ridley Scott"),
        ("not from ridley scott", "no Ridley Scott"),
        ("a horor film", "Horror"),
        ("a comdey or a westren", "Comedy or Western"),
        ("thrilled by heights", "“thrilled by heights”"),
    ],
)
def test_lengths_people_and_slips_are_read_of_films(said, understood):
    assert ", ".join(named(film(said), FILMS)) == understood


@pytest.mark.parametrize(
    ("said", "understood"),
    [
        ("not from Acme", "no Acme"),
        ("a jacket by acme", "Acme"),
        ("something from Sonarix or Lumo", "Lumo or Sonarix"),
        ("20 euros or less", "price at most 20 EUR"),
        ("for 50 euro", "price at most 50 EUR"),
        ("a budget of 60 euros", "price at most 60 EUR"),
        ("under fifty euros", "price under 50 EUR"),
        ("a present for 2 people", ""),
        ("100 € or more", "price at least 100 EUR"),
        ("30 to 60 euros", "price from 30 EUR to 60 EUR"),
        ("around 50 euro", "price from 40 EUR to 60 EUR"),
        ("lighter than 800 grams", "weight under 0.8 kg"),
        ("two kilos at most", "weight at most 2 kg"),
        ("at least four stars", "rating at least 4 stars"),
        ("rated at least 4", "rating at least 4 stars"),
        ("in stock", "stock"),
        ("nothing used", "not used"),
        ("second-hand", "used"),
        ("brand new", "not used"),
        ("released after 2020", "released since 2021-01-01"),
        ("from March 2021", "released from 2021-03-01 to 2021-03-31"),
        ("out since 2021-03-01", "released since 2021-03-01"),
        ("before 2019", "released until 2018-12-31"),
        ("shoes under 100 euros, not Acme, in stock", "Shoes, no Acme, price under 100 EUR, stock"),
    ],
)
def test_brands_prices_flags_and_dates_are_read_of_goods(said, understood):
    assert ", ".join(one for one in named(shop(said), GOODS) if "present" not in one) == understood


def test_every_limit_that_is_read_holds_of_what_passes():
    where = shop("not from Acme, at most 60 euros, in stock, nothing used").where
    passing = [item.title for item in GOODS.values() if where.removes(item) is None]
    assert passing == ["Wool jumper", "Garden chair", "Tea pot"]


def test_a_place_is_degrees_and_a_name_of_one_is_not_known():
    assert shop("within 5 km of 52.5, 13.4").where.near == Near("store", 52.5, 13.4, 5.0)
    assert shop("near Berlin").unknown == ("where Berlin is",)
    assert shop("something near me").unknown == ("where you are",)
    assert film("a film near Berlin").where.near is None


@pytest.mark.parametrize(
    ("said", "missing"),
    [
        ("under 20 euros", "amounts in euros"),
        ("something cheaper", "prices"),
        ("lighter than 3 kg", "amounts in kg"),
        ("heavier", "weights"),
    ],
)
def test_what_the_catalogue_lacks_is_said_and_never_guessed(said, missing):
    intent = film(said, None, LIST)
    assert intent.unknown == (missing,)
    assert not intent.where
    assert intent.words == ""


@pytest.mark.parametrize(
    ("read", "said", "name", "more", "bound"),
    [
        (film, "shorter", "runtime", False, 111),
        (film, "a bit longer please", "runtime", True, 111),
        (film, "not too long", "runtime", False, 111),
        (film, "these are too short", "runtime", True, 111),
        (shop, "cheaper", "price", False, 120),
        (shop, "that is too expensive", "price", False, 120),
        (shop, "less expensive ones", "price", False, 120),
        (shop, "a little heavier", "weight", True, 0.6),
        (shop, "better rated", "rating", True, 4.6),
    ],
)
def test_more_and_less_go_by_what_was_shown(read, said, name, more, bound):
    intent = read(said, None, LIST if read is film else SHELF)
    span = intent.where.ranges[name]
    assert (span.low if more else span.high) == math.nextafter(bound, math.inf if more else -math.inf)
    assert (intent.degrees[0].of, intent.degrees[0].more) == (name, more)
    assert intent.degrees[0].slightly == ("a bit" in said or "a little" in said)


def test_a_critique_never_takes_back_the_limit_before_it():
    before = shop("shoes under 100 euros")
    assert shop("cheaper", before, SHELF).where.ranges["price"] == before.where.ranges["price"]
    assert shop("cheaper", shop("shoes under 200 euros"), SHELF).where.ranges["price"].high < 120


def test_less_known_turns_the_dial_and_is_no_wish():
    intent = film("less mainstream please")
    assert (intent.surprise, intent.words, intent.degrees[0].of) == (0.75, "", "fame")
    assert film("hidden gems").surprise == 0.75
    assert film("something more popular").surprise == 0.25


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("it doesn't have to be black", ("Shoes", "price under 100 EUR", "stock")),
        ("forget the price", ("Shoes", "Black", "stock")),
        ("the price doesn't matter", ("Shoes", "Black", "stock")),
        ("any colour is fine", ("Shoes", "price under 100 EUR", "stock")),
        ("any colour is fine, but not from Acme", ("Shoes", "no Acme", "price under 100 EUR", "stock")),
    ],
)
def test_what_is_taken_back_need_not_hold_any_more(said, left):
    intent = shop(said, shop("black shoes under 100 euros in stock"), SHELF)
    assert set(intent.where.words()) == set(left) or "but" in said
    assert "drop" in intent.does


def test_that_director_and_the_same_brand_are_those_of_what_was_shown():
    assert film("something by that director", None, LIST).where.wanted == {"director": {"Michael Mann"}}
    assert shop("the same brand", None, SHELF).where.wanted == {"brand": {"Acme"}}
    assert film("something by that director").where.wanted == {}


@pytest.mark.parametrize(
    ("said", "about"),
    [
        ("who directed the second one?", ["Fargo"]),
        ("what is it about?", ["Heat"]),
        ("compare the first and the last", ["Heat", "Scream"]),
        ("which is better, Heat or Fargo?", ["Heat", "Fargo"]),
        ("which of them should I watch?", ["Heat", "Fargo", "Scream"]),
    ],
)
def test_questions_find_the_items_they_point_at(said, about):
    intent = film(said, None, LIST)
    assert (intent.act, [FILMS[id].title for id in intent.about]) == ("about", about)


def test_a_brand_that_is_an_ordinary_word_needs_a_capital_or_a_by():
    texts = "the gap between the boards closes " * 3
    items = [Item("1", "Boots", facets={"brand": ("Gap",)}), Item("2", "Filler", text=texts)]
    read = reader(lambda: (type(GOODS).of(items), goods()[1]))
    assert read("something for the gap in the floor").where.wanted == {}
    assert read("something by gap").where.wanted == {"brand": {"Gap"}}
    assert read("Boots from Gap").where.wanted["brand"] == {"Gap"}


@given(
    st.sampled_from(["under", "at most", "over", "at least", "up to", "more than", "no more than"]),
    st.integers(1, 10**6),
    st.sampled_from(["€", "euros", "kg", "grams", "minutes", "hours"]),
)
def test_a_bound_is_the_number_that_was_said(how, number, unit):
    said = f"something {how} {number} {unit}, please"
    found, rest, missing, _ = amounts(said, stance(said), FIELDS)
    name = {"k": "weight", "g": "weight", "m": "runtime", "h": "runtime"}.get(unit[0], "price")
    scale = {"grams": 0.001, "hours": 60.0}.get(unit, 1.0)
    below = how in ("under", "at most", "up to", "no more than")
    bound = found[name].high if below else found[name].low
    assert bound == pytest.approx(number * scale, rel=1e-9)
    assert (bound == round(number * scale, 9)) == (how not in ("under", "over", "more than"))
    assert missing == ()
    assert rest.split() == ["something", ",", "please"]


@given(st.sampled_from(sorted(set(WORDED) - {"a", "an", "half an"})), st.sampled_from(["euros", "hours"]))
def test_numbers_in_words_are_those_in_digits(word, unit):
    digits = f"{WORDED[word]:g}"
    one, other = (amounts(f"under {said} {unit}", "+" * 60, FIELDS)[0] for said in (word, digits))
    assert one == other


@given(st.integers(0, 500), st.integers(0, 500), st.sampled_from(["between {} and {} €", "{} to {} euros", "{}-{} €"]))
def test_a_span_lies_between_its_numbers_in_either_order(one, other, form):
    found, *_ = amounts(form.format(one, other), "+" * 60, FIELDS)
    assert found == {"price": Span(min(one, other), max(one, other), "EUR")}


@given(st.text(alphabet=string.ascii_lowercase + string.digits + " ,.€$'h-·", max_size=80))
@example("for a for an for a h h h 1h1 1h11h 1.1.1.1.1.1")
@example("under under under 1 a a half an hundred hour and a half 30")
def test_no_text_breaks_the_grammar_and_places_stay(said):
    found, rest, *_ = amounts(said, "+" * len(said), FIELDS)
    assert len(rest) == len(said)
    assert all(letter in (" ", was) for letter, was in zip(rest, said, strict=True))
    assert all(span.low is None or math.isfinite(span.low) for span in found.values())


def test_days_count_from_1970():
    span = shop("released on 1970-01-02").where.ranges["released"]
    assert (span.low, span.high, EPOCH.year) == (1, 1, 1970)
