"""The judge of reasons: it goes by the database, catches what is planted, and imports nothing of what it judges."""

import json
import random
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from films import films
from rich.console import Console
from sqlalchemy import func, select
from test_architecture import ROOT, imported
from typer.testing import CliRunner

from chat.assembly import assistant as assembled
from chat.store import CONVERSATIONS, FEEDBACK, TURNS
from eval.apart import apart
from eval.explaining.bases import bases
from eval.explaining.erasing import averaged, erased, idle
from eval.explaining.figures import caught, distinct, held, said, shapes
from eval.explaining.heard import Heard, heard, judge_of, ratio
from eval.explaining.judge import Judge, Truth
from eval.explaining.planting import MAKERS, in_other_words, planted
from eval.explaining.recomputed import Fall, fall, without
from eval.explaining.turns import Plan, Spoken, Told, plans, told
from eval.explanations import PROTOCOL, explanations
from retrieval.catalogue import Catalogue
from retrieval.command import application
from retrieval.database import database
from retrieval.domain import read_domain
from retrieval.errors import Problem
from retrieval.items import Item
from retrieval.ranking import Query
from retrieval.settings import Settings

QUIET = Console(quiet=True)
FILMS = Catalogue.of(films())
ID = {item.title: item.id for item in FILMS.values()}
CHOSEN = dict.fromkeys(FILMS, 5) | {ID["Men in Black"]: 40, ID["Sleeper"]: 1}
JUDGE = Judge(FILMS, read_domain("movies"), CHOSEN, frozenset({"librarian"}))
TRUTH = Truth(
    item=FILMS[ID["Men in Black"]],
    seen={ID["Star Wars"]: 4.0, ID["Vertigo"]: 1.0, ID["Some Like It Hot"]: None},
    liked=frozenset({ID["Contact"]}),
    asked=frozenset({"Comedy"}),
    named=frozenset({ID["Alien"]}),
    years=(1990, 1999),
    said=("a comedy of the nineties like Alien", "slow and beautiful"),
    person={"age": "25-34", "gender": "F", "occupation": "librarian"},
)


@pytest.mark.parametrize(
    "sentence",
    [
        "Men in Black goes well with Star Wars, which you watched, and it is an Action, Comedy and Sci-Fi film.",
        "Shares Sci-Fi with Alien; goes with Star Wars and Some Like It Hot, which you watched.",
        "Men in Black (1997) is a funny film in space.",
        "Men in Black has the Comedy you asked for, and it shares Sci-Fi with Alien, which you named.",
        "Men in Black is from 1997, within the years you asked for.",
        "You watched Star Wars, so Men in Black may be for you.",
        "Because you like Contact, Men in Black could be a good next one.",
        "Since you watched Star Wars, you may enjoy Men in Black.",
        "Without Star Wars, which you watched, it would stand lower.",
        "It is from the nineties, and no Western.",
        "You have not watched it.",
        "Many people chose it.",
        "Men in Black: Comedy, as you asked.",
        "Men in Black has Sci-Fi in common with Alien, which you named; it has the Sci-Fi of Star Wars.",
        "Men in Black meets Alien, which you named, in its Sci-Fi.",
        "Shares Sci-Fi with Alien, which you named; meets your wish for Comedy.",
        "Like Alien, which you named, Men in Black has Sci-Fi.",
        "You named Alien, and “Men in Black” shares its Sci-Fi.",
        "Here is the Comedy you asked for: Men in Black (1997).",
        "From 1997, within the years you asked for, comes Men in Black.",
        "If Star Wars was your kind of evening, try Men in Black (1997); it is an Action film.",
        "Because of Star Wars, which you rated, Men in Black came up.",
        "“slow beautiful” was what you asked for, and Men in Black is a Comedy.",
    ],
)
def test_a_true_sentence_is_left_in_peace(sentence):
    assert JUDGE.verdict(sentence, TRUTH).wrong is None


