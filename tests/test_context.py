"""What the moment adds, told apart by kinds: nothing else changes between the rows of the table."""

import csv
import gzip
import json
import random

import numpy as np
import pytest
from typer.testing import CliRunner

from eval.context import ablations, kinds_of, only, telling_all
from recommender.datasets.files import from_files
from recommender.events import Event
from recommender.interactions import Interactions
from recommender.plan import plan
from retrieval.command import application
from retrieval.domain import Inputs, read_domain
from retrieval.errors import Problem

PHONE = "Mozilla/5.0 (Linux; Android 6.0) AppleWebKit/537.36 Chrome/51 Mobile"
DESKTOP = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_11_2) Safari/601.3.9"
COLUMNS = ("timestamp", "eventType", "contentId", "personId", "sessionId", "userAgent", "userRegion", "userCountry")


def told(**context):
    events = [
        Event("u", "a", 1.0, "view", None, context),
        Event("u", "b", 2.0, "like", None, {name: f"other {value}" for name, value in context.items()}),
    ]
    inputs = Inputs(marks=("action", "value", "device"), asking=("hour", "weekday", "device"))
    return Interactions.of(events, ["a", "b"], inputs)


def test_each_kind_is_used_alone_and_left_out_alone():
    assert ablations(("time", "action", "device")) == {
        "items": (),
        "time": ("time",),
        "action": ("action",),
        "device": ("device",),
        "all": ("time", "action", "device"),
        "all-without-time": ("action", "device"),
        "all-without-action": ("time", "device"),
        "all-without-device": ("time", "action"),
    }
    # of two kinds all but one is the other alone
    assert [*ablations(("time", "value"))] == ["items", "time", "value", "all"]
    # of one kind there is nothing to leave out, and of none only the items
    assert ablations(("time",)) == {"items": (), "time": ("time",)}
    assert ablations(()) == {"items": ()}


def test_the_kinds_are_what_varies_and_the_clock_belongs_to_time():
    events = [Event("u", "a", 1.0, "view"), Event("u", "b", 7300.0, "like")]
    varied = Interactions.of(events, ["a", "b"], Inputs(marks=("action", "value", "device"), asking=("hour",)))
    assert set(varied.marks) == {"action", "hour"}
    assert kinds_of(varied) == ("time", "action")
    assert kinds_of(told(device="phone")) == ("time", "action", "device")
    alike = Interactions.of([Event("u", "a", 0.0), Event("u", "b", 1.0)], ["a", "b"], timed=False)
    assert kinds_of(alike) == ()


@pytest.mark.parametrize(
    ("kinds", "marks", "asking", "time"),
    [
        ((), (), (), False),
        (("time",), (), ("hour", "weekday"), True),
        (("device",), ("device",), ("device",), False),
        (("action",), ("action",), (), False),
        (("time", "device"), ("device",), ("hour", "weekday", "device"), True),
    ],
)
def test_only_these_kinds_are_read_and_the_events_stay(kinds, marks, asking, time):
    whole = told(device="phone")
    used = only(whole, kinds)
    assert (used.inputs.marks, used.inputs.asking, used.inputs.time) == (marks, asking, time)
    assert (used.item.tolist(), used.time.tolist()) == (whole.item.tolist(), whole.time.tolist())
    shape = plan(used).shape
    assert set(shape.marks) == set(marks) & set(whole.marks)
    assert set(shape.asking) == set(asking) & set(whole.marks)
    assert shape.time == time
    past = used.past(0, 1)
    assert set(past.marks) == set(shape.marks)
    assert set(past.asking) == set(shape.asking)


def written(path, agents=(PHONE, DESKTOP), regions=("SP", "MG"), types=("VIEW", "LIKE")):
    """Sixty readers of thirty articles in turn, with the columns of an article-sharing platform."""
    dice, rows = random.Random(0), []
    for person in range(60):
        begin, read = dice.randrange(80_000), dice.sample(range(30), 6)
        for step, article in enumerate(read):
            mine = (
                dice.choice(types),
                f"a{article}",
                f"r{person}",
                "s",
                dice.choice(agents),
                dice.choice(regions),
                "BR",
            )
            rows.append((1_460_000_000 + begin + 3600 * step, *mine))
    with gzip.open(path, "wt", newline="") as file:
        csv.writer(file).writerows([COLUMNS, *rows])
    return path


def test_the_command_tells_each_kind_apart_on_the_log_of_an_article_platform(tmp_path):
    log = written(tmp_path / "log.csv.gz", regions=("SP",), types=("VIEW",))  # these two do not vary: no kinds
    command = ["eval", "context", "--data", str(log), "--domain", "articles"]
    result = CliRunner().invoke(application(), [*command, "--json", str(tmp_path / "told.json")])
    assert result.exit_code == 0, result.output
    report = json.loads((tmp_path / "told.json").read_text())
    kinds = ("time", "device")
    models = [*ablations(kinds)]
    assert [row["name"] for row in report["rows"]] == [
        name for model in models for name in (model, f"{model}/fused", *(["recency"] if model == "items" else []))
    ]
    assert len({row["n"] for row in report["rows"]}) == 1  # all are asked the same
    gains = report["metrics"]["gains on items alone"]
    assert set(gains) == {name for model in models[1:] for name in (model, f"{model}/fused")}
    assert set(report["metrics"]["all against all but one"]) == set(kinds)
    assert "all gains" in result.output
    assert report["protocol"].startswith("global temporal split")


def test_of_a_user_agent_no_more_is_read_than_the_kind_of_device(tmp_path):
    domain = telling_all(read_domain("articles"))
    interactions, _ = from_files(written(tmp_path / "log.csv.gz"), None, 0, domain)
    assert set(interactions.scales["device"].names) == {"phone", "desktop"}
    assert interactions.timed
    assert np.ptp(interactions.time) > 3600


def test_a_file_without_context_is_said(tmp_path):
    (tmp_path / "log.txt").write_text("u a b c\nv b c a\n")
    command = ["eval", "context", "--data", str(tmp_path / "log.txt")]
    with pytest.raises(Problem, match=r"log.txt has no context: name its columns in a domain"):
        raise CliRunner().invoke(application(), command).exception
