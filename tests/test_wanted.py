"""The next item of a wanted type: the next purchase rather than the next view."""

import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from kinship import kinship
from rich.console import Console
from typer.testing import CliRunner

from recommender.batch import batches
from recommender.checkpoint import sequence_scores
from recommender.content import Reader, Reading
from recommender.counts import Counting, faded, paired, transitions
from recommender.ease import Easing, ease
from recommender.events import Event
from recommender.holdout import asked, leave_one_out, ranks, temporal
from recommender.interactions import Interactions
from recommender.learner import Learner, Training
from recommender.newcomers import Newcomers
from recommender.plan import plan
from recommender.significance import difference
from recommender.train import train
from recommender.training import Way, choose
from retrieval.catalogue import Catalogue
from retrieval.command import application
from retrieval.domain import Inputs, read_domain
from retrieval.errors import Problem
from retrieval.items import Item
from retrieval.ranking import Known, Moment

QUIET = Console(quiet=True)
BUYS = Inputs(marks=("action",), asking=("action",), wanted="buy")


def shop(people, inputs=BUYS):
    world = kinship(people)
    return world, Catalogue.of(world.items), Interactions.of(world.events, [item.id for item in world.items], inputs)


def test_kinship_shows_in_what_people_look_at_though_nobody_buys_what_another_bought():
    world, catalogue, told = shop(80)
    learns = np.array([int(user.split("-")[1]) < 40 for user in told.users])
    known = told.where(learns[told.owner])
    test = asked(told, catalogue, told.starts[1:][~learns] - 1)
    n, buy = len(told.items), told.scales["action"].codes(["buy"])[0]
    assert (told.marks["action"][told.starts[test.users + 1] - 1] == buy).all()

    reader = Reader.of(world.items, Reading(), 0)
    rows = reader.content(world.items)
    words = torch.from_numpy(reader.directions(rows))
    new = Newcomers.of(rows, np.bincount(known.item, minlength=n) > 0)
    shape = replace(plan(known).shape, words=words.shape[1], width=32, unknown=0.3, dropout=0.2)
    model = train(known, shape, Training(epochs=10, batch=8, rate=1e-2), QUIET, None, words, new).model

    bought = known.where(known.marks["action"] == buy)
    baskets = faded([one.item[one.marks["action"] == buy] for one in test.pasts], n, 1.0)
    counts = transitions(paired(bought, Counting()), Counting())
    profiles = faded([one.item for one in test.pasts], n, 0.6) @ rows
    scores = {
        "asked": sequence_scores(model, test.pasts),
        "unasked": sequence_scores(model, [one.unasked() for one in test.pasts]),
        "co-purchases": (baskets @ counts).toarray(),
        "ease of purchases": baskets @ ease(bought.histories(), n, Easing()),
        "text": (profiles @ rows.T).toarray(),
    }
    dice = np.random.default_rng(0).random((len(test), n)) * 1e-6  # who cannot tell items apart guesses
    place = {name: ranks((of + dice).astype(np.float32), test) / n for name, of in scores.items()}
    off = 3 * 0.29 / np.sqrt(len(test))  # three standard errors of a mean of places that are drawn
    for guessing in ("co-purchases", "ease of purchases", "text"):
        assert abs(place[guessing].mean() - 0.5) < off, guessing
    assert place["asked"].mean() < 0.2  # who knows the rule knows that it is one of a fifth
    assert difference(place["unasked"], place["asked"], seed=0)[1] > 0.02

    def first(of):
        open_to = of.copy()
        for row, codes in enumerate(test.seen):
            open_to[row, codes] = -np.inf
        best = np.argsort(-open_to, axis=1)[:, :10]
        return np.mean(
            [
                [told.items[at] in world.goods[told.users[u]] for at in top]
                for u, top in zip(test.users, best, strict=True)
            ]
        )

    assert first(scores["asked"]) > 0.8  # goods of the own group
    assert first(scores["unasked"]) < 0.6  # others were looked at more


def test_only_events_of_the_wanted_action_are_asked_for():
    _, catalogue, told = shop(15)
    for split in (leave_one_out(told, catalogue), temporal(told, catalogue)):
        assert "asked only where that event is a 'buy'" in split.protocol
        for questions in (split.validation, split.test):
            assert len(questions)
            assert all(told.items[code].startswith("good") for code in questions.targets)
            buy = told.scales["action"].codes(["buy"])[0]
            assert {one.asking["action"] for one in questions.pasts} == {buy}
    _, _, anything = shop(15, BUYS.model_copy(update={"wanted": ""}))
    every = leave_one_out(anything, catalogue).test
    assert len(every) == len(told.users)
    assert all("action" not in one.asking for one in every.pasts)


