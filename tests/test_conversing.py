"""What dialogues of others taught moves the list of a conversation, where it helps."""

import json
from pathlib import Path

import numpy as np
import pytest
from films import films
from typer.testing import CliRunner

from chat.assembly import assistant as assembled
from chat.dialogue import share as shares
from chat.dialogue.conversing import FORMS, PART, Conversing, by_dialogue, by_talk
from chat.dialogue.files import read_items
from chat.dialogue.model import fit
from chat.dialogue.share import Turn, learned
from chat.dialogue.shelf import ARRAYS, load, save, serving
from chat.dialogue.talk import Case, Talk
from chat.dialogue.teaching import here, teach
from chat.messages import Intent, Message, Shown
from recommender.growing import grown
from recommender.shelf import load as load_checkpoint
from retrieval.catalogue import Catalogue
from retrieval.command import application
from retrieval.domain import read_domain
from retrieval.errors import Problem, Stale
from retrieval.filtering.where import Where
from retrieval.items import Item
from retrieval.ranking import Query, ranked
from retrieval.sources import ids_allowed
from retrieval.space.embedding import Hashing

CATALOGUE = Catalogue.of(films())
# words that no film has: what they lead to can only be known from dialogues
LEADS = {"quixotic": "3", "zebra": "7", "umbrella": "11", "gazebo": "15"}


def cases(n, seed=0, led=True):
    """Somebody says one of the words, and is told of the film that it leads to; or of any, where nothing leads."""
    random = np.random.default_rng(seed)
    words = list(LEADS)
    return [
        Case(
            f"{seed}-{number}",
            Talk((f"something {word}, please",)),
            (LEADS[word] if led else str(random.integers(1, len(CATALOGUE) + 1)),),
        )
        for number, word in enumerate(random.choice(words, n))
    ]


def file(path, some):
    rows = [
        {
            "dialogue": case.dialogue,
            "context": [{"role": "seeker", "text": said} for said in case.talk.said],
            "mentioned": case.talk.named,
            "targets": case.suggested,
        }
        for case in some
    ]
    path.write_text("\n".join(map(json.dumps, rows)))
    return path


@pytest.fixture(scope="module")
def model():
    return fit(cases(300), CATALOGUE, read_domain("movies"), Hashing(), LEADS).model


# the artefact


def test_a_model_that_was_kept_says_what_it_said(model, tmp_path):
    name = save(tmp_path, model)
    assert serving(tmp_path) == name
    again = load(tmp_path, name, Hashing())
    asked = [Talk(), Talk(("a zebra",), ("3", "9"))]
    np.testing.assert_array_equal(model.scores(asked), again.scores(asked))


def test_of_two_that_were_kept_the_newer_serves_and_the_older_is_gone(model, tmp_path):
    before = save(tmp_path, model)
    after = save(tmp_path, fit(cases(200, seed=1), CATALOGUE, read_domain("movies"), Hashing()).model)
    assert serving(tmp_path) == after != before
    assert not (tmp_path / before).exists()


def test_what_is_damaged_or_reads_other_vectors_is_refused_with_the_remedy(model, tmp_path):
    assert serving(tmp_path) is None
    name = save(tmp_path, model)
    arrays = tmp_path / name / ARRAYS
    with pytest.raises(Stale, match=r"other sentence vectors .*; run penchant train-dialogue"):
        load(tmp_path, name, Hashing(width=128))
    whole = bytearray(arrays.read_bytes())
    whole[-3] ^= 1
    arrays.write_bytes(whole)
    with pytest.raises(Stale, match=r"damaged.*run penchant train-dialogue"):
        load(tmp_path, name, Hashing())


# the source and the part


def test_the_source_brings_what_may_be_shown_and_nothing_where_nothing_is_said(model):
    source = by_talk(Conversing(model, CATALOGUE))
    assert source(Query(text="a zebra")).ids[0] == LEADS["zebra"]
    where = Where(wanted={"genre": frozenset({"Comedy"})})
    query = Query(text="a zebra", where=where, exclude={"5": "seen already"})
    assert set(source(query).ids) == set(ids_allowed(CATALOGUE, query))
    assert not len(source(Query(history=("1", "2"))))


