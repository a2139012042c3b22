"""A sentence may say what its evidence says, and nothing else."""

import pytest

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
        ("Men in Black has two sequels.", "two"),
        ("Men in Black is one of your favourites.", "history"),
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
