"""What somebody does with an item, other than asking about it: it is taken, has been seen, or is left out, and the wish
stands."""

import pytest
from halves import goods, lasting, reader

FILMS, GOODS = reader(lasting), reader(goods)
CATALOGUE, _ = lasting()
SHELF, _ = goods()
LIST = tuple(id for id in CATALOGUE if CATALOGUE[id].title in ("Heat", "Fargo", "Scream", "Toy Story"))
ON_SHELF = tuple(id for id in SHELF if SHELF[id].title in ("Running shoes", "Walking boots", "Puzzle", "Old camera"))


def of_films(said, shown=LIST):
    return FILMS(said, FILMS("a comedy from the 90s", None, ()), shown)


def of_goods(said):
    return GOODS(said, GOODS("by Lumo under 100 euros", None, ()), ON_SHELF)


def titles(ids, catalogue=CATALOGUE):
    return sorted(catalogue[id].title for id in ids)


@pytest.mark.parametrize(
    ("said", "title"),
    [
        ("perfect, toy story it is", "Toy Story"),
        ("Splendid, Fargo it shall be. Thank you ever so much.", "Fargo"),
        ("fargo then. i'll bring a cushion", "Fargo"),
        ("nice. blade runner first though, bet", "Blade Runner"),
        ("fine, you win. scream", "Scream"),
        ("right. heat. decided", "Heat"),
        ("Fargo, darling. And all that snow!", "Fargo"),
        ("alright, the blade one wins", "Blade Runner"),
        ("good call on Fargo, we'll go with that", "Fargo"),
        ("we're going with toy story", "Toy Story"),
        ("yeah go on then, toy story", "Toy Story"),
        ("that's settled: fargo", "Fargo"),
        ("dave picked fargo so that's that", "Fargo"),
        ("I think I'll give Fargo a go", "Fargo"),
        ("going with fargo, ta", "Fargo"),
    ],
)
def test_what_is_taken_is_a_nod_be_its_title_in_small_letters_or_in_part(said, title):
    intent = of_films(said)
    assert (intent.act, titles(intent.about)) == ("nod", [title])
    assert "accept" in intent.does
    assert (intent.like, intent.words, bool(intent.where)) == ((), "", False)


@pytest.mark.parametrize(
    ("said", "title"),
    [
        ("the boots, done", "Walking boots"),
        ("puzzle!! he'll love it", "Puzzle"),
        ("fine, my feet are worth it. the running ones", "Running shoes"),
        ("ok the camera it is", "Old camera"),
        ("yes to the boots", "Walking boots"),
        ("the camera then i guess", "Old camera"),
    ],
)
def test_a_thing_is_taken_by_what_it_is_called(said, title):
    intent = of_goods(said)
    assert (intent.act, titles(intent.about, SHELF)) == ("nod", [title])


def test_what_does_not_stand_in_a_list_is_taken_too():
    before = FILMS("a western with Tom Hanks", None, ())
    assert titles(FILMS("fine, toy story it is", before, ()).about) == ["Toy Story"]
    assert FILMS("ok, Fargo.", before, ()).act != "nod"


def test_who_only_says_that_they_are_sold_takes_what_was_spoken_of():
    assert of_films("sounds like my office. sold", LIST[:1]).about == LIST[:1]
    assert of_films("decided", LIST).act == "nod"


@pytest.mark.parametrize(
    "said",
    [
        "something like toy story",
        "fargo",
        "toy story then. is it long?",
        "a thriller then",
        "fine. make it shorter",
        "the newest first please",
        "I love Fargo",
        "perfect. Fargo or Heat",
        "Perfect, Fargo! And for tomorrow something sad",
    ],
)
def test_who_wishes_or_asks_takes_nothing(said):
    assert of_films(said).act != "nod"


def test_nothing_is_taken_before_there_is_a_list():
    assert FILMS("Fargo, darling!", None, ()).act != "nod"


