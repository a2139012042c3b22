"""The age of who is to see it: read as a limit by the domain's table, and by nothing else that has an age."""

from dataclasses import replace

import pytest
from halves import lasting, of, reader

from chat.understanding.values.ages import watching
from retrieval.catalogue import Catalogue
from retrieval.domain import SHIPPED, Field, read_domain
from retrieval.errors import Problem

RATED = {"Alien": "R", "Heat": "R", "Fargo": "R", "Toy Story": "G", "Airplane!": "PG", "Titanic": "PG-13"}


def rated():
    """The films, of which some have a certificate."""
    catalogue, domain = lasting()
    items = [
        replace(one, facets={**one.facets, "certificate": (RATED[one.title],)}) if one.title in RATED else one
        for one in catalogue.values()
    ]
    fields = {**domain.fields, "certificate": Field(type="category")}
    return Catalogue.of(items), domain.model_copy(update={"fields": fields})


FILMS, UNRATED = reader(rated), reader(lasting)


@pytest.mark.parametrize(
    ("said", "age"),
    [
        ("a film for my 7 year old daughter", 7),
        ("she has just turned 7", 7),
        ("he's nine and loves dinosaurs", 9),
        ("shes 9", 9),
        ("our son, who is 4, loves trains", 4),
        ("my nephew turns 6 tomorrow", 6),
        ("my kids are 9 and 7", 7),
        ("8 kids of 5 or 6", 5),
        ("something for children aged 6 to 8", 6),
        ("for ages 5-9", 5),
        ("a fairy tale for my 5yo", 5),
        ("with my 18 month old", 0),
        ("something not too scary for a 7 year old", 7),
        ("something about horses for my 10-year-old", 10),
        ("for me and a couple of young teens", 13),
        ("with my teenage son", 13),
        ("for toddlers", 2),
        ("something for my kids, 5 and 9", 5),
        ("for our kids 9 and 12", 9),
        ("a comedy for my son (7)", 7),
        ("with my two daughters, 4 and 10", 4),
        ("something for me and my baby", 0),
        ("I'm 40, my daughter is 11", 11),
        ("I am 30", 30),
    ],
)
def test_the_youngest_who_sees_it_counts(said, age):
    assert watching(said).age == age


@pytest.mark.parametrize(
    "said",
    [
        "my 8 year old phone broke",
        "a film about a 12-year-old",
        "a film about a 12 year old boy for my nephew",
        "the story of a girl who is 7",
        "a film with a 12 year old hero",
        "a movie starring a 9 year old",
        "a 20 year old film",
        "the movie is 7 years old",
        "when I was 12 I loved it",
        "not for my 7 year old, for me",
        "a film about teenagers",
        "a teen comedy",
        "he is 12 minutes late",
        "they are 7 euros",
        "a film from 12 years ago",
        "films for 3 people",
        "the first one is 7",
        "middle aged heroes",
        "with my kids, 2 films",
        "my dad, 9 out of 10 for him",
        "a film about my kids, 5 and 9",
    ],
)
def test_what_else_is_so_old_is_no_age_of_theirs(said):
    assert watching(said).age is None
    assert not of(FILMS, said).where.asked("certificate")


