"""Understanding is judged on dialogues: intents, titles and polarity, each where the file allows it."""

import json
import random

import numpy as np
import pytest
from films import films
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import balanced_accuracy_score, f1_score
from typer.testing import CliRunner

from eval.heads import best_balance, best_f1, folds
from eval.intents import Told, cases, learned, majority, truths, turns_of, untrained
from eval.labelled import JUDGED, dialogues_of
from eval.polarity import balanced, between, by_grammar, opinions
from eval.polarity import cases as polar_cases
from eval.polarity import learned as polar_learned
from retrieval.catalogue import Catalogue
from retrieval.command import application
from retrieval.domain import read_domain
from retrieval.errors import Problem
from retrieval.space.embedding import Hashing
from retrieval.words.titles import Titles

MOVIES = read_domain("movies")
FILMS = films()
TITLES = Titles.of(Catalogue.of(FILMS))
SAID = {
    "SEE": ["I have seen that one", "saw it last year", "I've watched Alien already"],
    "ACC": ["sounds good, I will watch it", "great, I'll check it out", "perfect"],
    "REJ": ["no, not my thing", "I hated it", "that one is not for me"],
    "INQ": ["what is it about?", "who is in it?", "is it scary?"],
    "CON": ["any other suggestions?", "what else?", "give me another one"],
    "NRE": ["never heard of that", "I haven't seen that", "not seen it"],
    "ASK": ["have you seen it?", "what do you like?", "and you?"],
}


def dialogue(name, dice):
    """A greeting, a wish, then answers to suggestions whose label is plain from their words."""
    turns = [("recommender", "Hello! What kind of movie do you like?", ["OTH", "REQ"])]
    turns.append(("seeker", dice.choice(["Hi, I want a good comedy", "hello, a thriller please"]), ["OTH", "IQU"]))
    for label in dice.sample(sorted(SAID), 5):
        turns.append(("recommender", f"How about {dice.choice(FILMS).title}?", ["REC-S"]))
        turns.append(("seeker", dice.choice(SAID[label]), [label]))
    turns.append(("seeker", "thanks, bye", ["OTH"]))
    return {"dialogue": name, "utterances": [{"role": r, "text": t, "items": [], "intents": i} for r, t, i in turns]}


def annotated(name, dice):
    """One film that was loved and now and then one that was hated, as the form says too."""
    one, other = dice.sample(FILMS, 2)
    hated = dice.random() < 0.4
    talk = [("recommender", f"have you seen @{one.id}?"), ("seeker", dice.choice(["yes, I loved it", "it was great"]))]
    if hated:
        worded = dice.choice([f"I hated @{other.id}", f"I did not like @{other.id}, too boring"])
        talk.append(("seeker", worded))
    form = {one.id: {"suggested": 1, "seen": 1, "liked": 1}}
    form |= {other.id: {"suggested": 0, "seen": 1, "liked": 0}} if hated else {}
    messages = [{"role": role, "text": text} for role, text in talk]
    return {"conversation_id": name, "messages": messages, "seeker_form": form}


def written(file, lines):
    file.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return file


@pytest.fixture
def files(tmp_path, monkeypatch):
    monkeypatch.setenv("PENCHANT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PENCHANT_EMBEDDER", "hashing:")
    dice = random.Random(0)
    items = [{"id": one.id, "title": one.title, "year": one.year} for one in FILMS]
    return {
        "items": written(tmp_path / "items.jsonl", items),
        "labelled": written(tmp_path / "labelled.jsonl", [dialogue(f"d{at}", dice) for at in range(12)]),
        "more": written(tmp_path / "more.jsonl", [dialogue(f"e{at}", dice) for at in range(12)]),
        "few": written(tmp_path / "few.jsonl", [dialogue(f"f{at}", dice) for at in range(3)]),
        "annotated": written(tmp_path / "annotated.jsonl", [annotated(f"a{at}", dice) for at in range(12)]),
    }


SHARES = st.lists(
    st.tuples(st.booleans(), st.floats(0, 1, width=16)), min_size=3, max_size=40, unique_by=lambda one: one[1]
)


def judged(files, data, *train):
    told = files["items"].parent / "told.json"
    options = [option for one in train for option in ("--train", str(files[one]))]
    command = ["eval", "understanding", "--items", str(files["items"]), "--data", str(files[data]), *options]
    done = CliRunner().invoke(application(), [*command, "--json", str(told)])
    assert done.exit_code == 0, done.output
    return json.loads(told.read_text())


def test_intents_are_judged_beside_baselines_and_nothing_else_is(files):
    report = judged(files, "labelled", "more")
    rows = {row["name"]: row for row in report["rows"]}
    assert list(rows) == ["penchant", "embedding-only", "untrained", "majority"]
    assert report["metrics"].keys() == {"items", "intent_macro_f1"}
    ours, least = (rows[name]["metrics"]["intent_macro_f1"] for name in ("penchant", "majority"))
    assert ours == report["metrics"]["intent_macro_f1"] > least
    assert rows["penchant"]["low"]["intent_macro_f1"] <= ours <= rows["penchant"]["high"]["intent_macro_f1"]
    assert "12 dialogues of --train that are not in --data" in report["protocol"]


def test_the_same_file_is_crossed_and_without_train_nothing_is_learned(files):
    assert "cross-validation" in judged(files, "few", "few")["protocol"]
    rows = judged(files, "few")["rows"]
    assert [row["name"] for row in rows] == ["untrained", "majority"]


