"""Research files are read whole, and their numbering tells nothing."""

import json

import numpy as np
import pytest
from rich.console import Console
from typer.testing import CliRunner
from world import world

from recommender.content import Reader, Reading, words
from recommender.datasets.files import from_files
from recommender.fusion import fuse_by_length, weights_for
from recommender.holdout import leave_one_out, questions
from recommender.interactions import Interactions
from recommender.plan import plan
from recommender.training import Way, choose, fit
from retrieval.catalogue import Catalogue
from retrieval.command import application
from retrieval.errors import Problem
from retrieval.items import Item
from retrieval.ranking import Known

QUIET = Console(quiet=True)


@pytest.fixture
def file(tmp_path):
    """The predictable world as lines of a user and their items."""
    return written(tmp_path / "world.txt", lambda id: id)


def written(path, name):
    histories = {}
    for event in world(0.9, items=30, people=120).events:
        histories.setdefault(event.user, []).append(name(event.item))
    path.write_text("".join(f"{user} {' '.join(items)}\n" for user, items in histories.items()))
    return path


def test_a_line_is_a_user_and_their_items_oldest_first(tmp_path):
    path = tmp_path / "few.txt"
    path.write_text("u 3 1 2\n\nv 2\n")
    interactions, catalogue = from_files(path, None, seed=1)
    told = {user: [interactions.items[code] for code in interactions.history(at)] for at, user in enumerate("uv")}
    if interactions.users != ("u", "v"):
        told = {"u": told["v"], "v": told["u"]}
    assert told == {"u": ["3", "1", "2"], "v": ["2"]}
    assert set(catalogue) == {"1", "2", "3"}


def test_items_and_users_stand_in_a_drawn_order_which_the_seed_decides(file):
    orders = [from_files(file, None, seed)[0] for seed in (0, 0, 1)]
    assert orders[0].items == orders[1].items != orders[2].items
    assert orders[0].users == orders[1].users != orders[2].users
    assert list(orders[0].items) != sorted(orders[0].items)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [("u 1 2\nv\n", "line 2: user 'v' has no items"), ("u 1\nv 2\nu 3\n", "line 3: user 'u' stands on line 1")],
)
def test_a_line_that_is_wrong_is_named(tmp_path, text, wrong):
    (tmp_path / "bad.txt").write_text(text)
    with pytest.raises(Problem, match=wrong):
        from_files(tmp_path / "bad.txt", None, seed=0)


def test_a_file_renumbered_and_reordered_is_learned_as_well(file, tmp_path):
    other = written(tmp_path / "other.txt", lambda id: f"n{997 * (int(id[1:]) + 1) % 1009}")
    other.write_text("".join(reversed(other.read_text().splitlines(keepends=True))))
    found = []
    for path in (file, other):
        interactions, catalogue = from_files(path, None, seed=0)
        split = leave_one_out(interactions, catalogue)
        _, checkpoint = fit(split, catalogue, plan(interactions, epochs=8), QUIET)
        total = sum(checkpoint.fused(split.test.pasts).values())
        found.append(float((total.argmax(axis=1) == split.test.targets).mean()))
    assert min(found) > 0.4  # by chance: 0.03
    assert abs(found[0] - found[1]) < 0.2


def test_files_are_judged_without_a_workspace(file, tmp_path, monkeypatch):
    monkeypatch.setenv("PENCHANT_HOME", str(tmp_path / "none"))
    items = tmp_path / "items.jsonl"
    items.write_text("".join(json.dumps({"id": f"i{at}", "title": f"Thing {at % 5}"}) + "\n" for at in range(31)))
    told = tmp_path / "told.json"
    command = ["eval", "next-item", "--data", str(file), "--items", str(items), "--json", str(told)]
    result = CliRunner().invoke(application(), command)
    assert result.exit_code == 0, result.output
    report = json.loads(told.read_text())
    assert {row["name"] for row in report["rows"]} >= {"random", "popularity", "text", "sequence", "sum", "fused"}
    assert report["metrics"]["fit_seconds"] > 0
    assert report["metrics"]["fused-minus-sum"]["low"] <= report["metrics"]["fused-minus-sum"]["high"]
    assert not (tmp_path / "none").exists()


