"""Every act of a message is found, by words that give it away or by likeness to examples."""

import time
import tomllib

import numpy as np
import pytest
from halves import lasting, reader

from chat.messages import Does, Intent
from chat.record import intent_of, record
from chat.understanding import understanding
from chat.understanding.acts import by_example as examples_module
from chat.understanding.acts.by_example import SHIPPED, by_example, examples
from chat.understanding.acts.cues import cues
from chat.understanding.acts.doing import doing
from chat.understanding.acts.occasions import occasions
from chat.understanding.text.sentences import sentences
from retrieval.domain import read_domain
from retrieval.errors import Problem
from retrieval.ranking import Ranking
from retrieval.space.embedding import Hashing

CATALOGUE, DOMAIN = lasting()
read = reader(lasting)
MOVIES = read_domain("movies")
BY_TITLE = {item.title: item.id for item in reversed(list(CATALOGUE.values()))}
LIST = tuple(BY_TITLE[title] for title in ("Heat", "Fargo", "Scream"))
ACTS = set(Does.__args__)


@pytest.mark.parametrize(
    ("said", "does"),
    [
        ("hello there", {"greet"}),
        ("bye, have a great day", {"goodbye"}),
        ("thanks a lot!", {"thank"}),
        ("can you recommend a western?", {"ask", "add"}),
        ("any other suggestions?", {"others"}),
        ("something like Alien", {"ask", "alike", "prefer"}),
        ("I have seen the first", {"seen"}),
        ("I've never seen it", {"unseen"}),
        ("I will check it out", {"accept"}),
        ("sounds good", {"accept"}),
        ("not my thing", {"reject"}),
        ("too violent", {"critique"}),
        ("no horror", {"add"}),
        ("any year is fine", {"drop"}),
        ("I loved Alien", {"prefer"}),
        ("what is it about?", {"about"}),
        ("have you seen Alien?", {"ask back"}),
        ("which is better, Heat or Fargo?", {"compare"}),
        ("which one's longer, Alien or Fargo?", {"compare"}),
        ("I don't care who made it", {"drop"}),
        ("why this one?", {"why"}),
        ("why not Alien?", {"why not"}),
        ("surprise me", {"surprise"}),
        ("undo that", {"undo"}),
        ("start over", {"restart"}),
        ("ok, scrap all that", {"restart"}),
        ("something for my dad", {"gift"}),
        ("Hi! I've seen Heat. Any western, not too long? Thanks!", {"greet", "seen", "add", "critique", "thank"}),
        ("No thanks. Do you have something funnier?", {"reject", "add", "critique"}),
    ],
)
def test_the_acts_of_a_message(said, does):
    found = set(read(said, read("a comedy"), LIST).does)
    assert does <= found
    assert len(found - does) <= 1


def test_acts_stand_in_the_order_of_the_sentences():
    assert doing("Hello! I loved ·. Bye") == ("greet", "prefer", "goodbye")


@pytest.mark.parametrize("said", ["undo", "go back", "bye", "thanks, see you", "and you?"])
def test_what_asks_for_nothing_is_no_wish(said):
    intent = read(said, read("a comedy"), LIST)
    assert intent.act in ("nod", "greet")
    assert intent.words == ""


def test_what_was_seen_is_no_example_and_stays_seen():
    first = read("I've seen Heat but loved Alien, give me a western tonight")
    assert [CATALOGUE[id].title for id in first.like] == ["Alien"]
    assert [CATALOGUE[id].title for id in first.seen] == ["Heat"]
    assert [CATALOGUE[id].title for id in read("a comedy", first).seen] == ["Heat"]
    assert read("I haven't seen Heat").seen == ()


@pytest.mark.parametrize(
    ("said", "occasion"),
    [
        ("something for tonight", ("tonight",)),
        ("a film to watch with my kids this weekend", ("this weekend", "with children")),
        ("for a long flight, on the plane", ("on the way",)),
        ("date night", ("for two",)),
        ("a film about a party", ()),
        ("home alone in the woods", ()),
    ],
)
def test_when_and_with_whom(said, occasion):
    assert occasions(said) == occasion


def test_an_intent_is_kept_whole():
    intent = read("I've seen Heat. A bit shorter, tonight, less mainstream, thanks", None, LIST)
    clock = type("Clock", (), {"laps": {}})()
    assert intent_of(record(intent, Ranking(), (), (), clock, ())["intent"]) == intent
    assert intent.degrees
    assert intent.occasion == ("tonight",)


def test_every_act_has_a_cue_or_examples_and_every_example_is_of_an_act():
    written = set(cues()) | set(examples(MOVIES))
    assert written == ACTS
    for file in SHIPPED.glob("*.toml"):
        said = [one for each in tomllib.loads(file.read_text(encoding="utf-8")).values() for one in each]
        assert len(said) == len(set(said))


class Likeness:
    """An embedder to which sentences of the same words, whatever their order, are alike."""

    name = identity = "words"

    def documents(self, texts):
        return np.stack([Hashing(2048).documents([text])[0] for text in texts])

    queries = documents


def test_a_sentence_without_a_cue_goes_by_the_examples():
    likely = by_example(Likeness(), MOVIES)
    assert doing("the slate, wipe it clean") == ()
    assert doing("tell me a joke", likely=likely) == ("off topic",)
    assert doing("I no longer insist on that", likely=likely) == ("drop",)
    assert doing("qwertz uiop", likely=likely) == ()
    intent = understanding(CATALOGUE, DOMAIN, likely)("tell me a joke", None, ())
    assert (intent.act, intent.words, intent.does) == ("nod", "", ("off topic",))


def test_the_stand_in_has_no_say():
    assert by_example(Hashing(), MOVIES) is None


def test_an_unknown_act_in_the_examples_is_named(tmp_path, monkeypatch):
    (tmp_path / "any.toml").write_text('greet = ["hi"]')
    (tmp_path / "movies.toml").write_text('gret = ["hello"]')
    monkeypatch.setattr(examples_module, "SHIPPED", tmp_path)
    with pytest.raises(Problem, match=r"movies.toml: there is no act 'gret'"):
        examples(MOVIES)


def test_sentences_end_where_people_end_them():
    assert list(sentences("Hi...I liked ·. Mr. Deeds? no; yes\nok 🎬")) == [
        "Hi...",
        "I liked ·.",
        "Mr. Deeds?",
        "no;",
        "yes",
        "ok 🎬",
    ]


def test_reading_the_acts_takes_no_time_to_speak_of():
    for said in (
        "what is is is the the the " * 70,
        "i really also just " * 100,
        "· and · or · , " * 120,
        "any good " * 200,
    ):
        start = time.thread_time()  # others may have the processor meanwhile
        doing(said)
        assert time.thread_time() - start < 1.0
    assert isinstance(read("x " * 900), Intent)
