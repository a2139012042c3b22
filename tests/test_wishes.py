"""A wish gives nothing away: not the first sentence, no word of the title, no name, and it is gone from the item."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.items import Item
from retrieval.words.sentences import sentences
from retrieval.words.wishes import LEAST, WORD, masked, wish

HEIST = Item(
    "7",
    "The Long Weekends (1974)",
    1974,
    text=(
        "The Long Weekends is a 1974 film by Dr. J. R. Smith. Anna Karlsen plans one last robbery of a provincial bank "
        "with her brother. Her brother, played by Max van der Berg, has not told Anna that the long tunnel is flooded! "
        "Robbery was never so wet, wrote Le Monde of weekend thieves in 1974. Robbery it stays."
    ),
    reviews=("Robbery was never so wet, wrote Le Monde of weekend thieves in 1974. I agree.",),
)
NAMES = {"anna", "karlsen", "max", "van", "der", "berg", "smith", "monde"}


def test_sentences_do_not_end_at_initials_and_abbreviations():
    found = sentences(HEIST.text)
    assert len(found) == 5
    assert found[0].endswith("film by Dr. J. R. Smith.")
    assert sentences("Is it? Yes! “So it is.” And 7 more. ") == ["Is it?", "Yes!", "“So it is.”", "And 7 more."]
    assert sentences("") == []


@pytest.mark.parametrize("seed", range(12))
def test_a_wish_is_never_the_first_sentence_and_gives_no_name_away(seed):
    found = wish(HEIST, seed)
    words = {word.casefold() for word in WORD.findall(found.text)}
    assert found.said in sentences(HEIST.text)[1:]
    assert not words & (NAMES | {"the", "long", "weekends", "weekend", "1974"})
    assert len(words) >= LEAST - 1
    assert found.said not in found.rest.text
    assert not [review for review in found.rest.reviews if found.said in review]
    kept = [one for one in sentences(HEIST.text) if one != found.said]
    assert sentences(found.rest.text) == kept
    assert (found.rest.id, found.rest.title) == (HEIST.id, HEIST.title)


def test_wishes_are_drawn_by_seed_and_item_alone_and_all_sentences_come_up():
    drawn = [wish(HEIST, seed).said for seed in range(40)]
    assert drawn == [wish(HEIST, seed).said for seed in range(40)]
    assert len(set(drawn)) == 3  # of five, the first may not be drawn and the last is too short


def test_what_opens_a_sentence_is_kept_if_it_is_no_name():
    assert masked("Robbery was never so wet.", Item("1", "Wet", text="A robbery.")) == "Robbery was never so."
    assert masked("Robbery was never so wet.", Item("1", "X", text="Nothing.")) == "was never so wet."
    assert masked("When Anna came, I laughed.", Item("1", "X")) == "When came, I laughed."
    assert masked("Two friends (Bo and O'Hara's dog) met \"Mary-Ann\".", Item("1", "X")) == "Two friends and dog met."


def test_an_item_that_says_too_little_has_no_wish():
    assert wish(Item("1", "Alien"), 0) is None
    assert wish(Item("1", "Alien", text="One sentence about a ship and its crew in the dark of space."), 0) is None
    assert wish(Item("1", "Alien", text="One sentence. Ridley Scott made Alien with Sigourney Weaver."), 0) is None
    twice = "The crew of a ship meets a thing in the dark."
    assert wish(Item("1", "X", text=f"{twice} {twice}"), 0) is None  # the first again is the first


@given(st.text(max_size=200), st.text(max_size=30), st.integers(0, 3))
def test_any_text_gives_a_wish_without_capitals_inside_or_none(text, title, seed):
    found = wish(Item("1", title, text=text), seed)
    if found is not None:
        assert found.said != sentences(text)[0]
        assert found.said not in sentences(found.rest.text)
        titled = {word.casefold() for word in WORD.findall(title)}
        assert not titled & {word.casefold() for word in re.findall(WORD, found.text)}
