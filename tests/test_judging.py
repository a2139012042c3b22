"""`penchant eval next-item` on files: by the last event or by time, with one seed or several."""

import csv
import json
import random

import pytest
from typer.testing import CliRunner

from recommender.holdout import LEAVE_ONE_OUT, TEMPORAL
from retrieval.command import application
from retrieval.errors import Problem


@pytest.fixture
def file(tmp_path):
    """Sixty people who come one after the other, and do six of twenty things each."""
    dice = random.Random(0)
    with (tmp_path / "log.csv").open("w", newline="") as opened:
        rows = csv.writer(opened)
        rows.writerow(["user", "item", "time"])
        for user in range(60):
            begin = dice.randrange(1000)
            rows.writerows([f"u{user}", f"i{at}", begin + 100 * n] for n, at in enumerate(dice.sample(range(20), 6)))
    return tmp_path / "log.csv"


def judged(file, *more):
    told = file.with_name("told.json")
    result = CliRunner().invoke(application(), ["eval", "next-item", "--data", str(file), "--json", str(told), *more])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return json.loads(told.read_text()), result.output


def test_a_split_by_time_is_named_and_asks_those_who_came_in_the_last_tenth(file):
    told, output = judged(file, "--split", "temporal")
    assert told["protocol"] == TEMPORAL != LEAVE_ONE_OUT
    rows = {row["name"]: row for row in told["rows"]}
    assert {"popularity", "recency", "fused", "fused-before-refit"} <= set(rows)
    assert {row["n"] for row in told["rows"]} < set(
        range(10, 37)
    )  # of 360 events the last 36 are asked for, one a user
    assert "global temporal split" in " ".join(output.split())


def test_with_seeds_each_row_is_the_mean_over_them_for_every_user(file):
    together, _ = judged(file, "--seeds", "2", "--seed", "5")
    apart = [judged(file, "--seeds", "1", "--seed", str(seed))[0] for seed in (5, 6)]
    # the models of each seed are fitted to one split and judged by one bench, whose own seed is the first
    first, both = ({row["name"]: row["metrics"]["ndcg@10"] for row in one["rows"]} for one in (apart[0], together))
    by_seed = together["metrics"]["fused-by-seed"]
    assert len(by_seed) == 2
    assert by_seed[0] == pytest.approx(first["fused"])
    assert both["fused"] == pytest.approx(sum(by_seed) / 2)
    assert by_seed[0] != by_seed[1]
    assert both["popularity"] == pytest.approx(first["popularity"])  # no seed in it
    assert len({row["n"] for row in together["rows"]}) == 1


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--split", "temporal"], "they need --data"),
        (["--seeds", "2"], "they need --data"),
        (["--items", "x.jsonl"], "--items says what is in --data, which is missing"),
        (["--users", "x.jsonl"], "--users says what is in --data, which is missing"),
        (["--domain", "articles"], "--domain says what is in --data, which is missing"),
        (["--data", "x.csv", "--split", "random"], "random"),
        (["--data", "x.csv", "--seeds", "0"], "seeds"),
    ],
)
def test_what_does_not_go_together_is_refused(words, says):
    result = CliRunner().invoke(application(), ["eval", "next-item", *words], env={"TERM": "dumb", "COLUMNS": "200"})
    assert result.exit_code == 2
    assert says in result.output


def test_a_file_without_times_is_not_split_by_time_and_one_that_is_not_there_is_named(tmp_path):
    (tmp_path / "log.txt").write_text("u a b c d\nv b c a d\nw a c d b\n")
    with pytest.raises(Problem, match="needs events with times"):
        judged(tmp_path / "log.txt", "--split", "temporal")
    with pytest.raises(Problem, match=r"gone\.csv"):
        judged(tmp_path / "gone.csv")
    (tmp_path / "few.txt").write_text("u a b\nv b c\n")
    with pytest.raises(Problem, match=r"no user has more than 2 events"):
        judged(tmp_path / "few.txt")
