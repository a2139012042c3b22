"""Losses that agree with their plain formulas, whatever they leave out to be fast."""

import math

import pytest
import torch
from rich.console import Console
from torch.nn import functional as F
from world import world

from recommender.checkpoint import sequence_scores
from recommender.holdout import questions, ranks
from recommender.interactions import Interactions
from recommender.learner import Training
from recommender.losses import cross_entropy, gbce, sampled_softmax
from recommender.model import Shape
from recommender.negatives import Negatives, drawn, proposal
from recommender.objective import objective
from recommender.train import train
from retrieval.catalogue import Catalogue

ITEMS = 20
NEGATIVES = Negatives(torch.tensor([0, 3, 4, 9, 17]), torch.tensor([0.3, -1.0, 0.0, 2.0, -0.4]).double(), ITEMS)


def given(rows=600, ahead=1):
    """States, vectors, bias; targets, shares, weights: in float64, so that only a wrong formula differs."""
    torch.manual_seed(0)
    learned = [
        torch.randn(*size, dtype=torch.float64, requires_grad=True) for size in ((rows, 4), (ITEMS, 4), (ITEMS,))
    ]
    targets = torch.randint(0, ITEMS, (rows, ahead))
    shares = torch.rand(rows, ahead, dtype=torch.float64).softmax(1)
    return learned, targets, shares, torch.rand(rows, dtype=torch.float64)


def mean(losses, weights):
    return losses.mean() if weights is None else (losses * weights).sum() / weights.sum()


def plain_cross_entropy(learned, targets, shares, weights):
    states, vectors, bias = learned
    logits = (states @ vectors.T + bias).log_softmax(1)
    return mean(-(logits.gather(1, targets) * shares).sum(1), weights)


def plain_sampled_softmax(learned, targets, shares, weights):
    states, vectors, bias = learned
    logits = states @ vectors.T + bias
    # how often each item counts in a row's sum: a target once, another as often as it came for each time expected
    often = torch.zeros(ITEMS, dtype=torch.float64).index_put((NEGATIVES.codes,), (-NEGATIVES.logq).exp())
    often = often.repeat(len(states), 1).scatter(1, targets, 1.0)
    total = (logits.exp() * often).sum(1).log()
    return mean(total - (logits.gather(1, targets) * shares).sum(1), weights)


def plain_gbce(learned, targets, shares, weights, power):
    states, vectors, bias = learned
    logits = states @ vectors.T + bias
    against = torch.zeros(len(states), ITEMS, dtype=torch.float64)
    against[:, NEGATIVES.codes] = 1
    against = against.scatter(1, targets, 0.0)
    hit = (torch.sigmoid(logits).pow(power).log().gather(1, targets) * shares).sum(1)
    missed = ((1 - torch.sigmoid(logits)).log() * against).sum(1)
    return mean(-(hit + missed) / (1 + len(NEGATIVES.codes)), weights)


def same(ours, plain, learned):
    assert ours.item() == pytest.approx(plain.item(), abs=1e-9)
    for one, other in zip(torch.autograd.grad(ours, learned), torch.autograd.grad(plain, learned), strict=True):
        torch.testing.assert_close(one, other, atol=1e-9, rtol=1e-7)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("ahead", [1, 3])
def test_each_loss_and_its_gradient_are_those_of_the_plain_formula(ahead, weighted):
    learned, targets, shares, weights = given(ahead=ahead)
    weights = weights if weighted else None
    ours = cross_entropy(*learned, targets, shares, weights)
    same(ours, plain_cross_entropy(learned, targets, shares, weights), learned)
    ours = sampled_softmax(*learned, targets, shares, NEGATIVES, weights)
    same(ours, plain_sampled_softmax(learned, targets, shares, weights), learned)
    rate = 5 / 19
    power = rate * (0.6 * (1 - 1 / rate) + 1 / rate)
    ours = gbce(*learned, targets, shares, NEGATIVES, weights, calibration=0.6)
    same(ours, plain_gbce(learned, targets, shares, weights, power), learned)


def test_gbce_without_calibration_is_binary_cross_entropy():
    learned, targets, shares, _ = given()
    states, vectors, bias = learned
    negatives = Negatives(torch.arange(5), torch.zeros(5), ITEMS)
    targets = targets.clamp(min=5)
    logits = (states @ vectors.T + bias)[:, :5]
    logits = torch.cat([logits, (states * vectors[targets[:, 0]]).sum(1, keepdim=True) + bias[targets]], 1)
    plain = F.binary_cross_entropy_with_logits(logits, F.one_hot(torch.full((len(states),), 5)).double())
    same(gbce(*learned, targets, shares, negatives, calibration=0.0), plain, learned)


@pytest.mark.parametrize("ahead", [1, 3])
def test_with_every_item_for_a_negative_the_sampled_softmax_is_the_whole_one(ahead):
    learned, targets, shares, weights = given(ahead=ahead)
    every = Negatives(torch.arange(ITEMS), torch.zeros(ITEMS), ITEMS)
    ours = sampled_softmax(*learned, targets, shares, every, weights)
    same(ours, cross_entropy(*learned, targets, shares, weights), learned)


