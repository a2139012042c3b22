"""The very words of a wish find their item."""

import time

import numpy as np
import pytest
from films import films
from hypothesis import given
from hypothesis import strategies as st

from retrieval.catalogue import Catalogue
from retrieval.domain import Weights
from retrieval.filtering.where import Where
from retrieval.index.nearest import Exact
from retrieval.items import Item
from retrieval.ranking import Query, Ranking
from retrieval.space.embedding import Hashing
from retrieval.space.item_vectors import embedded
from retrieval.words.hybrid import by_wish, by_wording, by_words, wording
from retrieval.words.lexical import Lexical, tokens

ODD = [
    Item("sony", "Sony WH-1000XM4", facets={"category": ("Headphones",)}, attributes={"brand": "Sony"}),
    Item("bose", "Bose QuietComfort 45", facets={"category": ("Headphones",)}, text="Quiet headphones."),
    Item("zardoz", "Zardoz", 1974, text="A savage learns who the gods are.", attributes={"stars": "Sean Connery"}),
    Item("amelie", "Le Fabuleux Destin d'Amélie Poulain", 2001, text="A shy waitress in Montmartre."),
    Item("ghost", "攻殻機動隊", 1995, text="サイボーグの物語"),
    Item("sholay", "शोले", 1975, text="दो दोस्त और एक डाकू"),
    Item("empty", "?"),
]
CATALOGUE = Catalogue.of([*films(), *ODD])
LEXICAL = Lexical.of(CATALOGUE)


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("WH-1000XM4", "sony"),
        ("wh1000xm4", "sony"),
        ("the wh 1000xm4 please", "sony"),
        ("1000XM4", "sony"),
        ("zardoz", "zardoz"),
        ("with SEAN CONNERY", "zardoz"),
        ("amelie", "amelie"),
        ("l’amélie", "amelie"),
        ("savages", "zardoz"),
        ("機動隊", "ghost"),
        ("शोले", "sholay"),
        ("e.t.", "48"),
        ("ET", "48"),
    ],
)
def test_a_name_or_number_is_found_however_it_is_written(said, found):
    assert LEXICAL.nearest(said, 3)[0] == found


def test_what_shares_no_word_is_not_found():
    assert LEXICAL.nearest("xylophone", 10) == []
    assert LEXICAL.nearest("?!", 10) == []
    assert not LEXICAL.scores("xylophone").any()
    assert Lexical.of(Catalogue.of([])).nearest("anything", 5) == []
    assert Lexical.of(Catalogue.of([Item("1", "?")])).nearest("anything", 5) == []


def test_only_what_may_be_shown_is_found():
    among = np.ones(len(CATALOGUE), dtype=bool)
    among[CATALOGUE.row["sony"]] = False
    assert LEXICAL.nearest("quiet sony headphones", 5, among) == ["bose"]
    assert by_words(CATALOGUE, LEXICAL)(Query(text="zardoz", exclude={"zardoz": "seen already"})).ids == ()


@given(st.text(max_size=40), st.integers(0, 80))
def test_the_nearest_are_the_best_scores_whatever_is_written(text, n):
    scores = LEXICAL.scores(text)
    found = LEXICAL.nearest(text, n)
    assert len(found) == min(n, int((scores > 0).sum()))
    assert [scores[LEXICAL.row[id]] for id in found] == sorted(scores[scores > 0], reverse=True)[:n]


@given(st.text(max_size=60))
def test_words_are_compared_without_case_and_blanks(text):
    assert all(token and not token.isspace() for token in tokens(text))
    assert tokens(text.casefold()) == tokens(text.casefold().casefold())


