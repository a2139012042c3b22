"""How items and users are called, and where they stand in a file, tells nothing."""

import json
import random

import numpy as np
import pytest
from rich.console import Console

from recommender.datasets.files import from_files
from recommender.holdout import leave_one_out
from recommender.past import past
from recommender.plan import plan
from recommender.training import fit

QUIET = Console(quiet=True)
WORDS = ("red", "green", "blue")


def log():
    """What forty people did with twenty things, some of which are more popular; no two events at one time."""
    dice = random.Random(0)
    weights = [1 + at % 5 for at in range(20)]
    for user in range(40):
        for step, item in enumerate(dict.fromkeys(dice.choices(range(20), weights, k=9))):
            yield user, item, 86_400 * dice.randrange(20) + 3 * user + 0.01 * step


def written(folder, item_id, user_id, dice):
    folder.mkdir()
    lines = [f"{user_id(user)},{item_id(item)},{time}\n" for user, item, time in log()]
    items = [
        json.dumps({"id": item_id(at), "title": f"{WORDS[at % 3]} thing {WORDS[at % 2]}"}) + "\n" for at in range(20)
    ]
    for some in (lines, items):
        dice.shuffle(some)
    (folder / "log.csv").write_text("user,item,time\n" + "".join(lines))
    (folder / "items.jsonl").write_text("".join(items))
    return folder / "log.csv", folder / "items.jsonl"


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    """What each part says of the things, in their true order, to three histories: of two namings of one log."""
    found, folder = [], tmp_path_factory.mktemp("names")
    namings = (
        (lambda at: f"{at:03}", lambda at: f"u{at:03}"),
        (lambda at: f"x{997 * (at + 1) % 1009}", lambda at: f"{501 * (at + 1) % 1009}"),
    )
    for number, (item_id, user_id) in enumerate(namings):
        files = written(folder / str(number), item_id, user_id, random.Random(number))
        interactions, catalogue = from_files(*files, seed=number)
        _, checkpoint = fit(leave_one_out(interactions, catalogue), catalogue, plan(interactions, epochs=1), QUIET)
        true = np.array([checkpoint.code_of[item_id(at)] for at in range(20)])
        pasts = [past(true[[3, 4]]), past(true[[0, 7, 9, 12]]), past([])]
        found.append({name: checkpoint.score(name, pasts)[:, true] for name in checkpoint.able})
    return found


@pytest.mark.parametrize("part", ["counts", "ease", "text", "popularity", "recency"])
def test_each_part_says_the_same_of_the_same_thing_whatever_it_is_called(answers, part):
    one, other = (found[part] for found in answers)
    np.testing.assert_allclose(one, other, atol=1e-5)
    assert np.ptp(one) > 0.01  # it says something


def test_the_parts_differ_from_each_other(answers):
    """Otherwise the test above would hold of anything."""
    names = ("sequence", "counts", "ease", "text", "popularity", "recency")
    assert len({tuple(answers[0][name].ravel().round(3).tolist()) for name in names}) == len(names)
