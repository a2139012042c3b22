"""What goes on from one wish to the next: limits under a surprise, refusals taken back, items named, whose works."""

import pytest
from halves import lasting, reader
from test_policy import Talk

from chat.turns.heard import last_wish
from chat.understanding import understanding
from retrieval.catalogue import Catalogue
from retrieval.items import Item

FILMS = reader(lasting)
LIST = ("1", "2", "3")  # Alien, Aliens, Blade Runner
TITLES = {id: one.title for id, one in lasting()[0].items()}


@pytest.fixture
def talk(assistant):
    return Talk(assistant)


def of(*said, read=FILMS):
    wish = None
    for text in said:
        wish = read(text, wish, LIST if wish else ())
    return wish


def words(*said):
    return set(of(*said).where.words())


@pytest.mark.parametrize("said", ["surprise me", "ok you pick, surprise me", "whatever you think, just surprise us"])
def test_a_surprise_is_one_within_the_wish(said):
    after = of("a comedy from the 80s", said)
    assert after.surprise == 1.0
    assert set(after.where.words()) == {"Comedy", "from 1980 to 1989"}
    assert after.words == "comedy"


@pytest.mark.parametrize("said", ["you decide", "ok, your pick", "it's up to you"])
def test_who_leaves_the_choice_to_us_keeps_the_wish(said):
    assert words("a comedy from the 80s", said) == {"Comedy", "from 1980 to 1989"}


def test_as_long_as_says_nothing_of_a_length(talk):
    talk.say("anything as long as it's not sci-fi")
    assert "running times" not in talk.said
    assert talk.limits == ("no Sci-Fi",)
    assert talk.say("a short comedy").said.count("I do not know running times here") == 1


def test_a_surprise_after_a_start_over_and_one_of_another_kind_are_new_wishes():
    assert not words("a comedy from the 80s", "start over", "surprise me")
    assert words("a comedy from the 80s", "surprise me with a western") == {"Western"}
    assert words("can you pick a western?") == {"Western"}


@pytest.mark.parametrize(
    ("said", "held"),
    [
        (("anything as long as it's not sci-fi", "a thriller would be cool"), {"Thriller", "no Sci-Fi"}),
        (("nothing from before 1980", "a western"), {"Western", "since 1980"}),
        (("a film under 100 minutes", "a comedy please"), {"Comedy", "runtime under 100 minutes"}),
        (("a comedy from the 80s, no horror", "a western"), {"Western", "no Horror"}),  # what is refused stays refused
        (("anything but sci-fi", "a sci-fi film after all"), {"Sci-Fi"}),
        (("nothing from before 1980", "something for my dad: a western"), {"Western"}),
        (("a comedy from the 80s", "also something for my mum, she likes westerns"), {"Western"}),
    ],
)
def test_who_has_only_said_how_it_has_to_be_now_says_what(said, held):
    assert words(*said) == held


@pytest.mark.parametrize(
    ("said", "held"),
    [
        (("a thriller, no sci-fi", "ok forget what I said about sci-fi, those are fine too"), {"Thriller"}),
        (("a thriller, no sci-fi", "forget that I said no sci-fi"), {"Thriller"}),
        (("a thriller, no sci-fi", "forget everything I told you about sci-fi"), {"Thriller"}),
        (("a thriller, no horror, or maybe horror is fine after all",), {"Thriller"}),
        (("a thriller, no horror. Well, or maybe horror too",), {"Thriller"}),
        (("anything but horror, or maybe not",), set()),
        (("a thriller, no horror", "forget everything"), set()),
        (("horror is fine too, but no sci-fi",), {"no Sci-Fi"}),
        (("a comedy, maybe not too scary",), {"Comedy", "no Horror"}),
    ],
)
def test_a_refusal_can_be_taken_back(said, held):
    assert words(*said) == held


def test_to_forget_what_was_said_takes_it_back_and_nothing_else_in_the_conversation(talk):
    talk.say("a comedy, no horror")
    assert talk.limits == ("Comedy", "no Horror")
    talk.say("forget what I said about horror")
    assert talk.limits == ("Comedy",)
    assert talk.shown


def test_what_is_forgotten_of_the_memory_holds_no_more_in_the_conversation_either(talk):
    talk.say("I never want horror")
    talk.say("Yes, remember")
    talk.say("forget that I hate horror")
    assert "no Horror" not in talk.limits
    assert not talk.assistant.memory.facts(talk.user)


