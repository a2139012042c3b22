"""Items nobody has touched and people nobody has met: neither leaves a trace in what was learned."""

import csv
import json
import random

import numpy as np
import pytest
from typer.testing import CliRunner

from eval.cold import FEW, cold_split, new_people
from recommender.events import Event
from recommender.holdout import temporal
from recommender.interactions import Interactions
from retrieval.catalogue import Catalogue
from retrieval.command import application
from retrieval.errors import Problem
from retrieval.items import Item

KINDS = ("red", "green", "blue", "white")
ITEMS = [Item(f"i{at:02}", f"{KINDS[at % 4]} thing") for at in range(24)]


def events(people=90, seed=0):
    """Each person keeps to one colour, and comes at a time of their own; a third comes back to what they had."""
    dice, found = random.Random(seed), []
    for person in range(people):
        mine = dice.sample([item.id for item in ITEMS[person % 4 :: 4]], k=dice.randint(2, 6))
        again = [mine[0]] if person % 3 == 0 else []
        found += [Event(f"p{person:02}", id, 1000.0 * person + at) for at, id in enumerate([*mine, *again])]
    return found


@pytest.fixture
def world():
    catalogue = Catalogue.of(ITEMS)
    return Interactions.of(events(), sorted(catalogue)), catalogue


@pytest.mark.parametrize("seed", range(5))
def test_items_held_out_have_no_event_in_what_is_known_and_are_asked_for(world, seed):
    interactions, catalogue = world
    split = cold_split(interactions, catalogue, 0.1, seed)
    for known, questions in ((split.known, split.test), (split.learning, split.validation)):
        cold = np.flatnonzero(np.bincount(known.item, minlength=len(ITEMS)) == 0)
        assert set(questions.targets.tolist()) <= set(cold.tolist())
        assert len(set(questions.users.tolist())) == len(questions) > 0
        for past, target in zip(questions.pasts, questions.targets.tolist(), strict=True):
            assert len(past)
            assert target not in past.item
    tested, chosen = set(split.test.targets.tolist()), set(split.validation.targets.tolist())
    assert not tested & chosen
    for asked in (split.test, split.validation):
        assert not tested & set(np.concatenate([past.item for past in asked.pasts]).tolist())
    assert not chosen & set(np.concatenate([past.item for past in split.validation.pasts]).tolist())
    assert not (tested | chosen) & set(split.learning.item.tolist())


def test_people_are_asked_for_the_last_cold_item_after_what_they_did_before_it(world):
    interactions, catalogue = world
    split = cold_split(interactions, catalogue, 0.1, 0)
    tested = set(split.test.targets.tolist())
    for user, past, target in zip(split.test.users.tolist(), split.test.pasts, split.test.targets, strict=True):
        history = interactions.history(user).tolist()
        last = max(at for at, item in enumerate(history) if item in tested)
        assert target == history[last]
        assert past.item.tolist() == [item for item in history[:last] if item not in tested]
        assert split.known.history(user).tolist() == past.item.tolist()  # nothing of what came after
        assert past.now == interactions.time[interactions.starts[user] + last]


def test_a_share_that_nobody_came_to_is_said(world):
    _, catalogue = world
    single = Interactions.of([Event(f"p{at}", item.id, 1.0) for at, item in enumerate(ITEMS)], sorted(catalogue))
    with pytest.raises(Problem, match=r"a share of 0.1 holds out items that nobody came to after others"):
        cold_split(single, catalogue, 0.1, 0)


def test_new_people_are_those_of_whom_nothing_was_learned(world):
    interactions, catalogue = world
    split = temporal(interactions, catalogue)
    known = {split.known.users[user] for user in set(split.known.owner.tolist())}
    asked = new_people(interactions, catalogue, split)
    assert list(asked) == list(range(FEW + 1))
    newcomers = {interactions.users[user] for user in asked[0].users.tolist()}
    assert newcomers == set(interactions.users) - known
    for n, questions in asked.items():
        assert {interactions.users[user] for user in questions.users.tolist()} <= newcomers
        for user, past, target in zip(questions.users.tolist(), questions.pasts, questions.targets, strict=True):
            assert past.item.tolist() == interactions.history(user)[:n].tolist()
            assert target == interactions.history(user)[n]
            assert target not in past.item  # coming back to something is no question
    lengths = {user: len(interactions.history(user)) for user in asked[0].users.tolist()}
    fresh = {u: len(set(interactions.history(u).tolist())) for u in lengths}
    assert sum(len(one) for one in asked.values()) == sum(min(FEW + 1, length) for length in fresh.values())


def written(folder, timed):
    if timed:
        with (folder / "log.csv").open("w", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(["user", "item", "time"])
            rows.writerows([event.user, event.item, event.time] for event in events())
    else:
        histories = {}
        for event in events():
            histories.setdefault(event.user, []).append(event.item)
        lines = [f"{user} {' '.join(items)}\n" for user, items in histories.items()]
        (folder / "log.txt").write_text("".join(lines))
    with (folder / "items.jsonl").open("w") as file:
        file.writelines(json.dumps({"id": item.id, "title": item.title}) + "\n" for item in ITEMS)
    # what is known of a person is the colour they keep to
    people = [{"id": f"p{at:02}", "gender": KINDS[at % 4]} for at in range(90)]
    (folder / "people.jsonl").write_text("".join(json.dumps(one) + "\n" for one in people))
    return folder / ("log.csv" if timed else "log.txt")


def judged(folder, timed, *more):
    data = written(folder, timed)
    command = ["eval", "cold", "--data", str(data), "--items", str(folder / "items.jsonl")]
    result = CliRunner().invoke(application(), [*command, "--json", str(folder / "told.json"), *more])
    assert result.exit_code == 0, result.output
    return json.loads((folder / "told.json").read_text()), result.output


def test_the_command_judges_new_items_and_new_people_with_and_without_their_attributes(tmp_path):
    told, output = judged(tmp_path, True, "--users", str(tmp_path / "people.jsonl"))
    rows = {row["name"]: row for row in told["rows"]}
    assert {"items/random", "items/text", "items/sequence", "items/fused"} <= set(rows)
    for n in range(4):
        assert {f"events-{n}/recency", f"events-{n}/fused", f"events-{n}/fused-attributes"} <= set(rows)
    # the attributes are all that tells these two apart, of somebody who has done nothing
    first = [rows[f"events-0/{name}"]["metrics"] for name in ("fused", "fused-attributes")]
    assert first[0]["mrr"] != first[1]["mrr"]
    # an item's colour is known from its words, and the six of a colour have room among ten
    assert rows["items/text"]["metrics"]["hr@10"] > rows["items/random"]["metrics"]["hr@10"] + 0.2
    assert rows["items/popularity"]["metrics"]["hr@10"] < 0.2  # nobody has touched them
    for name in ("fused-minus-text", "events-0/fused-attributes-minus-recency"):
        gap = told["metrics"][name]
        assert gap["low"] <= gap["ndcg@10"] <= gap["high"]
    assert told["metrics"]["share"] == 0.1
    assert "cold start" in told["protocol"]
    assert "items/fused" in output


def test_without_times_new_people_are_not_judged_and_it_is_said(tmp_path):
    told, output = judged(tmp_path, False)
    assert all(row["name"].startswith("items/") for row in told["rows"])
    assert told["metrics"]["people"].startswith("not judged: the events have no times")
    assert "not judged: the events have no times" in " ".join(output.split())
