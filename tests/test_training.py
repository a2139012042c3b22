"""A training that is cut off, shared by processes, updated, or begun with what another catalogue taught."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from rich.console import Console
from typer.testing import CliRunner
from world import world

from recommender import resuming
from recommender.checkpoint import read_checkpoint, sequence_scores
from recommender.content import Reader, Reading
from recommender.events import Event, write_events
from recommender.growing import elsewhere, grown, met_before
from recommender.holdout import leave_one_out, questions, ranks
from recommender.interactions import Interactions
from recommender.learner import Training
from recommender.model import SequenceModel, Shape
from recommender.plan import plan
from recommender.train import train
from recommender.training import Way, choose, fit_and_save
from retrieval.catalogue import Catalogue, write_items
from retrieval.command import application
from retrieval.database import database
from retrieval.items import Item
from retrieval.ranking import Known

QUIET = Console(quiet=True)
HERE = Path(__file__).parent
ENOUGH = {**os.environ, "PYTHONPATH": os.pathsep.join([str(HERE.parent), str(HERE)]), "OMP_NUM_THREADS": "1"}
SHAPE = Shape(items=40, width=8)
BY = Training(epochs=4, batch=8, loss="sampled", negatives=12)

KILLED = """
import json, os, signal, sys
from pathlib import Path
from rich.console import Console
from test_training import BY, SHAPE, told
from recommender import resuming, train
resuming.SECONDS = 0.0
notes = Path(sys.argv[1])
course, step = notes / "course.json", train.Learner.step

def cut(self, *given):
    if course.exists() and json.loads(course.read_text())["epoch"] >= 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return step(self, *given)

train.Learner.step = cut
train.train(told(), SHAPE, BY, Console(quiet=True), lambda _: 0.1, notes=notes)
"""

TOGETHER = """
import sys
from pathlib import Path
from rich.console import Console
import torch
from accelerate.utils import gather_object
from test_training import told
from recommender.learner import Training, leads
from recommender.model import Shape
from recommender.train import train
torch.set_num_threads(1)
shape = Shape(items=40, width=32, dropout=0.1)
model = train(told(), shape, Training(epochs=30, batch=8, warmup=10), Console(quiet=True)).model
digests = gather_object([float(sum(value.double().sum() for value in model.state_dict().values()))])
if leads():
    torch.save({"digests": digests, "model": model.state_dict()}, sys.argv[1])
