"""Short forms that people type are written out before a message is read."""

import pytest
from halves import goods, lasting, reader

from chat.understanding.text.shorthand import written_out

FILMS, GOODS = reader(lasting), reader(goods)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("hi do u hav headphones", "hi do you have headphones"),
        ("how much r they", "how much are they"),
        ("gimme smth funny pls", "give me something funny please"),
        ("thank u, what do u suggest", "thank you, what do you suggest"),
        ("not too scary tho", "not too scary though"),
    ],
)
def test_short_forms_are_written_out(typed, meant):
    assert written_out(typed) == meant


@pytest.mark.parametrize(
    "said",
    [
        "rated u",
        "a U film",
        "rated r please",
        "R",
        "u turn",
        "U-571",
        "R.I.P.D.",
        "is Ty Burrell in it",
        "a PG or u film",
    ],
)
def test_certificates_and_titles_stay_as_they_are(said):
    assert written_out(said) == said


def test_what_is_asked_in_short_forms_is_understood():
    assert GOODS("hi do u hav hedphones", None, ()).where.asked("category") == {"Audio"}
    assert GOODS("how much r they", GOODS("shoes", None, ()), ("3", "4")).act == "about"


@pytest.mark.parametrize("said", ["hi, a comedy", "hello horror please", "hey any westerns?"])
def test_a_greeting_with_a_wish_is_a_wish(said):
    assert FILMS(said, None, ()).act == "suggest"


@pytest.mark.parametrize("said", ["hi", "hello there", "hey, who are you?"])
def test_a_greeting_alone_is_one(said):
    assert FILMS(said, None, ()).act == "greet"
