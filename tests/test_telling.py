"""Of an item the model is told a line, with the sentence that comes nearest to the wish."""

from hypothesis import given
from hypothesis import strategies as st

from chat.telling import LONGEST, line, tellings
from retrieval.items import Item

ALIEN = Item(
    "1",
    "Alien",
    1979,
    {"genre": ("Horror", "Sci-Fi")},
    "Alien is a 1979 film. A crew wakes from sleep. Something hunts them in the ship. The music won a prize.",
)
BLANK = Item("2", "Heat")


def test_the_sentence_that_shares_rare_words_with_the_wish_is_told():
    told = tellings([ALIEN, BLANK], "who hunts the crew of a ship")
    assert told == ["Alien (1979). Horror, Sci-Fi. Something hunts them in the ship.", "Heat."]


def test_where_none_shares_a_word_it_is_the_second_one():
    assert tellings([ALIEN], "xylophones")[0].endswith("A crew wakes from sleep.")
    assert tellings([Item("3", "One", text="Only this.")], "xylophones") == ["One. Only this."]


def test_an_item_tells_the_same_among_whatever_others_unless_words_are_rarer_there():
    assert tellings([ALIEN], "sleep")[0] == tellings([BLANK, ALIEN], "sleep")[1]


@given(st.text(max_size=600), st.text(max_size=60), st.text(max_size=60))
def test_whatever_stands_in_an_item_it_is_one_line_of_data(text, title, wish):
    [said] = tellings([Item("1", title, text=text)], wish)
    assert said == line(Item("1", title), "") or len(said) <= 120 + LONGEST + 10
    assert said.strip()
    assert not set("<>|[]{}\n\r\x00") & set(said)
