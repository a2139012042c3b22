"""What a person wants and does not want: its words, its contradictions, and how it is kept."""

import json

import pytest
from films import films
from hypothesis import given
from hypothesis import strategies as st

from chat.reasons.evidence import Evidences
from chat.reasons.explanation import nothing_fits
from chat.record import where_of, where_record
from chat.understanding import understanding
from chat.understanding.text.words import stance
from chat.understanding.values.constraints import constraints
from chat.understanding.values.known import Known
from retrieval.catalogue import Catalogue
from retrieval.domain import Field, read_domain
from retrieval.filtering.conditions import Near
from retrieval.filtering.spans import Span, years
from retrieval.filtering.where import Where
from retrieval.items import Item
from retrieval.ranking import Query, Ranking

MOVIES = read_domain("movies")
FIELDS = {
    "price": Field(type="number", unit="EUR"),
    "weight": Field(type="number", unit="kg"),
    "rating": Field(type="number", unit="stars"),
    "colour": Field(type="category"),
    "released": Field(type="date"),
}
SHOP = MOVIES.model_copy(
    update={"noun": "shoe", "plural": "shoes", "fields": FIELDS, "facets": {"colour": {"Red": (), "Blue": ("navy",)}}}
)
SHOES = Catalogue.of(
    Item(
        f"shoe/{number} 👟",
        f"Shoe {number}",
        2000 + number,
        {"colour": ("Red" if number % 2 else "Blue",)},
        text="Leder" if number == 3 else "canvas",
        numbers={"price": number * 10.0, "sold": 1.0} if number else {},
        places={"shop": (52.5, 13.4 + number)},
    )
    for number in range(6)
)
CATALOGUE = Catalogue.of(films())


def read(said, domain=SHOP):
    found = constraints(said, stance(said), Known.of(domain))
    return found.where, found.rest, found.missing


def sides(**values):
    return {facet: frozenset(each) for facet, each in values.items()}


WHERES = st.builds(
    Where,
    wanted=st.sampled_from([{}, sides(colour=["Red"]), sides(colour=["Red", "Blue"]), sides(colour=['"$ and שלום'])]),
    unwanted=st.sampled_from([{}, sides(colour=["Red"])]),
    either=st.sampled_from([{}, sides(colour=["Red", "Blue"]), sides(colour=["Blue"])]),
    ranges=st.dictionaries(
        st.sampled_from(["price", "year", "sold"]),
        st.builds(Span, st.none() | st.sampled_from([1.0, 20, 2003]), st.none() | st.sampled_from([0, 20.0, 30, 2002]))
        | st.sampled_from([Span(holes=((1.0, 30.0),)), Span(1.0, 2003, holes=((10.0, 20.0), (20.0, 2002.0)))]),
    ),
    contains=st.sampled_from([(), ("LEDER",), ("canvas", "shoe")]),
    near=st.sampled_from([None, Near("shop", 52.5, 13.4, 0), Near("shop", 52.5, 13.4, 70), Near("nowhere", 0, 0, 1)]),
)


@given(where=WHERES)
def test_a_constraint_that_removes_an_item_is_said_and_an_item_that_passes_has_none(where):
    passing = where.mask(SHOES.columns)
    assert [where.removes(item) is None for item in SHOES.values()] == passing.tolist()
    if where.contradiction(SHOES.columns.single):
        assert not passing.any()


@given(where=WHERES)
def test_a_wish_is_kept_as_json_and_read_again(where):
    assert where_of(json.loads(json.dumps(where_record(where)))) == where


@given(where=WHERES)
def test_giving_up_a_wish_never_loses_an_item(where):
    passing = where.mask(SHOES.columns)
    for _, looser in where.looser():
        assert (looser.mask(SHOES.columns) | ~passing).all()


def test_a_wish_kept_when_the_year_was_the_only_number_is_still_read():
    old = {"wanted": {"genre": ["Comedy"]}, "unwanted": {}, "since": 1980, "until": None}
    assert where_of(old) == Where(sides(genre=["Comedy"]), ranges=years(since=1980))
    assert where_of({**old, "since": None, "either": {}}) == Where(sides(genre=["Comedy"]))


