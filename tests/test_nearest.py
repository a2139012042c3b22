"""Where nothing fits: the fewest constraints in the way are named, and the nearest miss with what it misses."""

from dataclasses import replace

import pytest
from films import films
from halves import goods, lasting
from hypothesis import given
from hypothesis import strategies as st

from chat.messages import Message, Said, Shown
from chat.policy.nearest import in_the_way, misses, nearest
from chat.reasons.explanation import nothing_fits
from chat.understanding import understanding
from retrieval.filtering.spans import Span, years
from retrieval.filtering.where import Where
from retrieval.ranking import Query, Ranking
from retrieval.sources import allowed

FILMS, MOVIES = lasting()
GOODS, SHOP = goods()
TITLES = {item.title: item.id for half in (FILMS, GOODS) for item in reversed(list(half.values()))}


def wish(said, catalogue=FILMS, domain=MOVIES, **more):
    return Query(where=understanding(catalogue, domain)(said, None, ()).where, **more)


def told(query, catalogue, domain):
    """The fewest in the way, and what the nearest misses, in words."""
    way = in_the_way(query, catalogue, domain)
    item = catalogue[nearest(query, way, lambda looser: Ranking(way.ids))]
    return way.given_up, f"{item.title}, which {', and '.join(misses(item, query.where, domain))}"


@pytest.mark.parametrize(
    ("said", "given_up", "near"),
    [
        (
            "a crime film under 90 minutes",
            ("runtime under 90 minutes",),
            "Fargo, which is 98 minutes long, not",
        ),
        ("a horror film from 1961", ("from 1961",), "Psycho, which is from 1960, not from 1961"),
        (
            "a comedy from 1985, not a science fiction",
            ("from 1985",),
            "Ghostbusters, which is from 1984, not from 1985",
        ),
    ],
)
def test_a_film_that_is_not_there(said, given_up, near):
    found, sentence = told(wish(said), FILMS, MOVIES)
    assert found == given_up
    assert sentence.startswith(near)


def test_what_is_there_for_children_is_given_up_last():
    query = wish("a horror film from the 90s with my kids")
    assert set(query.where.words()) == {"Horror", "Children's", "from 1990 to 1999"}
    way = in_the_way(query, FILMS, MOVIES)
    assert way.given_up == ("Horror",)
    assert all("Children's" in FILMS[id].facet("genre") for id in way.ids)
    both = wish("a horror film from 1940 with my kids")
    assert "Children's" not in in_the_way(both, FILMS, MOVIES).given_up
    only = Query(
        where=wish("with my kids").where,
        exclude={id: "seen already" for id, item in FILMS.items() if "Children's" in item.facet("genre")},
    )
    way = in_the_way(only, FILMS, MOVIES)
    assert way.given_up == ("Children's",)
    assert way.unguarded
    assert not in_the_way(both, FILMS, MOVIES).unguarded


def test_the_number_that_is_missed_is_told_beside_the_limit():
    query = wish("a crime film from 1995 with Michael Mann under 120 minutes")
    query = replace(query, where=replace(query.where, wanted={**query.where.wanted, "director": {"Michael Mann"}}))
    assert told(query, FILMS, MOVIES)[1] == "Heat, which is 170 minutes long, not under 120 minutes"


def test_of_goods_the_price_is_given_up_before_what_they_are():
    given_up, sentence = told(wish("shoes under 90 euros", GOODS, SHOP), GOODS, SHOP)
    assert given_up == ("price under 90 EUR",)
    assert sentence == "Running shoes, which costs 95 EUR, not under 90 EUR"
    assert told(wish("something for the garden in black", GOODS, SHOP), GOODS, SHOP)[0] == ("Black",)


def test_all_in_the_way_is_named():
    query = wish("green shoes from Sonarix under 10 euros", GOODS, SHOP)
    way = in_the_way(query, GOODS, SHOP)
    assert len(way.given_up) == 3
    assert (
        f"if it need not come in Green, be by Sonarix or cost under 10 EUR, there are {way.fitting}."
        in nothing_fits(query, GOODS, SHOP)
    )


def test_what_is_not_known_is_near_nothing():
    query = Query(where=Where(wanted={"genre": frozenset({"Crime"})}, ranges={"runtime": Span(None, 90, "minutes")}))
    assert told(query, FILMS, MOVIES)[1].startswith("Fargo")


def test_where_something_fits_or_nothing_may_be_shown_nothing_is_in_the_way():
    assert in_the_way(wish("a comedy"), FILMS, MOVIES) is None
    assert in_the_way(wish("a comedy", exclude=dict.fromkeys(FILMS, "seen already")), FILMS, MOVIES) is None


GENRES = sorted({value for item in films() for value in item.facet("genre")})


@given(
    st.sets(st.sampled_from(GENRES), max_size=3),
    st.sets(st.sampled_from(GENRES), max_size=2),
    st.integers(1930, 2000),
    st.integers(60, 200),
    st.sets(st.sampled_from(sorted(FILMS)), max_size=10),
)
def test_it_is_the_smallest_set_and_lets_something_through(wanted, unwanted, since, minutes, out):
    where = Where(
        {"genre": frozenset(wanted)},
        {"genre": frozenset(unwanted)},
        ranges={**years(since), "runtime": Span(None, minutes, "minutes")},
    )
    query = Query(where=where, exclude=dict.fromkeys(out, "seen already"))
    way = in_the_way(query, FILMS, MOVIES)
    if allowed(FILMS, query).any():
        assert way is None
        return
    fits = {FILMS.ids[row] for row in allowed(FILMS, replace(query, where=way.left)).nonzero()[0]}
    assert set(way.ids) <= fits
    assert len(fits) == way.fitting
    shown = [item for item in FILMS.values() if item.id not in out]
    each = [where.letting(item)[0] for item in shown]
    assert ("Children's" in way.given_up, len(way.given_up)) == min(("Children's" in one, len(one)) for one in each)


def test_where_only_what_is_not_for_children_is_left_none_is_named(assistant):
    conversation = assistant.open("a parent")
    for id, item in assistant.catalogue.items():
        if "Children's" in item.facet("genre"):
            assistant.feedback(conversation, "a parent", id, "dislike")
    parts = list(assistant.reply(Message("something with my kids", "a parent", conversation)))
    said = [one.text for one in parts if isinstance(one, Said)]
    assert not [one for one in said if one.startswith("The nearest is")]
    assert "No other film here is known to suit children, so I name none." in said


def test_in_a_conversation_no_card_is_shown_and_the_nearest_is_named(assistant):
    conversation = assistant.open("somebody new")
    parts = list(assistant.reply(Message("an animated horror film from the 40s", "somebody new", conversation)))
    said = " ".join(one.text for one in parts if isinstance(one, Said))
    assert next(one for one in parts if isinstance(one, Shown)).cards == ()
    assert "if it need not be a Horror film, there is 1. The nearest is Fantasia (1940), which is an Animation" in said
    assert assistant.store.newest(conversation)[1]["move"] == "nothing fits"


def test_what_would_fit_and_is_seen_already_is_named(assistant):
    conversation = assistant.open("somebody new")
    assistant.feedback(conversation, "somebody new", TITLES["Airplane!"], "seen")
    parts = list(assistant.reply(Message("a comedy from 1980", "somebody new", conversation)))
    assert "Airplane! (1980) would fit, but you know it already." in [p.text for p in parts if isinstance(p, Said)]
