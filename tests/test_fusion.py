"""How opinions become one: places, choices between ways of counting, and weights that are never negative."""

import random

import numpy as np
import pytest

from recommender.choosing import BACKWARD, choose_counting
from recommender.counts import Counting, paired
from recommender.events import Event
from recommender.forms import HALF, NEAR, by_place, forms, standardised
from recommender.fusion import LEAST, fuse, fuse_by_length, weights_for
from recommender.holdout import Questions, leave_one_out
from recommender.interactions import Interactions
from recommender.past import Past, past
from retrieval.catalogue import Catalogue
from retrieval.items import Item

NONE = np.array([], dtype=np.int64)
ITEMS = 400


def place(number):
    return pytest.approx(HALF / (HALF + number))


def told(rows):
    return np.array(rows, dtype=np.float32)


def test_the_first_place_says_most_and_equals_share_one():
    placed = by_place(told([[0, 5, 7, 5, 1]]), [[]])[0]
    assert placed[2] == place(1)
    assert placed[1] == placed[3] == place(2)
    assert placed[4] == place(4)
    assert placed[0] == 0  # the row says nothing of the item it likes least


def test_what_was_done_has_no_place_and_makes_room():
    placed = by_place(told([[0, 5, 7, 5, 1]]), [[2]])[0]
    assert placed[2] == 0
    assert placed[1] == placed[3] == place(1)


def test_a_row_that_says_nothing_gives_zeros_and_no_place_reaches_beyond_the_near():
    scores = told([np.zeros(ITEMS), np.arange(ITEMS)])
    placed = by_place(scores, [[3], []])
    assert not placed[0].any()
    assert np.flatnonzero(placed[1]).tolist() == list(range(ITEMS - NEAR, ITEMS))


def test_what_is_the_same_for_everybody_has_no_second_form():
    parts = {name: told([[0, 1]]) for name in ("counts", "popularity", "recency", "sequence by logarithm")}
    assert set(forms(parts, [past([])])) == {*parts, "counts by place"}


