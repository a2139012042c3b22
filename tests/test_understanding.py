"""What people mean, read from their words."""

import time

import pytest
from films import films

from chat.messages import Intent
from chat.understanding import Unreadable, named, understanding
from chat.understanding.acts.purpose import purpose_of
from retrieval.catalogue import Catalogue
from retrieval.domain import read_domain
from retrieval.filtering.spans import years
from retrieval.items import Item

CATALOGUE = Catalogue.of(films())
BY_TITLE = {item.title: item.id for item in reversed(list(CATALOGUE.by_id.values()))}
LIST = tuple(BY_TITLE[title] for title in ("Heat", "Fargo", "Scream"))
understand = understanding(CATALOGUE, read_domain("movies"))


def read(text: str, before: Intent | None = None, shown: tuple[str, ...] = ()) -> Intent:
    return understand(text, before, shown)


def titles(ids):
    return [CATALOGUE[id].title for id in ids]


@pytest.mark.parametrize(
    ("text", "like"),
    [
        ("something like Alien but funny", ["Alien"]),
        ("something like alien but funny", ["Alien"]),
        ("I loved Blade Runner and the godfather", ["Blade Runner", "The Godfather"]),
        ("similar to 2001: A Space Odyssey please", ["2001: A Space Odyssey"]),
        ("like Princess Bride", ["The Princess Bride"]),
        ("something like Galaxy Qest", ["Galaxy Quest"]),
        ("a film about heat waves", []),
        ("When Harry Met Sally was lovely", ["When Harry Met Sally"]),
        ("a heist in a casino", []),
    ],
)
def test_titles_are_recognised_as_people_write_them(text, like):
    assert titles(read(text).like) == like


def test_a_title_that_was_hated_is_no_example():
    intent = read("I hated Titanic, give me a comedy")
    assert titles(intent.unlike) == ["Titanic"]
    assert intent.like == ()


@pytest.mark.parametrize(
    ("text", "wanted", "unwanted"),
    [
        ("something like Alien but funny", {"Comedy"}, set()),
        ("something like Alien, but my kids are here", {"Children's"}, set()),
        ("a science fiction film, no horror", {"Sci-Fi"}, {"Horror"}),
        ("not too scary please", set(), {"Horror"}),
        ("everything except comedy, horror, war", set(), {"Comedy", "Horror", "War"}),
        ("anything but comedy, horror and war", set(), {"Comedy", "Horror", "War"}),
        ("anything but comedy, a western", {"Western"}, {"Comedy"}),
        ("anything but comedy, something scary, a western", {"Horror", "Western"}, {"Comedy"}),
        ("a romantic comedy", {"Romance", "Comedy"}, set()),
        ("what should I watch tonight?", set(), set()),
    ],
)
def test_facets_are_read_with_negation(text, wanted, unwanted):
    where = read(text).where
    assert set(where.wanted.get("genre", ())) == wanted
    assert set(where.unwanted.get("genre", ())) == unwanted


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("a comedy from the 80s", 1980, 1989),
        ("horror from the seventies", 1970, 1979),
        ("westerns before 1970", None, 1969),
        ("something since 1995", 1995, None),
        ("after 1995", 1996, None),
        ("from the 80s, but before 1985", 1980, 1984),
        ("after 1992, something from the nineties", 1993, 1999),
        ("between 1980 and 1990", 1980, 1990),
        ("from 1994", 1994, 1994),
    ],
)
def test_years_are_read(text, since, until):
    assert read(text).where.ranges == years(since, until)


def test_older_is_older_than_what_was_shown():
    shown = (BY_TITLE["Heat"], BY_TITLE["Fargo"], BY_TITLE["Scream"])
    assert read("older", None, shown).where.ranges == years(until=1995)


def test_a_critique_builds_on_the_wish_before_it():
    first = read("something like Alien but funny")
    second = read("but no horror", first)
    assert titles(second.like) == ["Alien"]
    assert second.where.wanted == {"genre": frozenset({"Comedy"})}
    assert second.where.unwanted == {"genre": frozenset({"Horror"})}


