"""A sentence may say what its evidence says, and nothing else."""

import re

import pytest

from chat.explanation import phrasing
from chat.grounding import objection
from chat.messages import Evidence
from retrieval.domain import read_domain
from retrieval.items import Item

DOMAIN = read_domain("movies")
ITEM = Item("9", "Men in Black", 1997, {"genre": ("Action", "Comedy", "Sci-Fi")})
EVIDENCE = [
    Evidence("likeness", "It is close to Alien, which you named.", ("Alien",)),
    Evidence("wish", "You asked for Comedy.", ("Comedy",)),
    Evidence("history", "You watched Star Wars.", ("Star Wars",)),
    Evidence("attribute", "It is an Action, Comedy and Sci-Fi film.", ("Action", "Comedy", "Sci-Fi")),
]


@pytest.mark.parametrize(
    "sentence",
    [
        "Men in Black is a Comedy and Sci-Fi film that goes well with Star Wars, which you watched.",
        "Since you watched Star Wars, Men in Black should keep you hooked.",
        "Men in Black gives you the Comedy you asked for, and it sits close to Alien, which you named.",
        "Men in Black (1997) is a funny film.",
        "You asked for Comedy and you watched Star Wars, so Men in Black may be for you.",
    ],
)
def test_a_true_sentence_passes(sentence):
    assert objection(sentence, ITEM, EVIDENCE, DOMAIN) is None


@pytest.mark.parametrize(
    ("sentence", "wrong"),
    [
        ("Men in Black goes well with Alien, which you watched.", "Alien"),
        ("Men in Black, which you watched, is a Comedy.", "Men in Black"),
        ("Since you watched Alien, Men in Black will please you.", "Alien"),
        ("Men in Black is close to Star Wars, which you named.", "Star Wars"),
        ("Men in Black is close to Jaws.", "Jaws"),
        ("Men in Black is from 1998.", "1998"),
        ("Men in Black is a Horror film.", "Horror"),
        ("Men in Black is a scary film.", "Horror"),
        ("Men in Black stars Will Smith.", "people"),
        ("Men in Black, by Barry Sonnenfeld, is a Comedy.", "Barry"),
        ("Men in Black was directed by a master.", "people"),
        ("You watched Star Wars and Alien, so try Men in Black.", "Alien"),
        ("Men in Black is the Comedy and Sci-Fi you asked for.", "Sci-Fi"),
        ("You asked for Comedy and Sci-Fi, so try Men in Black.", "Sci-Fi"),
        ("Men in Black goes well with Star Wars, which you like.", "Star Wars"),
        ("Men in Black has two sequels.", "two"),
        ("Men in Black is one of your favourites.", "favourites"),
        ("You watched Star Wars.", "does not speak of Men in Black"),
        ("   ", "nothing"),
    ],
)
def test_a_claim_without_evidence_is_objected_to_by_name(sentence, wrong):
    assert wrong in (objection(sentence, ITEM, EVIDENCE, DOMAIN) or "")


def test_a_title_inside_an_allowed_one_allows_nothing_more():
    evidence = [Evidence("history", "You watched The Empire Strikes Back.", ("The Empire Strikes Back",))]
    assert (
        objection("Men in Black goes with Empire, a classic.", ITEM, evidence, DOMAIN)
        == "Empire is not in the evidence"
    )


def test_what_was_asked_for_is_what_stands_before_it():
    sentence = "Men in Black has the Comedy you asked for and goes well with Star Wars, which you watched."
    assert objection(sentence, ITEM, EVIDENCE, DOMAIN) is None
    false = "Men in Black has the Sci-Fi you asked for and goes well with Star Wars, which you watched."
    assert "Sci-Fi" in (objection(false, ITEM, EVIDENCE, DOMAIN) or "")


def test_what_was_liked_may_be_said_to_be_liked_and_not_watched():
    evidence = [
        Evidence("liked", "Without Star Wars, which you like, it would stand lower.", ("Star Wars",), "Star Wars")
    ]
    assert objection("Men in Black goes well with Star Wars, which you like.", ITEM, evidence, DOMAIN) is None
    assert "Star Wars" in (
        objection("Men in Black goes well with Star Wars, which you watched.", ITEM, evidence, DOMAIN) or ""
    )


def test_a_long_name_is_shortened_in_an_objection():
    item = Item("1", "A Very Long Title " * 20)
    assert len(objection("It is good.", item, [], DOMAIN) or "") < 100


def test_clauses_are_joined_as_a_sentence_allows():
    facts = [
        Evidence("years", "It is from 1997, within the years you asked for.", ("1997",), "1997"),
        Evidence("wish", "You asked for Comedy.", ("Comedy",), "Comedy"),
    ]
    pattern = phrasing(ITEM, facts, DOMAIN)["pattern"]
    assert re.fullmatch(pattern, "Men in Black is from 1997, as you wanted, and it has the Comedy you asked for.")
    assert re.fullmatch(pattern, "Men in Black has the Comedy you asked for and is from 1997, as you wanted.")
    assert not re.fullmatch(pattern, "Men in Black is from 1997, as you wanted as it has the Comedy you asked for.")
    assert not re.fullmatch(pattern, "Men in Black is from 1997, as you wanted and has the Comedy you asked for.")