def test_titles_and_polarity_are_judged_where_there_are_forms(files):
    report = judged(files, "annotated", "annotated", "labelled")
    rows = {row["name"]: row["metrics"] for row in report["rows"]}
    assert report["metrics"].keys() == {"items", "polarity_accuracy", "linking_f1"}
    assert rows["constant/polarity"] == {"polarity_accuracy": 0.5, "disliked": 0.0, "liked": 1.0}
    assert report["metrics"]["polarity_accuracy"] == rows["penchant/polarity"]["polarity_accuracy"] > 0.9
    assert rows["penchant/as-written"]["f1"] > 0.9


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("{", "line 2: not JSON"),
        ('{"text": "hi"}', "line 2: a dialogue has utterances with intents, or messages"),
        ('{"dialogue": "x", "utterances": [{"role": "seeker", "text": "hi"}]}', "line 2: utterances.0.intents"),
        (
            '{"dialogue": "x", "utterances": [{"role": "seeker", "text": "hi", "intents": ["HEY"]}]}',
            "line 2: there is no label 'HEY' of the seeker; known: OTH, ACC",
        ),
        ('{"conversation_id": "x", "messages": [{"role": "bot", "text": "hi"}]}', "line 2: messages.0.role"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(files, line, wrong):
    with files["labelled"].open() as file:
        first = file.readline()
    files["labelled"].write_text(f"{first}{line}\n")
    with pytest.raises(Problem) as problem:
        dialogues_of(files["labelled"])
    assert wrong in str(problem.value)


def test_a_file_without_anything_to_judge_is_said(files):
    files["annotated"].write_text('{"conversation_id": "x", "messages": [{"role": "seeker", "text": "hi"}]}\n')
    command = ["eval", "understanding", "--items", str(files["items"]), "--data", str(files["annotated"])]
    done = CliRunner().invoke(application(), command)
    assert done.exit_code != 0
    assert "nothing can be judged" in str(done.exception)


def test_no_dialogue_is_on_both_sides(files):
    turns = turns_of(dialogues_of(files["labelled"]).labelled, TITLES)
    every = cases(turns, Hashing(), MOVIES)
    for learn, judge in folds(every):
        assert not set(every.groups[learn]) & set(every.groups[judge])


def test_labels_that_nothing_tells_are_not_learned(files):
    turns = turns_of(dialogues_of(files["labelled"]).labelled, TITLES)
    true = truths(turns)
    groups = np.array([turn.dialogue for turn in turns])
    shuffled = true[np.random.default_rng(0).permutation(len(true))]
    every = cases(turns, Hashing(), MOVIES)
    many = len(turns) // 2
    plain, scrambled = (
        Told(learned(every, each, many), each[-many:], groups[-many:]).macro for each in (true, shuffled)
    )
    assert plain > 0.55  # of nine labels that occur and four that do not: at most 9 / 13
    assert scrambled < 0.35


def test_what_comes_without_learning_beats_the_most_frequent_label(files):
    turns = turns_of(dialogues_of(files["labelled"]).labelled, TITLES)
    true = truths(turns)
    groups = np.array([turn.dialogue for turn in turns])
    assert Told(untrained(turns, None), true, groups).macro > 2 * Told(majority(turns, true), true, groups).macro


def test_a_title_is_taken_from_the_text_and_the_turn_before_is_known(files):
    turns = turns_of(dialogues_of(files["labelled"]).labelled, TITLES)
    named = [turn for turn in turns if "Alien" in str(turn.text)]
    assert not named
    assert any("·" in turn.text and turn.linked[0] for turn in turns)
    assert turns[0].before == "Hello! What kind of movie do you like?"


def test_polarity_goes_by_what_is_said_of_the_title(files):
    judged = opinions(dialogues_of(files["annotated"]).annotated)
    disliked = np.array([not one.liked for one in judged])
    groups = np.array([one.dialogue for one in judged])
    assert balanced(by_grammar(judged), disliked) > 0.9
    said = polar_learned(polar_cases(judged), disliked, None)
    low, high = between(said, disliked, groups, 0)
    assert low <= balanced(said, disliked) <= high


@settings(max_examples=30)
@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=2, max_size=60))
def test_the_figures_are_those_of_scikit_learn(pairs):
    true, said = (np.array(each) for each in zip(*pairs, strict=True))
    groups = np.array([str(at % 5) for at in range(len(true))])
    told = Told(said[:, None], true[:, None], groups)
    assert told.macro == pytest.approx(f1_score(true, said, zero_division=0))
    if true.any() and not true.all():
        assert balanced(said, true) == pytest.approx(balanced_accuracy_score(true, said))


@settings(max_examples=30)
@given(SHARES)
def test_no_other_threshold_would_do_better_where_it_was_found(pairs):
    true, share = (np.array(each) for each in zip(*pairs, strict=True))
    if not true.any() or true.all():
        return
    limits = [*share, 2.0]
    assert f1_score(true, share >= best_f1(true, share)) == pytest.approx(
        max(f1_score(true, share >= limit, zero_division=0) for limit in limits)
    )
    assert balanced_accuracy_score(true, share >= best_balance(true, share)) == pytest.approx(
        max(balanced_accuracy_score(true, share >= limit) for limit in limits)
    )


def test_the_labels_judged_are_thirteen():
    assert len(JUDGED) == 13
