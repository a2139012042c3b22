"""The model reads the moment, the event and the person where these decide, and can do without each."""

import random
from dataclasses import replace

import numpy as np
import pytest
from rich.console import Console

from recommender.batch import collated
from recommender.checkpoint import sequence_scores
from recommender.events import Event, User
from recommender.holdout import beginnings, gains, leave_one_out, questions, ranks
from recommender.interactions import Interactions
from recommender.learner import Training
from recommender.marks import instant
from recommender.past import Past, past
from recommender.plan import plan
from recommender.train import train
from recommender.training import fit
from retrieval.catalogue import Catalogue
from retrieval.domain import Inputs
from retrieval.items import Item
from retrieval.ranking import Known, Moment

QUIET = Console(quiet=True)
QUICK = Training(epochs=12, batch=16, warmup=10)
PATIENT = Training(epochs=30, batch=8, rate=1e-2, warmup=10)  # a week is learned later than a name
IDS = [f"i{at:02}" for at in range(40)]
CATALOGUE = Catalogue.of(Item(id, "") for id in IDS)
DAY = 86_400.0


def by_hour(dice, person):
    """Ten things for each quarter of the day; people come at any hour."""
    met = set()
    for day in range(8):
        hour = dice.randrange(24)
        yield Event(f"p{person}", new(dice, met, hour // 6), day * DAY + hour * 3600.0)


def by_week(dice, person):
    """Of seven things of any kind, that of a week ago says of which kind the next one is; before and after it lie as
    many others as it happens, so that its place does not tell which it is."""
    later = dice.randrange(7)
    ages = [*(dice.uniform(30, 300) for _ in range(6 - later)), 7.0, *(dice.uniform(0.01, 2) for _ in range(later))]
    kinds = [dice.randrange(4) for _ in ages]
    for age, kind in sorted(zip(ages, kinds, strict=True), reverse=True):
        yield Event(f"p{person}", IDS[10 * kind], 1e9 - age * DAY)
    yield Event(f"p{person}", IDS[10 * kinds[ages.index(7.0)] + dice.randrange(1, 10)], 1e9)


def by_action(dice, person):
    """What was liked is followed by things of one kind, what was not by those of the other."""
    met, kind = set(), 0
    for step in range(8):
        liked = dice.random() < 0.5
        yield Event(f"p{person}", new(dice, met, kind), 1e9 + 60.0 * step, "like" if liked else "skip")
        kind = int(liked)


def by_band(dice, person):
    """The old and the young have nothing in common."""
    met = set()
    for step in range(3):
        yield Event(f"p{person}", new(dice, met, person % 2), 1e9 + 60.0 * step)


def new(dice, met, kind):
    """A thing of this kind, of which there are ten, that was not met yet; where there is none, one that was."""
    mine = IDS[10 * kind : 10 * kind + 10]
    id = dice.choice([id for id in mine if id not in met] or mine)
    met.add(id)
    return id


# what is read, and how that is switched off
WORLDS = {
    "the hour": (by_hour, Inputs(marks=(), asking=("hour",), time=False), {"asking": ()}),
    "the time since": (by_week, Inputs(marks=(), time=True), {"time": False}),
    "the action": (by_action, Inputs(marks=("action",), time=False), {"marks": ()}),
    "the person": (by_band, Inputs(marks=(), person=("age",), time=False), {"person": ()}),
}


def told(world, inputs, people=240):
    dice = random.Random(0)
    events = [event for person in range(people) for event in world(dice, person)]
    users = [User(f"p{person}", {"age": "young" if person % 2 else "old"}) for person in range(people)]
    return Interactions.of(events, IDS, inputs, users)


def learned(interactions, by):
    shape = replace(plan(interactions).shape, width=32, dropout=0.1)
    return train(interactions, shape, by, QUIET).model


def ndcg(model, asked):
    return float(gains(ranks(sequence_scores(model, asked.pasts), asked)).mean())


@pytest.mark.parametrize("name", WORLDS)
def test_what_decides_is_used_and_can_be_switched_off_and_be_unknown(name):
    world, inputs, off = WORLDS[name]
    models, asked = {}, {}
    by, people = (PATIENT, 400) if inputs.time else (QUICK, 240)
    for kind, used in (("seeing", inputs), ("blind", inputs.model_copy(update=off))):
        interactions = told(world, used, people)
        here = interactions.owner < people // 2
        models[kind] = learned(interactions.where(here), by)
        # the others are asked: of all but their last event, or of nothing where the person is all there is to know
        others = interactions.where(~here)
        asked[kind] = beginnings(others, CATALOGUE) if "person" in off else questions(others, CATALOGUE, last=1)
    seeing, blind = (ndcg(models[kind], asked[kind]) for kind in models)
    assert seeing > 1.5 * blind > 0, (seeing, blind)
    # switched off, the model holds nothing of it
    assert set(models["blind"].state_dict()) < set(models["seeing"].state_dict())
    # who asks without saying it is answered all the same, as somebody of whom it is not known
    known = asked["seeing"].pasts
    silent = sequence_scores(models["seeing"], [Past(one.item) for one in known])
    assert np.isfinite(silent).all()
    assert np.abs(silent - sequence_scores(models["seeing"], known)).max() > 0.1


def test_the_checkpoint_reads_the_moment_and_the_person_of_a_query():
    inputs = Inputs(marks=("action",), asking=("hour",), person=("age",))
    interactions = told(by_hour, inputs, people=60)
    _, checkpoint = fit(leave_one_out(interactions, CATALOGUE), CATALOGUE, plan(interactions, epochs=2), QUIET)
    history, moments = ("i00", "i15"), (Moment(0.0), Moment(3600.0))
    night = Known(history, moments, Moment(2 * DAY, tuple(instant(2 * DAY).items()), (("age", "old"),)))
    noon = Known(history, moments, Moment(2.5 * DAY, tuple(instant(2.5 * DAY).items()), (("age", "old"),)))
    young = Known(history, moments, Moment(2 * DAY, tuple(instant(2 * DAY).items()), (("age", "young"),)))
    told_ = [checkpoint.past(one) for one in (night, noon, young, Known(history))]
    assert told_[0].asking != told_[1].asking
    assert told_[0].person != told_[2].person
    assert told_[3].asking == {"hour": 0}
    assert told_[3].now is None
    scores = checkpoint.score("sequence", told_)
    assert np.isfinite(scores).all()
    assert len(np.unique(scores.round(9), axis=0)) == 4
    # an hour that was never met, and a band that nobody has, are unknown, not wrong
    odd = Known(history, moments, Moment(None, (("hour", "25"),), (("age", "ancient"),)))
    assert checkpoint.past(odd).asking == {"hour": 0}
    assert checkpoint.past(odd).person == {"age": 0}
    assert np.isfinite(sum(checkpoint.answer([odd]).values())).all()


def test_the_moment_of_asking_is_seen_by_no_earlier_place():
    interactions = told(by_hour, Inputs(marks=(), asking=("hour",)), people=5)
    model = train(interactions, plan(interactions).shape, Training(epochs=1), QUIET).model
    one, other = (Past(np.array([1, 2, 3]), asking={"hour": hour}) for hour in (3, 9))
    states = [model(collated([each], padding=40), model.vectors()) for each in (one, other)]
    assert (states[0][:, :3] == states[1][:, :3]).all()
    assert not (states[0][:, 3] == states[1][:, 3]).all()
    assert np.isfinite(sequence_scores(model, [past([])])).all()
