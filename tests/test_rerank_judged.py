"""`penchant eval rerank`: the same candidates in the order of each row, with and without a wish."""

import json

import pytest
from typer.testing import CliRunner

from chat.reranking.rehearsal import Rehearsal, silent, wishes
from eval.rerank import rerank, texted
from eval.wished import vectors_of
from recommender.checkpoint import read_checkpoint
from recommender.holdout import leave_one_out
from recommender.log import read_interactions
from retrieval.catalogue import Catalogue, read_catalogue
from retrieval.command import application
from retrieval.database import database
from retrieval.domain import read_domain
from retrieval.errors import Problem
from retrieval.items import Item
from retrieval.space.item_vectors import open_space

ROWS = ["random", "behaviour", "meaning", "language", "language-pmi", "language-adapted"]
FUSED = ["fused-without-language", "fused"]
PLOT = (
    "A story about {0} and what became of it. In it {1} meet and must decide what {0} means. It ends in {1} once more."
)
THINGS = ["robots", "love", "war", "music", "gold", "ghosts", "horses", "trains", "snow", "kings"]


def plot(at):
    return PLOT.format(THINGS[at % len(THINGS)], THINGS[3 * at % len(THINGS)])


@pytest.fixture
def texts(tmp_path):
    """A file that knows the films of the small world by title and year."""
    from films import films

    told = [
        {"title": f"{item.title} ({item.year})", "id": f"x{item.id}", "abstract": plot(at)}
        for at, item in enumerate(films())
    ]
    file = tmp_path / "texts.jsonl"
    file.write_text("".join(f"{json.dumps(one)}\n" for one in told))
    return file


def test_every_row_has_the_same_users_with_an_interval(workspace, texts, tmp_path):
    out = tmp_path / "rerank.json"
    rerank(workspace, None, texts, 30, out, 0)
    report = json.loads(out.read_text())
    rows = {row["name"]: row for row in report["rows"]}
    assert list(rows) == [
        *ROWS,
        *FUSED,
        *(f"wish/{name}" for name in [*ROWS, "language-wish", "language-wish-adapted", *FUSED]),
    ]
    for name, row in rows.items():
        assert row["n"] == rows["wish/random" if name.startswith("wish/") else "random"]["n"] > 20
        assert row["low"]["ndcg@10"] <= row["metrics"]["ndcg@10"] <= row["high"]["ndcg@10"]
    metrics = report["metrics"]
    assert set(metrics["gain"]) == {"plain", "wish"}
    for kind, prefix in (("plain", ""), ("wish", "wish/")):
        fused, without = (rows[f"{prefix}{name}"]["metrics"]["ndcg@10"] for name in ("fused", "fused-without-language"))
        assert metrics["gain"][kind]["ndcg@10"] == pytest.approx(fused / without - 1, abs=1e-9)
        assert metrics["gain"][kind]["low"] <= metrics["gain"][kind]["ndcg@10"] <= metrics["gain"][kind]["high"]
    assert metrics["items with a text"] == metrics["items"]


def test_a_second_run_says_the_same_without_asking_again(workspace, texts, tmp_path, monkeypatch):
    from chat.llm.scripted import Scripted

    files = tmp_path / "one.json", tmp_path / "two.json"
    rerank(workspace, None, texts, 20, files[0], 0)
    monkeypatch.setattr("eval.rerank.TIMED", 0)
    monkeypatch.setattr(Scripted, "score", None)
    rerank(workspace, None, texts, 20, files[1], 0)
    one, two = (json.loads(file.read_text()) for file in files)
    assert [row["metrics"] for row in one["rows"]] == [row["metrics"] for row in two["rows"]]


def test_files_are_judged_without_the_workspace(workspace, texts, tmp_path):
    from films import films, viewings

    lines = {}
    for event in viewings(films()):
        lines.setdefault(event.user, [event.user]).append(event.item)
    data, items = tmp_path / "sequences.txt", tmp_path / "items.jsonl"
    data.write_text("".join(f"{' '.join(line)}\n" for line in lines.values()))
    told = [
        json.loads(line) | {"id": item.id} for line, item in zip(texts.read_text().splitlines(), films(), strict=True)
    ]
    items.write_text("".join(f"{json.dumps(one)}\n" for one in told))
    settings = workspace.model_copy(update={"home": tmp_path / "elsewhere"})
    rerank(settings, data, items, 30, tmp_path / "out.json", 0)
    rows = {row["name"]: row for row in json.loads((tmp_path / "out.json").read_text())["rows"]}
    assert rows["behaviour"]["metrics"]["ndcg@10"] > rows["random"]["metrics"]["ndcg@10"]
    assert not (settings.home / "models").exists()


def test_no_item_keeps_the_sentence_it_is_wished_by(texts):
    from recommender.datasets.files import catalogue_of

    catalogue = catalogue_of(texts)
    found = wishes(catalogue, 0)
    quiet = silent(catalogue, found)
    assert found
    for id, one in found.items():
        assert one.said in catalogue[id].text
        assert one.said not in quiet[id].text


def test_other_entries_of_what_is_wished_for_are_no_candidates_for_they_have_the_sentence(workspace, texts):
    from recommender.datasets.files import catalogue_of

    domain = read_domain(workspace.domain)
    with database(workspace.database_url) as engine:
        catalogue = texted(read_catalogue(engine), catalogue_of(texts))
        interactions = read_interactions(engine, catalogue, domain.inputs)
    found = wishes(catalogue, 0, ["1"])  # Alien, of which 61 is another entry with the same text
    space = open_space(workspace)
    judging = read_checkpoint(workspace.models, 1)
    rehearsal = Rehearsal.of(catalogue, found, vectors_of(catalogue, space), judging, space, domain)
    assert found["1"].said in rehearsal.catalogue["61"].text
    questions = leave_one_out(interactions, catalogue).test
    with_wish = list(rehearsal.lists(interactions, questions, True))
    assert with_wish
    assert not any("61" in one.best.ids for one in with_wish)
    assert any(one.place is not None for one in with_wish)
    assert any("61" in one.best.ids for one in rehearsal.lists(interactions, questions, False))


def test_texts_come_by_title_and_year_and_replace_none():
    told = Catalogue.of([Item("a", "Birdcage, The (1996)", text="A club."), Item("b", "Heat (1995)", text="A heist.")])
    ours = Catalogue.of(
        [Item("1", "The Birdcage", 1996), Item("2", "The Birdcage", 1950), Item("3", "Heat", 1995, text="Ours.")]
    )
    assert [item.text for item in texted(ours, told).values()] == ["A club.", "", "Ours."]


def test_without_a_language_model_there_is_nothing_to_judge(workspace, tmp_path):
    with pytest.raises(Problem, match="set language"):
        rerank(workspace.model_copy(update={"language": "none:"}), None, None, None, None, 0)


def test_the_command_tells_what_it_does():
    said = CliRunner().invoke(application(), ["eval", "rerank", "--help"]).output
    assert "second-last" in said