@pytest.mark.parametrize(
    ("sentence", "wrong"),
    [
        ("Men in Black is from 1998.", "1998"),
        ("Men in Black (1987) is a Comedy.", "1987"),
        ("Men in Black is from 1990, as you wanted.", "1990"),
        ("Men in Black is a film of the eighties.", "eighties"),
        ("Men in Black is a Horror film.", "Horror"),
        ("Men in Black is a scary film.", "scary"),
        ("Men in Black is no Comedy.", "Comedy"),
        ("Men in Black goes well with Alien, which you watched.", "Alien"),
        ("Men in Black goes well with Star Wars and Casino, which you watched.", "Casino"),
        ("Men in Black goes well with Jaws.", "Jaws"),
        ("Men in Black goes well with Vertigo, which you like.", "Vertigo"),
        ("Casino is a Comedy.", "in place of"),
        ("You have watched it.", "not so of Men in Black"),
        ("Since you saw Heat, Men in Black is for you.", "Heat"),
        ("Men in Black brings the Sci-Fi you asked for.", "Sci-Fi"),
        ("Men in Black shares Horror with Alien, which you named.", "not Horror"),
        ("Men in Black shares Comedy with Alien, which you named.", "Alien is not Comedy"),
        ("Men in Black has Comedy in common with Alien, which you named.", "Alien is not Comedy"),
        ("Men in Black meets Alien, which you named, in its Comedy.", "Alien is not Comedy"),
        ("Like Alien, which you named, Men in Black has Comedy.", "Alien is not Comedy"),
        ("You named Alien, and Men in Black shares its Action.", "Alien is not Action"),
        ("Men in Black has the Comedy of Alien, which you named.", "Alien is not Comedy"),
        ("If Heat was your kind of evening, try Men in Black.", "Heat"),
        ("Men in Black is like Star Wars, which you named.", "Star Wars"),
        ("Men in Black stars Will Smith.", "Will"),
        ("Men in Black was directed by a master.", "directed"),
        ("Men in Black, by Barry Sonnenfeld, is a Comedy.", "Barry"),
        ("Men in Black runs 98 minutes.", "98"),
        ("Men in Black has two parts.", "two"),
        ("Men in Black won an award.", "award"),
        ("Men in Black suits a woman of your age.", "woman"),
        ("As a librarian you will see that Men in Black is a Comedy.", "librarian"),
        ("Men in Black is for people who are 25-34.", "25-34"),
        ("Men in Black: “They fight the scum of the universe.”", "stands nowhere"),
        ("It is one that we feature.", "featured"),
    ],
)
def test_a_false_sentence_is_found_by_what_is_false_in_it(sentence, wrong):
    assert wrong in (JUDGE.verdict(sentence, TRUTH).wrong or "")


def test_a_sentence_that_stands_alone_has_to_name_its_item():
    assert JUDGE.verdict("It is a Comedy.", TRUTH).wrong is None
    assert "does not name" in JUDGE.verdict("It is a Comedy.", TRUTH, names=True).wrong


def test_many_are_as_many_as_chose_the_usual_item():
    assert JUDGE.verdict("Many people chose it.", TRUTH).wrong is None
    assert "only 1" in JUDGE.verdict("Many people chose it.", replace(TRUTH, item=FILMS[ID["Sleeper"]])).wrong


def test_a_passage_has_to_stand_in_the_items_own_words():
    item = Item(
        "x", "Deep Blue", 1999, {}, "Sharks get clever. A storm cuts them off.", reviews=("Great fun, and wet.",)
    )
    judge, truth = Judge(Catalogue.of([item]), JUDGE.domain), Truth(item=item)
    for true in ("A storm cuts them off.", "Great fun, and wet."):
        assert judge.verdict(f"Deep Blue: “{true}”", truth).wrong is None
    assert judge.verdict("Deep Blue: “Sharks get cleverer.”", truth).wrong
    assert judge.verdict("Deep Blue has a storm by Renny Harlin.", truth).wrong