@pytest.mark.parametrize(
    ("said", "held"),
    [
        (("a comedy for my 7 year old",), {"Comedy", "G"}),
        (("a comedy", "she's 9"), {"Comedy", "G or PG"}),
        (("a comedy with my teenagers",), {"Comedy", "G or PG or PG-13"}),
        (("a comedy", "I am 30"), {"Comedy"}),
        (("a comedy for my 7 year old", "a western instead"), {"Western", "G"}),  # the same people see it
        (("nothing rated R please", "a comedy", "a western instead"), {"Western", "no R"}),
        (("a comedy for my 7 year old", "a thriller for grown-ups"), {"Thriller"}),
        (("a comedy with my 7 year old", "something for my dad: a western"), {"Western"}),
        (("a comedy for my 7 year old", "start over", "a western"), {"Western"}),
        (("a comedy rated PG-13 for my 7 year old",), {"Comedy", "PG-13"}),  # they know best
        (("a comedy for my 7 year old", "PG-13 is fine"), {"Comedy", "G or PG or PG-13"}),
        (("a comedy", "nothing above PG"), {"Comedy", "G or PG"}),
        (("a comedy, PG-13 at most",), {"Comedy", "G or PG or PG-13"}),
        (("a comedy rated PG or lower",), {"Comedy", "G or PG"}),
        (("nothing rated higher than PG please, a comedy",), {"Comedy", "G or PG"}),
        (("a comedy above PG-13",), {"Comedy", "R"}),
        (("a comedy rated PG",), {"Comedy", "PG"}),
        (("a comedy, at most pg13",), {"Comedy", "G or PG or PG-13"}),
        (("a comedy up to 90 minutes",), {"Comedy", "runtime at most 90 minutes"}),
        (("a comedy for my kids, 5 and 9", "my 14 year old is joining too"), {"Comedy", "Children's", "G"}),
        (("a comedy for my 7 year old", "and my 12 year old"), {"Comedy", "G"}),
        (("a comedy with my teenagers", "and my baby"), {"Comedy", "G"}),
        (("a comedy for my 7 year old", "a thriller with my teenagers"), {"Thriller", "G or PG or PG-13"}),
    ],
)
def test_an_age_is_a_limit_by_the_table_of_the_domain(said, held):
    assert set(of(FILMS, *said).where.words()) == held


def test_the_limit_keeps_the_words_it_came_from():
    (limit,) = [one for one in of(FILMS, "a comedy for my 7 year old").constraints if one.text == "G"]
    assert limit.words == "7 year old"


def test_a_limit_that_suits_another_one_as_well_keeps_its_own_words():
    wish = of(FILMS, "a comedy for my kids, 5 and 9", "my 14 year old is joining too")
    assert [one.words for one in wish.constraints if one.text == "G"] == ["5 and 9"]


@pytest.mark.parametrize(
    "said",
    [
        "a comedy for my 7 year old",
        "a comedy, he's 9",
        "a comedy rated PG",
        "a comedy, nothing above PG-13",
        "an R-rated comedy",
        "a comedy rated 12 or under",
        "a comedy, pg-13",
    ],
)
def test_where_no_item_has_a_certificate_that_is_said_and_kept_as_a_wish(said):
    intent = of(UNRATED, said)
    assert intent.unknown == intent.lacking == ("certificates",)
    assert intent.where.words() == ("Comedy",)
    assert intent.words == "comedy"


def test_an_adult_asks_for_nothing_that_is_not_known():
    assert of(UNRATED, "I am 30, a comedy").unknown == ()


def test_a_table_of_ages_has_to_hold_together(tmp_path):
    text = (SHIPPED / "movies.toml").read_text(encoding="utf-8")
    for wrong, why in (("[ages.year_made]\n", "names none"), ("[ages.price]\nlow = 3\n", "must be a category")):
        path = tmp_path / "wrong.toml"
        path.write_text(text.replace("[fields] ", '[fields]\nprice = { type = "number" }\n#') + wrong)
        with pytest.raises(Problem, match=why):
            read_domain(str(path))


@pytest.mark.parametrize(
    "said",
    [
        "the kids are asleep now",
        "ok then without the kid",
        "without my son",
        "my son is in bed now",
        "the kid's asleep",
        "the kids went to bed",
        "no kids tonight after all",
        "he isn't watching after all",
        "our daughter won't be joining us",
    ],
)
def test_where_only_adults_see_it_nothing_is_kept_for_the_sake_of_children(said):
    wish = of(FILMS, "something funny with my kid of 8", said)
    assert wish.act == "suggest"
    assert wish.where.words() == ("Comedy",)
    assert wish.words == "funny"


def test_a_story_without_children_and_children_who_are_awake_are_no_adults():
    assert of(FILMS, "a film without kids").where.unwanted == {"genre": {"Children's"}}
    assert of(FILMS, "a film for my 8 year old", "the kids are not asleep").where.asked("certificate") == {"G", "PG"}


def test_a_kid_of_eight_is_so_old():
    assert watching("something funny with my kid of 8").age == 8
    assert watching("a comedy with my son of 9").age == 9
