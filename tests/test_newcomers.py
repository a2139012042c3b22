"""An item without events takes after its nearest kin by words, and is ranked among them."""

import numpy as np
import pytest
import torch
from rich.console import Console

from recommender.checkpoint import sequence_scores
from recommender.content import Reader, Reading, kin
from recommender.events import Event
from recommender.holdout import leave_one_out
from recommender.interactions import Interactions
from recommender.learner import Training
from recommender.model import SequenceModel, Shape
from recommender.newcomers import Newcomers
from recommender.past import past
from recommender.plan import plan
from recommender.train import train
from recommender.training import fit
from retrieval.catalogue import Catalogue
from retrieval.items import Item

QUIET = Console(quiet=True)
TITLES = ["red cotton shirt", "red cotton socks", "blue steel pan", "blue steel pot", "red cotton hat", "", "zzz"]
ITEMS = [Item(str(at), title) for at, title in enumerate(TITLES)]
MET = np.array([True, True, True, True, False, False, False])


def content(items=ITEMS):
    return Reader.of(items, Reading(), seed=0).content(items)


def model(width=4):
    torch.manual_seed(0)
    made = SequenceModel(Shape(items=len(ITEMS), width=width))
    with torch.no_grad():
        made.bias[:] = torch.tensor([4.0, 2.0, 1.0, 3.0, 9.0, 9.0, 9.0])
    return made


def test_kin_are_the_nearest_by_words_and_their_shares_sum_to_one():
    shares = kin(content(), np.array([4, 5, 6]), np.flatnonzero(MET)).toarray()
    assert shares[0, [0, 1]].sum() == pytest.approx(1)
    assert shares[0, 0] == pytest.approx(shares[0, 1])
    assert not shares[0, [2, 3, 4, 5, 6]].any()
    assert not shares[1:].any()  # without words, or without any of theirs


def test_an_item_without_events_has_the_vector_and_the_bias_of_its_kin():
    new, introduced = Newcomers.of(content(), MET), model()
    before = introduced.item.weight.detach().clone()
    new.introduce(introduced)
    own, bias = introduced.item.weight.detach(), introduced.bias.detach()
    assert new.items.tolist() == [4, 5, 6]
    torch.testing.assert_close(own[4], (before[0] + before[1]) / 2)
    assert float(bias[4]) == pytest.approx(3.0)  # between those of the two shirts
    torch.testing.assert_close(own[:4], before[:4])
    assert bias[:4].tolist() == [4, 2, 1, 3]


def test_one_without_kin_keeps_its_words_alone_and_is_no_favourite():
    introduced = model()
    Newcomers.of(content(), MET).introduce(introduced)
    assert not introduced.item.weight.detach()[[5, 6]].any()
    assert introduced.bias.detach()[[5, 6]].tolist() == pytest.approx([1.75, 1.75])  # a quarter of 1, 2, 3, 4 is less


def test_where_all_have_been_met_or_none_nothing_is_lent():
    for met, left in ((np.ones(7, dtype=bool), model().bias.tolist()), (np.zeros(7, dtype=bool), [0.0] * 7)):
        introduced = model()
        Newcomers.of(content(), met).introduce(introduced)
        assert introduced.bias.tolist() == left


def colours(people=160):
    """People keep to a colour; each colour has six things, of which the last one, `new`, nobody has met."""
    items = [
        Item(f"{colour}{at}", f"{colour} thing") for colour in ("red", "green", "blue", "white") for at in range(6)
    ]
    dice, events = np.random.default_rng(0), []
    for person in range(people):
        mine = [item.id for item in items[person % 4 * 6 :][:5]]
        events += [Event(f"p{person}", id, float(at)) for at, id in enumerate(dice.permutation(mine).tolist())]
    catalogue = Catalogue.of(items)
    return Interactions.of(events, [item.id for item in items]), catalogue


def test_the_trained_model_ranks_a_newcomer_among_its_kin():
    interactions, catalogue = colours()
    words = Reader.of(list(catalogue.values()), Reading(), seed=0)
    rows = words.content([catalogue[id] for id in interactions.items])
    new = Newcomers.of(rows, np.bincount(interactions.item, minlength=24) > 0)
    assert [interactions.items[code] for code in new.items] == ["red5", "green5", "blue5", "white5"]
    shape = Shape(items=24, width=16, words=words.directions(rows).shape[1])
    vectors = torch.from_numpy(words.directions(rows))
    learned = train(interactions, shape, Training(epochs=6, batch=16, warmup=10), QUIET, words=vectors, newcomers=new)
    for colour in range(4):
        mine = list(range(6 * colour, 6 * colour + 6))
        scores = sequence_scores(learned.model, [past(mine[:2])])[0]
        scores[mine[:2]] = -np.inf
        # of all that is left, the three that people came to and the newcomer head the list
        assert set(np.argsort(-scores)[:4].tolist()) == set(mine[2:])


def test_a_newcomer_is_recommended_to_those_who_like_its_kin():
    interactions, catalogue = colours()
    _, checkpoint = fit(leave_one_out(interactions, catalogue), catalogue, plan(interactions, epochs=6), QUIET)
    pasts = [past([0, 1, 2]), past([6, 7, 8])]
    total = sum(checkpoint.fused(pasts).values())
    red, green = (interactions.items.index(id) for id in ("red5", "green5"))
    assert total[0, red] > total[0, green]
    assert total[1, green] > total[1, red]
    assert np.isfinite(total).all()


def test_every_checkpoint_of_a_fit_knows_its_own_newcomers():
    interactions, catalogue = colours(8)  # so few that some of the last two events are first meetings
    for checkpoint in fit(leave_one_out(interactions, catalogue), catalogue, plan(interactions, epochs=1), QUIET):
        found = Newcomers.of(checkpoint.content, checkpoint.popularity > 0)
        assert checkpoint.newcomers.items.tolist() == found.items.tolist()
        assert (checkpoint.newcomers.kin != found.kin).nnz == 0


def test_what_nobody_met_is_not_learned_to_be_unlikely():
    interactions, _ = colours()
    learned = train(interactions, Shape(items=24, width=16), Training(epochs=2, batch=16, warmup=10), QUIET)
    unmet = np.bincount(interactions.item, minlength=24) == 0
    bias = learned.model.bias.detach().numpy()
    assert not bias[unmet].any()
    assert bias[~unmet].all()


def test_counts_and_ease_of_a_newcomer_are_nearly_those_of_its_kin_on_average():
    interactions, catalogue = colours()
    _, checkpoint = fit(leave_one_out(interactions, catalogue), catalogue, plan(interactions, epochs=1), QUIET)
    for part in ("counts", "ease"):
        raw = checkpoint.score(part, [past([0, 1])])[0] ** 2
        # nearly all of its kin are the other reds, which are all as near; a few others are things as well
        assert raw[5] == pytest.approx(raw[:5].mean(), rel=0.05)
        assert raw[5] > 2 * raw[11]
