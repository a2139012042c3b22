"""Long texts in pieces: what is read of an item, and which piece answers a question."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.catalogue import Catalogue
from retrieval.items import Item, described
from retrieval.space.embedding import Hashing
from retrieval.space.item_vectors import Space
from retrieval.space.passages import MOST, passages, pooled, readable, sentences

EMBEDDER = Hashing()


class Narrow(Hashing):
    """One that reads seven words at a time."""

    window = 7


def cut(item, fields=(), embedder=EMBEDDER):
    [found] = passages([item], dict.fromkeys(fields, 1.0), embedder)
    return found


def test_a_short_item_is_one_passage_of_all_its_words():
    item = Item("1", "Alien", 1979, {"genre": ("Horror",)}, "A crew in space.")
    assert cut(item) == {"all": [described(item)]}


def test_a_long_text_is_cut_between_sentences_into_what_the_model_can_read():
    item = Item(
        "1", "A", text="One two three four. Five seven eleven! Thirteen seventeen? Or twenty, and so on it goes."
    )
    assert cut(item, ["text"], Narrow())["text"] == [
        "One two three four. Five seven eleven!",
        "Thirteen seventeen?",
        "Or twenty, and so on it goes.",
    ]


def test_fields_are_read_one_by_one_and_empty_ones_left_out():
    item = Item("1", "Alien", 1979, {"genre": ("Horror", "Sci-Fi")}, attributes={"director": "Ridley Scott"})
    found = cut(item, ["title", "text", "genre", "facets", "director", "reviews"])
    assert found == {
        "title": ["Alien (1979)"],
        "genre": ["Horror, Sci-Fi"],
        "facets": ["Horror, Sci-Fi"],
        "director": ["Ridley Scott"],
    }
    assert cut(Item("1", "Alien"), ["text", "reviews"]) == {"all": ["Alien"]}


def test_reviews_come_by_the_sentence_the_first_of_each_first():
    item = Item("1", "A", reviews=("The first was grand. It had a very good end.", "I have never been so bored."))
    assert cut(item, ["reviews"])["reviews"] == [
        "The first was grand.",
        "I have never been so bored.",
        "It had a very good end.",
    ]


@pytest.mark.parametrize(
    "expected",
    [
        ['He said "come here at once."', "She did so at once."],
        ["Dr. Jones went to a far country.", "It was 3.5 miles away."],
        ["هل رأيت هذا الفيلم الجميل؟", "إنه من أجمل الأفلام."],
        ["זה סרט נהדר על חלל.", "כדאי לראות אותו היום."],
        ["No end of it"],
        ["The very last word was. No."],
        [],
    ],
)
def test_sentences_end_where_their_script_ends_them(expected):
    assert list(sentences(readable(" ".join(expected)))) == expected


def test_sentences_need_no_blank_between_them_where_their_script_has_none():
    expected = ["ある日、宇宙船の乗組員が未知の生物に襲われる。", "彼らは一人ずつ命を落としていくのである。"]
    assert list(sentences(readable("".join(expected)))) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<p>A <b>crew</b><br>in&nbsp;space.</p><script>alert(1)</script>", "A crew in space."),
        ("Love & War: 1 < 2, I <3 you &amp; AT&T", "Love & War: 1 < 2, I <3 you & AT&T"),
        ("<div onclick='x'>bold &lt;tag&gt;</div>", "bold <tag>"),
        ("a \t b\r\n\r\n c", "a b\nc"),
        ("lone \ud800 half", "lone half"),
    ],
)
def test_tags_are_not_read_and_words_on_both_sides_of_them_stay_apart(text, expected):
    assert readable(text) == expected


@given(st.text(max_size=400), st.integers(1, 9))
def test_no_passage_is_longer_than_the_window_and_no_word_is_lost(text, window):
    narrow = Hashing()
    narrow.window = window
    found = cut(Item("1", "", text=text), ["text"], narrow).get("text", [])
    assert all(length <= window for length in narrow.lengths(found))
    if len(found) < MOST:
        assert "".join("".join(found).split()) == "".join(readable(text).split())


@pytest.mark.parametrize("text", ["word ", "x", "<div>", "<script>", "<", "<a ", "A bit. ", "&amp", " ", "\n", "。"])
@pytest.mark.timeout(60)
def test_a_megabyte_of_text_is_a_bounded_number_of_passages(text):
    text *= 1_000_000 // len(text)
    found = cut(Item("1", "Long", text=text, reviews=(text, text)), ["title", "text", "reviews"])
    assert found["title"] == ["Long"]
    assert len(found.get("text", [])) <= MOST
    assert len(found.get("reviews", [])) <= MOST
    assert np.isfinite(Space(EMBEDDER).items([Item("1", "Long", text=text)])).all()


def test_a_heavier_field_draws_the_item_to_it():
    item = Item("1", "Alien", text="A funny western about a horse and a cowboy who sing. " * 40)
    title, western = EMBEDDER.queries(["alien", "a funny western"])
    [even] = Space(EMBEDDER, {"title": 1.0, "text": 1.0}).items([item])
    [by_title] = Space(EMBEDDER, {"title": 3.0, "text": 1.0}).items([item])
    assert even @ title == pytest.approx(0.7, abs=0.1)  # a long text has no more say than a short title
    assert by_title @ title > even @ title
    assert by_title @ western < even @ western


def test_pooling_is_the_weighted_mean_of_the_fields_at_length_one():
    title, plot, end = np.eye(3, dtype=np.float32)
    vector = pooled({"title": title[None], "text": np.stack([plot, end])}, {"title": 1.0, "text": 2.0})
    expected = np.array([1, 2 / np.sqrt(2), 2 / np.sqrt(2)])
    assert vector == pytest.approx(expected / np.linalg.norm(expected), abs=1e-6)


def test_passages_that_cancel_each_other_out_leave_the_first():
    vector = np.array([0, 1, 0], dtype=np.float32)
    assert (pooled({"text": np.stack([vector, -vector])}, {}) == vector).all()


def test_reviews_may_stand_beside_everything_else_as_one():
    item = Item("1", "Alien", 1979, {"genre": ("Horror",)}, "A crew in space.", reviews=("It is very good.",))
    assert cut(item, ["all", "reviews"]) == {"all": [described(item)], "reviews": ["It is very good."]}


def test_the_sentence_that_answers_is_found_and_says_where_it_stands():
    item = Item(
        "1",
        "Alien",
        text="A crew meets a creature.",
        reviews=("The acting is wooden. The music by Goldsmith is unforgettable.", "Too long for children."),
    )
    space = Space(EMBEDDER, {"text": 1.0, "reviews": 0.5})
    best = space.best_passage(item, space.queries(["unforgettable music"])[0])
    assert (best.text, best.field) == ("The music by Goldsmith is unforgettable.", "reviews")
    assert 0.3 < best.score <= 1
    other = space.best_passage(item, space.queries(["a creature and its crew"])[0])
    assert (other.text, other.field) == ("A crew meets a creature.", "text")


def test_an_index_is_of_other_items_once_anything_that_may_be_embedded_has_changed():
    plain = Item("1", "Alien", 1979, {"genre": ("Horror",)}, "A crew.")
    others = [
        Item("1", "Alien", 1979, {"kind": ("Horror",)}, "A crew."),
        Item("1", "Alien", 1979, {"genre": ("Horror",)}, "A crew.", reviews=("Good.",)),
        Item("1", "Alien", 1979, {"genre": ("Horror",)}, "A crew.", attributes={"director": "Scott"}),
        Item("1", "Alien", 1979, {"genre": ("Horror",)}, "A crew.", image="a.png"),
        Item("1", "Alien", 1979, {"genre": ("Horror",)}, "A ship."),
    ]
    assert len({Catalogue.of([item]).fingerprint() for item in (plain, *others)}) == 6