@pytest.mark.parametrize(
    ("where", "single", "odds"),
    [
        (Where(ranges=years(1990, 1980)), (), ("since 1990", "until 1980")),
        (Where(sides(genre=["Comedy"]), sides(genre=["Comedy"])), (), ("Comedy", "no Comedy")),
        (Where(ranges={"price": Span(20, 10, "EUR")}), (), ("price at least 20 EUR", "price at most 10 EUR")),
        (Where(sides(colour=["Red", "Blue"])), ("colour",), ("Blue", "Red")),
        (Where(sides(colour=["Red", "Blue"])), (), ()),
        (Where(sides(colour=["Red"]), {}, sides(colour=["Blue", "Green"])), ("colour",), ("Red", "Blue or Green")),
        (Where({}, sides(colour=["Red"]), sides(colour=["Red"])), (), ("Red", "no Red")),
        (Where({}, sides(colour=["Red"]), sides(colour=["Red", "Blue"])), (), ()),
        (Where(sides(genre=["Comedy"]), sides(genre=["War"]), ranges=years(1990, 1990)), (), ()),
    ],
)
def test_what_contradicts_itself_is_named(where, single, odds):
    assert where.contradiction(frozenset(single)) == odds


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        (
            "a film from 1990 before 1980",
            "You asked for a film that is from 1990 or later and from 1979 or earlier; no film here is both; "
            "if it need not keep to those years, there are 61.",
        ),
        (
            "something since 1990 and until 1980",
            "You asked for a film that is from 1990 or later and from 1980 or earlier; no film here is both; "
            "if it need not keep to those years, there are 61.",
        ),
        (
            "a comedy and no comedy",
            "You asked for a film that is Comedy and not Comedy; no film here is both; "
            "if it need not be a Comedy film, there are 41.",
        ),
    ],
)
def test_the_answer_to_a_contradiction_names_it(said, answer):
    where = understanding(CATALOGUE, MOVIES)(said, None, ()).where
    assert nothing_fits(Query(where=where), CATALOGUE, MOVIES) == answer


def test_a_shoe_of_two_prices_or_two_colours_is_answered_with_the_contradiction():
    where, *_ = read("price under 10 and over 20")
    assert "for over 20 EUR and for under 10 EUR; no shoe here is both" in nothing_fits(Query(where=where), SHOES, SHOP)
    where, *_ = read("a red, navy shoe")
    assert "You asked for a shoe that is Blue and Red; no shoe here is both" in nothing_fits(
        Query(where=where), SHOES, SHOP
    )


def test_what_is_taken_back_is_no_contradiction():
    understand = understanding(CATALOGUE, MOVIES)
    assert understand("a comedy, no wait, no comedy", None, ()).where == Where(unwanted=sides(genre=["Comedy"]))
    assert understand("no comedy. actually a comedy", None, ()).where == Where(sides(genre=["Comedy"]))
    before = understand("a comedy and no comedy", None, ())
    assert understand("no comedy", before, ()).where == Where(unwanted=sides(genre=["Comedy"]))


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("a red shoe under 20 euros", ("Red", "price under 20 EUR")),
        ("between 20 and 50 EUR", ("price from 20 EUR to 50 EUR",)),
        ("€20-€50", ("price from 20 EUR to 50 EUR",)),
        ("no more than 1,000.50 €", ("price at most 1000.5 EUR",)),
        ("under 19,99€", ("price under 19.99 EUR",)),
        ("nothing over 20 euros", ("price at most 20 EUR",)),
        ("nothing for less than 5 euros", ("price at least 5 EUR",)),
        ("no more than 20 € but over 10 €", ("price over 10 EUR and at most 20 EUR",)),
        ("at most 2 kg and under 50 €", ("weight at most 2 kg", "price under 50 EUR")),
        ("rating over 4", ("rating over 4 stars",)),
        ("a weight of 1 to 2 kg", ("weight from 1 kg to 2 kg",)),
        ("from 1990 to 2000", ("from 1990 to 2000",)),
        ("since 1990 and under 1999", ("since 1990",)),
        ("under the 20th roof", ()),
        ("over 0 €", ("price over 0 EUR",)),
        ("under 0 €", ("price under 0 EUR",)),
        ("at most " + "9" * 400 + " €", ()),
        ("at most 1" + ",000" * 400 + " €", ()),
    ],
)
def test_amounts_are_read_by_the_fields_of_the_domain(said, words):
    where, _, missing = read(said)
    assert where.words() == words
    assert missing == ()
    assert not [word for word in read(said, MOVIES)[0].words() if "EUR" in word]


