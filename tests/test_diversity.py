"""Lists whose items differ: the dial, its measures, calibration, exploration."""

import itertools

import numpy as np
import pytest
from films import films
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.catalogue import Catalogue
from retrieval.items import Item
from retrieval.lists.calibration import Proportion, miscalibration, shares
from retrieval.lists.dial import PLACES, POOL, USUAL, Strengths, by_dial
from retrieval.lists.diversity import Fixed, Nearest, Variety, Volume, distance, lifted
from retrieval.lists.exploration import strolls
from retrieval.ranking import Query, Ranking
from retrieval.space.embedding import normalised
from retrieval.space.whitening import Whitening

CATALOGUE = Catalogue.of(films())
IDS = CATALOGUE.ids
seeds = st.integers(0, 10_000)
dials = st.floats(0.01, 1)


def unit(seed, count, width=4):
    return normalised(np.random.default_rng(seed).normal(size=(count, width)).astype(np.float32))


def scored(seed, ids=IDS):
    scores = np.sort(np.random.default_rng(seed).normal(size=len(ids)).astype(np.float32))[::-1]
    return Ranking(tuple(ids), {"behaviour": scores.copy()})


def dialled(vectors, strengths=None, variety=Variety, catalogue=CATALOGUE):
    row = catalogue.row
    return by_dial(
        catalogue,
        lambda ids: vectors[[row[id] for id in ids]],
        lambda ids: np.array([row[id] / len(row) for id in ids], dtype=np.float32),
        strengths=strengths,
        variety=variety,
    )


@given(seed=seeds)
def test_the_dial_at_0_leaves_the_order_and_the_parts_alone(seed):
    ranking = scored(seed)
    assert dialled(unit(seed, len(IDS)))(Query(history=IDS[:3], surprise=0.0), ranking) is ranking


@pytest.mark.parametrize("variety", [Variety, Nearest, Volume.of])
@settings(max_examples=25)
@given(seed=seeds, dial=dials)
def test_the_order_is_the_sum_of_the_parts_and_nothing_rises_from_beyond_the_pool(variety, seed, dial):
    many = Catalogue.of(Item(str(n), "", facets={"kind": (str(n % 7),)}) for n in range(POOL + 30))
    ranking = scored(seed, many.ids)
    found = dialled(unit(seed, len(many)), variety=variety, catalogue=many)(
        Query(user=str(seed), history=("1", "8", "3"), surprise=dial), ranking
    )
    assert sorted(found.ids) == sorted(ranking.ids)
    assert np.all(np.diff(found.scores) <= 0)
    assert set(found.ids[:POOL]) == set(ranking.ids[:POOL])
    assert found.ids[POOL:] == ranking.ids[POOL:]
    assert {"diversity", "calibration", "damper"} <= set(found.parts)
    assert [found.parts_of(id)["behaviour"] for id in ranking.ids] == ranking.parts["behaviour"].tolist()


@settings(max_examples=25)
@given(seed=seeds)
def test_the_greedy_choice_is_the_order_of_the_sums(seed):
    vectors = unit(seed, 30)
    scores = np.random.default_rng(seed + 1).normal(size=30).astype(np.float32)
    order = np.argsort(-(scores + lifted(scores, {"diversity": (0.3, Variety(vectors, 10))}, 10)["diversity"]))
    chance, chosen = np.exp(scores.astype(np.float64)), []
    chance /= chance.sum()
    for _ in range(10):
        near = [sum((1 + vectors[at] @ vectors[one]) / 2 for one in chosen) for at in range(30)]
        worth = [-1 if at in chosen else chance[at] + 0.3 * (1 - near[at] / 10) for at in range(30)]
        chosen.append(int(np.argmax(worth)))
    assert order[:10].tolist() == chosen


def test_the_distance_within_a_list_rises_along_the_dial_on_average():
    told = []
    for dial in np.arange(0, 1.01, 0.1):
        found = []
        for seed in range(40):
            vectors = unit(seed, len(IDS))
            best = dialled(vectors)(Query(user=str(seed), history=IDS[:2], surprise=float(dial)), scored(seed))
            found.append(distance(vectors[[CATALOGUE.row[id] for id in best.ids[:PLACES]]]))
        told.append(np.mean(found))
    assert np.all(np.diff(told) >= 0)
    assert told[-1] > told[0] + 0.05


def test_without_a_word_the_dial_stands_at_the_usual_point():
    ranker, ranking = dialled(unit(1, len(IDS))), scored(1)
    usual = ranker(Query(), ranking)
    assert usual.ids == ranker(Query(surprise=USUAL), ranking).ids
    assert usual.ids != ranking.ids