def test_standardised_rows_do_not_depend_on_their_scale():
    rows = np.random.default_rng(0).normal(size=(3, 50)).astype(np.float32)
    found = standardised(rows)
    np.testing.assert_allclose(found.mean(axis=1), 0, atol=1e-6)
    np.testing.assert_allclose(found.std(axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(standardised(7 * rows + 3), found, atol=1e-5)


@pytest.mark.parametrize("both", [True, False])
def test_pairs_count_backward_where_people_go_both_ways_and_only_there(both):
    """Neighbours on a ring follow one another: forward always, or either way by chance."""
    dice, events = random.Random(0), []
    for user in range(400):
        step = dice.choice([1, -1]) if both else 1
        at = dice.randrange(60)
        events += [Event(f"u{user:03}", f"i{(at + step * n) % 60:02}", float(n)) for n in range(5 if both else 8)]
    catalogue = Catalogue.of(Item(f"i{at:02}", "") for at in range(60))
    split = leave_one_out(Interactions.of(events, sorted(catalogue)), catalogue)
    # what was known of a pair: that one of the two came first, of half of them only
    by = Counting(window=1, draws=1)
    pairs = paired(split.learning, by)
    if both:
        pairs = pairs.copy()
        pairs.data[np.arange(len(pairs.data)) % 2 == 0] = 0
    chosen = choose_counting(pairs, by, split.validation, seed=0)
    assert chosen.backward == (max(BACKWARD) if both else min(BACKWARD))
    assert chosen.window == by.window


def test_nobody_to_ask_leaves_the_way_of_counting_as_it_was():
    pairs = paired(Interactions.of([Event("u", "a", 1.0)], ["a"]), Counting())
    assert choose_counting(pairs, Counting(decay=0.123), asked([]), seed=0) == Counting(decay=0.123)


def asked(targets, seen=None, lengths=None):
    n = len(targets)
    pasts = [past(np.zeros(length, dtype=np.int64)) for length in (lengths or [1] * n)]
    return Questions(np.arange(n), pasts, seen or [NONE] * n, np.array(targets, dtype=np.int64))


def knowing(targets, by, seed, items=ITEMS):
    """Scores of which the targets' stand `by` above chance."""
    scores = np.random.default_rng(seed).normal(size=(len(targets), items)).astype(np.float32)
    scores[np.arange(len(targets)), targets] += by
    return scores


def test_weights_are_never_negative_and_a_part_without_use_has_about_none():
    targets = np.random.default_rng(1).integers(0, ITEMS, 600)
    good = knowing(targets, 3, seed=2)
    parts = {"good": good, "noise": knowing(targets, 0, seed=3), "contrary": -good}
    weights = fuse(parts, asked(targets))
    assert min(weights.values()) >= 0
    assert weights["good"] > 1
    assert weights["contrary"] == 0
    assert weights["noise"] < 0.05 * weights["good"]


def test_two_parts_that_know_different_things_are_both_heard():
    targets = np.random.default_rng(1).integers(0, ITEMS, 600)
    weights = fuse({"one": knowing(targets, 2, 2), "other": knowing(targets, 2, 3)}, asked(targets))
    assert weights["one"] == pytest.approx(weights["other"], rel=0.25)
    assert min(weights.values()) > 0.5


def test_a_target_on_nobodys_shortlist_is_passed_over():
    targets = np.random.default_rng(1).integers(0, ITEMS, 300)
    # of the second half of the questions the part has its target last of all, far beyond its shortlist
    scores = np.concatenate([knowing(targets[:150], 3, seed=2), knowing(targets[150:], -50, seed=3)])
    assert fuse({"part": scores}, asked(targets)) == fuse({"part": scores[:150]}, asked(targets[:150]))
    assert fuse({"part": scores[150:]}, asked(targets[150:])) == {"part": 1.0}  # nothing was learned
    assert fuse({"part": scores[:0]}, asked([])) == {"part": 1.0}


def test_what_was_seen_is_no_candidate():
    targets = np.random.default_rng(1).integers(1, ITEMS, 300)
    scores = knowing(targets, 3, seed=2)
    before = fuse({"part": scores}, asked(targets))
    scores = np.concatenate([scores, np.full((300, 200), 9, dtype=np.float32)], axis=1)
    seen = [np.arange(ITEMS, ITEMS + 200)] * 300  # they head every list, and leave the others no place on it
    assert fuse({"part": scores}, asked(targets, seen=seen))["part"] == pytest.approx(before["part"], rel=0.1)
    assert fuse({"part": scores}, asked(targets))["part"] < 0.5 * before["part"]


def answering(knows):
    """Two parts, of which one knows the targets of histories for which `knows` holds, the other the rest's."""

    def raw(pasts):
        known = np.array([knows(one) for one in pasts], dtype=bool)
        goals = np.array([int(one.now) for one in pasts], dtype=np.int64)
        scores = [knowing(goals, 0, seed, items=40) for seed in (0, 1)]
        for part, mine in zip(scores, (known, ~known), strict=True):
            part[np.arange(len(goals)), goals] += 4 * mine
        return {"one": scores[0], "other": scores[1]}

    return raw


def with_targets(lengths, seed=0, strange=False):
    targets = np.random.default_rng(seed).integers(1, 40, len(lengths))
    pasts = [
        Past(np.zeros(length, dtype=np.int64), now=float(target), person={"strange": int(strange)})
        for length, target in zip(lengths, targets.tolist(), strict=True)
    ]
    return Questions(np.arange(len(lengths)), pasts, [NONE] * len(lengths), targets)


def test_each_length_has_weights_of_its_own_and_strangers_settle_those_of_none():
    questions, strangers = with_targets([30] * 300), with_targets([0] * LEAST, seed=1, strange=True)
    raw = answering(lambda one: len(one) >= 6)
    weights = fuse_by_length(raw, questions, seed=0, strangers=strangers)
    assert sorted(weights) == [0, 1, 3, 6]
    for length, best in ((0, "other"), (1, "other"), (5, "other"), (6, "one"), (24, "one"), (99, "one")):
        found = weights_for(weights, length)
        assert max(found, key=found.get) == best
    # how people begin is another thing than the end of a longer history, and it alone counts for those who begin
    contrary = answering(lambda one: len(one) >= 6 or one.person["strange"])
    assert weights_for(fuse_by_length(contrary, questions, seed=0), 0)["other"] > 1
    found = weights_for(fuse_by_length(contrary, questions, seed=0, strangers=strangers), 0)
    assert found["one"] > found["other"]
    few = strangers.of(np.arange(LEAST - 1))
    assert fuse_by_length(raw, questions, 0, few) == fuse_by_length(raw, questions, 0)


def test_a_length_that_too_few_reach_shares_the_weights_of_the_one_below():
    questions = with_targets([2] * 100 + [8] * (LEAST - 1))
    weights = fuse_by_length(answering(lambda _: True), questions, seed=0)
    assert sorted(weights) == [0, 1]
    assert weights_for(weights, 8) == weights[1]
    nobody = fuse_by_length(answering(lambda _: True), with_targets([]), seed=0)
    assert nobody == {0: {"one": 1.0, "other": 1.0}}
