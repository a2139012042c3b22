"""A model begun with what another catalogue taught, beside a fresh one."""

import json

import numpy as np
import pytest
from typer.testing import CliRunner
from world import world

from eval.transfer import scarce
from recommender.holdout import questions
from recommender.interactions import Interactions
from retrieval.catalogue import Catalogue
from retrieval.command import application
from retrieval.errors import Problem


def told(people=60):
    of = world(0.9, people=people)
    catalogue = Catalogue.of(of.items)
    return Interactions.of(of.events, sorted(catalogue)), catalogue


@pytest.fixture
def files(tmp_path, monkeypatch):
    monkeypatch.setenv("PENCHANT_HOME", str(tmp_path / "home"))
    for name, seed in (("first", 0), ("second", 1)):
        of = world(0.9, items=30, people=60, length=6, seed=seed)
        histories: dict[str, list[str]] = {}
        for event in of.events:
            histories.setdefault(event.user, []).append(event.item)
        (tmp_path / f"{name}.txt").write_text("\n".join(" ".join([user, *ids]) for user, ids in histories.items()))
        lines = [json.dumps({"id": item.id, "title": f"kind{at % 5} {item.title}"}) for at, item in enumerate(of.items)]
        (tmp_path / f"{name}.jsonl").write_text("\n".join(lines))
    return tmp_path


def command(files, *words):
    given = {"from-data": "first.txt", "from-items": "first.jsonl", "data": "second.txt", "items": "second.jsonl"}
    named = [word for name, file in given.items() for word in (f"--{name}", str(files / file))]
    return CliRunner().invoke(application(), ["eval", "transfer", *named, *words])


@pytest.mark.parametrize("share", [0.1, 0.5, 1.0])
def test_no_more_is_learned_from_than_the_share_and_everybody_is_asked(share):
    interactions, catalogue = told()
    split = scarce(interactions, catalogue, share, seed=0)
    users = np.flatnonzero(np.diff(split.known.starts))
    events = len(split.known) + len(users)  # with the last ones, which are kept for the test
    assert events == pytest.approx(share * len(interactions), abs=10)
    for user in users:
        assert split.known.history(user).tolist() == interactions.history(user)[:-1].tolist()
    assert set(split.validation.users) == set(users)
    everybody = questions(interactions, catalogue, 1)
    assert split.test.targets.tolist() == everybody.targets.tolist()
    assert [len(one) for one in split.test.pasts] == [len(one) for one in everybody.pasts]


def test_who_is_drawn_depends_on_the_seed():
    interactions, catalogue = told()
    one, same, other = (scarce(interactions, catalogue, 0.2, seed).known for seed in (0, 0, 1))
    assert one.fingerprint() == same.fingerprint() != other.fingerprint()


def test_the_command_puts_the_begun_model_beside_the_fresh_one(files):
    out = files / "out.json"
    result = command(files, "--share", "0.5", "--json", str(out))
    assert result.exit_code == 0, result.output
    figures = json.loads(out.read_text())
    rows = {row["name"]: row for row in figures["rows"]}
    assert list(rows) == ["fresh/sequence", "fresh/fused", "begun/sequence", "begun/fused"]
    assert {row["n"] for row in rows.values()} == {60}
    metrics = figures["metrics"]
    assert (metrics["users drawn"], metrics["events drawn"], metrics["events in all"]) == ([30], [180], 360)
    for part in ("sequence", "fused"):
        gap = metrics[f"{part}: begun-minus-fresh"]
        gain = rows[f"begun/{part}"]["metrics"]["ndcg@10"] - rows[f"fresh/{part}"]["metrics"]["ndcg@10"]
        assert gap["ndcg@10"] == pytest.approx(gain)
        assert gap["low"] <= gain <= gap["high"]
    assert rows["begun/sequence"]["metrics"] != rows["fresh/sequence"]["metrics"]
    assert "drawn by the seed" in figures["protocol"]


def test_with_several_seeds_each_user_has_the_mean_of_them(files):
    out, alone = files / "out.json", files / "alone.json"
    for json_, words in ((out, ["--seeds", "2"]), (alone, ["--seeds", "1"])):
        assert command(files, "--share", "0.5", "--json", str(json_), *words).exit_code == 0
    figures, one = (json.loads(file.read_text()) for file in (out, alone))
    assert figures["metrics"]["seeds"] == [0, 1]
    for row, lone in zip(figures["rows"], one["rows"], strict=True):
        by_seed = figures["metrics"][f"{row['name']} by seed"]
        assert row["metrics"]["ndcg@10"] == pytest.approx(sum(by_seed) / 2)
        assert by_seed[0] == pytest.approx(lone["metrics"]["ndcg@10"])
    assert len({row["name"] for row in figures["rows"]}) == 4


@pytest.mark.parametrize("share", ["0", "1.5", "-0.1"])
def test_what_is_no_share_is_refused(files, share):
    result = command(files, "--share", share)
    assert result.exit_code == 2
    assert "share of the events, above 0 and up to 1" in " ".join(result.output.replace("│", " ").split())


def test_a_share_without_anybody_to_learn_from_is_refused():
    of = world(0.9, people=4, length=2)
    catalogue = Catalogue.of(of.items)
    with pytest.raises(Problem, match=r"a share of 0.5 of the events holds no user with more than 2"):
        scarce(Interactions.of(of.events, sorted(catalogue)), catalogue, 0.5, seed=0)