def test_an_amount_in_another_currency_is_taken_as_it_is_and_told():
    where, _, missing = read("at most £20")
    assert where.words() == ("price at most 20 EUR",)
    assert missing == ("what £ are in EUR",)
    assert read("at most £20", MOVIES)[0] == Where()


def test_what_cannot_be_heeded_of_amounts_is_said():
    assert read("no more than 22 inches")[::2] == (Where(), ("amounts in inches",))


NUMBERS = st.integers(-3, 12).map(float)
SPANS = st.builds(Span, st.none() | NUMBERS, st.none() | NUMBERS).filter(lambda one: not one.empty)
BOUNDED = st.builds(Span, NUMBERS, NUMBERS).filter(lambda one: not one.empty)


@given(one=SPANS, other=SPANS, third=BOUNDED, number=NUMBERS)
def test_a_number_lies_in_either_or_both_or_outside_of_spans_as_it_should(one, other, third, number):
    def lies_in(span):
        return Where(ranges={"n": span}).removes(Item("1", "X", numbers={"n": number})) is None

    either = one.either(other)
    assert lies_in(either) == (lies_in(one) or lies_in(other))
    assert lies_in(third.outside()) != lies_in(third)
    assert lies_in(either.within(third.outside())) == (lies_in(either) and not lies_in(third))
    assert all(low < high for low, high in either.within(third.outside()).holes)


def test_under_does_not_reach_the_number_and_at_most_does():
    under, at_most, over = (read(said)[0] for said in ("under 20 euros", "at most 20 euros", "over 20 euros"))
    shoes = {number: SHOES[f"shoe/{number} 👟"] for number in range(6)}
    assert under.removes(shoes[2]) == "price is not under 20 EUR"
    assert over.removes(shoes[2]) == "price is not over 20 EUR"
    assert at_most.removes(shoes[2]) is None
    assert at_most.removes(shoes[3]) == "price is over 20 EUR"
    assert at_most.removes(shoes[0]) == "price is not known"


def test_the_two_bounds_of_a_number_may_come_one_after_the_other():
    over, under, high = (read(said)[0] for said in ("over 10 €", "at most 20 €", "at least 30 €"))
    assert over.followed_by(under).words() == ("price over 10 EUR and at most 20 EUR",)
    assert over.followed_by(under).followed_by(high).words() == ("price at least 30 EUR",)
    assert under.followed_by(high).words() == ("price at least 30 EUR",)


def test_places_words_dates_and_flags_are_said_as_people_say_them():
    shoe = SHOES["shoe/3 👟"]
    far = Where(near=Near("shop", 52.5, 13.4, 70), contains=("canvas",))
    assert far.words() == ("with “canvas” in its words", "within 70 km")
    assert far.removes(shoe) == "“canvas” is not in its words"
    assert Where(near=far.near).removes(shoe) == "shop is 203 km away"
    assert Where(near=Near("home", 0, 0, 1)).removes(shoe) == "home is not known"
    released = Span(0, 365, kind="date")
    assert released.words("released") == "released from 1970-01-01 to 1971-01-01"
    assert released.amiss("released", 400.0) == "released is after 1971-01-01"
    assert (Span(1, 1, kind="flag").words("vegan"), Span(0, 0, kind="flag").words("vegan")) == ("vegan", "not vegan")
    assert Span(1, 1, kind="flag").amiss("vegan", 0.0) == "it is not vegan"


def test_a_number_asked_for_is_a_fact_that_an_answer_may_name():
    query = Query(where=read("under 50 euros")[0])
    ranking = Ranking(("shoe/3 👟",))
    found = Evidences(SHOES, SHOP, None, (), None, None, None).of(query, ranking, ranking.ids)
    told = [one.text for one in found["shoe/3 👟"]]
    assert "It costs 30 EUR, as you asked." in told