def test_a_change_of_mind_replaces_what_it_contradicts():
    second = read("no comedy", read("a comedy"))
    assert second.where.wanted == {}
    assert second.where.unwanted == {"genre": frozenset({"Comedy"})}


@pytest.mark.parametrize("said", ["comedy is fine", "no wait, comedies are ok", "comedy is okay with me"])
def test_what_is_fine_is_let_in_again_and_not_asked_for(said):
    wish = read(said, read("no comedy", read("a western"), LIST), LIST)
    assert wish.where.words() == ("Western",)
    assert read(said, read("a western"), LIST).where.words() == ("Western",)  # nor where nothing of it was refused


def test_a_new_wish_starts_anew():
    second = read("a western", read("something like Alien but funny"))
    assert second.like == ()
    assert second.where.wanted == {"genre": frozenset({"Western"})}


def test_not_that_one_turns_down_the_first_and_keeps_the_wish():
    shown = ("9", "10", "11")
    intent = read("not that one, shorter", read("something funny"), shown)
    assert intent.act == "reject"
    assert intent.about == ("9",)
    assert intent.where.wanted == {"genre": frozenset({"Comedy"})}
    assert intent.unknown == ("running times",)


def test_the_second_one_is_the_second_one():
    assert read("why the second one?", None, ("9", "10", "11")).about == ("10",)
    assert read("why this?", None, ("9", "10")).about == ("9",)
    assert titles(read("why Fargo?", None, ("9",)).about) == ["Fargo"]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("my mum, she loves musicals", "mum musicals"),
        ("actually a comedy", "comedy"),
        ("no I haven't", ""),
        ("remember that I like westerns", "westerns"),
        ("it must be a western", "western"),
    ],
)
def test_who_wishes_and_how_is_no_wish(said, words):
    assert read(said).words == words


def test_pleasantries_leave_no_wish():
    assert read("could you please recommend something to watch tonight?").words == ""
    assert read("hello").act == "greet"


@pytest.mark.parametrize("text", ["", "   ", "\n\t", "🎬🍿", "?!…", "x" * 100_000])
def test_what_cannot_be_read_is_said_in_a_sentence(text):
    with pytest.raises(Unreadable, match=r"^(the message|there is no word)"):
        read(text)


@pytest.mark.parametrize(
    ("said", "understood"),
    [
        ("not a fan of westerns", "no Western"),
        ("anything but comedy", "no Comedy"),
        ("everything except horror", "no Horror"),
        ("I'm not in the mood for comedy", "no Comedy"),
        ("I don't feel like a western", "no Western"),
        ("I don't think I like westerns", "no Western"),
        ("I don't want any more comedies", "no Comedy"),
        ("westerns are not for me", "no Western"),
        ("too scary", "no Horror"),
        ("I don't mind horror", ""),
        ("I'm not sure about horror", ""),
        ("comedy yes, horror no", "Comedy, no Horror"),
        ("horror? no thanks", "no Horror"),
        ("less romance more action", "Action, no Romance"),
        ("no horror and something funny", "Comedy, no Horror"),
        ("no horror and a comedy", "Comedy, no Horror"),
        ("I don't want a horror and a western", "no Horror, no Western"),
        ("no comedy, drama or war", "no Comedy, no Drama, no War"),
        ("not horror, a comedy", "Comedy, no Horror"),
        ("a comedy that is not scary", "Comedy, no Horror"),
        ("a not too scary comedy", "Comedy, no Horror"),
        ("not too scary or gory", "no Horror"),
        ("no I want a comedy", "Comedy"),
        ("nothing but comedy", "Comedy"),
        ("I don't want anything except comedy", "Comedy"),
        ("not without humour", "Comedy"),
        ("why not a western?", "Western"),
        ("why no westerns?", "Western"),
        ("rather a drama than a comedy", "Drama"),
        ("comedy or drama", "Comedy or Drama"),
        ("either a comedy or a western", "Comedy or Western"),
        ("a comedy, a western or a musical", "Comedy or Musical or Western"),
        ("a romantic comedy", "Comedy, Romance"),
        ("no comedy or drama", "no Comedy, no Drama"),
        ("I don't want anything like Alien", "not like Alien"),
        ("no Alien", "not like Alien"),
        ("not Alien but Blade Runner", "like Blade Runner, not like Alien"),
        ("I hated Titanic, Fargo and Alien", "not like Titanic, not like Fargo, not like Alien"),
        ("I loved Alien and Titanic was boring", "like Alien, not like Titanic"),
        ("more like Alien than Titanic", "like Alien"),
        ("something as good as Alien", "like Alien"),
        ("movies in the vein of Blade Runner", "like Blade Runner"),
        ("Alien, Blade Runner", "like Alien, like Blade Runner"),
        ("Alien but funny", "Comedy, like Alien"),
        ("Fargo was great", "like Fargo"),
        ("similar to Alein", "like Alien"),
        ("similar to alein", "like Alien"),
        ("like Aliens", "like Aliens"),
        ("like what", ""),
        ("like heart", "“heart”"),
        ("nothing before 1990", "since 1990"),
        ("not after 1990", "until 1990"),
        ("nothing older than 1980", "since 1980"),
        ("before the 80s", "until 1979"),
        ("movies of the 2000s", "from 2000 to 2009"),
        ("films from the 1800s", "from 1800 to 1899"),
        ("between 1990 and 1980", "from 1980 to 1990"),
        ("the nineties or the eighties", "from 1980 to 1999"),
        ("a 1994 thriller", "Thriller, from 1994"),
        ("surprise me", ""),
        ("surprise me with a western", "Western"),
    ],
)
def test_what_is_said_is_not_turned_round(said, understood):
    assert ", ".join(named(read(said), CATALOGUE)) == understood


