"""Figures that can be checked by hand, and models that must not be judged."""

import json
from io import StringIO

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from typer.testing import CliRunner

from eval.metrics import coverage, hr, mrr, ndcg
from eval.protocols import by_rankings, by_scores
from eval.report import Report, Row
from recommender.events import Event, write_events
from recommender.holdout import Questions, gains, questions, ranks
from recommender.interactions import Interactions
from recommender.past import past
from recommender.significance import difference, interval
from retrieval.catalogue import Catalogue
from retrieval.command import application
from retrieval.database import database
from retrieval.errors import Stale
from retrieval.items import Item
from retrieval.ranking import Ranking

NONE = np.array([], dtype=np.int64)
events = st.lists(
    st.builds(Event, st.sampled_from("uvw"), st.sampled_from("abcde"), st.integers(0, 4).map(float)), max_size=40
)


def asked(targets, seen=None):
    n = len(targets)
    return Questions(np.arange(n), [past(NONE)] * n, seen or [NONE] * n, np.array(targets))


def test_metrics_agree_with_a_calculation_by_hand():
    places = np.array([1, 2, 10, 11])
    assert hr(places, 10).tolist() == [1, 1, 1, 0]
    assert ndcg(places, 10) == pytest.approx([1, 0.63093, 0.28906, 0], abs=1e-5)
    assert mrr(places, absent=10) == pytest.approx([1, 0.5, 0.1, 0])
    assert coverage(np.array([[0, 1], [1, -1]]), 4) == 0.5


@given(st.lists(st.integers(1, 50), min_size=1), st.integers(1, 50))
def test_no_metric_leaves_its_bounds_and_a_better_rank_is_never_worse(places, k):
    places = np.array(sorted(places))
    for values in (hr(places, k), ndcg(places, k), mrr(places, 50)):
        assert ((values >= 0) & (values <= 1)).all()
        assert (np.diff(values) <= 0).all()
    assert (ndcg(places, k) <= hr(places, k)).all()
    np.testing.assert_allclose(gains(places, k), ndcg(places, k))


def test_ties_count_against_the_target():
    scores = np.array([[1, 1, 1, 0], [3, 2, 1, 0]], dtype=np.float32)
    assert ranks(scores, asked([0, 0])).tolist() == [3, 1]
    ranking = Ranking(tuple("abcd"), {"behaviour": scores[0]})
    assert by_rankings([ranking], asked([0]), tuple("abcd")).ranks.tolist() == [3]


def test_what_was_seen_is_not_in_the_way_and_a_seen_target_is_missed():
    scores = np.array([[4, 3, 2, 1], [4, 3, 2, 1]], dtype=np.float32)
    questions_ = asked([2, 1], seen=[np.array([0]), np.array([0, 1])])
    answers = by_scores(scores, questions_)
    assert answers.ranks.tolist() == [2, 5]
    assert answers.lists[:, :4].tolist() == [[1, 2, 3, -1], [2, 3, -1, -1]]


def test_a_ranking_that_leaves_the_target_out_misses_it():
    items = tuple("abcd")
    short = Ranking(("d", "a"), {"behaviour": np.array([2, 1], dtype=np.float32)})
    answers = by_rankings([short, short, short], asked([0, 1, 0], seen=[np.array([3]), NONE, NONE]), items)
    assert answers.ranks.tolist() == [1, 5, 2]


@given(events, st.integers(0, 3))
def test_holding_out_keeps_the_beginning_of_every_history(told, n):
    whole = Interactions.of(told, "abcde")
    short = whole.without_last(n)
    assert short.users == whole.users
    assert len(short) == len(short.item) == short.starts[-1]
    for user in range(len(whole.users)):
        history = whole.history(user)
        assert short.history(user).tolist() == history[: max(0, len(history) - n)].tolist()


@given(events)
def test_histories_are_by_time_and_ties_by_the_order_of_writing(told):
    whole = Interactions.of(told, "abcde")
    for code, user in enumerate(whole.users):
        mine = sorted((event for event in told if event.user == user), key=lambda event: event.time)
        assert [whole.items[item] for item in whole.history(code)] == [event.item for event in mine]


def test_a_twin_of_something_seen_is_seen():
    catalogue = Catalogue.of([Item("a", "A", work="w"), Item("b", "B", work="w"), Item("c", "C"), Item("d", "D")])
    told = [Event("u", id, float(at)) for at, id in enumerate("acdb")]
    interactions = Interactions.of(told, sorted(catalogue))
    last = questions(interactions, catalogue, last=1)
    assert last.seen[0].tolist() == [0, 1, 2, 3]
    assert ranks(np.ones((1, 4), dtype=np.float32), last).tolist() == [5]
    validation = questions(interactions, catalogue, last=2)
    assert (validation.pasts[0].item.tolist(), validation.targets.tolist()) == ([0, 2], [3])