def test_the_part_lifts_what_people_went_on_to(model):
    ranker = by_dialogue(Conversing(model, CATALOGUE), {PART: 1.0})
    before = ranked(CATALOGUE.ids, {"behaviour": np.zeros(len(CATALOGUE), dtype=np.float32)})
    after = ranker(Query(text="umbrella"), before)
    assert after.ids[0] == LEADS["umbrella"]
    assert set(after.parts) == {"behaviour", PART}
    assert ranker(Query(history=("1",)), before) is before


def test_an_item_that_came_later_is_in_the_middle(model):
    later = Catalogue.of([*films(), Item("new", "Something else", 2001)])
    forms = Conversing(model, later).forms(Query(text="zebra"))
    assert forms[PART][later.row["new"]] == 0
    assert forms[PART].max() == forms[PART][later.row[LEADS["zebra"]]] > 1
    fewer = Catalogue.of(films()[:8])
    assert Conversing(model, fewer).forms(Query(text="zebra"))[PART].shape == (8,)


# how much it may say


def turns(n, helps, seed=0):
    """Lists of ten in no order, of which the form by place knows the right one, or does not."""
    random = np.random.default_rng(seed)
    made = []
    for _ in range(n):
        target = int(random.integers(10))
        said = random.normal(size=10).astype(np.float32)
        if helps:
            said[target] += 2
        forms = {FORMS[0]: random.normal(size=10).astype(np.float32), FORMS[1]: said}
        made.append(Turn(random.normal(size=10).astype(np.float32), forms, target))
    return made


def test_its_weight_is_learned_where_it_helps_and_none_where_it_does_not():
    helps, chance = learned(turns(300, True), 0), learned(turns(300, False), 0)
    assert helps.weights[FORMS[1]] > 2 * helps.weights[FORMS[0]]
    assert helps.gain[1] > 0.1
    assert not chance.weights
    assert chance.gain[1] <= 0


def test_lists_without_what_was_suggested_count_as_missed():
    some = turns(200, True)
    missed = [Turn(one.scores, one.forms, None) for one in turns(200, True, seed=1)]
    whole, half = learned(some, 0), learned([*some, *missed], 0)
    assert half.asked == 400
    assert half.without == pytest.approx(whole.without / 2)
    assert not learned(missed, 0).weights


# the command


def reply(penchant, text):
    conversation = penchant.open("1")
    return next(one for one in penchant.reply(Message(text, "1", conversation)) if isinstance(one, Shown))


def test_what_dialogues_teach_moves_the_list(workspace, tmp_path):
    with assembled(workspace) as penchant:
        assert PART not in reply(penchant, "something gazebo").cards[0].parts
    told = list(teach(workspace, [file(tmp_path / "talks.jsonl", cases(300))], None, 0))
    assert told[0] == "300 of 300 turns suggest an item of the catalogue."
    assert "serves from the next start on" in told[1]
    with assembled(workspace) as penchant:
        gone = penchant.ordering.query("1", Intent()).exclude
        led = {word: item for word, item in LEADS.items() if item not in gone}
        assert len(led) > 1
        for word, item in led.items():
            card = reply(penchant, f"something {word}").cards[0]
            assert card.item.id == item
            assert card.parts[PART] == max(card.parts.values())


def test_dialogues_that_teach_nothing_have_no_say(workspace, tmp_path):
    told = list(teach(workspace, [file(tmp_path / "talks.jsonl", cases(300, led=False))], None, 0))
    assert "nothing is kept" in told[1]
    assert not (workspace.models / "dialogue").exists()
    with assembled(workspace) as penchant:
        assert PART not in reply(penchant, "something gazebo").cards[0].parts


