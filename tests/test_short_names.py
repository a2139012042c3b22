"""People by short names, by last names alone and with slips, and one in place of the other."""

import pytest
from halves import lasting

from chat.understanding import understanding
from retrieval.catalogue import Catalogue
from retrieval.domain import Field
from retrieval.items import Item

_, MOVIES = lasting()
DOMAIN = MOVIES.model_copy(update={"fields": {**MOVIES.fields, "star": Field(type="categories")}})
CAST = (
    ("Vertigo", "Alfred Hitchcock", ("James Stewart", "Kim Novak"), 1958),
    ("Jaws", "Steven Spielberg", ("Robert De Niro", "Harrison Ford"), 1975),
    ("Seven", "David Fincher", ("Brad Pitt", "Samuel L. Jackson"), 1995),
    ("Lolita", "Stanley Kubrick", ("James Mason", "Tom Hanks"), 1962),
)
READ = understanding(
    Catalogue.of(
        Item(str(n), title, year, {"genre": ("Drama", "Comedy", "Western"), "director": (by,), "star": cast})
        for n, (title, by, cast, year) in enumerate(CAST)
    ),
    DOMAIN,
)


def held(*said):
    wish = last = None
    for text in said:
        wish, last = READ(text, wish, ("0", "1", "2") if wish else (), last or ""), text
    return wish.where.words()


@pytest.mark.parametrize(
    ("said", "who"),
    [
        ("something with jimmy stewart in it", "James Stewart"),
        ("films with bobby de niro", "Robert De Niro"),
        ("sam jackson", "Samuel L. Jackson"),
        ("samuel jackson please", "Samuel L. Jackson"),
        ("anything by speilberg i can see tonight?", "Steven Spielberg"),
        ("a kubrik film", "Stanley Kubrick"),
        ("what have you got by hitchcock", "Alfred Hitchcock"),
        ("any hitchcock thats short", "Alfred Hitchcock"),
        ("tarantino or hitchcock?", None),
        ("stewart", "James Stewart"),
        ("more pitt, please", "Brad Pitt"),
    ],
)
def test_people_by_what_they_are_called(said, who):
    assert who is None or who in held(said)


@pytest.mark.parametrize(
    "said", ["a stone mason at work", "they ford a river", "something with hanky panky", "james", "a film with a pit"]
)
def test_other_words_name_nobody(said):
    assert not held(said)


@pytest.mark.parametrize(
    ("said", "who"),
    [
        (("got any tom hanks?", "actually could you swap him for brad pitt"), ("Brad Pitt",)),
        (("harrison ford", "swap ford for pitt"), ("Brad Pitt",)),
        (("something with Tom Hanks", "can you replace tom hanks with harrison ford"), ("Harrison Ford",)),
        (
            ("Tom Hanks is one of my favourites", "i liked brad pitt in Seven, maybe something of his"),
            ("Brad Pitt",),
        ),
        (("a drama from the 80s", "switch the 80s to the 90s"), ("Drama", "from 1990 to 1999")),
        (("a comedy", "swap the comedy for a western"), ("Western",)),
        (("by hitchcock", "with jimmy stewart", "it doesnt have to be stewart anymore"), ("Alfred Hitchcock",)),
    ],
)
def test_one_in_place_of_the_other(said, who):
    assert held(*said) == who
