"""How limits and values are put into words: grammar that holds for anything, and what a domain may say of its own."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.grammar import any_of, article, bare, behind_the_verb, chained, counted, listed, neither, of_several, plural
from chat.messages import Evidence
from chat.phrasing import chipped, described, need_not, not_there, puts, says_what, thing
from chat.policy.nearest import misses
from chat.reasons import templates
from chat.reasons.explanation import objection_to
from retrieval.domain import Domain, Field, read_domain
from retrieval.errors import Problem
from retrieval.filtering.spans import Span
from retrieval.filtering.where import Where
from retrieval.items import Item

SHOP = read_domain("shop")
FIELDS = {
    "runtime": Field(type="number", unit="minutes"),
    "pages": Field(type="number", unit="pages"),
    "takings": Field(type="number"),
    "director": Field(type="category"),
    "stars": Field(type="categories"),
    "certificate": Field(type="category"),
    "mood": Field(type="category"),
    "dubbed": Field(type="flag"),
}
FILMS = read_domain("movies").model_copy(update={"fields": {**read_domain("movies").fields, **FIELDS}})
WORDS = st.lists(st.text(st.characters(categories=["L"]), min_size=1, max_size=8), min_size=1, max_size=5)


def one(domain, **limits):
    """A wish of one limit as it is put."""
    (put,) = puts(Where(**limits), domain)
    return put


def values(**facets):
    return {name: frozenset(some) for name, some in facets.items()}


# grammar


@given(words=WORDS, join=st.sampled_from([listed, any_of, chained]))
def test_a_list_names_each_once_in_its_order_with_one_joint_before_the_last(words, join):
    said = join(words)
    assert re.split(r", | and | or ", said) == words
    assert said.count(",") == max(0, len(words) - 2)


@given(WORDS)
def test_a_no_to_several_says_neither_once_and_nor_before_the_last(words):
    said = neither(words)
    assert all(word in said for word in words)
    assert said.startswith("not " if len(words) == 1 else "neither ")
    assert (f" nor {words[-1]}" in said) == (len(words) > 1)


@pytest.mark.parametrize(
    ("clause", "after_may", "of_many"),
    [
        ("is in stock", "be in stock", "are in stock"),
        ("has Tom Hanks", "have Tom Hanks", "have Tom Hanks"),
        ("costs 20 EUR", "cost 20 EUR", "cost 20 EUR"),
        ("was released since 2020-01-01", "have been released since 2020-01-01", "were released since 2020-01-01"),
        ("goes well", "go well", "go well"),
        ("uses 4 W", "use 4 W", "use 4 W"),
        ("passes", "pass", "pass"),
        ("carries 20 kg", "carry 20 kg", "carry 20 kg"),
        ("comes in Red", "come in Red", "come in Red"),
    ],
)
def test_a_verb_follows_what_it_is_said_of(clause, after_may, of_many):
    assert (bare(clause), of_several(clause)) == (after_may, of_many)


@given(verb=st.sampled_from(["is", "has", "costs", "weighs", "comes", "keeps"]), rest=st.text(max_size=20))
def test_what_stands_behind_a_verb_stays_whatever_it_is(verb, rest):
    clause = f"{verb} {rest}"
    assert behind_the_verb(clause) == behind_the_verb(bare(clause)) == behind_the_verb(of_several(clause)) == rest
    assert not bare(clause).startswith(f"{verb} ")


@given(number=st.integers(0, 300), unit=st.sampled_from(["minutes", "stars", "EUR", "kg"]))
def test_one_of_a_thing_is_one(number, unit):
    wanted = unit.removesuffix("s") if number == 1 and unit.endswith("s") else unit
    assert counted(f"at least {number} {unit}") == f"at least {number} {wanted}"


@given(st.text(max_size=10))
def test_everything_has_an_article(said):
    assert article(said) in ("a", "an")


# what a domain says nothing of


@pytest.mark.parametrize(
    ("limits", "after", "need"),
    [
        ({"wanted": values(genre=["Comedy"])}, "Comedy", "need not be a Comedy film"),
        ({"wanted": values(director=["Ang Lee"])}, "by Ang Lee", "need not be by Ang Lee"),
        ({"either": values(stars=["A", "B"])}, "with A or B", "need not have A or B"),
        ({"wanted": values(certificate=["G"])}, "certified G", "need not be certified G"),
        ({"wanted": values(mood=["Dark"])}, "of mood Dark", "need not be of mood Dark"),
        ({"unwanted": values(genre=["War"])}, "War", "may be a War film"),
        ({"unwanted": values(stars=["A"])}, "with A", "may have A"),
        ({"ranges": {"runtime": Span(None, 90, "minutes")}}, "at most 90 minutes long", "need not be at most 90"),
        ({"ranges": {"runtime": Span(90, 120, "minutes")}}, "90 to 120 minutes long", "need not be 90 to 120 minutes"),
        ({"ranges": {"pages": Span(1, None, "pages")}}, "with at least 1 page", "need not have at least 1 page"),
        ({"ranges": {"takings": Span(5, None)}}, "with a takings of at least 5", "need not have a takings of"),
        ({"ranges": {"dubbed": Span(1, 1, "", "flag")}}, "dubbed", "need not be dubbed"),
        ({"ranges": {"dubbed": Span(0, 0, "", "flag")}}, "dubbed", "may be dubbed"),
        ({"ranges": {"year": Span(1980, 1989)}}, "from the 1980s", "need not be from the 1980s"),
        ({"ranges": {"year": Span(None, 1949)}}, "from 1949 or earlier", "need not be from 1949 or earlier"),
    ],
)
def test_a_limit_is_put_by_what_its_attribute_is(limits, after, need):
    put = one(FILMS, **limits)
    assert put.after == after
    assert need_not([put]).startswith(f"if it {need}")


@pytest.mark.parametrize(
    ("limits", "chip"),
    [
        ({"wanted": values(category=["Shoes"])}, "Shoes"),
        ({"unwanted": values(category=["Shoes"])}, "no Shoes"),
        ({"wanted": values(brand=["Acme"])}, "by Acme"),
        ({"unwanted": values(colour=["Black"])}, "not in Black"),
        ({"ranges": {"stock": Span(1, 1, "", "flag")}}, "in stock"),
        ({"ranges": {"used": Span(0, 0, "", "flag")}}, "unused"),
        ({"ranges": {"price": Span(None, 20, "EUR")}}, "price at most 20 EUR"),
    ],
)
def test_a_chip_says_what_kind_of_thing_it_is(limits, chip):
    where = Where(**limits)
    assert chipped([*where.words(), "a surprise"], where, SHOP) == (chip, "a surprise")


def test_many_limits_make_one_thing():
    where = Where(
        values(genre=["Comedy", "War"], director=["Ang Lee"]),
        values(genre=["Horror"], stars=["B"]),
        ranges={"runtime": Span(None, 90, "minutes"), "year": Span(1980, 1989)},
    )
    limits = puts(where, FILMS)
    said = "a Comedy and War film by Ang Lee, at most 90 minutes long and from the 1980s, but not Horror and not with B"
    assert thing(limits, FILMS) == said
    soft = thing(limits, FILMS, ["Alien"], ["Heat"], softly=["Comedy", "War", "from 1980 to 1989", "no B"])
    assert soft == (
        "a film by Ang Lee, at most 90 minutes long and like Alien, but not Horror and not like Heat, "
        "ideally Comedy, War, not with B and from the 1980s"
    )
    assert thing(puts(Where(), FILMS), FILMS) == "a film"
    assert thing(puts(Where(unwanted=values(genre=["War"])), FILMS), FILMS) == "a film that is not War"
    horror = puts(Where(values(director=["Ang Lee"]), values(genre=["Horror"])), FILMS)
    assert not_there(horror, "new to you", FILMS) == "I know of no film by Ang Lee, but not Horror, that is new to you"


@given(
    wanted=st.sets(st.sampled_from(["Comedy", "War"])),
    never=st.sets(st.sampled_from(["Horror", "Crime"])),
    by=st.booleans(),
    low=st.none() | st.integers(1, 100),
)
def test_every_limit_is_in_the_words_once(wanted, never, by, low):
    where = Where(
        {**({"genre": frozenset(wanted)} if wanted else {}), **(values(director=["Ang Lee"]) if by else {})},
        {"genre": frozenset(never)} if never else {},
        ranges={"runtime": Span(low, None, "minutes")} if low else {},
    )
    said = thing(puts(where, FILMS), FILMS)
    for put in puts(where, FILMS):
        assert said.count(put.after) == 1
    assert ("not " in said or "neither" in said) == bool(never)


def test_several_of_an_attribute_are_put_as_one():
    where = Where(values(stars=["A", "B"]), values(genre=["War", "Horror"], director=["Ang Lee"]))
    limits = puts(where, FILMS)
    assert thing(limits, FILMS) == "a film with A and B, but neither Horror nor War and not by Ang Lee"


# what a domain says of its own


def test_a_field_may_say_how_it_is_put():
    own = {
        "mood": Field(type="category", said="in a {} mood"),
        "genre": Field(type="categories", said="of the kind {}"),
    }
    domain = FILMS.model_copy(update={"fields": {**FILMS.fields, **own}})
    assert one(domain, wanted=values(mood=["dark"])).has == "is in a dark mood"
    assert not says_what("genre", domain)
    assert thing(puts(Where(values(genre=["War"])), domain), domain) == "a film of the kind War"
    long = domain.model_copy(update={"fields": {"runtime": Field(type="number", unit="min", has="lasts {}")}})
    assert one(long, ranges={"runtime": Span(None, 90, "min")}).has == "lasts at most 90 min"


@pytest.mark.parametrize("said", ["by nobody", "{} and {}", "{value}", "by {"])
def test_how_a_field_is_put_has_one_place(said, tmp_path):
    file = tmp_path / "own.toml"
    text = 'name = "x"\nnoun = "x"\nplural = "xs"\ndid = "y"\nprompt = ""\nwish = ""\nnext = ""\n'
    file.write_text(f'{text}[fields]\nmood = {{ type = "category", said = "{said}" }}\n', encoding="utf-8")
    with pytest.raises(Problem, match="one place to fill"):
        read_domain(str(file))


# what is said of items by it


SAVED = Item(
    "1",
    "Saved",
    1999,
    {"genre": ("Comedy", "War"), "director": ("Ang Lee",), "stars": ("A", "B")},
    numbers={"runtime": 1.0},
)


def test_an_item_is_described_as_one_thing():
    assert described(SAVED, FILMS) == "a Comedy and War film from 1999, by Ang Lee, with A and B"
    assert described(Item("2", "Bare", None), FILMS) == "a film"


def test_what_an_item_has_instead_is_put_as_what_was_asked():
    where = Where(
        values(genre=["Horror"], director=["Kim"], mood=["Dark"]),
        values(stars=["A"]),
        ranges={"runtime": Span(60, None, "minutes"), "year": Span(None, 1980)},
    )
    assert list(misses(SAVED, where, FILMS)) == [
        "is a Comedy and War film, not Horror",
        "is by Ang Lee, not by Kim",
        "has no mood that I know of",
        "has A",
        "is 1 minute long, not at least 60 minutes",
        "is from 1999, not from 1980 or earlier",
    ]


def wish(facet, value, has):
    return Evidence("wish", f"It {has}, as you asked.", (value,), value)


def test_what_was_asked_for_is_said_at_once_and_passes_the_check():
    facts = (wish("director", "Ang Lee", "is by Ang Lee"), wish("stars", "A", "has A"))
    said = templates.sentences(SAVED, facts, FILMS)
    assert "Saved (1999) is by Ang Lee and has A, as you asked." in said
    assert "Saved (1999) is by Ang Lee and has A, as you wanted." in said
    assert templates.card(SAVED, facts, FILMS).startswith("By Ang Lee; has A, as you ")
    assert all(objection_to(each, SAVED, facts, FILMS) is None for each in said)
    assert objection_to("Saved is by Ang Lee, as you asked.", SAVED, facts[1:], FILMS)


def test_what_is_shared_besides_what_a_thing_is_names_the_other_once_and_passes_the_check():
    facts = (
        Evidence("shared", "It is by Ang Lee, like Hulk, which you named.", ("Ang Lee", "Hulk")),
        Evidence("shared", "It has A, like Hulk, which you named.", ("A", "Hulk")),
    )
    said = templates.sentences(SAVED, facts, FILMS)
    assert "Saved (1999) is by Ang Lee and has A, like Hulk, which you named." in said
    assert all(objection_to(each, SAVED, facts, FILMS) is None for each in said)
    assert objection_to("Saved is by Kim, like Hulk, which you named.", SAVED, facts, FILMS)


@pytest.mark.parametrize("domain", ["movies", "shop"])
def test_what_is_someones_has_its_noun(domain):
    domain = read_domain(domain)
    fact = Evidence("wish", "You asked for Children's.", ("Children's",), "Children's")
    said = templates.sentences(Item("1", "Saved", 1999), (fact,), domain)
    assert len(said) > 3
    assert all(f"Children's {domain.noun}" in each for each in said)
    assert all(objection_to(each, Item("1", "Saved", 1999), (fact,), domain) is None for each in said)


def test_an_operator_who_says_nothing_is_served():
    bare_domain = Domain(name="x", noun="book", plural="books", did="read", prompt="", wish="", next="")
    assert thing(puts(Where(values(genre=["Crime"], author=["Eco"])), bare_domain), bare_domain) == (
        "a Crime book by Eco"
    )


YEARS = Span(1980, 1989).either(Span(1960, 1969))


@pytest.mark.parametrize(
    ("span", "chip", "asked"),
    [
        (YEARS, "from the 1960s or the 1980s", "a film from the 1960s or the 1980s"),
        (Span(1980, 1989), "from the 1980s", "a film from the 1980s"),
        (Span(1992, 1996), "from 1992 to 1996", "a film from 1992 to 1996"),
        (Span(1990, None), "from 1990 or later", "a film from 1990 or later"),
        (Span(1980, 1989).outside(), "not from the 1980s", "a film that is not from the 1980s"),
    ],
)
def test_years_are_put_alike_in_a_chip_and_in_a_sentence(span, chip, asked):
    (put,) = puts(Where(ranges={"year": span}), FILMS)
    assert (put.chip, thing([put], FILMS)) == (chip, asked)


def test_what_is_only_kept_out_of_the_years_is_what_there_could_be_besides():
    (put,) = puts(Where(ranges={"year": Span(1980, 1989).outside()}), FILMS)
    assert need_not([put]) == "if it may be from the 1980s"


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("Shoes", "a product from Shoes"),
        ("Accessories", "a product from Accessories"),
        ("Kitchen", "a Kitchen product"),
        ("Sports", "a Sports product"),
        ("Electronics", "an Electronics product"),
    ],
)
def test_a_name_of_several_things_stands_behind_the_noun(kind, said):
    put = one(SHOP, wanted=values(category=[kind]))
    assert thing([put], SHOP) == said
    assert put.has == f"is {said}"
    assert described(Item("1", "X", facets={"category": (kind,)}), SHOP) == said


@pytest.mark.parametrize("name", ["Children's", "Glass", "Animation", "Crocus", "Politics", "Basis", ""])
def test_what_ends_like_several_and_is_one_is_no_plural(name):
    assert not plural(name)


def test_that_it_is_as_asked_is_said_once_in_a_sentence_and_once_on_a_card():
    evidence = [
        Evidence("wish", "It is by Michael Mann, as you asked.", ("Michael Mann",), "Michael Mann"),
        Evidence("years", "It is from 1995, within the years you asked for.", ("1995",), "1995"),
    ]
    item = Item("1", "Heat", 1995, facets={"director": ("Michael Mann",)})
    for seed in map(str, range(30)):
        for said in (templates.chat(item, evidence, FILMS, seed), templates.card(item, evidence, FILMS, seed)):
            assert len(re.findall("as you (?:asked|wanted)", said)) == 1