def test_dialogues_that_teach_nothing_leave_the_model_that_serves(workspace, tmp_path):
    list(teach(workspace, [file(tmp_path / "talks.jsonl", cases(300))], None, 0))
    serving = (workspace.models / "dialogue").read_text()
    list(teach(workspace, [file(tmp_path / "poor.jsonl", cases(300, led=False))], None, 0))
    assert (workspace.models / "dialogue").read_text() == serving
    with assembled(workspace) as penchant:
        assert PART in reply(penchant, "something gazebo").cards[0].parts


def test_a_model_that_was_not_weighed_has_no_say_and_is_named(workspace, tmp_path, capsys):
    """As after an end between keeping the model and keeping its weights, and after another training."""
    list(teach(workspace, [file(tmp_path / "talks.jsonl", cases(300))], None, 0))
    save(workspace.models, fit(cases(200, seed=1), CATALOGUE, read_domain("movies"), Hashing()).model)
    with assembled(workspace) as penchant:
        assert PART not in reply(penchant, "something gazebo").cards[0].parts
    assert "not weighed beside this model of behaviour; run penchant train-dialogue" in capsys.readouterr().err


def test_a_damaged_model_costs_nothing_but_its_say(workspace, tmp_path, capsys):
    list(teach(workspace, [file(tmp_path / "talks.jsonl", cases(300))], None, 0))
    name = (workspace.models / "dialogue").read_text()
    (workspace.models / name / ARRAYS).write_bytes(b"")
    with assembled(workspace) as penchant:
        assert len(reply(penchant, "something gazebo").cards) == 6
    assert "run penchant train-dialogue" in capsys.readouterr().err


def test_the_weights_are_part_of_the_one_fusion(workspace, tmp_path):
    list(teach(workspace, [file(tmp_path / "talks.jsonl", cases(300))], None, 0))
    kept = shares.share(load_checkpoint(workspace.models, 0))
    assert kept.model == (workspace.models / "dialogue").read_text()
    assert shares.share(grown(load_checkpoint(workspace.models, 2), CATALOGUE)) == kept


def test_items_of_other_ids_are_known_by_title_and_year(tmp_path):
    named = [CATALOGUE[id] for id in ("3", "7")]
    rows = [{"id": f"x{one.id}", "title": one.title, "year": one.year} for one in named]
    rows += [{"id": "x9", "title": named[0].title, "year": 1899}]
    (tmp_path / "items.jsonl").write_text("\n".join(map(json.dumps, rows)))
    spoken_of, _ = read_items(tmp_path / "items.jsonl")
    some = [
        Case("1", Talk(("hi",), ("x7", "x9"), ("x7",)), ("x3", "x9")),
        Case("2", Talk(("hi",)), ("x9",)),
        Case("3", Talk(("hi",)), ("3",)),
    ]
    assert here(some, CATALOGUE, spoken_of) == [Case("1", Talk(("hi",), ("7",), ("7",)), ("3",))]
    assert [case.dialogue for case in here(some, CATALOGUE, CATALOGUE)] == ["3"]


def test_too_few_dialogues_are_refused_with_what_may_be_wrong(workspace, tmp_path):
    strangers = [Case(case.dialogue, case.talk, ("elsewhere",)) for case in cases(100)]
    with pytest.raises(Problem, match=r"0 turns are too few .*--items"):
        list(teach(workspace, [file(tmp_path / "talks.jsonl", strangers)], None, 0))
    assert not (workspace.models / "dialogue").exists()


def test_the_command_says_what_came_of_it(workspace, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, value in (("HOME", workspace.home), ("EMBEDDER", "hashing:"), ("LANGUAGE", "scripted:")):
        monkeypatch.setenv(f"PENCHANT_{name}", str(value))
    talks = file(tmp_path / "talks.jsonl", cases(300))
    said = CliRunner().invoke(application(), ["train-dialogue", str(talks)])
    assert said.exit_code == 0, said.output
    assert "It weighs dialogue" in said.output
    missing = CliRunner().invoke(application(), ["train-dialogue", str(Path("none.jsonl"))])
    assert isinstance(missing.exception, Problem)
    assert "--items" in CliRunner().invoke(application(), ["train-dialogue", "--help"]).output
