"""The judge of written dialogues: every kind of expectation is met when it should be, and fails when it should."""

import json
from dataclasses import replace
from datetime import date

import pytest
import typer
from halves import goods as few_goods
from typer.testing import CliRunner

from chat.understanding import understanding
from eval.commands import add
from eval.expectations import Came, Known, amiss
from eval.scripted import play
from eval.scripts import Turn, read_dialogues
from retrieval.errors import Problem

CATALOGUE, DOMAIN = few_goods()
CHOSEN = {id: number for number, id in enumerate(CATALOGUE)}  # the later in the table the more popular
KNOWN = Known(CATALOGUE, DOMAIN, CHOSEN, understanding(CATALOGUE, DOMAIN))


def items(*titles):
    return tuple(one for title in titles for one in CATALOGUE.values() if one.title == title)


def id_of(title):
    return items(title)[0].id


LIST = Came(items("Rain jacket", "Wool jumper", "Walking boots"), listed=True, move="suggest")
BEFORE = Came(items("Headphones", "Old camera", "Rain jacket"), listed=True, move="suggest")
STATE = Came(
    likes=(id_of("Tea pot"),),
    dislikes=(id_of("Puzzle"),),
    seen=(id_of("Desk lamp"),),
    holds=("Clothing", "price under 50 EUR"),
    gift=True,
    move="nod",
)
TOLD = Came(said=("I do not know sizes here, so I could not go by that.",), move="suggest")


def missed(came, last=BEFORE, **expected):
    return list(amiss(Turn(says="words", **expected), came, last, KNOWN))


@pytest.mark.parametrize(
    ("came", "met", "failed"),
    [
        (LIST, {"shown": True}, {"shown": False}),
        (Came(said=("Goodbye!",)), {"shown": False}, {"shown": True}),
        (LIST, {"every": {"price": {"least": 49, "most": 120}}}, {"every": {"price": {"most": 119}}}),
        (LIST, {"every": {"price": {"most": 120}}}, {"every": {"price": {"least": 50}}}),
        (LIST, {"every": {"category": ["Clothing", "Shoes"]}}, {"every": {"category": "Clothing"}}),
        (LIST, {"every": {"categories": ["clothing", "shoes"]}}, {"every": {"categories": ["clothing"]}}),
        (LIST, {"every": {"stock": True}}, {"every": {"stock": False}}),
        (LIST, {"every": {"used": False}}, {"every": {"used": True}}),
        (
            LIST,
            {"every": {"released": {"least": date(2018, 5, 5)}}},
            {"every": {"released": {"least": date(2019, 1, 1)}}},
        ),
        (LIST, {"some": {"brand": "Acme"}}, {"some": {"brand": "Lumo"}}),
        (LIST, {"some": {"price": 79}}, {"some": {"price": 80}}),
        (LIST, {"none": {"colour": "Black"}}, {"none": {"colour": "Blue"}}),
        (LIST, {"none": {"price": {"least": 121}}}, {"none": {"price": {"least": 120}}}),
        (LIST, {"includes": ["Rain jacket"]}, {"includes": ["Tea pot"]}),
        (LIST, {"excludes": ["Tea pot"]}, {"excludes": ["Rain jacket"]}),
        (LIST, {"lower": "people"}, {"higher": "people"}),
        (LIST, {"higher": "rating"}, {"lower": "rating"}),
        (LIST, {"higher": ["rating"]}, {"higher": ["rating", "people"]}),
        (BEFORE, {}, {"lower": "price"}),  # the same is not less
        (BEFORE, {}, {"higher": "price"}),
        (BEFORE, {"changed": False}, {"changed": True}),
        (LIST, {"changed": None}, {"changed": True}),  # the jacket is there again
        (replace(LIST, cards=items("Tea pot")), {"changed": True}, {"changed": False}),
        (STATE, {"likes": ["Tea pot"]}, {"likes": ["Puzzle"]}),
        (STATE, {"dislikes": ["Puzzle"]}, {"dislikes": ["Tea pot"]}),
        (STATE, {"seen": ["Desk lamp"]}, {"seen": ["Tea pot"]}),
        (STATE, {"limits": ["clothing"]}, {"limits": ["Shoes"]}),
        (STATE, {"limits": ["less than 50 euros"]}, {"limits": ["less than 60 euros"]}),  # in other words
        (STATE, {"no_limits": ["less than 60 euros"]}, {"no_limits": ["less than 50 euros"]}),
        (STATE, {"no_limits": ["Shoes"]}, {"no_limits": ["price under 50 eur"]}),
        (STATE, {"gift": True}, {"gift": False}),
        (LIST, {"gift": False}, {"gift": True}),
        (TOLD, {"unknown": True}, {"unknown": False}),
        (LIST, {"unknown": False}, {"unknown": True}),
        (LIST, {"move": "suggest"}, {"move": "nod"}),
        (replace(LIST, move="ask"), {"move": "suggest"}, {"move": "restart", "shown": False}),
        (replace(LIST, move="suggest"), {}, {"move": "ask"}),
        (Came(move="ask"), {"move": "ask"}, {"move": "nothing fits"}),
    ],
)
def test_each_expectation_is_met_and_fails_as_it_should(came, met, failed):
    assert not missed(came, **met)
    assert missed(came, **failed)