@pytest.mark.parametrize(
    ("said", "missing"),
    [
        ("who directed Alien?", "directors and actors"),
        ("a comedy with Tom Hanks", "directors and actors"),
        ("starring Sigourney Weaver", "directors and actors"),
    ],
)
def test_what_cannot_be_heeded_is_named_and_is_no_search_word(said, missing):
    intent = read(said)
    assert intent.unknown == (missing,)
    assert intent.words in ("", "comedy")
    assert intent.where.ranges == {}


@pytest.mark.parametrize("said", ["with Science Fiction", "a comedy with Star Wars in it", "with Film Noir"])
def test_not_every_pair_of_capitals_is_a_person(said):
    assert read(said).unknown == ()


@pytest.mark.parametrize(
    ("said", "act", "about"),
    [
        ("suggest Titanic", "about", ["Titanic"]),
        ("have you got Casablanca?", "about", ["Casablanca"]),
        ("is Alien good?", "about", ["Alien"]),
        ("is alien good?", "about", ["Alien"]),
        ("what year is Alien from?", "about", ["Alien"]),
        ("have I seen Alien?", "about", ["Alien"]),
        ("I haven't seen Alien", "about", ["Alien"]),
        ("why not Men in Black?", "why", ["Men in Black"]),
        ("why not alien?", "why", ["Alien"]),
        ("why not Zardoz?", "why", []),
        ("why the second one?", "why", ["Fargo"]),
        ("never show me Fargo again", "reject", ["Fargo"]),
        ("Alien is not for me", "reject", ["Alien"]),
        ("Titanic was not my thing", "reject", ["Titanic"]),
        ("not for me", "reject", ["Heat", "Fargo", "Scream"]),
        ("not those", "reject", ["Heat", "Fargo", "Scream"]),
        ("I don't like the second one", "reject", ["Fargo"]),
        ("I have seen the first", "seen", ["Heat"]),
        ("I've seen the second one, more like the first", "seen", ["Fargo"]),
        ("seen it", "seen", ["Heat"]),
        ("seen them all", "seen", ["Heat", "Fargo", "Scream"]),
        ("I have seen Alien", "seen", ["Alien"]),
        ("something else", "more", ["Heat", "Fargo", "Scream"]),
        ("ok", "nod", []),
        ("yes", "nod", []),
        ("thanks", "nod", []),
        ("not that scary", "suggest", []),
    ],
)
def test_what_a_message_is_for(said, act, about):
    intent = read(said, read("a comedy"), LIST)
    assert (intent.act, titles(intent.about)) == (act, about)
    assert intent.like in ((), (BY_TITLE["Heat"],))
    assert intent.words in ("", "comedy")


