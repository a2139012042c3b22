"""What may be said of an item besides the past: likeness that is one, words that it really has, what lifted it."""

from dataclasses import replace

import numpy as np
import pytest
from films import films

from chat.assembly import assistant as assembled
from chat.grammar import article
from chat.messages import Intent
from chat.reasons.evidence import Evidences, _context, _stage
from chat.reasons.quoting import LONGEST, Quote, cleaned, quote
from retrieval.catalogue import Catalogue, write_items
from retrieval.database import database
from retrieval.domain import read_domain
from retrieval.index.indexing import index_catalogue
from retrieval.index.nearest import Exact
from retrieval.items import Item
from retrieval.ranking import Query, Ranking
from retrieval.sources import together
from retrieval.space.embedding import Hashing, normalised
from retrieval.space.item_vectors import Space

ARTICLES = {"R": "an", "PG-13": "a", "G": "a", "NC-17": "an", "U": "a", "Action": "an", "Comedy": "a", "LG": "an"}
LIGHTHOUSE = "A keeper spends forty years alone in a lighthouse on a rock."
OTHERS = [Item(f"o{n}", f"Other {n}", text=f"Number {n} of many films about towns and people.") for n in range(40)]
MOVIES = read_domain("movies")
SPACE = Space(Hashing())
SAMPLE = SPACE.items(OTHERS)


def quoted(item, wish, space=SPACE):
    return quote(item, space.queries([wish])[0], space.items(OTHERS), space)


@pytest.mark.parametrize("fields", [{}, {"text": 1.0}, {"title": 1.0, "text": 2.0}])
def test_the_sentence_that_answers_the_wish_is_quoted_and_no_other(fields):
    item = Item("x", "The Rock", 1990, text=f"It begins in the spring. {LIGHTHOUSE} Nobody ever comes to see him.")
    said = quoted(item, "alone in a lighthouse on a rock", Space(Hashing(), fields))
    assert said == Quote(LIGHTHOUSE.rstrip("."), review=False)
    assert said.text in item.text


def test_a_sentence_of_a_review_is_one_of_a_review():
    item = Item("x", "The Rock", text="A drama.", reviews=(f"We liked it all the same. {LIGHTHOUSE}",))
    fields = {"title": 1.0, "text": 1.0, "reviews": 1.0}
    said = quoted(item, "alone in a lighthouse on a rock", Space(Hashing(), fields))
    assert said == Quote(LIGHTHOUSE.rstrip("."), review=True)


@pytest.mark.parametrize(
    ("item", "wish"),
    [
        (Item("x", "The Rock", text=LIGHTHOUSE), "dancing penguins"),
        (Item("x", "Alone in a Lighthouse on a Rock"), "alone in a lighthouse on a rock"),
        (Item("x", "Alone in a Lighthouse", text="A man thinks of the past."), "alone in a lighthouse"),
        (Item("x", "The Rock", text="Lighthouse on a rock: https://rock.example/alone"), "lighthouse on a rock"),
        (Item("x", "The Rock", text="Lighthouse alone."), "lighthouse alone"),
    ],
)
def test_what_is_not_near_not_prose_or_not_to_be_shown_is_not_quoted(item, wish):
    assert quoted(item, wish) is None


def test_a_quote_is_of_one_line_without_marks_and_of_bounded_length():
    assert cleaned(' “A man,\n "alone"\u200b on a rock.” ') == "A man, alone on a rock"
    long = cleaned("a lighthouse, " * 40)
    assert len(long) <= LONGEST
    assert long.endswith("lighthouse…")


def test_likeness_is_said_of_each_title_for_itself_and_only_where_the_descriptions_are_close():
    middle, others = np.eye(8, dtype=np.float32)[0], np.random.default_rng(0).normal(size=(40, 8))
    vectors = normalised(np.vstack([middle, middle + 0.1, -middle, others]))
    films = [Item("x", "X"), Item("near", "Near"), Item("far", "Far"), *OTHERS]
    index = Exact([film.id for film in films], vectors)
    catalogue = Catalogue.of(films)
    here = Evidences(catalogue, MOVIES, None, (), index, SPACE, vectors[3:])
    [both] = here._likeness(catalogue["x"], Query(like=("near", "far")))
    assert (both.names, both.what) == (("Near",), "Near")
    assert not list(here._likeness(catalogue["x"], Query(like=("far",))))


def test_good_company_alone_is_no_likeness(assistant):
    query = assistant.query("nobody", Intent(like=("57",)))  # a western, of which no other kind shares a thing
    ranking = assistant.rank(query)
    far = [id for id in ranking.ids if ranking.parts_of(id)["likeness"] < 0]
    found = assistant.ordering.evidence(query, ranking, far)
    assert far
    assert not [one for each in found.values() for one in each if one.kind == "likeness"]


def test_a_passage_is_evidence_of_a_wish_in_words(told):
    query = told.query("nobody", Intent(words="stranded alone on a distant rock"))
    ranking = told.rank(query)
    evidence = told.ordering.evidence(query, ranking, ["1", "2"])
    [passage] = [one for one in evidence["1"] if one.kind == "passage"]
    assert passage.what == "A crew is stranded alone on a distant rock"
    assert passage.text == f"It has a description that says “{passage.what}”."
    assert passage.names == (passage.what,)
    assert not [one for one in evidence["2"] if one.kind == "passage"]


@pytest.fixture
def told(workspace):
    alien = replace(films()[0], text="A crew is stranded alone on a distant rock. Something wakes.")
    with database(workspace.database_url) as engine, engine.begin() as connection:
        write_items(connection, [alien])
    index_catalogue(workspace)
    with assembled(workspace) as opened:
        yield opened


def test_the_stage_names_what_found_it_and_what_carries_it():
    [both] = _stage({"sequence": 1.94, "text": 0.4}, ("wish", "history"))
    assert both.text == "It was found by wish and history; its part sequence is the largest (1.9 of 2.3)."
    [alone] = _stage({"sequence": 1.94, "text": 0.4}, ())
    assert alone.text == "Its part sequence is the largest (1.9 of 2.3)."
    assert not both.tellable
    assert not list(_stage({}, ()))


def test_the_sources_that_found_an_item_are_known_by_name():
    found = together(a=lambda _: Ranking(("x", "y")), b=lambda _: Ranking(("y",)))(Query())
    assert found.ids == ("x", "y")
    assert found.found == {"x": ("a",), "y": ("a", "b")}
    assert together(lambda _: Ranking(("x",)))(Query()).found == {}


def test_the_moment_is_named_only_where_it_is_the_persons_own():
    assert _context("hour", "20").text == "It stands higher at this hour."  # hours are kept in UTC
    assert _context("weekday", "6").what == "on this day of the week"
    assert _context("device", "phone").names == ("phone",)
    assert "with device phone" in _context("device", "phone").text


def test_vectors_of_pictures_are_no_part_of_the_wording():
    plain = SPACE.queries(["alone on a rock"])
    given = Space(Hashing(), given={"x": np.ones(3, dtype=np.float32)})
    assert np.allclose(given.wording(given.queries(["alone on a rock"])), plain, atol=1e-6)


def test_an_abbreviation_has_the_article_of_its_first_letter():
    assert {said: article(said) for said in ARTICLES} == ARTICLES
