"""Logs as people have them: doubled, unordered, empty, of one instant, of the future, longer than the model reads."""

import random

import numpy as np
import pytest
from rich.console import Console
from typer.testing import CliRunner

from eval.next_item import fit_to_judge
from recommender.checkpoint import read_checkpoint, sequence_scores
from recommender.events import Event, write_events
from recommender.holdout import leave_one_out
from recommender.interactions import Interactions
from recommender.learner import Training
from recommender.log import read_interactions
from recommender.model import Shape
from recommender.past import past
from recommender.plan import plan
from recommender.train import train
from recommender.training import Way, choose, fit, fit_and_save, refit
from retrieval.catalogue import Catalogue, read_catalogue, write_items
from retrieval.command import application
from retrieval.database import database
from retrieval.domain import Inputs
from retrieval.errors import Problem, Stale
from retrieval.items import Item
from retrieval.settings import Settings

QUIET = Console(quiet=True)
IDS = [f"i{at}" for at in range(12)]
CATALOGUE = Catalogue.of(Item(id, f"Thing number{at % 3}") for at, id in enumerate(IDS))


def log(people=20, length=5, at=1e9):
    dice = random.Random(0)
    return [
        Event(f"u{user}", id, at + 100 * user + step)
        for user in range(people)
        for step, id in enumerate(dice.sample(IDS[:10], length))
    ]


def answered(events, **given):
    """What a checkpoint fitted on the log answers a long history, a short one and none."""
    interactions = Interactions.of(events, IDS, **given)
    split = leave_one_out(interactions, CATALOGUE)
    for checkpoint in fit(split, CATALOGUE, plan(interactions, epochs=1), QUIET):
        pasts = [past(list(range(10)) * 30), past([1, 11]), past([])]  # nobody has met the eleventh
        scores = sum(checkpoint.fused(pasts).values())
        assert np.isfinite(scores).all()
    return scores


@pytest.mark.parametrize(
    "events",
    [
        log(),
        log(at=4e9),  # the year 2096
        log(at=-1e6),  # before 1970
        [Event(event.user, event.item, 0.0) for event in log()],
        [*log(), *(Event(f"single{at}", "i1", 1e9) for at in range(9))],
        log() + [Event("v", id, 1e9 + at, "buy", float("1e30")) for at, id in enumerate(IDS[:4])],
    ],
    ids=["plain", "future", "before 1970", "one instant", "users with one event", "an enormous value"],
)
def test_every_log_gives_an_answer_in_numbers(events):
    answered(events)


def test_users_with_one_event_do_not_disturb_and_their_item_is_counted():
    many = [*log(), *(Event(f"single{at}", "i11", 1e9) for at in range(9))]
    interactions = Interactions.of(many, IDS)
    split = leave_one_out(interactions, CATALOGUE)
    assert "single0" not in {interactions.users[user] for user in split.test.users.tolist()}
    chosen = choose(split, CATALOGUE, plan(split.learning, epochs=1), Way(QUIET))
    assert refit(interactions, chosen, 0, Way(QUIET)).popularity[11] == 9


def test_the_order_of_lines_changes_nothing_and_the_database_keeps_no_event_twice(tmp_path):
    found = []
    mixed = log()
    random.Random(1).shuffle(mixed)
    for at, events in enumerate((log(), [*mixed, *mixed[:30]])):
        settings = Settings(home=tmp_path / str(at))
        with database(settings.database_url) as engine:
            with engine.begin() as connection:
                write_items(connection, list(CATALOGUE.values()))
                write_events(connection, events)
            found.append(read_interactions(engine, read_catalogue(engine), Inputs()))
    assert found[0].fingerprint() == found[1].fingerprint()
    np.testing.assert_array_equal(answered(log()), answered(mixed))


@pytest.mark.parametrize("length", [1, 6, 40])
def test_a_history_longer_than_the_window_is_read_from_its_end(length):
    interactions = Interactions.of(log(), IDS)
    model = train(interactions, Shape(12, width=8, window=5), Training(epochs=1, batch=4), QUIET).model
    history = np.arange(length) % 12
    whole, end, none = sequence_scores(model, [past(history), past(history[-5:]), past([])])
    np.testing.assert_allclose(whole, end, atol=1e-6)
    assert np.abs(whole - none).max() > 1e-6


def test_a_catalogue_without_items_or_events_is_a_sentence(tmp_path):
    settings = Settings(home=tmp_path)
    with database(settings.database_url):
        pass
    with pytest.raises(Problem, match="no events to learn from; run penchant fetch ml-100k, or penchant import events"):
        fit_and_save(settings)
    with database(settings.database_url) as engine, engine.begin() as connection:
        write_items(connection, list(CATALOGUE.values()))
    with pytest.raises(Problem, match="no events to learn from"):
        fit_and_save(settings)
    with database(settings.database_url) as engine, engine.begin() as connection:
        write_events(connection, [Event("u", "i1", 1.0), Event("v", "i2", 1.0)])
    with pytest.raises(Problem, match="no user has more than 2 events, which are held out"):
        fit_and_save(settings)


def test_a_loss_that_is_no_number_in_the_first_epoch_leaves_no_model():
    wild = Training(epochs=3, rate=1e30, batch=1, warmup=1)
    with pytest.raises(Problem, match=r"the loss is no number in epoch 1 at learning rate 1e\+30, before anything was"):
        train(Interactions.of(log(), IDS), Shape(12, width=8), wild, QUIET)


def test_a_checkpoint_of_another_catalogue_is_not_judged_and_the_difference_is_named(workspace, monkeypatch):
    with database(workspace.database_url) as engine, engine.begin() as connection:
        write_items(connection, [Item("another", "Another film")])
    with database(workspace.database_url) as engine:
        catalogue = read_catalogue(engine)
        interactions = read_interactions(engine, catalogue, Inputs())
    says = "knows 61 items, the catalogue has 62, and they are not the same; run penchant train"
    with pytest.raises(Stale, match=says):
        fit_to_judge(read_checkpoint(workspace.models, 1), interactions)
    for key in ("home", "embedder", "language"):
        monkeypatch.setenv(f"PENCHANT_{key.upper()}", str(getattr(workspace, key)))
    with pytest.raises(Stale, match=says):
        raise CliRunner().invoke(application(), ["eval", "next-item"]).exception


def test_an_update_without_a_model_names_the_remedy(tmp_path):
    settings = Settings(home=tmp_path)
    with database(settings.database_url) as engine, engine.begin() as connection:
        write_items(connection, list(CATALOGUE.values()))
        write_events(connection, log())
    with pytest.raises(Stale, match=r"no behaviour model in .*; run penchant train"):
        fit_and_save(settings, update=True)