@pytest.mark.parametrize(
    ("said", "act", "places"),
    [
        ("I don't like any of those", "reject", (0, 1, 2)),
        ("these are all boring", "reject", (0, 1, 2)),
        ("the second is boring", "reject", (1,)),
        ("something different", "more", (0, 1, 2)),
    ],
)
def test_what_is_turned_down_does_not_come_again(said, act, places):
    intent = read(said, read("a comedy"), LIST)
    assert (intent.act, intent.about) == (act, tuple(LIST[at] for at in places))
    assert intent.where.words() == ("Comedy",)


@pytest.mark.parametrize("said", ["are you an AI?", "are you human?", "so, are you a bot?"])
def test_who_asks_what_it_is_is_told_as_in_a_greeting(said):
    assert read(said).act == "greet"


def test_more_like_the_first_one_takes_it_as_an_example():
    intent = read("more like the first one", read("a comedy"), LIST)
    assert titles(intent.like) == ["Heat"]
    assert intent.words == "comedy"


def test_starting_over_clears_the_wish_and_what_says_nothing_keeps_it():
    wish = read("a comedy like Alien")
    assert read("start over", wish, LIST) == Intent(does=("restart",))
    surprised = read("surprise me", wish, LIST)
    assert (surprised.surprise, surprised.where, surprised.like) == (1.0, wish.where, wish.like)
    assert read("surprise me", read("start over", wish, LIST)) == Intent(surprise=1.0, does=("surprise",))
    assert read("that one looks good", wish, LIST).where == wish.where


def test_or_widens_the_wish_before_it_and_a_later_choice_narrows_it():
    assert read("or a western", read("a comedy")).where.words() == ("Comedy or Western",)
    assert read("no drama", read("comedy or drama")).where.words() == ("Comedy", "no Drama")
    assert read("only comedy", read("comedy or drama")).where.words() == ("Comedy",)


@pytest.mark.parametrize(
    ("said", "understood"),
    [
        ("it's a gift for my sister", ""),
        ("It’s a gift for my sister", ""),
        ("this is for a friend of mine", ""),
        ("something for my dad", ""),
        ("present for my niece", ""),
        ("a birthday present for my 8 year old nephew", ""),
        ("I need a gift", ""),
        ("I'm looking for a Christmas present", ""),
        ("hi, help me find a gift for my mum please", ""),
        ("a comedy for my dad", "Comedy"),
        ("a western for my best friend", "Western"),
        ("something funny for grandma", "Comedy"),
        ("something like Alien, but for my brother", "like Alien"),
        ("not for me, for my dad", ""),
        ("it's not for me, it's for my dad", ""),
        ("it is for her", ""),
        ("something for somebody else", ""),
        ("I want to give my mum a film", ""),
        ("a western I can give to a friend", "Western"),
        ("a thriller as a gift", "Thriller"),
        ("what would you recommend for my dad?", ""),
        ("a gift for Anna", ""),
        ("something not too scary for my niece", "no Horror"),
        ("no horror, it's for my mother-in-law", "no Horror"),
        ("something for my sister's 30th birthday", ""),
        ("these are gifts for my friends", ""),
        ("it was for me, now it's for my brother", ""),
        ("a gift for my kids", "Children's"),
        ("something for my sister and her kids", "Children's"),
        ("something for my horror loving brother", "Horror"),
        ("how about a gift for my dad?", ""),
        ("wedding gift ideas", ""),
        ("thanks, this is for my husband", ""),
    ],
)
def test_it_is_for_someone_else(said, understood):
    intent = read(said)
    assert (intent.purpose, intent.act, ", ".join(named(intent, CATALOGUE))) == ("gift", "suggest", understood)


