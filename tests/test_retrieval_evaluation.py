"""`penchant eval retrieval`: figures on worlds of which the answer is known, and what cannot be judged."""

import json
from io import StringIO

import numpy as np
import pytest
from rich.console import Console
from typer.testing import CliRunner
from world import world

from eval.candidates import ABSENT, asked, place
from eval.large import show
from eval.scaling import SHARES, at_size, recalled, synthetic
from eval.stage import stage
from eval.wished import wished
from retrieval.catalogue import Catalogue
from retrieval.command import application
from retrieval.domain import Weights
from retrieval.errors import Problem
from retrieval.index.nearest import Exact
from retrieval.items import Item
from retrieval.ranking import Query, Ranking
from retrieval.settings import Settings
from retrieval.space.embedding import Hashing

THINGS = "anchor bridge candle donkey engine feather garden hammer island jacket kettle lantern mirror needle".split()


def plots():
    """Items of which the second and the third sentence have words in common that nobody else has."""
    for at, thing in enumerate(THINGS):
        own = " ".join(f"{thing}{end}" for end in ("", "ora", "umi", "ilo", "eta"))
        yield {
            "id": f"i{at}",
            "title": f"Story {at} of Anna",
            "genres": ["Drama"],
            "plot": f"This is a tale like many others. One {own} is found. Then {own} are lost.",
        }


@pytest.fixture
def files(tmp_path):
    """People who go round a circle of items, always; and the items with their plots."""
    rule = world(1.0, items=120, people=120, length=6)
    histories: dict[str, list[str]] = {}
    for event in rule.events:
        histories.setdefault(event.user, []).append(event.item)
    data, items = tmp_path / "log.txt", tmp_path / "items.jsonl"
    data.write_text("".join(f"{user} {' '.join(ids)}\n" for user, ids in histories.items()))
    items.write_text("".join(json.dumps(one) + "\n" for one in plots()))
    return data, items


def judged(tmp_path, *more):
    told = tmp_path / "told.json"
    command = ["eval", "retrieval", "--json", str(told), *map(str, more)]
    env = {"PENCHANT_EMBEDDER": "hashing:", "PENCHANT_THREADS": "1", "COLUMNS": "80"}
    result = CliRunner().invoke(application(), command, env=env)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return json.loads(told.read_text()), result.output


def test_the_command_tells_of_every_source_and_of_both_indices(files, tmp_path):
    data, items = files
    told, output = judged(tmp_path, "--data", data, "--items", items, "--people", "40")
    rows = {row["name"]: row for row in told["rows"]}
    sources = {"behaviour", "counts", "popularity", "meaning", "lexical", "hybrid", "fused"}
    assert sources | {"exact", "chroma"} <= set(rows)
    for name in sources:
        metrics = rows[name]["metrics"]
        assert 0 <= metrics["recall@50"] <= metrics["recall@100"] <= metrics["recall@200"] <= 1
        assert metrics["ms/p95"] > 0
        assert rows[name]["n"] == 40
    # who goes round a circle goes on to one item, and nobody liked it more than others
    recall = {name: row["metrics"].get("recall@50") for name, row in rows.items()}
    assert recall["counts"] > 0.95
    assert recall["fused"] > 0.9
    assert recall["popularity"] < 0.8
    assert recall["lexical"] < 0.8
    assert rows["fused"]["metrics"]["recall@200"] == 1.0  # all that was not seen
    for name in ("meaning", "lexical", "hybrid"):
        found = rows[name]
        assert found["low"]["text/recall@10"] <= found["metrics"]["text/recall@10"] == 1.0
    assert rows["exact"]["metrics"]["recall@100"] == 1.0 >= rows["chroma"]["metrics"]["recall@100"] > 0.95
    gap = told["metrics"]["next item"]["fused-minus-behaviour"]
    assert gap["low"] <= gap["recall@200"] <= gap["high"]
    assert "leave-one-out" in told["protocol"]
    assert "without names" in told["protocol"]
    assert max(len(line) for line in output.splitlines()) <= 80


def test_without_histories_the_words_alone_are_judged(files, tmp_path):
    told, _ = judged(tmp_path, "--items", files[1])
    assert {row["name"] for row in told["rows"]} == {"meaning", "lexical", "hybrid", "exact", "chroma"}
    assert "next item" not in told["protocol"]