@settings(max_examples=40)
@given(seed=seeds)
def test_dpp_takes_at_each_step_what_brute_force_finds_to_multiply_the_determinant_most(seed):
    vectors = unit(seed, 7)
    kernel = (1 + vectors.astype(np.float64) @ vectors.T) / 2 + 0.05 * np.eye(7)
    volume, chosen, before = Volume(kernel), [], 0.0
    for _ in range(4):
        whole = {
            at: np.linalg.slogdet(kernel[np.ix_([*chosen, at], [*chosen, at])])[1] for at in set(range(7)) - set(chosen)
        }
        at = max(whole, key=whole.get)
        gains = volume.gains()
        for other, told in whole.items():
            assert np.log(gains[other]) == pytest.approx(told - before, abs=1e-6)
        before = whole[at]
        volume.take(at)
        chosen.append(at)


@settings(max_examples=20)
@given(seed=seeds)
def test_the_first_two_of_a_dpp_are_close_to_the_likeliest_pair(seed):
    vectors = unit(seed, 6)
    kernel = (1 + vectors.astype(np.float64) @ vectors.T) / 2
    volume = Volume(kernel)
    volume.take(0)
    second = int(volume.gains().argmax())
    best = max(np.linalg.det(kernel[np.ix_([0, at], [0, at])]) for at in range(1, 6))
    assert np.linalg.det(kernel[np.ix_([0, second], [0, second])]) == pytest.approx(best)


@pytest.mark.parametrize("measure", [Variety, Nearest, Volume.of])
@settings(max_examples=25)
@given(seed=seeds)
def test_no_item_adds_more_to_a_longer_list(measure, seed):
    one = measure(unit(seed, 12), 10)
    before = one.gains()
    for at in np.random.default_rng(seed).permutation(12)[:10]:
        one.take(int(at))
        assert np.all(one.gains() <= before + 1e-6)
        assert np.all(one.gains() >= -1e-6)
        before = one.gains()