def test_a_target_without_a_share_may_be_a_negative():
    learned, targets, _, _ = given(ahead=2)
    shares = torch.tensor([[1.0, 0.0]]).double().repeat(len(targets), 1)
    alone = sampled_softmax(*learned, targets[:, :1], shares[:, :1], NEGATIVES)
    same(sampled_softmax(*learned, targets, shares, NEGATIVES), alone, learned)


def test_half_precision_loses_little():
    learned, targets, shares, _ = given()
    low, vectors, bias = (one.detach().float() for one in learned)
    low, shares = low.bfloat16(), shares.float()
    for ours, plain in (
        (cross_entropy(low, vectors, bias, targets, shares), cross_entropy(*learned, targets, shares)),
        (gbce(low, vectors, bias, targets, shares, NEGATIVES), gbce(*learned, targets, shares, NEGATIVES)),
    ):
        assert ours.dtype == torch.float32
        assert ours.item() == pytest.approx(plain.item(), rel=0.01)


def test_draws_follow_the_proposal_and_the_generator_can_be_put_back():
    events = torch.tensor([0, 1, 4, 100])
    logq = proposal(events, 0.5)
    torch.testing.assert_close(logq.exp(), torch.tensor([1.0, 1, 2, 10]).double() / 14)
    generator = torch.Generator().manual_seed(0)
    many = drawn(logq, 40_000, generator)
    assert many.codes.tolist() == [0, 1, 2, 3]
    assert many.logq.abs().max() < 0.06  # each came about as often as was expected
    state = generator.get_state()
    few = drawn(logq, 3, generator)
    assert drawn(logq, 3, generator.set_state(state)).codes.tolist() == few.codes.tolist()
    alike = proposal(events, 0.0)
    torch.testing.assert_close(alike.exp(), torch.full((4,), 0.25).double())


def test_the_correction_makes_the_mean_gradient_that_of_the_whole_softmax():
    learned, targets, shares, _ = given(rows=60)
    whole = torch.autograd.grad(cross_entropy(*learned, targets, shares), learned[1])[0]
    logq = proposal(torch.arange(ITEMS) ** 2, 0.5)  # far from alike
    generator = torch.Generator().manual_seed(0)

    def strayed(corrected):
        total = torch.zeros_like(whole)
        for _ in range(300):
            negatives = drawn(logq, 400, generator)
            if not corrected:
                negatives = Negatives(negatives.codes, torch.full_like(negatives.logq, math.log(400 / ITEMS)), ITEMS)
            loss = sampled_softmax(*learned, targets, shares, negatives)
            total += torch.autograd.grad(loss, learned[1])[0] / 300
        return ((total - whole).norm() / whole.norm()).item()

    assert strayed(corrected=True) < 0.03
    assert strayed(corrected=False) > 0.15


def test_a_step_asks_only_for_the_items_it_uses():
    events = torch.ones(50)
    judged = objective("sampled", 6, events, torch.Generator().manual_seed(0))
    codes = torch.tensor([[7, 40, 7], [1, 2, 50]])
    step = judged(codes)
    assert step.items[-1] == 50  # the padding
    assert step.items[step.codes].tolist() == codes.tolist()
    assert len(step.items) <= 5 + 6
    whole = objective("full", 6, events, torch.Generator())(codes)
    assert whole.items is None
    assert whole.codes is codes


@pytest.fixture(scope="module")
def people():
    of = world(0.9)
    catalogue = Catalogue.of(of.items)
    interactions = Interactions.of(of.events, sorted(catalogue))
    return of, interactions, questions(interactions, catalogue, last=1)


@pytest.mark.parametrize("loss", ["sampled", "gbce"])
def test_a_predictable_world_is_learned_from_few_negatives(people, loss):
    of, interactions, asked = people
    # a binary loss first learns how rare each item is and is slow to tell them apart, hence the high rate
    by = Training(epochs=20, rate=2e-2, batch=8, warmup=10, loss=loss, negatives=12)
    shape = Shape(items=40, width=32, dropout=0.1)
    model = train(interactions.without_last(2), shape, by, Console(quiet=True)).model
    scores = sequence_scores(model, asked.pasts)
    assert (ranks(scores, asked) == 1).mean() > of.optimum - 0.1


def test_what_has_no_weight_teaches_nothing():
    learned, targets, shares, weights = given()
    weights[::3] = 0
    taught = weights > 0
    for loss, extra in ((cross_entropy, ()), (sampled_softmax, (NEGATIVES,)), (gbce, (NEGATIVES,))):
        ours = loss(*learned, targets, shares, *extra, weights)
        states, vectors, bias = learned
        alone = loss(states[taught], vectors, bias, targets[taught], shares[taught], *extra, weights[taught])
        same(ours, alone, learned)
        nothing = loss(*learned, targets, shares, *extra, torch.zeros_like(weights))
        assert nothing.item() == 0
        assert not any(slope.any() for slope in torch.autograd.grad(nothing, learned))
