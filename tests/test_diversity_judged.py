"""What the dial costs, as the command tells it."""

import json

import numpy as np
import pytest
from typer.testing import CliRunner
from world import world

from eval.diversity import OTHERS, POINTS, Asked, Judged, World, careful, judge, within
from eval.report import Row
from retrieval.catalogue import Catalogue
from retrieval.command import application
from retrieval.items import Item
from retrieval.lists.calibration import shares
from retrieval.lists.dial import USUAL
from retrieval.space.embedding import normalised


@pytest.fixture
def synthetic():
    """Sixty items of five themes; each person's best are all of one theme, and so is what they want."""
    dice = np.random.default_rng(0)
    themes = normalised(np.repeat(np.eye(5), 12, axis=0) + dice.normal(scale=0.2, size=(60, 5)))
    items = tuple(f"i{at}" for at in range(60))
    catalogue = Catalogue.of(Item(id, "", facets={"theme": (str(at // 12),)}) for at, id in enumerate(items))
    scores, targets, codes = [], [], []
    for person in range(50):
        liked = dice.normal(size=60) + 3 * (np.arange(60) // 12 == person % 5)
        order = np.argsort(-liked)
        codes.append(order)
        scores.append(liked[order])
        targets.append(order[dice.choice(60, p=np.exp(liked[order]) / np.exp(liked).sum())])
    popular = np.linspace(0, 1, 60).astype(np.float32)
    histories = [(f"i{person % 5 * 12}",) for person in range(50)]
    asked = Asked(
        np.array(codes),
        np.array(scores, dtype=np.float32),
        np.array(targets),
        histories,
        [shares([catalogue[id] for id in history]) for history in histories],
    )
    return World(catalogue, items, themes, themes, popular, np.ones(60)), asked


def test_the_distance_rises_along_the_dial_and_at_0_the_list_is_the_best(synthetic):
    world, asked = synthetic
    told = judge(world, asked, {"dial": POINTS}, seed=0)
    distances = [told.mean(f"dial {point:g}", "distance") for point in POINTS]
    assert np.all(np.diff(distances) >= -0.02)  # chance decides for fifty people only
    assert distances[-1] > distances[0] + 0.3
    best = within(world.themes, asked.codes[:, :10])
    assert told.values["dial 0"]["distance"] == pytest.approx(best)
    assert told.mean("dial 1", "ndcg@10") < told.mean("dial 0", "ndcg@10")
    change = told.change("dial 1", "distance", seed=0)
    assert change["low"] < change["change"] < change["high"]


def test_the_point_is_named_before_the_first_that_costs_too_much():
    told = Judged()
    costs = dict.fromkeys(POINTS, 0.2) | {0.0: 1.0, 0.05: 1.01, 0.1: 0.995, 0.15: 0.98, 0.2: 1.0}
    for point, value in costs.items():
        told.values[f"dial {point:g}"] = {"ndcg@10": np.array([value])}
    assert careful(told) == 0.1


def test_an_empty_place_is_no_item():
    vectors = np.eye(3, dtype=np.float32)
    assert within(vectors, np.array([[0, 1, -1], [2, -1, -1]])) == pytest.approx([1.0, 1.0])


def test_the_command_tells_every_point_and_draws_the_curve(tmp_path, monkeypatch):
    monkeypatch.setenv("PENCHANT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PENCHANT_EMBEDDER", "hashing:")
    of = world(0.9, items=30, people=60, length=6)
    histories: dict[str, list[str]] = {}
    for event in of.events:
        histories.setdefault(event.user, []).append(event.item)
    (tmp_path / "data.txt").write_text("\n".join(" ".join([user, *ids]) for user, ids in histories.items()))
    lines = [json.dumps({"id": item.id, "title": f"kind{at % 5} {item.title}"}) for at, item in enumerate(of.items)]
    (tmp_path / "items.jsonl").write_text("\n".join(lines))
    words = ["--data", "data.txt", "--items", "items.jsonl", "--json", "out.json", "--plot", "curve.png"]
    words = [word if word.startswith("--") else str(tmp_path / word) for word in words]
    result = CliRunner().invoke(application(), ["eval", "diversity", *words, "--people", "40"], catch_exceptions=False)
    assert result.exit_code == 0
    told = json.loads((tmp_path / "out.json").read_text())
    rows = {row["name"]: Row(**row) for row in told["rows"]}
    assert set(rows) == {
        *(f"dial {point:g}" for point in POINTS),
        *(f"{way} {point:g}" for way in ("mmr", "dpp") for point in OTHERS),
    }
    for row in rows.values():
        assert row.n == 40
        assert {"ndcg@10", "distance", "words", "coverage@10", "popularity", "miscalibration", "novelty"} == set(
            row.metrics
        )
        assert all(row.low[name] <= row.metrics[name] <= row.high[name] for name in row.low)
    assert told["metrics"]["usual"] == USUAL
    assert rows["dial 1"].metrics["distance"] > rows["dial 0"].metrics["distance"]
    assert "at the usual" in result.output
    assert (tmp_path / "curve.png").read_bytes().startswith(b"\x89PNG")
