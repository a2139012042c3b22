"""Of an item the model is told a line, with the sentence that comes nearest to the wish."""

from hypothesis import given
from hypothesis import strategies as st

from chat.reranking.telling import LONGEST, line, tellings
from retrieval.items import Item

SLEEP = " and sleeps again" * 8
PAD = ", wherever they hide and whatever they try against it, all night long" * 2
ALIEN = Item(
    "1",
    "Alien",
    1979,
    {"genre": ("Horror", "Sci-Fi")},
    f"Alien is a film of 1979. A crew wakes up{SLEEP}. Something hunts them in the ship{PAD}. It won.",
)
BLANK = Item("2", "Heat")


def test_the_sentences_that_share_rare_words_with_the_wish_are_told_in_their_order_as_far_as_there_is_room():
    told = tellings([ALIEN, BLANK], "hunts in a ship")
    assert told == [f"Alien (1979). Horror, Sci-Fi. Something hunts them in the ship{PAD}. It won.", "Heat."]


def test_where_none_shares_a_word_the_second_one_comes_first():
    assert "wakes up and sleeps again" in tellings([ALIEN], "xylophones")[0]
    assert tellings([Item("3", "One", text="Only this.")], "xylophones") == ["One. Only this."]


def test_an_item_tells_the_same_among_whatever_others_unless_words_are_rarer_there():
    assert tellings([ALIEN], "sleep")[0] == tellings([BLANK, ALIEN], "sleep")[1]


@given(st.text(max_size=600), st.text(max_size=60), st.text(max_size=60))
def test_whatever_stands_in_an_item_it_is_one_line_of_data(text, title, wish):
    [said] = tellings([Item("1", title, text=text)], wish)
    assert said == line(Item("1", title), "") or len(said) <= 120 + LONGEST + 10
    assert said.strip()
    assert not set("<>|[]{}\n\r\x00") & set(said)
