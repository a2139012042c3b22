"""What people mean, read from their words."""

import pytest
from films import films

from chat.messages import Intent
from chat.understanding import Unreadable, understanding
from retrieval.catalogue import Catalogue
from retrieval.domain import read_domain

CATALOGUE = Catalogue.of(films())
BY_TITLE = {item.title: item.id for item in reversed(list(CATALOGUE.by_id.values()))}
understand = understanding(CATALOGUE, read_domain("movies"))


def read(text: str, before: Intent | None = None, shown: tuple[str, ...] = ()) -> Intent:
    return understand(text, before, shown)


def titles(ids):
    return [CATALOGUE[id].title for id in ids]


@pytest.mark.parametrize(
    ("text", "like"),
    [
        ("something like Alien but funny", ["Alien"]),
        ("something like alien but funny", ["Alien"]),
        ("I loved Blade Runner and the godfather", ["Blade Runner", "The Godfather"]),
        ("similar to 2001: A Space Odyssey please", ["2001: A Space Odyssey"]),
        ("like Princess Bride", ["The Princess Bride"]),
        ("something like Galaxy Qest", ["Galaxy Quest"]),
        ("a film about heat waves", []),
        ("When Harry Met Sally was lovely", ["When Harry Met Sally"]),
        ("a heist in a casino", []),
    ],
)
def test_titles_are_recognised_as_people_write_them(text, like):
    assert titles(read(text).like) == like


def test_a_title_that_was_hated_is_no_example():
    intent = read("I hated Titanic, give me a comedy")
    assert titles(intent.unlike) == ["Titanic"]
    assert intent.like == ()


@pytest.mark.parametrize(
    ("text", "wanted", "unwanted"),
    [
        ("something like Alien but funny", {"Comedy"}, set()),
        ("something like Alien, but my kids are here", {"Children's"}, set()),
        ("a science fiction film, no horror", {"Sci-Fi"}, {"Horror"}),
        ("not too scary please", set(), {"Horror"}),
        ("a romantic comedy", {"Romance", "Comedy"}, set()),
        ("what should I watch tonight?", set(), set()),
    ],
)
def test_facets_are_read_with_negation(text, wanted, unwanted):
    where = read(text).where
    assert set(where.wanted.get("genre", ())) == wanted
    assert set(where.unwanted.get("genre", ())) == unwanted


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("a comedy from the 80s", 1980, 1989),
        ("horror from the seventies", 1970, 1979),
        ("westerns before 1970", None, 1969),
        ("something since 1995", 1995, None),
        ("after 1995", 1996, None),
        ("between 1980 and 1990", 1980, 1990),
        ("from 1994", 1994, 1994),
    ],
)
def test_years_are_read(text, since, until):
    where = read(text).where
    assert (where.since, where.until) == (since, until)


def test_older_is_older_than_what_was_shown():
    shown = (BY_TITLE["Heat"], BY_TITLE["Fargo"], BY_TITLE["Scream"])
    assert read("older", None, shown).where.until == 1995


def test_a_critique_builds_on_the_wish_before_it():
    first = read("something like Alien but funny")
    second = read("but no horror", first)
    assert titles(second.like) == ["Alien"]
    assert second.where.wanted == {"genre": frozenset({"Comedy"})}
    assert second.where.unwanted == {"genre": frozenset({"Horror"})}


def test_a_change_of_mind_replaces_what_it_contradicts():
    second = read("no comedy", read("a comedy"))
    assert second.where.wanted == {}
    assert second.where.unwanted == {"genre": frozenset({"Comedy"})}


def test_a_new_wish_starts_anew():
    second = read("a western", read("something like Alien but funny"))
    assert second.like == ()
    assert second.where.wanted == {"genre": frozenset({"Western"})}


def test_not_that_one_turns_down_the_first_and_keeps_the_wish():
    shown = ("9", "10", "11")
    intent = read("not that one, shorter", read("something funny"), shown)
    assert intent.act == "reject"
    assert intent.about == ("9",)
    assert intent.where.wanted == {"genre": frozenset({"Comedy"})}
    assert intent.unknown == ("running times",)


def test_the_second_one_is_the_second_one():
    assert read("why the second one?", None, ("9", "10", "11")).about == ("10",)
    assert read("why this?", None, ("9", "10")).about == ("9",)
    assert titles(read("why Fargo?", None, ("9",)).about) == ["Fargo"]


def test_pleasantries_leave_no_wish():
    assert read("could you please recommend something to watch tonight?").words == ""
    assert read("hello").act == "greet"


@pytest.mark.parametrize("text", ["", "   ", "\n\t", "🎬🍿", "?!…", "x" * 100_000])
def test_what_cannot_be_read_is_said_in_a_sentence(text):
    with pytest.raises(Unreadable, match=r"^(the message|there is no word)"):
        read(text)