@pytest.mark.parametrize(
    ("said", "seen"),
    [
        ("titanic ive seen of course", ["Titanic"]),
        ("fargo's a good one but i've seen it", ["Fargo"]),
        ("wow, Heat, what a rare gem. seen it. Titanic as well, shockingly", ["Heat", "Titanic"]),
        ("We did the blade runner last term.", ["Blade Runner"]),
        ("Fargo I've already written about", ["Fargo"]),
        ("he's seen Fargo, he's seen Heat", ["Fargo", "Heat"]),
        ("He's seen everything by Ridley Scott twice over", ["Alien", "Blade Runner"]),
        ("my wife has all of Michael Mann on disc", ["Heat"]),
        ("watched toy story with the kids last week", ["Toy Story"]),
        ("toy story? seen it.", ["Toy Story"]),
    ],
)
def test_what_was_seen_is_noted_and_the_wish_stands(said, seen):
    intent, before = of_films(said), FILMS("a comedy from the 90s", None, ())
    assert (intent.act, titles(intent.about)) == ("seen", seen)
    assert titles(intent.seen) == seen
    assert (intent.where, intent.like, intent.words) == (before.where, (), before.words)


@pytest.mark.parametrize(
    ("said", "out"),
    [
        ("fargo hurt my brain, not that", "Fargo"),
        ("Not Fargo, half of them would be in tears.", "Fargo"),
        ("She cried for a week over Titanic so skip it", "Titanic"),
        ("fell asleep in toy story, dont show me that agian", "Toy Story"),
        ("Heat I've already written about, leave it out", "Heat"),
        ("my sister hated Scream so no thanks", "Scream"),
        ("leave out toy story please, he's too old for it", "Toy Story"),
        ("she's frightened of trains so not blade runner", "Blade Runner"),
        ("fargo was on last night, so no", "Fargo"),
        ("mum vetoed fargo", "Fargo"),
        ("fargo is out too", "Fargo"),
        ("take out fargo", "Fargo"),
    ],
)
def test_what_is_left_out_is_turned_down_and_the_wish_stands(said, out):
    intent, before = of_films(said), FILMS("a comedy from the 90s", None, ())
    assert (intent.act, titles(intent.about)) == ("reject", [out])
    assert (intent.where, intent.like, intent.words) == (before.where, (), before.words)


@pytest.mark.parametrize(
    ("said", "act", "title"),
    [
        ("had the running shoes, they fell apart. not those", "reject", "Running shoes"),
        ("Not the boots; it never snows where I live.", "reject", "Walking boots"),
        ("not the puzzle, she has no patience", "reject", "Puzzle"),
        ("the boots she has", "seen", "Walking boots"),
        ("she got the puzzle for christmas", "seen", "Puzzle"),
    ],
)
def test_goods_are_had_and_left_out_by_what_they_are_called(said, act, title):
    intent = of_goods(said)
    assert (intent.act, titles(intent.about, SHELF)) == (act, [title])
    assert intent.where == GOODS("by Lumo under 100 euros", None, ()).where


def test_several_at_once_have_all_been_seen():
    assert set(of_films("seen the first two").about) == set(LIST[:2])


def test_what_else_is_said_counts():
    intent = of_films("I've seen toy story. under 100 minutes please")
    assert titles(intent.seen) == ["Toy Story"]
    assert "runtime" in intent.where.ranges
    assert intent.where.asked("genre")
    asked = of_films("ive seen toy story already, and who is in Fargo?")
    assert (asked.act, titles(asked.about), titles(asked.seen)) == ("about", ["Fargo"], ["Toy Story"])


@pytest.mark.parametrize("said", ["Something like Fargo, not Heat", "I've seen Fargo, it was great", "I love Fargo"])
def test_what_they_thought_of_it_still_makes_an_example(said):
    assert titles(of_films(said).like) == ["Fargo"]


@pytest.mark.parametrize("said", ["· " * 20, "&", "not ...", "seen !!", "ok " * 90])
def test_what_names_nothing_is_no_dealing(said):
    assert of_films(f"western {said}").where.asked("genre") == {"Western"}