@pytest.mark.parametrize(
    ("given", "says"),
    [([], "nothing to judge"), (["--items", "x.jsonl", "--sizes", "10,many"], "numbers of items")],
)
def test_what_cannot_be_asked_is_refused(given, says):
    result = CliRunner().invoke(application(), ["eval", "retrieval", *given], env={"TERM": "dumb", "COLUMNS": "200"})
    assert result.exit_code == 2
    assert says in result.output


def test_items_that_say_nothing_and_people_who_did_nothing_are_named(tmp_path):
    (tmp_path / "items.jsonl").write_text('{"id": "1", "title": "Alien"}\n')
    with pytest.raises(Problem, match="no item has a second sentence"):
        judged(tmp_path, "--items", tmp_path / "items.jsonl")
    (tmp_path / "log.txt").write_text("u a b\nv b c\n")
    with pytest.raises(Problem, match="no user has three events or more"):
        judged(tmp_path, "--data", tmp_path / "log.txt")


def test_where_a_target_stands_is_counted_from_one_and_the_absent_is_far():
    source = {"one": lambda query: Ranking(tuple(query.text))}
    told = asked(source, [Query(text="abc"), Query(text="cab"), Query(text="")], ["a", "b", "c"], "letters")["one"]
    assert told.places.tolist() == [1, 3, ABSENT]
    assert len(told.took) == 3
    assert place(Ranking(("a", "b")), "b") == 2


def test_an_item_is_found_by_words_that_its_rest_repeats_and_not_by_those_taken_from_it():
    items = [Item(each["id"], each["title"], text=each["plot"]) for each in plots()]
    repeated = wished(Catalogue.of(items), Hashing(), Weights(), 0)
    assert len(repeated.texts) == len(items)
    assert (repeated.answers["lexical"].places == 1).all()
    # the same without the sentence that repeats it: what is left tells them no more apart than their order does
    alone = [Item(one.id, f"Story {one.id}", text=". ".join(one.text.split(". ")[:2]) + ".") for one in items]
    lost = wished(Catalogue.of(alone), Hashing(), Weights(), 0)
    assert len(lost.texts) == len(items)
    assert sorted(lost.answers["lexical"].places) == list(range(1, len(items) + 1))
    assert len(wished(Catalogue.of(items), Hashing(), Weights(), 0, n=5).texts) == 5


def test_another_entry_of_the_same_work_which_has_the_wish_in_its_text_does_not_stand_before_the_item():
    items = [Item(each["id"], f"Story {each['id']}", text=each["plot"], work=each["id"]) for each in plots()]
    twins = [Item(f"{one.id} again", one.title, text=one.text, work=one.id) for one in items]
    places = wished(Catalogue.of([*items, *twins]), Hashing(), Weights(), 0).answers["lexical"].places
    assert (places == 1).all()


def test_recall_is_the_share_of_what_is_truly_nearest():
    index = Exact("abcd", np.array([[1, 0], [0.9, 0.1], [0, 1], [0, 1]], dtype=np.float32))
    queries = np.array([[1, 0]] * 3 + [[0, 1]], dtype=np.float32)
    truth = [["a", "b"], ["a"], ["a"], ["c"]]
    found = [["a", "c"], [], ["a"], ["d"]]  # and d is as near as c
    assert recalled(found, truth, index, queries).tolist() == [0.5, 0.0, 1.0, 1.0]
    vectors, queries = synthetic(300, 0, width=16)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert vectors.shape[1] == queries.shape[1] == 16
    assert (synthetic(300, 0, width=16)[0] == vectors).all()


def test_a_synthetic_catalogue_is_measured_by_size_by_filter_and_as_a_whole(tmp_path):
    line = at_size(2000, 1, 0)
    whole = stage(2000, Settings(home=tmp_path, embedder="hashing:", threads=1), 0)
    assert line["items"] == 2000
    assert line["exact"]["ms/p50"] <= line["exact"]["ms/p99"]
    assert line["chroma"]["recall@100"] > 0.9
    shares = {(each["index"], each["share"]): each for each in line["filters"]}
    assert set(shares) == {(index, share) for index in ("exact", "chroma") for share in SHARES}
    for (index, share), each in shares.items():
        wanted = min(100, round(2000 * share))
        assert each["returned"] == f"{wanted} of {wanted}"
        if index == "exact":
            assert each["recall@100"] == 1.0
    assert whole["all"]["ms/p95"] > whole["behaviour"]["ms/p50"]
    screen = StringIO()
    show({"sizes": [line], "stage": whole}, Console(file=screen, width=80))
    assert max(len(each) for each in screen.getvalue().splitlines()) <= 80
    assert {"chroma", "0.001", "behaviour"} <= set(screen.getvalue().split())
