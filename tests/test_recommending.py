"""Lists by behaviour: for one customer, for everybody, after a new event and with items that came after training."""

import json
import shutil

import numpy as np
import pytest
from test_assistant import Turn
from typer.testing import CliRunner

from chat.assembly import assistant as assembled
from recommender import recommending
from recommender.checkpoint import read_checkpoint, sequence_scores
from recommender.events import Event, User, histories, history, read_user, user_ids, write_events, write_users
from recommender.growing import up_to_date
from recommender.lists import by_everything, by_sequence
from recommender.recommending import known, recommender, write
from retrieval.catalogue import read_catalogue, write_items
from retrieval.command import application
from retrieval.database import database
from retrieval.errors import Problem
from retrieval.index.indexing import index_catalogue
from retrieval.items import Item
from retrieval.ranking import Known

ASKED = [Known(("1", "2", "4")), Known(), Known(("30", "never heard of")), Known(("17",))]
OUT = [("1", "2", "4", "61"), (), ("30", "never heard of"), ("17",)]
LATER = Item("new", "Alien Comedy", 1998, {"genre": ("Comedy", "Sci-Fi")})


@pytest.fixture(scope="module")
def checkpoint(small_world):
    return read_checkpoint(small_world.models)


@pytest.fixture
def penchant(workspace, monkeypatch):
    """The command, on a workspace of its own without an index."""
    shutil.rmtree(workspace.vectors)
    for key in ("home", "embedder"):
        monkeypatch.setenv(f"PENCHANT_{key.upper()}", str(getattr(workspace, key)))
    return lambda *words: CliRunner().invoke(application(), ["recommend", *map(str, words)])


def sorted_out(checkpoint, scores, out, n):
    """The plain way: everything sorted."""
    order = [checkpoint.items[code] for code in np.argsort(-scores, kind="stable")]
    return [id for id in order if id not in out][:n]


@pytest.mark.parametrize("n", [5, 1000])
def test_a_list_is_the_best_by_the_sum_of_its_parts_without_what_is_left_out(checkpoint, n):
    parts = checkpoint.answer(ASKED)
    for row, ranking in enumerate(by_everything(checkpoint, ASKED, n, OUT)):
        assert list(ranking.ids) == sorted_out(checkpoint, sum(parts.values())[row], OUT[row], n)
        at = checkpoint.code_of[ranking.ids[0]]
        assert ranking.parts_of(ranking.ids[0]) == pytest.approx({name: part[row, at] for name, part in parts.items()})


@pytest.mark.parametrize("n", [5, 1000])
def test_a_list_by_the_sequence_model_alone_is_its_own_order(checkpoint, n):
    scores = sequence_scores(checkpoint.model, [checkpoint.past(one) for one in ASKED])
    for row, ranking in enumerate(by_sequence(checkpoint, ASKED, n, OUT)):
        assert list(ranking.ids) == sorted_out(checkpoint, scores[row], OUT[row], n)
        np.testing.assert_allclose(ranking.scores, np.sort(scores[row, codes(checkpoint, ranking)])[::-1], rtol=1e-5)


def codes(checkpoint, ranking):
    return [checkpoint.code_of[id] for id in ranking.ids]


@pytest.mark.parametrize("sequence", [False, True])
def test_an_event_appended_to_a_history_changes_the_next_list_without_training(workspace, sequence):
    with recommender(workspace, sequence) as penchant:
        _, before = penchant.list_for("7", 20)
        with penchant.engine.begin() as connection:
            write_events(connection, [Event("7", before.ids[1], 4e9, "rating", 5.0)])
        done, after = penchant.list_for("7", 20)
        assert done[-1].item == before.ids[1]
        assert before.ids[1] not in after.ids
        assert after.ids != tuple(id for id in before.ids if id != before.ids[1])[:20]  # the others moved, too
        np.testing.assert_raises(AssertionError, np.testing.assert_allclose, after.scores[:19], before.scores[:19])


def test_the_list_goes_by_what_the_chat_goes_by(assistant):
    told = assistant.known("7")
    ours = known(history(assistant.engine, "7"), read_user(assistant.engine, "7"), told.now.time)
    assert ours == told
    penchant = recommending.Recommender(
        assistant.engine, assistant.catalogue, assistant.things.behaviour.checkpoint, by_everything, 1
    )
    first = penchant.list_for("7", 3)[1].ids
    query = assistant.query("7", _nothing())
    total = assistant.things.behaviour.total([told])[0]
    assert list(first) == sorted_out(assistant.things.behaviour.checkpoint, total, query.exclude, 3)


def _nothing():
    from chat.messages import Intent

    return Intent()


def test_an_item_that_came_after_the_training_is_recommended_by_its_kin_without_training(workspace):
    with database(workspace.database_url) as engine, engine.begin() as connection:
        write_items(connection, [LATER, Item("odd", "Nothing of the kind", 1900)])
        write_events(connection, [Event("fan", id, 1e6 + at) for at, id in enumerate(["9", "10", "11", "12"])])
    index_catalogue(workspace)
    with assembled(workspace) as assistant:
        stands, odd = assistant.standing("fan", "new"), assistant.standing("fan", "odd")
        assert stands.rank < stands.of / 2
        assert stands.rank < odd.rank
        assert stands.parts["text"] > odd.parts["text"]
        assert "new" in Turn(assistant, "a funny science fiction film, something like Galaxy Quest", "fan").ids
    for sequence in (False, True):
        with recommender(workspace, sequence) as penchant:
            assert "new" in penchant.list_for("fan", 100)[1].ids


