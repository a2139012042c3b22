"""Peers answer through plain files, are judged as we are, and one that cannot is skipped and says why."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console
from test_files import written
from typer.testing import CliRunner

from eval.metrics import ndcg
from eval.peers import contenders
from eval.peers.children import run
from eval.peers.contenders import Peer, chosen
from eval.peers.environments import DONE, environment
from eval.peers.exchange import read_answer, write_task
from eval.peers.plot import front, plot
from eval.report import Report, Row
from recommender.datasets.files import from_files
from recommender.holdout import questions
from retrieval.command import application
from retrieval.errors import Problem

QUIET = Console(quiet=True)
POPULAR = Path(__file__).with_name("popular_peer.py")


@pytest.fixture
def file(tmp_path):
    return written(tmp_path / "world.txt", lambda id: id)


@pytest.fixture
def task(file, tmp_path):
    """A written task, with the questions it asks and the events it comes from."""
    interactions, catalogue = from_files(file, None, seed=0)
    asked = questions(interactions, catalogue, last=1)
    write_task(tmp_path / "task", interactions, asked, seconds=5, threads=1)
    return tmp_path / "task", asked, interactions


def test_a_peer_is_told_everything_but_the_last_events(task):
    folder, asked, interactions = task
    user, item = np.load(folder / "user.npy"), np.load(folder / "item.npy")
    for code, history, target in zip(asked.users, [one.item for one in asked.pasts], asked.targets, strict=True):
        assert item[user == code].tolist() == history.tolist()
        assert target not in item[user == code]
    assert len(item) == len(interactions) - len(interactions.users)
    told = json.loads((folder / "task.json").read_text())
    assert told == {"items": 30, "timed": False, "seconds": 5, "threads": 1, "top": 30}


def answer(folder, lists, scores, **changed):
    np.save(folder / "lists.npy", lists)
    np.save(folder / "scores.npy", scores)
    told = {"fit_seconds": 1.0, "ask_seconds": 0.1, "memory_mb": 10.0, "settings": "none", **changed}
    (folder / "told.json").write_text(json.dumps(told))


def test_lists_in_any_order_are_judged_by_their_scores_and_what_was_seen_is_passed_over(task):
    folder, asked, _ = task
    n = len(asked)
    seen = np.array([one.item[0] for one in asked.pasts])
    lists = np.stack([asked.targets, seen, np.full(n, -1)], axis=1)
    answer(folder, lists, np.tile(np.array([1.0, 9.0, 99.0], dtype=np.float32), (n, 1)))
    answers, told = read_answer(folder, asked, 30)
    assert answers.ranks.tolist() == [1] * n
    assert told.memory_mb == 10
    answer(folder, lists[:, 1:], np.ones((n, 2), dtype=np.float32))
    assert read_answer(folder, asked, 30)[0].ranks.tolist() == [31] * n


@pytest.mark.parametrize(
    ("lists", "scores", "changed", "wrong"),
    [
        (np.zeros((3, 2), dtype=np.int64), np.zeros((3, 2)), {}, "shapes .* for 120 users"),
        (np.full((120, 2), 30), np.zeros((120, 2)), {}, "none of the codes 0 to 29"),
        (np.zeros((120, 2), dtype=np.int64), np.full((120, 2), np.nan), {}, "scores that are no numbers"),
        (np.zeros((120, 2), dtype=np.int64), np.zeros((120, 2)), {"fit_seconds": "long"}, "cannot be read"),
    ],
)
def test_an_answer_of_another_form_is_refused(task, lists, scores, changed, wrong):
    folder, asked, _ = task
    answer(folder, lists, scores, **changed)
    with pytest.raises(Problem, match=wrong):
        read_answer(folder, asked, 30)


def test_no_answer_is_a_problem(task):
    folder, asked, _ = task
    with pytest.raises(Problem, match="its answer cannot be read"):
        read_answer(folder, asked, 30)


@pytest.fixture
def popular(monkeypatch):
    """Two peers run by our own Python: one that recommends what is popular, and one that breaks."""
    monkeypatch.setattr("eval.peers.side_by_side.environment", lambda home, name, console: Path(sys.executable))
    peers = {"popular": Peer("none", POPULAR), "broken": Peer("none", POPULAR, ("break",))}
    monkeypatch.setattr(contenders, "PEERS", peers)


def test_the_report_has_ours_and_theirs_and_says_who_was_skipped(popular, file, tmp_path, monkeypatch):
    monkeypatch.setenv("PENCHANT_HOME", str(tmp_path / "home"))
    told, picture = tmp_path / "out" / "peers.json", tmp_path / "out" / "peers.png"
    words = ["eval", "peers", "--data", str(file), "--json", str(told), "--plot", str(picture)]
    result = CliRunner().invoke(application(), words)
    assert result.exit_code == 0, result.output
    report = Report.model_validate_json(told.read_text())
    rows = {row.name: row for row in report.rows}
    assert list(rows) == ["penchant-counts", "penchant-ease", "penchant-sequence", "penchant-fused", "popular"]
    assert all(row.metrics["fit_seconds"] >= 0 for row in report.rows)
    interactions, catalogue = from_files(file, None, seed=0)
    asked = questions(interactions, catalogue, last=1)
    counts = np.bincount(interactions.without_last(1).item, minlength=30).astype(np.float32)
    places = [
        1 + sum(counts[other] >= counts[target] for other in set(range(30)) - {target, *seen.tolist()})
        for seen, target in zip(asked.seen, asked.targets, strict=True)
    ]
    assert rows["popular"].metrics["ndcg@10"] == pytest.approx(ndcg(np.array(places), 10).mean())
    assert report.metrics["seconds_for_peers"] == pytest.approx(rows["penchant-fused"].metrics["fit_seconds"], abs=0.1)
    assert report.metrics["settings"] == {"popular": "none"}
    assert report.metrics["fused-minus"]["popular"]["low"] > 0
    assert "it breaks" in report.metrics["skipped"]["broken"]
    assert "skipped broken: it breaks" in result.stdout
    assert "penchant-fused minus popular: +" in result.stdout
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_an_environment_that_cannot_be_made_says_so_and_is_not_taken_for_made(tmp_path):
    (tmp_path / "wrong.txt").write_text("--no-index\nno-such-thing==1\n")
    for _ in range(2):
        with pytest.raises(Problem, match=r"wrong cannot be installed: .*no-such-thing"):
            environment(tmp_path / "home", "wrong", QUIET, tmp_path)
    assert not (tmp_path / "home" / "wrong" / DONE).exists()


def test_an_environment_is_made_once_and_again_when_its_requirements_change(tmp_path):
    (tmp_path / "few.txt").write_text("# none\n")
    python = environment(tmp_path / "home", "few", QUIET, tmp_path)
    made = (python.parent.parent / DONE).stat().st_mtime_ns
    assert environment(tmp_path / "home", "few", QUIET, tmp_path) == python
    assert (python.parent.parent / DONE).stat().st_mtime_ns == made
    (tmp_path / "few.txt").write_text("# none at all\n")
    environment(tmp_path / "home", "few", QUIET, tmp_path)
    assert (python.parent.parent / DONE).stat().st_mtime_ns > made


def test_a_peer_that_takes_too_long_is_ended(tmp_path):
    with pytest.raises(Problem, match="longer than 1 s"):
        run([sys.executable, "-c", "import time; time.sleep(60)"], tmp_path / "log", threads=1, seconds=0.6)


def test_ctrl_c_ends_the_peer_too(tmp_path):
    mark = tmp_path / "pid"
    inner = f"import os, time; open({str(mark)!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    code = (
        "import sys\nfrom pathlib import Path\nfrom eval.peers.children import run\n"
        f"run([sys.executable, '-c', {inner!r}], Path({str(tmp_path / 'log')!r}), threads=1)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE) as ours:
        try:
            until = time.monotonic() + 60
            while not (mark.exists() and mark.read_text()) and time.monotonic() < until:
                time.sleep(0.05)
            ours.send_signal(signal.SIGINT)
            assert b"KeyboardInterrupt" in ours.communicate(timeout=60)[1]
        finally:
            ours.kill()
    with pytest.raises(ProcessLookupError):
        os.kill(int(mark.read_text()), 0)


def test_a_peer_that_there_is_not_is_named_with_the_nearest():
    with pytest.raises(Problem, match=r"no peer 'rectools-sasrek'; did you mean 'rectools-sasrec'"):
        chosen("rectools-sasrek")
    with pytest.raises(Problem, match="names none; known: rectools-sasrec"):
        chosen(",")
    assert list(chosen("implicit-als, implicit-knn")) == ["implicit-als", "implicit-knn"]
    for peer in chosen(None).values():
        assert peer.script.exists()


def test_a_place_that_cannot_be_written_is_known_before_the_work(file, tmp_path):
    (tmp_path / "taken").write_text("")
    for words in (["--json", str(tmp_path)], ["--json", "x.json", "--plot", str(tmp_path / "taken" / "x.png")]):
        result = CliRunner().invoke(application(), ["eval", "peers", "--data", str(file), *words])
        with pytest.raises(Problem, match="cannot be written"):
            raise result.exception


def test_seconds_below_one_are_refused(file):
    words = ["eval", "peers", "--data", str(file), "--json", "x.json", "--seconds", "0"]
    assert CliRunner().invoke(application(), words).exit_code == 2


def row(name, seconds, value):
    metrics = {"fit_seconds": seconds, "ndcg@10": value}
    return Row(name=name, n=9, metrics=metrics, low={"ndcg@10": 0}, high={"ndcg@10": 1}, seconds=0, memory_mb=0)


def test_the_front_is_what_nothing_quicker_beats(tmp_path):
    rows = [row("slow", 9, 0.3), row("quick", 1, 0.2), row("beaten", 2, 0.1), row("equal", 3, 0.2)]
    assert [one.name for one in front(rows)] == ["quick", "slow"]
    report = Report(
        protocol="", data="", seed=0, rows=rows, metrics={"threads": 1, "file": "f", "catalogue": 3, "skipped": {}}
    )
    (tmp_path / "taken").write_text("")
    with pytest.raises(Problem, match="cannot be written"):
        plot(report, tmp_path / "taken" / "x.png")