@pytest.mark.parametrize("expected", [{"every": {"stock": True}}, {"some": {"stock": True}}, {"includes": ["Tea pot"]},
                                      {"lower": "price"}, {"changed": True}])  # fmt: skip
def test_where_no_list_came_nothing_is_true_of_it(expected):
    assert missed(Came(said=("Goodbye!",)), **expected)


def test_an_item_of_which_a_number_is_not_known_is_not_within_bounds():
    unpriced = replace(items("Tea pot")[0], numbers={})
    assert missed(Came((unpriced,), listed=True), every={"price": {"most": 1000}})


def test_a_failure_says_what_was_expected_and_what_came():
    [(expected, came)] = missed(LIST, every={"brand": "Acme"})
    assert expected == "every brand Acme"
    assert came == "Wool jumper (brand Nordlys), Walking boots (brand Gap)"


@pytest.mark.parametrize(
    ("expected", "named"),
    [({"includes": ["Tea potty"]}, "Tea potty"), ({"every": {"hue": "Red"}}, "hue"), ({"lower": "hue"}, "hue")],
)
def test_what_is_expected_of_nothing_that_there_is_is_an_error_and_no_failure(expected, named):
    with pytest.raises(Problem, match=named):
        missed(LIST, **expected)


def written(tmp_path, text):
    path = tmp_path / "written.toml"
    path.write_text(text, encoding="utf-8")
    return read_dialogues([path])


TURN = '[[dialogue]]\nname = "one"\n[[dialogue.turn]]\nsays = "hello"\n'


def test_dialogues_are_read_in_their_order(tmp_path):
    first, second = written(tmp_path, TURN + TURN.replace("one", "two") + 'lower = "price"\n')
    assert (first.name, second.name) == ("one", "two")
    assert second.turns[0].lower == ("price",)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (TURN + "showed = true\n", "'one', turn 1, showed"),
        (TURN + 'move = "dance"\n', "move"),
        (TURN + "every = { price = {} }\n", "least, most, or both"),
        (TURN + TURN, "two dialogues called 'one'"),
        ('[[dialogue]]\nname = "one"\n', "turn"),
        ("[[dialogue]\n", "not valid TOML"),
    ],
)
def test_a_slip_in_a_file_is_named(tmp_path, text, what):
    with pytest.raises(Problem, match=what):
        written(tmp_path, text)


def test_a_dialogue_is_played_by_somebody_with_that_history(assistant, tmp_path):
    text = '[[dialogue]]\nname = "one"\nhistory = ["Alien"]\n'
    wish = '[[dialogue.turn]]\nsays = "science fiction please"\nevery = { genre = "Sci-Fi" }\n'
    known = Known.of(assistant)
    [met] = written(tmp_path, text + wish + 'excludes = ["Alien"]\nhigher = []\n')
    assert list(play(assistant, met, known)) == [()]
    [failed] = written(tmp_path, text + wish + wish + 'includes = ["Alien"]\n')
    first, second = play(assistant, failed, known)
    assert not first
    assert [(one.dialogue, one.turn, one.expected) for one in second] == [("one", 2, "Alien in the list")]


def test_the_command_names_what_failed_and_ends_with_1(workspace, tmp_path, monkeypatch):
    path = tmp_path / "written.toml"
    wish = '[[dialogue]]\nname = "{}"\n[[dialogue.turn]]\nsays = "a western"\nevery = {{ genre = "{}" }}\n'
    monkeypatch.chdir(tmp_path)
    for name in ("home", "embedder", "language"):
        monkeypatch.setenv(f"PENCHANT_{name.upper()}", str(getattr(workspace, name)))
    app = typer.Typer()
    add(app)
    passed, out = tmp_path / "passed.json", CliRunner()
    path.write_text(wish.format("good", "Western"), encoding="utf-8")
    done = out.invoke(app, ["eval", "scripts", str(path), "--json", str(passed)])
    assert done.exit_code == 0, done.output
    assert "1 of 1 dialogues and 1 of 1 turns" in done.output
    path.write_text(wish.format("good", "Western") + wish.format("bad", "Musical"), encoding="utf-8")
    done = out.invoke(app, ["eval", "scripts", str(path), "--json", str(passed)])
    assert done.exit_code == 1
    assert "bad, turn 1" in done.output
    figures = json.loads(passed.read_text(encoding="utf-8"))
    assert (figures["dialogues_passed"], figures["dialogues"]) == (1, 2)
    assert figures["failures"][0]["expected"] == "every genre Musical"