def test_a_title_that_is_a_word_of_the_domain_is_one_in_the_middle_of_a_sentence():
    kids = Item("kids", "Kids", 1995, {"genre": ("Drama",)})
    judge = Judge(Catalogue.of([kids, *films()]), read_domain("movies"))
    truth = Truth(item=kids, asked=frozenset({"Drama"}), said=("a drama",))
    assert judge.verdict("You wanted Drama, so I would try Kids; it is from 1995.", truth).wrong is None
    assert judge.verdict("You wanted Drama, and this is a film for kids.", truth).wrong == "Kids is not for kids"


def test_what_is_given_as_a_reason_is_read_claim_by_claim():
    def causes(sentence):
        return [[FILMS[id].title for id in each] for each in JUDGE.verdict(sentence, TRUTH).causes]

    both = "Goes with Star Wars and Vertigo, which you watched; goes with Contact, which you like."
    assert sorted(map(sorted, causes(both))) == [["Contact"], ["Star Wars", "Vertigo"]]
    assert causes("Without Star Wars, which you watched, it would stand lower.") == [["Star Wars"]]
    assert causes("Shares Sci-Fi with Alien, which you named.") == []


def test_a_title_of_an_ordinary_word_is_one_only_where_it_is_written_so():
    shelf = Catalogue.of([Item("1", "It"), Item("2", "Once"), Item("3", "Big"), Item("4", "Big Night")])
    reader = Judge(shelf, JUDGE.domain).reader

    def titles(sentence):
        return [one.key for one in reader.mentions(sentence) if one.what == "title"]

    assert titles("It is a big film, seen once.") == []
    assert titles("Like Big, which you watched, and It.") == [("3",), ("1",)]
    assert titles("Big Night goes well with Big.") == [("4",), ("3",)]


def reached(module):
    """The modules of eval that a module of eval imports, and those that they import, and what all of them import."""
    seen, found, waiting = set(), set(), [module]
    while waiting:
        name = waiting.pop()
        path = ROOT / (name.replace(".", "/") + ".py")
        if name in seen or not path.exists():
            continue
        seen.add(name)
        names = imported(path)
        found |= names
        waiting += [each for each in names if each.startswith("eval.")]
    return found


CHECKS = "chat.reasons"


@pytest.mark.parametrize("module", ["eval.explaining.judge", "eval.explaining.heard", "eval.explaining.recomputed"])
def test_who_judges_imports_nothing_of_what_is_judged(module):
    assert not [name for name in reached(module) if name.startswith(CHECKS)]


def test_the_checker_is_known_behind_one_door_only():
    modules = sorted((ROOT / "eval").rglob("*.py"))
    assert not [path for path in modules if any(name.startswith("chat.reasons.grounding") for name in imported(path))]
    knowing = [
        path.name for path in modules if any(name.startswith("chat.reasons.explanation") for name in imported(path))
    ]
    assert knowing == ["door.py"]


@pytest.fixture(scope="module")
def bench(small_world, tmp_path_factory):
    """An assistant over a copy of the small world, whose conversations leave nothing behind."""
    home = tmp_path_factory.mktemp("explained") / "var"
    shutil.copytree(small_world.home, home)
    with assembled(small_world.model_copy(update={"home": home})) as opened, apart(opened) as talking:
        yield talking


@pytest.fixture(scope="module")
def turns(bench):
    """Some turns of every kind, with their judge."""
    judge = judge_of(bench)
    return judge, heard(bench, judge, plans(bench, 11, seed=1), "talking", QUIET)


def test_what_is_shown_in_the_small_world_is_true(turns):
    _, model = turns
    assert {turn.plan.kind for turn in model.turns} >= {
        "nothing",
        "like",
        "facet",
        "decade",
        "gift",
        "refusing",
        "newcomer",
        "critique",
    }
    assert said(model, 0)["ungrounded"] == []
    assert said(model, 0)["shown"] > 80
    assert any(turn.plan.why and len(list(turn.reasons)) > 3 for turn in model.turns)


def test_the_judge_goes_by_the_database_and_not_by_the_evidence(bench):
    script = plans(bench, 4, seed=1)
    other = Catalogue.of(replace(item, year=1900, facets={"genre": ("Western",)}) for item in bench.catalogue.values())
    lost = heard(bench, replace(judge_of(bench), catalogue=other), script, "talking", QUIET)
    assert said(lost, 0)["ungrounded_shown"] > 10