"""


def told(people=60):
    of = world(0.9, people=people)
    return Interactions.of(of.events, sorted(Catalogue.of(of.items)))


def judged(_):
    return 0.1


def test_what_was_killed_goes_on_where_it_was_and_ends_as_if_nothing_had_happened(tmp_path):
    notes = tmp_path / "notes"
    killed = subprocess.run([sys.executable, "-c", KILLED, str(notes)], env=ENOUGH, check=False, timeout=200)
    assert killed.returncode == -signal.SIGKILL
    course = json.loads((notes / "course.json").read_text())
    assert (course["epoch"], course["position"]) >= (2, 0)
    console = Console(record=True, file=open(os.devnull, "w"))  # noqa: SIM115
    resumed = train(told(), SHAPE, BY, console, judged, notes=notes)
    assert "going on in epoch" in console.export_text()
    console.file.close()
    assert not notes.exists()
    whole = train(told(), SHAPE, BY, QUIET, judged)
    torch.testing.assert_close(resumed.model.state_dict(), whole.model.state_dict(), rtol=0, atol=0)
    assert resumed.epochs == whole.epochs


@pytest.mark.parametrize("other", [{"seed": 1}, {"rate": 1e-3}])
def test_notes_of_another_training_or_broken_ones_are_passed_over(tmp_path, monkeypatch, other):
    monkeypatch.setattr(resuming, "SECONDS", 0.0)

    def cut(*_):
        raise RuntimeError("the light went out")

    with pytest.raises(RuntimeError, match="the light went out"):
        train(told(), SHAPE, BY, QUIET, cut, notes=tmp_path / "notes")
    assert (tmp_path / "notes" / "course.json").exists()
    by = Training(**{**vars(BY), **other})
    found = train(told(), SHAPE, by, QUIET, judged, notes=tmp_path / "notes").model
    torch.testing.assert_close(found.state_dict(), train(told(), SHAPE, by, QUIET, judged).model.state_dict())


def test_two_processes_learn_one_model_together(tmp_path):
    (tmp_path / "together.py").write_text(TOGETHER)
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    result = subprocess.run(
        [*command, str(tmp_path / "together.py"), str(tmp_path / "out.pt")],
        env=ENOUGH, capture_output=True, text=True, timeout=200,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    found = torch.load(tmp_path / "out.pt", weights_only=True)
    assert found["digests"][0] == pytest.approx(found["digests"][1], rel=1e-6)
    of = world(0.9, people=60)
    catalogue = Catalogue.of(of.items)
    asked = questions(told(), catalogue, last=1)
    model = SequenceModel(Shape(items=40, width=32, dropout=0.1))
    model.load_state_dict(found["model"])
    assert (ranks(sequence_scores(model.eval(), asked.pasts), asked) == 1).mean() > 0.5  # by chance: 0.03


def test_the_curve_is_drawn_and_the_command_says_where(workspace, monkeypatch):
    for key in ("home", "embedder", "language"):
        monkeypatch.setenv(f"PENCHANT_{key.upper()}", str(getattr(workspace, key)))
    result = CliRunner().invoke(application(), ["train", "--watch", "--epochs", "2"])
    assert result.exit_code == 0, result.output
    picture = workspace.home / "learning.png"
    begin = picture.read_bytes()[:24]
    assert begin.startswith(b"\x89PNG")
    # it shows what was chosen by, too, and not only the few epochs of going on to the last but one event
    assert int.from_bytes(begin[20:24]) > 600
    assert "learning.png" in result.output
    assert CliRunner().invoke(application(), ["train", "--update", "--all"]).exit_code == 2


def test_an_update_goes_on_from_the_model_that_serves_and_takes_in_new_items(workspace):
    before = read_checkpoint(workspace.models)
    with database(workspace.database_url) as engine, engine.begin() as connection:
        write_items(connection, [Item("new", "Alien: the musical", 1999, {"genre": ("Sci-Fi", "Musical")})])
        write_events(connection, [Event(str(user), "new", 3e9, "rating", 5.0) for user in range(1, 60)])
    after = fit_and_save(workspace, update=True)
    assert after.held_out == 0
    assert after.weights == before.weights
    assert "new" in after.items
    assert after.popularity[after.code_of["new"]] == 59
    assert read_checkpoint(workspace.models).saw == after.saw != before.saw
    scores = sum(after.answer([Known(("1", "2"))]).values())[0]
    assert np.isfinite(scores).all()


def test_an_item_that_comes_later_is_found_by_its_words():
    events = world(0.5, items=20, people=60).events
    items = [Item(f"i{at}", f"Kind {'odd' if at % 2 else 'even'} number{at % 4}") for at in range(20)]
    catalogue = Catalogue.of(items)
    interactions = Interactions.of(events, sorted(catalogue))
    checkpoint = choose(leave_one_out(interactions, catalogue), catalogue, plan(interactions, epochs=2), Way(QUIET))
    more = Catalogue.of([*items, Item("x", "Kind odd number3"), Item("y", "Something else")])
    after = grown(checkpoint, more)
    assert after.items == (*checkpoint.items, "x", "y")
    asked = [after.past(Known(("i3", "i7")))]
    text = after.score("text", asked)[0]
    assert text[after.code_of["x"]] > text[after.code_of["y"]]
    old = checkpoint.score("sequence", [checkpoint.past(Known(("i3", "i7")))])[0]
    new = after.score("sequence", asked)[0][: len(old)]
    assert (np.argsort(-old) == np.argsort(-new)).all()  # what was known is known as before
    assert grown(after, catalogue, checkpoint.items).pairs.toarray() == pytest.approx(checkpoint.pairs.toarray())
    assert grown(checkpoint, catalogue) is checkpoint


def test_another_catalogue_begins_with_what_the_first_one_taught(workspace, tmp_path):
    other = workspace.model_copy(update={"home": tmp_path / "other"})
    items = [Item(f"n{at}", f"Film {at}", 1990, {"genre": ("Comedy" if at % 2 else "Sci-Fi",)}) for at in range(30)]
    with database(other.database_url) as engine, engine.begin() as connection:
        write_items(connection, items)
        write_events(
            connection,
            [Event(f"u{user}", f"n{(user + 2 * step) % 30}", float(step)) for user in range(30) for step in range(6)],
        )
    origin = read_checkpoint(workspace.models, held_out=0)
    begun = fit_and_save(other, epochs=1, origin=workspace.models)
    fresh = fit_and_save(other, epochs=1)
    taught = origin.model.layers.state_dict()
    assert all(torch.equal(value, taught[name]) for name, value in begun.model.layers.state_dict().items())
    assert not any(torch.equal(value, taught[name]) for name, value in fresh.model.layers.state_dict().items())
    # who goes on from the folder knows that there is still too little to learn how a history is read
    fit_and_save(other, epochs=1, origin=workspace.models)
    served = fit_and_save(other, whole=True).model.layers.state_dict()
    assert all(torch.equal(value, taught[name]) for name, value in served.items())


def taught_elsewhere():
    """A checkpoint of one catalogue, and another one whose ids mean other things but for one."""
    of = world(0.5, items=20, people=60)
    first = Catalogue.of(Item(f"i{at}", f"Kind {'odd' if at % 2 else 'even'} number{at % 4}") for at in range(20))
    interactions = Interactions.of(of.events, sorted(first))
    checkpoint = choose(leave_one_out(interactions, first), first, plan(interactions, epochs=2), Way(QUIET))
    other = [Item("i0", "Nothing of the sort"), first["i1"], Item("i2", "Quite odd"), Item("new", "Quite odd")]
    return checkpoint, [*other, Item("x", "Nothing much")]


def test_an_item_is_known_again_by_its_id_and_its_words():
    checkpoint, other = taught_elsewhere()
    assert met_before(checkpoint, other).tolist() == [-1, checkpoint.code_of["i1"], -1, -1, -1]


def test_another_catalogue_is_read_with_the_weights_of_the_first_and_in_words_of_its_own():
    checkpoint, other = taught_elsewhere()
    reader = Reader.of(other, Reading(rare=1), 0)
    words = torch.from_numpy(reader.directions(reader.content(other)))
    shape = replace(checkpoint.model.shape, items=len(other), words=words.shape[1])
    model = elsewhere(checkpoint, shape, words, met_before(checkpoint, other), checkpoint.scales)
    torch.testing.assert_close(model.vectors()[1], checkpoint.model.vectors()[checkpoint.code_of["i1"]])
    assert (model.item.weight[[0, 2, 3, 4]] == 0).all()  # of what it has not met it knows nothing but the words
    torch.testing.assert_close(model.vectors()[2], model.vectors()[3])
    torch.testing.assert_close(model.layers[0].wide.weight, checkpoint.model.layers[0].wide.weight)


@pytest.mark.parametrize("scarce", [True, False])
def test_what_another_catalogue_taught_is_learned_anew_only_where_there_is_enough_to_learn_from(scarce):
    of = world(0.5, items=20, people=60)
    interactions = Interactions.of(of.events, sorted(item.id for item in of.items))
    begun = SequenceModel(Shape(20, width=16))
    begun.settle([name for name, _ in begun.layers.named_parameters(prefix="layers")])
    by = replace(BY, settled=scarce, loss="full")
    learned = train(interactions, begun.shape, by, QUIET, begun=begun).model
    same = [
        torch.equal(value, dict(begun.named_parameters())[name])
        for name, value in learned.layers.named_parameters("layers")
    ]
    assert all(same) if scarce else not any(same)
    assert not torch.equal(learned.item.weight, begun.item.weight)
    assert bool(learned.settled) == scarce


def test_what_the_first_catalogue_could_not_teach_is_learned():
    checkpoint, other = taught_elsewhere()
    untimed = replace(checkpoint, model=SequenceModel(replace(checkpoint.model.shape, time=False)))
    shape = replace(checkpoint.model.shape, items=len(other), words=0, time=True)
    model = elsewhere(untimed, shape, torch.zeros(5, 0), np.full(5, -1), checkpoint.scales)
    assert "layers.0.wide.weight" in model.settled
    assert "layers.0.span" not in model.settled
