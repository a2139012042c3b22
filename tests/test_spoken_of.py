"""`Him`, `her` and `the same director` are those that the message before spoke of."""

import pytest
import spoken

from chat.assembly import assistant as assembled
from chat.messages import Message, Shown


@pytest.fixture(scope="module")
def films(tmp_path_factory):
    with assembled(spoken.films(tmp_path_factory.mktemp("films"))) as assistant:
        yield assistant


def after(films, *said):
    """The titles of the list after these messages, and the limits that hold."""
    conversation = films.open("somebody new")
    for text in said:
        parts = films.did(Message(text, "somebody new", conversation))
    cards = next((part.cards for part in parts if isinstance(part, Shown)), ())
    state = films.state(conversation, "somebody new")
    return {card.item.name for card in cards}, {one.text for one in state.constraints}


@pytest.mark.parametrize(
    ("first", "then", "who", "without"),
    [
        ("who directed Aliens?", "show me other movies by him", "James Cameron", "Aliens (1986)"),
        ("who directed Jaws?", "what else did he direct?", "Steven Spielberg", "Jaws (1975)"),
        ("who made Vertigo?", "what are his other films?", "Alfred Hitchcock", "Vertigo (1958)"),
        ("is Sigourney Weaver in Ghostbusters?", "what are her other ones?", "Sigourney Weaver", "Ghostbusters (1984)"),
        ("is Tom Hanks in Forrest Gump?", "anything else with him?", "Tom Hanks", "Forrest Gump (1994)"),
        ("who directed Jaws?", "anything else of his?", "Steven Spielberg", "Jaws (1975)"),
        ("who directed Jaws?", "something else he has made", "Steven Spielberg", "Jaws (1975)"),
        ("is Clint Eastwood in Unforgiven?", "the other films he directed", "Clint Eastwood", "Unforgiven (1992)"),
        ("how long is Vertigo?", "more by the same director", "Alfred Hitchcock", "Vertigo (1958)"),
        ("I loved Psycho, the 1960 one", "more from the same director please", "Alfred Hitchcock", "Psycho (1960)"),
    ],
)
def test_who_was_spoken_of_is_meant(films, first, then, who, without):
    titles, limits = after(films, first, then)
    assert limits == {who}
    assert titles
    assert without not in titles


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ("a comedy", "I watch it with her"),
        ("is Tom Hanks in Forrest Gump?", "I want to watch something with him"),
        ("who directed Aliens?", "something for her new flat"),
        ("who directed Aliens?", "something with her new boyfriend"),
        ("who directed Aliens?", "a film he made me watch"),
    ],
)
def test_somebody_who_was_not_spoken_of_is_not_meant(films, first, then):
    _, limits = after(films, first, then)
    assert not limits - {"Comedy"}


def test_who_plays_and_directs_is_meant_in_the_part_that_is_spoken_of(films):
    asked = "is Clint Eastwood in Unforgiven?"
    assert after(films, asked, "the films he directed")[0] == {"The Outlaw Josey Wales (1976)"}
    assert after(films, asked, "what else is he in?")[0] == {
        "The Good, the Bad and the Ugly (1966)",
        "The Outlaw Josey Wales (1976)",
    }


def test_of_older_works_of_theirs_only_older_ones_are_meant(films):
    titles, limits = after(films, "something with Tom Hanks", "any of his newer films?")
    assert titles == {"Saving Private Ryan (1998)"}
    assert "Tom Hanks" in limits


def test_a_part_of_a_known_name_is_no_title_with_a_slip(films):
    conversation = films.open("somebody new")
    films.did(Message("the other films with Steven Spielberg?", "somebody new", conversation))
    assert films.state(conversation, "somebody new").likes == ()  # and not Seven