@pytest.mark.parametrize(
    "said",
    [
        "this is for me again",
        "it's for me now",
        "ok, now for me",
        "now something for me",
        "back to me",
        "something for myself",
        "for me this time",
        "it's not a gift anymore",
        "it's no longer a gift",
        "this isn't a gift",
        "actually, it's just for me",
        "thanks, that's for me",
        "it was a gift for my sister, now it's for me again",
        "it's not for my sister, it's for me",
    ],
)
def test_it_is_for_oneself_again(said):
    intent = read(said)
    assert (intent.purpose, intent.act, intent.about, intent.where.words()) == ("self", "suggest", (), ())


@pytest.mark.parametrize(
    "said",
    [
        "a film for adults",
        "for kids",
        "something for kids",
        "a movie for my kids",
        "a film for the whole family",
        "for a girl of twelve",
        "for a group of friends",
        "for someone who likes space",
        "not for me",
        "this is not for me",
        "these are not for me",
        "something for me",
        "pick one for me",
        "set in the present",
        "from 1980 to the present",
        "a present-day story",
        "a film about a gift for my mother",
        "a story about a present for a friend",
        "a comedy about my dad",
        "an actor with a gift for comedy",
        "the gift of laughter",
        "this is a gift from my dad",
        "it's a gift to cinema",
        "a gifted child",
        "a movie to watch with my sister",
        "something for my wife and me",
        "a film for me and my dad",
        "something for us",
        "I'm waiting for my dad",
        "something short while I cook for my mum",
        "for a date night",
        "something for the weekend",
        "it's for christmas",
        "is it a gift?",
        "is this for a friend?",
        "not for my dad",
        "it's not for my sister",
        "I don't need a gift for my sister",
        "this film is too scary for my sister",
        "a film about a man's love for my mother",
        "thanks for the suggestions",
        "something like Father of the Bride",
        "my best friend's wedding",
    ],
)
def test_it_is_not_said_whom_it_is_for(said):
    assert read(said, None, LIST).purpose is None


def test_a_title_says_nothing_of_whom_it_is_for():
    films = [Item("1", "A Gift for My Sister", 1999), Item("2", "This Is for Me Again", 2001)]
    reader = understanding(Catalogue.of(films), read_domain("movies"))
    for said in ("something like A Gift for My Sister", "something like this is for me again"):
        assert reader(said, None, ()).purpose is None


def test_reading_whom_it_is_for_takes_no_time_to_speak_of():
    for said in ("it is as now to be " * 100, "for my my my best best " * 80, "a present a gift for " * 90):
        start = time.thread_time()  # others may have the processor meanwhile
        purpose_of(said)
        assert time.thread_time() - start < 0.5


def test_what_is_no_longer_wanted_is_no_search_word():
    assert read("less comedy", read("a comedy")).words == ""


@pytest.mark.parametrize(
    ("said", "dial", "words"),
    [
        ("surprise me", 1.0, ""),
        ("surprise me with a western", 1.0, ""),
        ("something completely different", 1.0, ""),
        ("something out of my comfort zone", 1.0, ""),
        ("play it safe", 0.0, ""),
        ("exactly like Alien", 0.0, ""),
        ("a safe choice please", 0.0, ""),
        ("don't surprise me", 0.0, ""),
        ("no surprises, a comedy", 0.0, ""),
        ("a comedy", None, "comedy"),
        ("something like Alien but funny", None, "funny"),
        ("a film about a surprise party", None, "surprise party"),
    ],
)
def test_words_turn_the_dial_and_are_no_wish(said, dial, words):
    intent = read(said)
    assert intent.surprise == dial
    if dial is None:
        assert intent.words.split()[-1:] == words.split()[-1:]
    else:
        assert not {"surprise", "safe", "exactly", "different", "comfort"} & set(intent.words.split())


def test_of_a_long_wish_the_beginning_is_said_back():
    (said,) = named(read("x" * 2000), CATALOGUE)
    assert said.startswith("“xxx")
    assert said.endswith("x…”")
    assert len(said) < 110
