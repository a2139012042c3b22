"""What the behaviour model learns, and what it makes of histories."""

import re
from io import StringIO

import numpy as np
import pytest
import torch
from rich.console import Console
from world import world

from recommender.batch import batches, collated
from recommender.checkpoint import sequence_scores
from recommender.counts import Counting, faded, paired, transitions
from recommender.ease import Easing, ease
from recommender.events import Event
from recommender.forms import standardised
from recommender.fusion import fuse
from recommender.holdout import Questions, leave_one_out, questions, ranks
from recommender.interactions import Interactions
from recommender.learner import Training
from recommender.losses import cross_entropy
from recommender.model import SequenceModel, Shape
from recommender.past import Past, past
from recommender.plan import plan
from recommender.ties import shuffled
from recommender.train import train
from recommender.training import Way, choose, fit
from retrieval.catalogue import Catalogue
from retrieval.errors import Problem
from retrieval.items import Item

QUIET = Console(quiet=True)
QUICK = Training(epochs=30, batch=16, warmup=10)


def told(of):
    catalogue = Catalogue.of(of.items)
    return catalogue, Interactions.of(of.events, sorted(catalogue))


def hit_rate(of):
    """Hit rate at 1 of the sequence model alone on each user's last event."""
    catalogue, interactions = told(of)
    shape = Shape(items=len(catalogue), width=32, layers=1, dropout=0.1)
    model = train(interactions.without_last(2), shape, QUICK, QUIET).model
    asked = questions(interactions, catalogue, last=1)
    return float((ranks(sequence_scores(model, asked.pasts), asked) == 1).mean())


def test_the_model_learns_a_predictable_world_and_not_a_random_one():
    predictable, chance = world(0.9), world(0.0)
    assert hit_rate(predictable) > predictable.optimum - 0.1
    assert hit_rate(chance) < chance.optimum + 0.06


@pytest.mark.parametrize("ahead", [1, 3])
def test_the_loss_and_its_gradient_are_those_of_the_plain_formula(ahead):
    torch.manual_seed(0)
    states, vectors, bias = (torch.randn(*size, requires_grad=True) for size in ((700, 8), (20, 8), (20,)))
    targets = torch.randint(0, 20, (700, ahead))
    shares = torch.rand(700, ahead).softmax(1)
    ours = cross_entropy(states, vectors, bias, targets, shares)
    plain = -((states @ vectors.T + bias).log_softmax(1).gather(1, targets) * shares).sum(1).mean()
    assert ours.item() == pytest.approx(plain.item(), abs=1e-5)
    mine = torch.autograd.grad(ours, (states, vectors, bias))
    for one, other in zip(mine, torch.autograd.grad(plain, (states, vectors, bias)), strict=True):
        torch.testing.assert_close(one, other, atol=1e-5, rtol=1e-4)


def test_the_model_does_not_look_ahead_and_padding_changes_nothing():
    model = SequenceModel(Shape(items=9, width=8)).eval()
    vectors = model.vectors()

    def told(*histories):
        return collated([past(history) for history in histories], padding=9)

    states = model(told([1, 2, 3, 4]), vectors)
    assert states.shape == (1, 5, 8)  # the first of them expects the first event
    torch.testing.assert_close(model(told([1, 2, 3, 8]), vectors)[:, :4], states[:, :4])
    torch.testing.assert_close(model(told([1, 2, 3, 4], range(6)), vectors)[:1, :5], states)
    torch.testing.assert_close(model.states(told([1, 2], [3, 4, 5, 6]))[:1], model.states(told([1, 2])))
    torch.testing.assert_close(model.states(told([1, 2, 3, 4])), states[:, -1])
    assert model.states(told([])).shape == (1, 8)


@pytest.mark.parametrize("time", [False, True])
@pytest.mark.parametrize("layers", [1, 2, 3])
def test_the_moment_of_asking_by_itself_is_as_it_is_among_all_the_others(layers, time):
    torch.manual_seed(layers)
    model = SequenceModel(Shape(items=9, width=8, layers=layers, time=time)).eval()
    for one in model.parameters():
        torch.nn.init.normal_(one, std=0.5)
    when = np.array([10.0, 75.0, 4000.0, 4000.0, 9e6]) if time else None
    pasts = [Past(np.arange(n), when[:n] if time else None, now=1e7 if time else None) for n in (0, 1, 3, 5)]
    batch = collated(pasts, padding=9)
    states = model(batch, model.vectors())
    expected = states[torch.arange(len(pasts)), batch.lengths]
    torch.testing.assert_close(model.states(batch), expected, atol=1e-5, rtol=1e-4)


def test_training_twice_with_one_seed_gives_one_model():
    _, interactions = told(world(0.5, people=20))
    shape = Shape(items=40, width=8, layers=1)
    one, two = (train(interactions, shape, Training(epochs=2, seed=3), QUIET).model for _ in range(2))
    torch.testing.assert_close(one.state_dict(), two.state_dict())


def test_control_c_keeps_the_best_so_far():
    _, interactions = told(world(0.5, people=20))
    marks = iter([0.5, 0.2])

    def judge(model):
        try:
            return next(marks)
        except StopIteration:
            raise KeyboardInterrupt from None

    console = Console(file=StringIO())
    learned = train(interactions, Shape(items=40, width=8), Training(epochs=9), console, judge)
    assert (learned.epochs, learned.validation) == (1, 0.5)
    assert "stopped; keeping epoch 1" in console.file.getvalue()


def test_a_loss_that_is_no_number_stops_the_training_and_names_the_learning_rate():
    _, interactions = told(world(0.5, people=20))
    wild = Training(epochs=5, rate=1e30, warmup=1)
    console = Console(file=StringIO(), width=200)
    learned = train(interactions, Shape(items=40, width=8), wild, console, judge=lambda _: 0.1)
    said = r"the loss is no number in epoch \d at learning rate \d.*e\+\d\d; keeping epoch"
    assert re.search(said, console.file.getvalue())
    assert 0 < learned.epochs < 5