def test_planted_errors_are_found_and_true_sentences_are_not(bench, turns):
    judge, model = turns
    dice = random.Random(0)
    false = list(planted(bases(bench, judge, model, dice, QUIET), dice))
    true = list(in_other_words(model.turns, judge, dice))
    assert {case.kind for case in false} == set(MAKERS)
    assert len(false) > 100
    assert len(true) > 50
    found = caught(false, true, judge, bench.domain, lambda *_: None)
    assert (found["planted_caught"], found["false_alarms"]) == (0.0, 0.0)
    assert found["judge_caught"] >= 0.99, found["judge_caught_wrong"]
    assert found["judge_false_alarms"] <= 0.02, found["judge_false_alarms_wrong"]
    strict = caught(false, true, judge, bench.domain, lambda *_: "it may be wrong")
    assert (strict["planted_caught"], strict["false_alarms"]) == (1.0, 1.0)


def test_what_is_planted_as_an_idle_cause_moves_nothing(bench):
    turn = told(bench, "7", Plan("nothing", "what should I watch tonight?"))
    among = list(dict.fromkeys(turn.query.history))
    known = turn.query.known
    whole, *less = bench.things.behaviour.total([known, *(known.without(id) for id in among)])
    row = bench.things.behaviour.row[turn.shown[0]]
    found = idle(bench, turn, turn.shown[0], among)
    assert found is None or less[among.index(found)][row] >= whole[row]


def test_without_its_causes_an_item_is_ranked_anew_and_they_still_are_not_shown(bench):
    turn = told(bench, "7", Plan("nothing", "what should I watch tonight?"))
    gone = turn.query.history[0]
    less = without(turn.query, [gone])
    assert gone not in less.history
    assert len(less.moments) == len(less.history)
    assert less.exclude == turn.query.exclude
    one = fall(bench, turn, turn.shown[0], (gone,))
    assert one.stood == bench.rank(turn.query).ids.index(turn.shown[0])
    assert one.stands == bench.rank(less).ids.index(turn.shown[0])


def test_a_cause_holds_only_if_the_item_falls():
    assert Fall("a", ("b",), 0, 1).valid
    assert Fall("a", ("b",), 0, None).valid
    assert not Fall("a", ("b",), 3, 3).valid
    assert not Fall("a", ("b",), 3, 2).valid
    falls = [("u", Fall("a", ("b",), 0, 1)), ("v", Fall("a", ("b",), 1, 1))]
    assert held(falls, 0)["counterfactual_validity"] == 0.5
    both = ("b", "c")
    falls += [("u", Fall("a", both, 0, 1, 0, both)), *(("u", Fall("a", (one,), 0, 0, 0, both)) for one in both)]
    assert held(falls, 0)["counterfactual_validity"] == pytest.approx(2 / 3)
    assert held(falls, 0)["counterfactual_validity_each"] == 0.25
    assert [one["stands"] for one in held(falls, 0)["counterfactuals_not_valid"]] == [1]


def test_what_moves_the_score_most_is_more_comprehensive_than_chance(bench):
    turn = told(bench, "7", Plan("nothing", "what should I watch tonight?"))
    known, item = turn.query.known, turn.shown[0]
    past = list(dict.fromkeys(known.history))
    row = bench.things.behaviour.row[item]
    scores = bench.things.behaviour.total([known, *(known.without(id) for id in past)])[:, row]
    strongest = past[int(np.argmin(scores[1:]))]
    found = erased(bench, turn, [(item, (strongest,))], random.Random(0))
    assert averaged(found, "comprehensiveness", "cited")[0] == pytest.approx(scores[0] - scores[1:].min(), abs=1e-4)
    assert found[0].comprehensiveness["cited"] >= found[0].comprehensiveness["random"]
    assert found[0].comprehensiveness["cited"] >= found[0].comprehensiveness["recent"]