def test_intervals_hold_the_mean_are_seeded_and_shrink_with_more_people():
    values = np.random.default_rng(0).random(400)
    low, high = interval(values, seed=1)
    assert low < values.mean() < high
    assert interval(values, seed=1) == (low, high)
    small_low, small_high = interval(values[:40], seed=1)
    assert small_high - small_low > 2 * (high - low)
    assert difference(values, values, seed=0) == (0, 0, 0)
    gap, low, _ = difference(values + 0.1, values, seed=0)
    assert gap == pytest.approx(0.1)
    assert low == pytest.approx(0.1)
    with pytest.raises(ValueError, match="same users"):
        difference(values, values[:3], seed=0)


@pytest.fixture
def command(workspace, monkeypatch):
    """The command line in a copy of the small world, with the stand-ins it was made with."""
    for key in ("home", "embedder", "language"):
        monkeypatch.setenv(f"PENCHANT_{key.upper()}", str(getattr(workspace, key)))

    def run(*words):
        return CliRunner().invoke(application(), ["eval", "next-item", *words])

    return run


def test_the_table_has_a_row_for_each_contender_and_the_json_says_the_same(command, tmp_path):
    result = command("--json", str(tmp_path / "out" / "figures.json"))
    assert result.exit_code == 0, result.output
    told = json.loads((tmp_path / "out" / "figures.json").read_text())
    assert set(told) == {"protocol", "data", "seed", "rows", "metrics"}
    assert [row["name"] for row in told["rows"]] == [
        "random", "popularity", "recency", "trending", "beginnings", "counts", "ease", "text", "sequence",
        "sum", "sum-personal", "fused",
        "sequence-before-refit", "fused-before-refit",
    ]  # fmt: skip
    for row in told["rows"]:
        assert set(row["metrics"]) == {"ndcg@10", "hr@10", "mrr", "coverage@10", "fit_seconds"}
        assert row["n"] == 80
        for metric, low in row["low"].items():
            assert low <= row["metrics"][metric] <= row["high"][metric]
        assert row["name"].removesuffix("-before-refit") in result.output


def test_the_pipeline_is_judged_on_the_number_of_users_asked_for(command, tmp_path):
    file = tmp_path / "figures.json"
    assert command("--language", "3", "--json", str(file)).exit_code == 0
    rows = {row["name"]: row["n"] for row in json.loads(file.read_text())["rows"]}
    assert rows["pipeline-without-language"] == 3
    assert rows["pipeline"] == 3


def test_the_saved_table_is_shown_only_while_it_is_about_these_events(command, workspace):
    assert command().exit_code == 0
    kept = workspace.home / "eval" / "next-item.json"
    marked = Report.model_validate_json(kept.read_text())
    marked = marked.model_copy(update={"rows": [marked.rows[0].model_copy(update={"name": "kept"})]})
    marked.save(kept)
    assert "kept" in command("--saved").output
    with database(workspace.database_url) as engine, engine.begin() as connection:
        write_events(connection, [Event("1", "60", 2e9)])
    with pytest.raises(Stale, match="other events than the database holds now; run penchant train"):
        raise command("--saved").exception


def test_a_model_that_learned_from_its_targets_is_not_judged(command, workspace):
    models = workspace.models
    (models / "behaviour-judged").write_text((models / "behaviour-all").read_text())
    with pytest.raises(Stale, match="learned from the events it would be judged on; run penchant train"):
        raise command().exception


def test_every_contender_is_named_and_every_figure_whole_in_a_terminal_of_80_columns():
    metrics = {f"metric/number@{at}": at / 10 for at in range(9)}
    rows = [
        Row(name=name, n=12345, metrics=metrics, low=metrics, high=metrics, seconds=0, memory_mb=1234)
        for name in ("penchant", "a-name-of-some-length")
    ]
    console = Console(file=(screen := StringIO()), width=80)
    Report(protocol="How.", data="", seed=7, rows=rows, metrics={}).show(console)
    lines = screen.getvalue().splitlines()
    assert max(map(len, lines)) <= 80
    told = " ".join(lines)
    assert told.count("a-name-of-some-length") == told.count("12345") / 2 > 1
    assert all(f"NUMBER@{at}" in told and f"{at / 10:.3f}-{at / 10:.3f}" in told for at in range(9))
    assert told.count("seed 7") == told.count("How.") == 1