ITEMS = [
    Item("a", "Red lipstick", facets={"brand": ("Ruby",)}),
    Item("b", "Crimson lipstick", facets={"brand": ("Ruby",)}),
    Item("c", "Garden hose", text="green"),
    Item("d", "Hose, garden"),
    Item("e", ""),
]


def read(items):
    return Reader.of(items, Reading(), seed=0)


def test_items_with_rare_words_in_common_are_alike_and_one_without_words_is_like_none():
    rows = read(ITEMS).content(ITEMS)
    alike = (rows @ rows.T).toarray()
    assert alike[0, 1] > alike[0, 2] == 0
    assert alike[2, 3] == pytest.approx(1)
    assert not alike[4].any()
    assert "brand=Ruby" in words(ITEMS[0])


def test_directions_keep_what_is_alike_alike():
    reader = Reader.of(ITEMS, Reading(width=2, kinds=0), seed=0)
    found = reader.directions(reader.content(ITEMS))
    assert found.shape == (5, 2)
    assert np.mean((found**2).sum(axis=1)) == pytest.approx(1, abs=1e-5)
    assert found[0] @ found[1] > found[0] @ found[2]


def test_the_most_frequent_facet_values_stand_beside_the_directions():
    items = [
        Item("a", "one", facets={"kind": ("big", "red")}),
        Item("b", "two", facets={"kind": ("big",)}),
        Item("c", "three", facets={"kind": ("big", "red")}),
        Item("d", "four", facets={"kind": ("blue",)}),
        Item("e", "five", facets={"kind": ("blue",)}),
    ]
    reader = Reader.of(items, Reading(width=1, kinds=3), seed=0)
    found = reader.directions(reader.content(items))[:, :3]
    assert found.shape == (5, 3)
    assert found[:, 0] == pytest.approx([2**-0.5, 1, 2**-0.5, 0, 0])
    assert np.linalg.norm(found, axis=1).max() == pytest.approx(1)


def test_items_without_a_word_in_common_have_no_content():
    items = [Item("a", "one"), Item("b", "two")]
    rows = read(items).content(items)
    assert rows.shape == (2, 0)
    assert read(items).directions(rows).shape == (2, 0)


def test_another_catalogue_is_read_by_the_words_of_the_first():
    reader = read(ITEMS)
    new = [Item("x", "Lipstick of a new kind", facets={"brand": ("Ruby",)}), Item("y", "Nothing known")]
    alike = (reader.content(new) @ reader.content(ITEMS).T).toarray()
    assert alike[0, 0] > alike[0, 2]
    assert not alike[1].any()


def test_an_item_without_any_event_is_scored_by_its_words():
    events = [event for event in world(0.5, items=20, people=60).events if event.item != "i7"]

    items = [Item(f"i{at}", f"Kind {'odd' if at % 2 else 'even'} number{at % 4}") for at in range(20)]
    catalogue = Catalogue.of(items)
    interactions = Interactions.of(events, sorted(catalogue))
    checkpoint = choose(leave_one_out(interactions, catalogue), catalogue, plan(interactions, epochs=2), Way(QUIET))
    text = checkpoint.score("text", [checkpoint.past(Known(("i3",)))])[0]
    new, other = checkpoint.code_of["i7"], checkpoint.code_of["i8"]
    assert text[new] > text[other]


def test_short_histories_are_weighed_apart_from_long_ones():
    asked = questions(*from_world(), last=2)
    random = np.random.default_rng(0)

    def forms(pasts):
        # one part knows the target of long histories, the other that of short ones
        long = np.array([len(one) >= 3 for one in pasts])
        parts = {}
        for name, knows in (("long", long), ("short", ~long)):
            scores = random.normal(size=(len(pasts), 30)).astype(np.float32)
            scores[np.arange(len(pasts)), targets[: len(pasts)]] += 3 * knows
            parts[name] = scores
        return parts

    targets = asked.targets
    weights = fuse_by_length(forms, asked, seed=0)
    assert weights_for(weights, 1)["short"] > weights_for(weights, 1)["long"]
    assert weights_for(weights, 100)["long"] > weights_for(weights, 100)["short"]
    assert weights_for(weights, 0)["short"] > weights_for(weights, 0)["long"]


def from_world():

    told = world(0.9, items=30, people=120)
    catalogue = Catalogue.of(told.items)
    return Interactions.of(told.events, sorted(catalogue)), catalogue
