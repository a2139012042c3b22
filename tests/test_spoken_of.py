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
    ],
)
def test_somebody_who_was_not_spoken_of_is_not_meant(films, first, then):
    _, limits = after(films, first, then)
    assert not limits - {"Comedy"}


def test_a_part_of_a_known_name_is_no_title_with_a_slip(films):
    conversation = films.open("somebody new")
    films.did(Message("the other films with Steven Spielberg?", "somebody new", conversation))
    assert films.state(conversation, "somebody new").likes == ()  # and not Seven