def test_items_described_alike_do_not_stand_together_once_the_dial_is_turned():
    vectors = np.repeat(np.eye(4, dtype=np.float32), 3, axis=0)
    scores = np.linspace(1, 0.9, 12, dtype=np.float32)
    for measure in (Variety(vectors, 4), Nearest(vectors, 4), Volume(vectors @ vectors.T)):
        order = np.argsort(-(scores + lifted(scores, {"diversity": (1.0, measure)}, 4)["diversity"]), kind="stable")
        assert {int(at) // 3 for at in order[:4]} == {0, 1, 2, 3}


genres = st.lists(st.sampled_from(["Comedy", "Drama", "Horror", "War", "Sci-Fi"]), min_size=1, max_size=2, unique=True)


@settings(max_examples=40)
@given(history=st.lists(genres, min_size=1, max_size=12), pool=st.lists(genres, min_size=12, max_size=20))
def test_calibration_alone_brings_a_list_no_further_from_the_history_than_its_first_items(history, pool):
    def items(each):
        return [Item(str(at), "", facets={"genre": tuple(values)}) for at, values in enumerate(each)]

    wanted, those = shares(items(history)), items(pool)
    scores = np.zeros(len(pool), dtype=np.float32)
    part = lifted(scores, {"calibration": (100.0, Proportion(those, wanted, 8))}, 8)["calibration"]
    chosen = [those[at] for at in np.argsort(-part, kind="stable")[:8]]
    best = min(
        miscalibration(wanted, [those[at] for at in np.random.default_rng(n).permutation(len(pool))[:8]])
        for n in range(3)
    )
    # greedy on a submodular measure: at most 1/e short of the best way there is (Nemhauser et al., 1978)
    whole = -np.log(0.01)
    assert whole - miscalibration(wanted, chosen) >= (1 - 1 / np.e) * (whole - best) - 1e-6


def test_calibration_gives_a_lesser_taste_its_share():
    romance, thriller = ({"genre": (name,)} for name in ("Romance", "Thriller"))
    history = [Item(f"h{n}", "", facets=romance if n < 7 else thriller) for n in range(10)]
    pool = [Item(f"r{n}", "", facets=romance) for n in range(20)] + [
        Item(f"t{n}", "", facets=thriller) for n in range(20)
    ]
    catalogue = Catalogue.of([*history, *pool])
    ranking = Ranking(
        tuple(item.id for item in pool), {"behaviour": np.r_[np.full(20, 1.0), np.zeros(20)].astype(np.float32)}
    )
    nothing = np.zeros((len(catalogue), 2), dtype=np.float32)
    query = Query(history=tuple(item.id for item in history), surprise=1.0)
    plain = dialled(nothing, Strengths(0.0, 0.0, 0.0, 0.0), catalogue=catalogue)(query, ranking)
    fair = dialled(nothing, Strengths(0.0, 5.0, 0.0, 0.0), catalogue=catalogue)(query, ranking)
    assert [id[0] for id in plain.ids[:10]] == ["r"] * 10
    assert sum(id[0] == "t" for id in fair.ids[:10]) == 3
    wanted = shares(history)
    assert miscalibration(wanted, [catalogue[id] for id in fair.ids[:10]]) < 0.01
    assert miscalibration(wanted, [catalogue[id] for id in plain.ids[:10]]) > 1


def test_the_damper_lowers_what_everybody_has():
    ranking = Ranking(IDS, {"behaviour": np.zeros(len(IDS), dtype=np.float32)})
    nothing = np.zeros((len(IDS), 2), dtype=np.float32)
    found = dialled(nothing, Strengths(0.0, 0.0, 1.0, 0.0))(Query(surprise=1.0), ranking)
    assert found.ids == IDS  # in this catalogue the later ones are the more popular
    assert found.parts["damper"][0] > found.parts["damper"][-1] == 0


def test_exploration_is_seeded_and_has_its_share_of_the_places():
    query = Query(user="7", history=("1", "2"))
    drawn = strolls(query, 0.3, 10)
    assert drawn == strolls(query, 0.3, 10)
    assert len(drawn) == 3
    assert all(0 < place < 10 and 0 <= quantile < 1 for place, quantile in drawn.items())
    assert drawn != strolls(Query(user="8", history=("1", "2")), 0.3, 10)
    assert strolls(query, 0.05, 10) == {}
    ranker, ranking = dialled(unit(3, len(IDS))), scored(3)
    first = ranker(Query(user="7", surprise=1.0), ranking)
    assert first.ids == ranker(Query(user="7", surprise=1.0), ranking).ids
    assert (first.parts["exploration"] > 0).sum() >= 1
    others = {ranker(Query(user=str(n), surprise=1.0), ranking).ids for n in range(5)}
    assert len(others) > 1


@settings(max_examples=20)
@given(seed=seeds)
def test_a_drawn_item_keeps_the_sums_falling(seed):
    scores = np.random.default_rng(seed).normal(size=20).astype(np.float32)
    parts = lifted(scores, {"diversity": (0.5, Variety(unit(seed, 20), 10))}, 10, {2: 0.4, 5: 0.9, 8: 0.0})
    plain = lifted(scores, {"diversity": (0.5, Variety(unit(seed, 20), 10))}, 10)
    assert np.all(parts["exploration"] >= 0)
    assert (parts["exploration"] > 0).sum() <= 3
    assert not np.array_equal(parts["diversity"], plain["diversity"]) or not parts["exploration"].any()


def test_extreme_scores_stay_numbers():
    scores = np.array([1e4, 0, -1e4, 5], dtype=np.float32)
    parts = lifted(scores, {"diversity": (0.5, Variety(unit(0, 4), 2)), "none": (0.0, Fixed(np.zeros(4)))}, 2)
    assert all(np.isfinite(part).all() for part in parts.values())


@given(seed=seeds, count=st.integers(1, 12), width=st.integers(1, 9))
def test_whitened_directions_have_one_spread_each(seed, count, width):
    vectors = np.random.default_rng(seed).normal(size=(count, width)).astype(np.float32)
    whitened = Whitening.of(vectors)
    themes = (vectors - whitened.middle) @ whitened.axes
    assert themes.shape[1] <= min(width, max(0, count - 1))
    assert themes.T @ themes / count == pytest.approx(np.eye(themes.shape[1]), abs=1e-2)
    lengths = np.linalg.norm(whitened(vectors), axis=1)
    assert np.all((np.abs(lengths - 1) < 1e-4) | (lengths == 0))


def test_all_pairs_of_a_list_are_counted():
    vectors = unit(5, 4)
    apart = [1 - float(vectors[a] @ vectors[b]) for a, b in itertools.combinations(range(4), 2)]
    assert distance(vectors) == pytest.approx(np.mean(apart), abs=1e-6)


def test_a_list_of_one_thing_is_left_more_of_it_by_the_dial():
    alike = np.tile(unit(0, 1), (len(IDS), 1)) + 0.01 * unit(1, len(IDS))
    varied = unit(1, len(IDS))
    weighed = [
        dialled(normalised(vectors), Strengths(share=0.0))(Query(surprise=1.0), scored(1)).parts["diversity"].max()
        for vectors in (alike, varied)
    ]
    assert weighed[0] < 0.2 * weighed[1]


def test_whitening_takes_away_what_all_have_in_common():
    vectors = normalised(unit(2, 200) + 5)  # in a narrow cone, as text embeddings are
    assert distance(vectors) < 0.1
    assert distance(Whitening.of(vectors)(vectors)) > 0.9