@pytest.mark.parametrize(
    ("said", "whose", "named"),
    [
        (("films by the director of Alien",), "Ridley Scott", ["Alien"]),
        (("what else did the director of Heat make?",), "Michael Mann", ["Heat"]),
        (("more from the same director as Fargo",), "Joel Coen", ["Fargo"]),
        (("a comedy", "something by the director of the third one"), "Ridley Scott", ["Blade Runner"]),
        (("I loved Heat. anything else by its director?",), "Michael Mann", []),
        (("I loved Heat, more by the same filmmaker as Heat",), "Michael Mann", ["Heat"]),
    ],
)
def test_whose_works_are_meant_may_be_said_by_one_of_them(said, whose, named):
    intent = of(*said)
    assert intent.act == "suggest"
    assert intent.where.asked("director") == {whose}
    assert [TITLES[id] for id in intent.named] == named


@pytest.mark.parametrize("said", ["who is the director of Heat?", "the director of Heat?", "who directed Heat?"])
def test_who_asks_for_the_director_wants_no_list(said):
    intent = of(said)
    assert (intent.act, [TITLES[id] for id in intent.about]) == ("about", ["Heat"])
    assert not intent.where


def test_a_director_who_is_not_known_is_said_to_be():
    assert of("something by the director of Titanic").unknown == ("the director of Titanic",)
    assert of("films with the star of Heat").unknown == ("stars",)  # of no item


@pytest.mark.parametrize(
    "said", ["films by the director of Heat", "who is the director of Heat?", "more by the same director as Heat"]
)
def test_a_catalogue_without_directors_says_so(said, talk):
    talk.say(said)
    assert "I do not know directors and actors here" in talk.said


@pytest.mark.parametrize("said", ["I love Alien", "I can't stand Alien", "something like Alien"])
def test_what_they_named_is_not_suggested_to_them_under_the_next_wish(said, talk):
    alien = next(id for id, one in talk.assistant.catalogue.items() if one.title == "Alien")
    talk.say(said)
    talk.say("a western")  # which may answer a question
    talk.say("a horror film")
    assert alien not in talk.shown
    query = talk.assistant.query(talk.user, last(talk), talk.conversation)
    assert query.exclude[alien] == "named before"
    talk.say("start over")
    assert alien not in talk.assistant.query(talk.user, last(talk), talk.conversation).exclude


def last(talk):
    return last_wish(talk.conversation, talk.assistant.store)[2]


def namesakes():
    """The films, with True Grit in two versions."""
    catalogue, domain = lasting()
    two = [Item(f"g{year}", "True Grit", year, {"genre": ("Western",)}) for year in (1969, 2010)]
    return Catalogue.of([*catalogue.values(), *two]), domain


GRIT = reader(namesakes)


@pytest.mark.parametrize(
    ("said", "about"),
    [
        ("can you compare the true grit from 1969 with the one from 2010", ["g1969", "g2010"]),
        ("compare the old True Grit with the new one", ["g1969", "g2010"]),
        ("which True Grit is better, the original or the remake?", ["g1969", "g2010"]),
        ("what's the difference between the old and the new True Grit?", ["g1969", "g2010"]),
        ("compare True Grit (2010) with the 1969 version", ["g1969", "g2010"]),
        ("who directed the True Grit from 2010?", ["g2010"]),
        ("who directed True Grit, the old one?", ["g1969"]),
    ],
)
def test_namesakes_are_told_apart_by_old_and_new_and_by_years(said, about):
    intent = of(said, read=GRIT)
    assert (intent.act, sorted(intent.about)) == ("about", about)
    assert not intent.where


def test_old_and_new_mean_nothing_else_where_there_are_no_namesakes():
    assert [TITLES[id] for id in of("is Heat better than the old one?").about] == ["Heat"]
    alike = of("something like True Grit from 1969", read=GRIT)
    assert (alike.like, alike.where.words()) == (("g1969",), ())
    assert of("something like Heat from 1995").where.words() == ("from 1995",)  # a wish for that year


@pytest.mark.parametrize("said", ["films by Coen", "something by coen", "a thriller directed by Coen", "any Coen film"])
def test_a_surname_is_enough_where_only_one_has_it(said):
    assert of(said).where.asked("director") == {"Joel Coen"}


def test_any_of_those_will_do_who_have_a_surname_and_no_common_word_is_one():
    more = [
        Item("x1", "One", 1999, {"director": ("Ethan Coen",)}),
        Item("x2", "Two", 1999, {"director": ("Oliver Stone", "Nick Park")}),
    ]
    catalogue, domain = lasting()
    read = understanding(Catalogue.of([*catalogue.values(), *more]), domain)
    assert read("films by Coen", None, ()).where.either == {"director": frozenset({"Ethan Coen", "Joel Coen"})}
    assert not read("Park it there", None, ()).where.asked("director")
    assert read("films by Ethan Coen", None, ()).where.asked("director") == {"Ethan Coen"}
    assert read("no films by Mann", None, ()).where.unwanted["director"] == {"Michael Mann"}
