"""`Him`, `her` and `the same director` are those that the message before spoke of."""

import pytest
import spoken

from chat.assembly import assistant as assembled
from chat.messages import Message, Said, Shown


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


@pytest.mark.parametrize("said", ["without him this time", "not him, someone else", "nothing by him please"])
def test_who_is_wished_for_is_denied_by_a_pronoun(films, said):
    titles, limits = after(films, "something by Alfred Hitchcock", said)
    assert limits == {"no Alfred Hitchcock"}
    assert titles
    assert "Psycho (1960)" not in titles


def test_the_oldest_of_theirs_comes_first(films):
    conversation = films.open("somebody new")
    for text in ("something by Spielberg", "what about his oldest one?"):
        parts = films.did(Message(text, "somebody new", conversation))
    [cards] = [part.cards for part in parts if isinstance(part, Shown)]
    assert cards[0].item.name == "Jaws (1975)"
    assert [card.item.year for card in cards] == sorted(card.item.year for card in cards)


@pytest.mark.parametrize(
    ("said", "whom"),
    [
        ("anything by the guy who made Jaws?", {"Steven Spielberg"}),
        ("something by the woman who directed Clueless", {"Amy Heckerling"}),
    ],
)
def test_who_made_a_title_is_meant(films, said, whom):
    assert after(films, said)[1] == whom


def test_has_she_been_in_anything_else_is_a_wish_for_it(films):
    assert after(films, "who stars in Alien?", "has she been in anything else?")[1] == {"Sigourney Weaver"}


def answer(films, *said):
    """What is said to the last of these messages."""
    conversation = films.open("somebody new")
    for text in said:
        parts = films.did(Message(text, "somebody new", conversation))
    return " ".join(part.text for part in parts if isinstance(part, Said))


def test_of_two_that_are_compared_the_latter_is_taken(films):
    talk = ("compare Jaws and Vertigo", "I'd rather have the latter")
    assert answer(films, *talk).startswith("Vertigo (1958) it is, then.")
    assert answer(films, talk[0], "I'd rather have the former").startswith("Jaws (1975) it is, then.")


def test_what_was_asked_about_is_taken_by_a_pronoun(films):
    assert answer(films, "how long is Vertigo?", "ok I'll go with it").startswith("Vertigo (1958) it is, then.")


def test_a_question_about_two_places_is_answered_of_both(films):
    said = answer(films, "compare Jaws and Vertigo", "who directed the first one and how long is the second?")
    assert "The director of Jaws is Steven Spielberg." in said
    assert "Vertigo has a runtime of 128 minutes." in said


def test_of_several_that_fit_the_words_all_are_told_of(films):
    said = answer(films, "a western", "hmm the one with Eastwood?")
    assert "Unforgiven is a" in said
    assert "The Good, the Bad and the Ugly is a" in said


def test_no_wait_begins_a_new_wish(films):
    assert after(films, "a horror film", "no wait, a comedy")[1] == {"Comedy"}


def test_of_older_works_of_theirs_only_older_ones_are_meant(films):
    titles, limits = after(films, "something with Tom Hanks", "any of his newer films?")
    assert titles == {"Saving Private Ryan (1998)"}
    assert "Tom Hanks" in limits


def test_a_part_of_a_known_name_is_no_title_with_a_slip(films):
    conversation = films.open("somebody new")
    films.did(Message("the other films with Steven Spielberg?", "somebody new", conversation))
    assert films.state(conversation, "somebody new").likes == ()  # and not Seven