def test_what_has_become_popular_since_the_training_counts(workspace):
    def trending():
        with recommender(workspace) as penchant:
            checkpoint = penchant.checkpoint
            scores = checkpoint.score("trending", [checkpoint.past(Known())])[0]
            return scores[checkpoint.code_of["3"]], scores.max()

    mine, most = trending()
    assert mine < most
    with database(workspace.database_url) as engine, engine.begin() as connection:
        write_events(connection, [Event(f"crowd{at}", "3", 4e9 + at, "rating", 5.0) for at in range(40)])
    mine, most = trending()
    assert mine == most == np.float32(np.log1p(40))
    with recommender(workspace) as penchant:  # and the vectors of the items are still read from their file
        assert isinstance(penchant.checkpoint.matrix, np.memmap)
    # the one that is judged hears nothing of what it must not have learned
    held = read_checkpoint(workspace.models, held_out=1)
    with database(workspace.database_url) as engine:
        assert up_to_date(held, engine, read_catalogue(engine)).stream is held.stream


def test_what_left_the_catalogue_is_recommended_no_more(workspace):
    with recommender(workspace) as penchant:
        first = penchant.list_for("7", 1)[1].ids[0]
        with penchant.engine.begin() as connection:
            connection.exec_driver_sql("DELETE FROM items WHERE id = ?", (first,))
    with recommender(workspace) as penchant:
        ranking = penchant.list_for("7", 100)[1]
        assert first not in ranking.ids
        seen = penchant.catalogue.twins(event.item for event in history(penchant.engine, "7"))
        assert set(ranking.ids) == set(penchant.catalogue) - seen


def test_one_list_is_printed_with_the_parts_of_each_score(penchant):
    told = penchant("--user", 7, "-n", 4)
    assert told.exit_code == 0, told.output
    head, *lines = told.stdout.splitlines()
    assert head.startswith("7: ")
    rows = [at for at, line in enumerate(lines) if line[:1].isdigit()]
    assert [lines[at].split()[0] for at in rows] == ["1.", "2.", "3.", "4."]
    as_json = json.loads(penchant("--user", 7, "-n", 4, "--json").stdout)
    assert as_json["user"] == "7"
    for one, at in zip(as_json["items"], rows, strict=True):
        assert one["title"] in lines[at]
        assert float(lines[at].split()[-1]) == pytest.approx(one["score"], abs=0.006)
        most = max(one["parts"], key=one["parts"].get)
        name, value = lines[at + 1].split()[:2]
        assert name == most
        assert float(value.rstrip(",")) == pytest.approx(one["parts"][most], abs=0.006)
    for one in as_json["items"]:
        assert sum(one["parts"].values()) == pytest.approx(one["score"], abs=1e-3)


def test_everybody_is_written_line_by_line_and_each_as_if_asked_alone(penchant, workspace, tmp_path, monkeypatch):
    monkeypatch.setattr(recommending, "CELLS", 600)  # a few users at a time
    with database(workspace.database_url) as engine:
        with engine.begin() as connection:
            write_users(connection, [User("7", {"age": "25-34"}), User("nothing done")])
        everybody = user_ids(engine)
        assert dict(histories(engine)) == {user: history(engine, user) for user in everybody}
    for more in ([], ["--sequence"]):
        told = penchant("--all", tmp_path / "lists.jsonl", "-n", 3, *more)
        assert told.exit_code == 0, told.output
        assert f"wrote the lists of {len(everybody)} users" in told.stdout
        lists = [json.loads(line) for line in (tmp_path / "lists.jsonl").read_text().splitlines()]
        assert sorted(one["user"] for one in lists) == sorted(everybody)
        for one in (lists[0], lists[40]):
            alone = json.loads(penchant("--user", one["user"], "-n", 3, "--json", *more).stdout)
            assert [item["id"] for item in one["items"]] == [item["id"] for item in alone["items"]]
            scores = [item["score"] for item in alone["items"]]
            assert [item["score"] for item in one["items"]] == pytest.approx(scores, abs=2e-3)
    assert [path.name for path in tmp_path.iterdir() if "lists" in path.name] == ["lists.jsonl"]


def test_a_file_is_replaced_whole_or_not_at_all(workspace, tmp_path, monkeypatch):
    file = tmp_path / "lists.jsonl"
    file.write_text("as it was")

    def stopped(*_):
        raise KeyboardInterrupt

    with recommender(workspace) as penchant:
        with monkeypatch.context() as patched:
            patched.setattr(recommending.os, "fsync", stopped)
            with pytest.raises(KeyboardInterrupt):
                write(penchant, file, 3)
        assert file.read_text() == "as it was"
        assert not (tmp_path / "lists.jsonl.new").exists()
        for folder in (tmp_path, tmp_path / "none" / "lists.jsonl", file / "lists.jsonl"):
            with pytest.raises(Problem, match=f"{folder} cannot be written: "):
                write(penchant, folder, 3)


def test_who_is_unknown_is_named_with_the_remedy(workspace):
    with (
        recommender(workspace) as penchant,
        pytest.raises(Problem, match=r"no user 'nobody' among the 80 who did .*; .*run penchant import events FILE"),
    ):
        penchant.list_for("nobody", 3)


def test_somebody_who_did_nothing_yet_gets_what_newcomers_get(workspace):
    with recommender(workspace) as penchant:
        with penchant.engine.begin() as connection:
            write_users(connection, [User("fresh")])
        done, ranking = penchant.list_for("fresh", 3)
    assert (done, len(ranking)) == ((), 3)


@pytest.mark.parametrize("words", [[], ["--user", "7", "--all", "lists.jsonl"], ["--all", "lists.jsonl", "--json"]])
def test_either_one_user_or_a_file_for_all_is_named(words):
    result = CliRunner().invoke(application(), ["recommend", *words])
    assert result.exit_code == 2
    assert "--all" in result.output