def test_a_rare_word_lifts_its_item_to_the_top_of_the_wish():
    embedder = Hashing()
    vectors = np.concatenate([vectors for _, vectors in embedded(CATALOGUE, embedder)])
    index = Exact(CATALOGUE.ids, vectors)
    query = Query(text="zardoz savage comedy")
    wish = by_wish(CATALOGUE, index, embedder, LEXICAL, Weights(), vectors, n=20)(query)
    assert wish.ids[0] == "zardoz"
    assert len(wish) == 20
    behaviour = {"behaviour": np.linspace(0.3, -0.3, len(CATALOGUE)).astype(np.float32)}
    lifted = by_wording(LEXICAL, Weights())(query, Ranking(CATALOGUE.ids, behaviour))
    assert lifted.ids[0] == "zardoz"
    assert lifted.parts_of("zardoz")["words"] > 3 > lifted.parts_of("empty")["words"]


def test_a_wish_without_known_words_moves_nothing():
    ranking = Ranking(("1", "2"), {"behaviour": np.array([2, 1], dtype=np.float32)})
    ranker = by_wording(LEXICAL, Weights())
    assert ranker(Query(text="xylophone"), ranking) is ranking
    assert ranker(Query(), ranking) is ranking
    assert set(ranker(Query(text="zardoz"), Ranking(("1", "brand new"))).parts) == {"words"}


def test_thousands_of_items_are_read_in_a_moment_and_asked_in_milliseconds():
    dice = np.random.default_rng(0)
    words = np.array([f"w{n}" for n in range(5000)])
    catalogue = Catalogue.of(
        Item(str(n), " ".join(words[dice.zipf(1.3, 4) % 5000]), text=" ".join(words[dice.zipf(1.3, 20) % 5000]))
        for n in range(3000)
    )
    started = time.process_time()
    lexical = Lexical.of(catalogue)
    assert time.process_time() - started < 3
    started = time.process_time()
    for _ in range(20):
        lexical.nearest("w7 w11 w300 w4000", 100)
    assert (time.process_time() - started) / 20 < 0.05


def test_for_a_later_catalogue_the_words_go_on_answering_for_the_items_they_were_read_of():
    later = Catalogue.of([Item("new", "Zardoz Returns"), *(CATALOGUE[id] for id in reversed(CATALOGUE.ids[1:]))])
    lexical = LEXICAL.later(later).later(later)
    assert lexical.nearest("zardoz", 5) == ["zardoz"]
    assert lexical.scores("zardoz")[later.row["zardoz"]] == LEXICAL.scores("zardoz")[CATALOGUE.row["zardoz"]]
    assert lexical.scores("alien")[0] == 0
    assert set(Lexical.of(later).nearest("zardoz", 5)) == {"zardoz", "new"}


def test_a_word_that_one_item_alone_has_leads_without_drowning_the_rest():
    many = Lexical.over([str(n) for n in range(5000)], ["a plain film"] * 4999 + ["a plain film of zyzzyva"])
    scores = wording(many, "zyzzyva")
    assert scores.argmax() == 4999
    assert scores.max() < 6  # it is seventy standard deviations from the mean


def test_a_word_that_the_filter_has_heeded_is_none_to_look_for():
    face = Catalogue.of([*CATALOGUE.values(), Item("face", "Funny Face", 1957, {"genre": ("Comedy", "Musical")})])
    lexical, known = Lexical.of(face), {"funny": ("genre", "Comedy")}
    comedy = Where({"genre": frozenset({"Comedy"})})
    assert by_words(face, lexical, known=known)(Query(text="Funny", where=comedy)).ids == ()
    assert by_words(face, lexical, known=known)(Query(text="funny face", where=comedy)).ids == ("face",)
    assert by_words(face, lexical, known=known)(Query(text="funny")).ids == ("face",)
    ranking = Ranking(face.ids, {"behaviour": np.zeros(len(face), dtype=np.float32)})
    assert "words" not in by_wording(lexical, Weights(), known)(Query(text="funny", where=comedy), ranking).parts
    assert "words" in by_wording(lexical, Weights(), known)(Query(text="funny"), ranking).parts
