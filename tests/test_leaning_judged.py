"""What soft wishes and remembered tastes may weigh, as the command tells it."""

import json
from importlib.resources import files

import numpy as np
import pytest
from films import films
from typer.testing import CliRunner

from eval.leaning import FIRST, KINDS, POINTS, commonest, drawn, leaning
from eval.report import Row
from retrieval.catalogue import Catalogue
from retrieval.command import application
from retrieval.domain import Weights, read_domain
from retrieval.filtering.where import Where
from retrieval.items import Item

CATALOGUE = Catalogue.of(films())


def test_a_wish_is_true_of_what_came_next_and_a_mistaken_one_often():
    dice = np.random.default_rng(0)
    alien = CATALOGUE["1"]
    wishes = [drawn("wished", alien, CATALOGUE, dice)[0] for _ in range(50)]
    assert all(wish.removes(alien) is None for wish in wishes)
    assert {bool(wish.ranges) for wish in wishes} == {True, False}  # decades and values
    wrong = [drawn("mistaken", alien, CATALOGUE, dice)[0].removes(alien) is not None for _ in range(200)]
    assert 0 < np.mean(wrong) < 0.25 + 0.1


def test_an_item_of_which_nothing_is_known_is_no_wish():
    assert drawn("wished", Item("x", "X"), CATALOGUE, np.random.default_rng(0)) == (Where(), "")
    assert commonest(CATALOGUE, ()) == (Where(), "")


def test_what_somebody_likes_is_what_their_history_has_more_of_than_the_catalogue():
    musicals = [id for id, item in CATALOGUE.items() if "Musical" in item.facet("genre")]
    where, _ = commonest(CATALOGUE, musicals)
    assert where.asked("genre") == {"Musical"}


def test_the_command_tells_every_weight_and_what_the_best_one_gains(workspace, tmp_path, monkeypatch):
    monkeypatch.setenv("PENCHANT_HOME", str(workspace.home))
    for name in ("embedder", "language", "index"):
        monkeypatch.setenv(f"PENCHANT_{name.upper()}", getattr(workspace, name))
    out = tmp_path / "out.json"
    words = ["eval", "leaning", "--people", "12", "--json", str(out)]
    result = CliRunner().invoke(application(), words, catch_exceptions=False)
    assert result.exit_code == 0
    told = json.loads(out.read_text())
    rows = {row["name"]: Row(**row) for row in told["rows"]}
    assert set(rows) == {f"{kind} {point:g}" for kind in KINDS for point in POINTS}
    for kind in KINDS:
        shares = [rows[f"{kind} {point:g}"].metrics[f"share@{FIRST}"] for point in POINTS]
        assert shares[-1] > shares[0]  # what weighs more is satisfied more often
        assert told["metrics"][kind]["best on second-last"] in POINTS
    assert told["metrics"]["wished"]["true"] == 1
    assert told["metrics"]["remembered"]["now"] == pytest.approx(Weights().remembered)
    assert "best on the second-last events" in result.output


def test_what_stands_now_is_what_the_domain_says(workspace, tmp_path):
    own = read_domain("movies")
    file = tmp_path / "mine.toml"
    shipped = files("retrieval").joinpath("domains", "movies.toml").read_text(encoding="utf-8")
    file.write_text(shipped.replace("[weights]", "[weights]\nwished = 3.0\nremembered = 0.5"))
    assert own.weights.wished != 3.0
    out = tmp_path / "out.json"
    leaning(workspace.model_copy(update={"domain": str(file)}), 6, out, 0)
    told = json.loads(out.read_text())
    assert {kind: told["metrics"][kind]["now"] for kind in KINDS} == {"wished": 3.0, "mistaken": 3.0, "remembered": 0.5}
    names = [row["name"] for row in told["rows"]]
    assert names == [
        *(f"{kind} {point:g}" for kind in ("wished", "mistaken") for point in sorted({*POINTS, 3.0})),
        *(f"remembered {point:g}" for point in POINTS),
    ]