def test_a_training_stopped_before_its_first_epoch_gives_no_model():
    def stop(_):
        raise KeyboardInterrupt

    _, interactions = told(world(0.5, people=20))
    with pytest.raises(Problem, match="stopped, before anything was learned"):
        train(interactions, Shape(items=40, width=8), Training(epochs=9), QUIET, judge=stop)


def test_early_stopping_goes_back_to_the_best_epoch():
    _, interactions = told(world(0.5, people=20))
    marks = iter([0.1, 0.3, 0.2, 0.2, 0.9])
    learned = train(
        interactions, Shape(items=40, width=8), Training(epochs=9, patience=2), QUIET, judge=lambda _: next(marks)
    )
    assert (learned.epochs, learned.validation) == (2, 0.3)


def test_every_event_is_a_target_once_however_long_the_history():
    events = [Event("u", f"i{step}", float(step)) for step in range(57)] + [
        Event("v", "i3", 1.0),
        Event("v", "i4", 2.0),
    ]
    interactions = Interactions.of(events, [f"i{step}" for step in range(57)])
    for seed in range(5):
        targets = []
        for batch in batches(interactions, 10, 4, np.random.default_rng(seed)):
            assert batch.codes.shape[1] <= 11
            targets += batch.codes[batch.expected].tolist()
        assert sorted(targets) == sorted([*range(57), 3, 4])


def test_counts_follow_the_order_and_fade():
    interactions = Interactions.of([Event("u", id, float(at)) for at, id in enumerate("abc")], ["a", "b", "c"])
    plain = Counting(window=2, backward=0.0, leaving=0.0, arriving=0.0, draws=1)
    pairs = paired(interactions, plain)
    assert transitions(pairs, plain).toarray().tolist() == [[0, 1, 0.5], [0, 0, 1], [0, 0, 0]]
    rows = faded([np.array([0, 1, 0]), np.array([], dtype=np.int64)], 3, decay=0.5).toarray()
    assert rows.tolist() == [[1, 0.5, 0], [0, 0, 0]]


def test_simultaneous_events_have_no_order_and_no_other_event_moves():
    events = [Event("u", id, time) for id, time in [("a", 1.0), ("b", 2.0), ("c", 2.0), ("d", 2.0), ("e", 3.0)]]
    interactions = Interactions.of(events, list("abcde"))
    drawn = {tuple(shuffled(interactions, np.random.default_rng(seed)).item.tolist()) for seed in range(60)}
    assert len(drawn) == 6
    assert all(order[0] == 0 and order[4] == 4 for order in drawn)


def test_ease_finds_what_goes_together_and_never_suggests_an_item_for_itself():
    histories = [np.array(pair) for pair in ([0, 1], [0, 1], [2, 3], [2, 3])]
    weights = ease(histories, 4, Easing(ridge=1.0))
    assert np.diag(weights).tolist() == [0, 0, 0, 0]
    assert weights[0].argmax() == 1
    assert weights[3].argmax() == 2


def test_what_nobody_has_done_goes_with_nothing_and_changes_nothing_in_ease():
    histories = [np.array(one) for one in ([0, 1], [0, 1, 2], [2, 1], [0, 2])]
    by = Easing(ridge=1.0)
    dense = ease(histories, 3, by)
    place = np.array([1, 3, 4])
    sparse = ease([place[one] for one in histories], 6, by)
    assert sparse[np.ix_(place, place)] == pytest.approx(dense)
    assert np.count_nonzero(sparse) == np.count_nonzero(dense) == 6
    assert not ease([], 2, by).any()


def test_fusion_trusts_the_part_that_knows_and_never_takes_against_one():
    random = np.random.default_rng(0)
    targets = random.integers(0, 30, 200)
    asked = Questions(np.arange(200), [past([0])] * 200, [np.array([], dtype=np.int64)] * 200, targets)
    knowing = random.normal(size=(200, 30)).astype(np.float32)
    knowing[np.arange(200), targets] += 2
    noise = random.normal(size=(200, 30)).astype(np.float32)
    contrary = -knowing + random.normal(size=(200, 30)).astype(np.float32)
    weights = fuse({"knowing": knowing, "noise": noise, "contrary": contrary}, asked)
    assert weights["knowing"] > 5 * weights["noise"]
    assert min(weights.values()) >= 0


def test_a_flat_row_is_standardised_to_zero():
    assert standardised(np.array([[2.0, 2.0], [1.0, 3.0]], dtype=np.float32)).tolist() == [[0, 0], [-1, 1]]


def test_people_whose_events_all_have_one_time_or_who_repeat_themselves_can_be_learned_from():
    events = [Event(user, id, 5.0, action) for user in "uvw" for id in "abcd" for action in ("view", "buy")]
    catalogue, interactions = Catalogue.of(Item(id, id) for id in "abcd"), Interactions.of(events, list("abcd"))
    for checkpoint in fit(leave_one_out(interactions, catalogue), catalogue, plan(interactions, epochs=1), QUIET):
        assert all(np.isfinite(scores).all() for scores in checkpoint.forms([past([0, 0, 1]), past([])]).values())


def test_nothing_left_to_learn_from_is_said():
    interactions = Interactions.of([Event("u", "a", 1.0), Event("u", "b", 2.0)], ["a", "b"])
    with pytest.raises(Problem, match="no user has more than 2 events"):
        choose(
            leave_one_out(interactions, Catalogue.of([])), Catalogue.of([]), plan(interactions, epochs=1), Way(QUIET)
        )