def test_an_event_that_counts_nothing_is_no_target():
    _, _, told = shop(3, BUYS.model_copy(update={"weights": {"view": 0.0}}))
    _, _, alike = shop(3)
    buy = told.scales["action"].codes(["buy"])[0]
    batch = next(batches(told, 50, 100, np.random.default_rng(0)))
    bought = replace(batch, expected=batch.expected & (batch.marks["action"] == buy))

    def loss(interactions, batch):
        learner = Learner(interactions, replace(plan(interactions).shape, dropout=0.0), Training(), None, None)
        learner.model.eval()
        return learner.wrong(batch).item()

    assert loss(told, batch) == pytest.approx(loss(alike, bought), rel=1e-3)
    assert loss(told, batch) != pytest.approx(loss(alike, batch), rel=1e-3)


def test_who_asks_for_an_action_gets_that_and_not_the_one_wanted_elsewhere():
    _, catalogue, told = shop(15)
    split = leave_one_out(told, catalogue)
    checkpoint = choose(split, catalogue, plan(split.learning, epochs=1), Way(QUIET))

    def action(*marks):
        code = checkpoint.past(Known(("look0-1",), now=Moment(None, marks))).asking["action"]
        return checkpoint.scales["action"].value(code)

    assert action() == "buy"
    assert action(("action", "view")) == "view"
    with pytest.raises(Problem, match="nobody can be asked for a 'rent': the actions learned from are buy, view"):
        action(("action", "rent"))
    one = split.test.pasts[0]
    assert checkpoint.past(told.known(one)).asking == one.asking


def test_an_action_nobody_can_be_asked_for_is_told_at_once(tmp_path):
    with pytest.raises(Problem, match="no event has the action 'rent' that is wanted; there are buy, view"):
        shop(2, BUYS.wanting("rent"))
    domain = tmp_path / "shop.toml"
    lines = [
        'name = "shop"',
        'noun = "good"',
        'plural = "goods"',
        'did = "saw"',
        'prompt = ""',
        'wish = ""',
        'next = ""',
    ]
    domain.write_text("\n".join([*lines, "[inputs]", 'wanted = "buy"']))
    with pytest.raises(Problem, match='inputs: wanted = "buy" needs "action" in asking'):
        read_domain(str(domain))
    events = [
        Event(f"u{user}", f"i{at}", float(at), "buy" if at < 3 else "view") for user in range(3) for at in range(5)
    ]
    ids = [f"i{at}" for at in range(5)]
    catalogue = Catalogue.of(Item(id, "") for id in ids)
    split = leave_one_out(Interactions.of(events, ids, BUYS), catalogue)
    with pytest.raises(Problem, match="no event to choose on is a 'buy', which is wanted"):
        choose(split, catalogue, plan(split.learning, epochs=1), Way(QUIET))


def test_the_command_asks_with_and_without_telling_what_is_wanted(tmp_path, monkeypatch):
    monkeypatch.setenv("PENCHANT_HOME", str(tmp_path / "home"))
    world = kinship(15)
    data, items, out = tmp_path / "shop.csv", tmp_path / "items.jsonl", tmp_path / "out.json"
    data.write_text(
        "\n".join(["user,item,time,action", *(f"{e.user},{e.item},{e.time},{e.action}" for e in world.events)])
    )
    items.write_text("\n".join(json.dumps({"id": item.id, "title": item.title}) for item in world.items))
    command = ["eval", "next-item", "--data", str(data), "--items", str(items)]

    def run(*words):
        return CliRunner().invoke(application(), [*command, *words])

    result = run("--wanted", "buy", "--json", str(out))
    assert result.exit_code == 0, result.output
    told = json.loads(out.read_text())
    rows = {row["name"]: row["n"] for row in told["rows"]}
    assert rows["sequence"] == rows["sequence-unasked"] == rows["fused-unasked"] < 60
    assert set(told["metrics"]["sequence-minus-unasked"]) == {"ndcg@10", "low", "high"}
    assert "'buy'" in told["protocol"]
    assert str(run("--wanted", "rent").exception).endswith("there are buy, view")
    assert CliRunner().invoke(application(), ["eval", "next-item", "--wanted", "buy"]).exit_code == 2