def test_shares_are_of_the_spoken_reasons_and_tries_are_told_apart():
    def spoken(by, tries=1, **rest):
        return Spoken("Alien is good.", by, tries, Truth(item=FILMS["1"]), place=0, **rest)

    turn = Told(
        "u", Plan("nothing", ""), Query(), (),
        (spoken("model"), spoken("model", 2), spoken("template"), spoken("template"), spoken("template", card=True),
         replace(spoken("template"), place=None)),
    )  # fmt: skip
    verdicts = {id(one): JUDGE.verdict("Alien is a Horror film.", one.truth) for one in turn.spoken}
    figures = said(Heard([turn], verdicts, 0.0), 0)
    assert [figures[name] for name in ("kept", "retried", "template")] == [0.25, 0.25, 0.5]
    assert figures["kept_with_cards"] == 0.2


def test_variety_is_counted_without_the_names():
    def spoken(text):
        return Spoken(text, "model", 1, Truth(item=FILMS["1"]), place=0)

    same = [spoken("Alien is a Horror film."), spoken("Alien (1979) is a Horror film.")]
    other = [
        spoken("Alien goes with Heat, which you watched."),
        spoken("Alien goes with Casino and Jaws, which you watched."),
    ]
    assert distinct(same) == 0.5
    assert shapes(same) == 0.0
    assert distinct(other) == 1.0
    assert shapes(other) == 0.0
    assert shapes([*same, *other]) == pytest.approx(4 / 6)
    assert ratio([[True, False], [True, True]], 0)[0] == 0.75


def test_the_whole_evaluation_leaves_the_workspace_as_it_was(workspace, tmp_path, capsys):
    def rows():
        with database(workspace.database_url) as engine, engine.connect() as connection:
            return [connection.scalar(select(func.count()).select_from(t)) for t in (CONVERSATIONS, TURNS, FEEDBACK)]

    before, file = rows(), tmp_path / "explanations.json"
    explanations(workspace, 8, file, 0)
    assert rows() == before
    report = json.loads(file.read_text())
    metrics = report["metrics"]
    assert [row["name"] for row in report["rows"]][:2] == ["model", "template-only"]
    assert {"cited", "random", "recent"} <= {row["name"] for row in report["rows"]}
    names = "ungrounded_shown planted_caught false_alarms counterfactual_validity kept retried template distinct"
    assert set(names.split()) <= set(metrics)
    assert metrics["ungrounded_shown"] == 0
    assert metrics["kept"] + metrics["retried"] + metrics["template"] == pytest.approx(1)
    assert metrics["judge_caught"] >= 0.99
    printed = " ".join(capsys.readouterr().out.split())
    assert " ".join(PROTOCOL.format(users=8).split()) in printed
    assert "planted errors are caught" in printed


def test_the_same_seed_says_the_same(bench):
    assert plans(bench, 9, 3) == plans(bench, 9, 3) != plans(bench, 9, 4)


def test_without_anybody_there_is_nothing_to_judge(workspace):
    from recommender.events import EVENTS

    with database(workspace.database_url) as engine, engine.begin() as connection:
        connection.execute(EVENTS.delete())
    with pytest.raises(Problem, match="nobody"):
        explanations(workspace, 3, None, 0)


def test_the_help_says_what_is_judged():
    told = CliRunner().invoke(application(), ["eval", "explanations", "--help"]).stdout
    for word in ("--users", "--seed", "--json", "ungrounded_shown", "kept", "false cause"):
        assert word in told


@pytest.mark.slow
def test_what_the_real_model_says_is_true(tmp_path):
    home = Path("var")
    if not (home / "models" / "smollm2-135m-instruct").exists():
        pytest.skip("needs the workspace that make demo makes")
    file = tmp_path / "explanations.json"
    explanations(Settings(home=home), 22, file, 0)
    metrics = json.loads(file.read_text())["metrics"]
    assert metrics["ungrounded_shown"] == 0, metrics["ungrounded"]
    assert metrics["judge_caught"] >= 0.99
    assert metrics["planted_by_model"] > 100
    assert metrics["planted_caught"] >= 0.99
    assert metrics["false_alarms"] <= 0.1
