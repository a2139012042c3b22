"""A checkpoint is whole or refused, and the old one serves until the new one is on the disk."""

import copy
import json
from dataclasses import replace

import numpy as np
import pytest
from rich.console import Console
from world import world

from recommender import shelf
from recommender.checkpoint import ANYBODY, read_checkpoint
from recommender.fusion import weights_for
from recommender.holdout import leave_one_out
from recommender.interactions import Interactions
from recommender.plan import plan
from recommender.training import Way, choose, refit
from retrieval.catalogue import Catalogue
from retrieval.errors import Stale
from retrieval.ranking import Known

QUIET = Console(quiet=True)
WORLD = world(0.8, items=20, people=40)
CATALOGUE = Catalogue.of(WORLD.items)
INTERACTIONS = Interactions.of(WORLD.events, sorted(CATALOGUE))


def chosen(interactions, **by):
    split = leave_one_out(interactions, CATALOGUE)
    return choose(split, CATALOGUE, plan(INTERACTIONS, **by), Way(QUIET), INTERACTIONS.fingerprint())


def known(*history):
    return Known(tuple(history))


@pytest.fixture(scope="module")
def held():
    return chosen(INTERACTIONS, epochs=3)


@pytest.fixture
def models(tmp_path, held):
    shelf.save(tmp_path, held)
    return tmp_path


def test_what_is_read_answers_as_what_was_saved(models, held):
    read = read_checkpoint(models)
    asked = [known("i1", "i2"), known(), known("i3")]
    for name, scores in held.answer(asked).items():
        np.testing.assert_array_equal(read.answer(asked)[name], scores)
    assert (read.items, read.held_out, read.saw) == (tuple(sorted(CATALOGUE)), 2, INTERACTIONS.fingerprint())


def test_the_item_vectors_are_mapped_from_their_file_and_not_carried_over_to_another_model(models, held):
    read = read_checkpoint(models)
    assert isinstance(read.matrix, np.memmap)
    assert not read.matrix.flags.writeable
    np.testing.assert_array_equal(read.matrix, held.matrix)
    other = copy.deepcopy(read.model)
    other.bias.data += 1
    np.testing.assert_allclose(replace(read, model=other).matrix[:, -1], read.matrix[:, -1] + 1)


def test_the_parts_are_one_score_for_every_item_and_sum_to_the_fused_one(held):
    asked = [known("i1", "i2"), known("i5")]
    pasts = [held.past(one) for one in asked]
    forms, parts = held.forms(pasts), held.answer(asked)
    assert set(parts) <= {"sequence", "counts", "ease", "text", "popularity", "recency", "trending", "beginnings"}
    assert all(scores.shape == (2, 20) and scores.dtype == np.float32 for scores in parts.values())
    weights = weights_for(held.weights, 2), weights_for(held.weights, 1)
    fused = sum(np.array([[row[name]] for row in weights]) * forms[name] for name in forms)
    np.testing.assert_allclose(sum(parts.values()), fused, atol=1e-5)


def test_a_stranger_is_answered_by_what_needs_no_history(held):
    parts = held.answer([known(), known("i1"), known("never heard of")])
    for row in (0, 2):
        assert all((scores[row] == 0).all() for name, scores in parts.items() if name not in ANYBODY)
        assert any(scores[row].any() for scores in parts.values())


def test_unknown_ids_change_nothing_and_the_order_of_the_batch_neither(held):
    plain = held.answer([known("i1", "i2")])
    mixed = held.answer([known(*["i9"] * 9), known("i1", "unknown", "i2")])
    for name, scores in plain.items():
        np.testing.assert_allclose(mixed[name][1], scores[0], atol=1e-4)


def test_no_history_at_all_is_answered_with_nothing(held):
    assert all(scores.shape == (0, 20) for scores in held.answer([]).values())


def test_a_new_event_changes_the_ranking_without_training(held):
    before, after = held.raw([held.past(known("i1")), held.past(known("i1", "i2"))])["sequence"]
    assert not np.allclose(before, after)


def test_without_a_checkpoint_the_remedy_is_named(tmp_path):
    with pytest.raises(Stale, match="run penchant train"):
        read_checkpoint(tmp_path)


@pytest.mark.parametrize("name", ["model.safetensors", "ease.safetensors", "vectors.npy", "settings.json"])
def test_a_changed_file_is_refused(models, name):
    file = models / (models / shelf.POINTERS[2]).read_text() / name
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    with pytest.raises(Stale, match=rf"damaged \({name} has other contents than it had\); run penchant train"):
        read_checkpoint(models)


@pytest.mark.parametrize("name", ["counts.safetensors", "vectors.npy", "manifest.json"])
def test_a_file_that_is_gone_is_named(models, name):
    (models / (models / shelf.POINTERS[2]).read_text() / name).unlink()
    with pytest.raises(Stale, match=rf"damaged \({name} is missing.*\); run penchant train"):
        read_checkpoint(models)


@pytest.mark.parametrize("name", [b"", b"\xff", b"no\0where", b"behaviour-chosen.0123"])
def test_a_pointer_to_nothing_is_refused_with_the_remedy(models, name):
    (models / shelf.POINTERS[2]).write_bytes(name)
    with pytest.raises(Stale, match="run penchant train"):
        read_checkpoint(models)


def test_a_checkpoint_of_another_version_is_refused_with_the_remedy(models, held, monkeypatch):
    monkeypatch.setattr(shelf, "asdict", lambda one: {"of": "long ago"})
    shelf.save(models, held)
    with pytest.raises(Stale, match="made by another version of Penchant; run penchant train"):
        read_checkpoint(models)


def test_an_interrupted_save_leaves_the_old_one_serving_and_the_next_one_tidies_up(models, held, monkeypatch):
    better = chosen(INTERACTIONS, seed=7, epochs=1)

    def cut(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(shelf, "_write_fusion", cut)
        with pytest.raises(KeyboardInterrupt):
            shelf.save(models, better)
    assert read_checkpoint(models).seed == held.seed
    shelf.save(models, better)
    assert read_checkpoint(models).seed == 7
    assert len([entry for entry in models.iterdir() if entry.is_dir()]) == 1


def test_the_one_that_saw_everything_serves_and_the_held_out_one_stays_to_be_judged(models, held):
    whole = refit(INTERACTIONS, held, 0, Way(QUIET))
    shelf.save(models, whole)
    assert read_checkpoint(models).held_out == 0
    assert read_checkpoint(models, held_out=2).held_out == 2
    assert (whole.epochs, whole.weights) == (held.epochs, held.weights)
    assert (
        json.loads((models / (models / shelf.POINTERS[0]).read_text() / "settings.json").read_text())["held_out"] == 0
    )


def test_the_held_out_checkpoint_knows_nothing_of_the_last_two_events(held):
    changed = [event for event in WORLD.events if event.time < 1008] + [
        event for event in reversed(WORLD.events) if event.time >= 1008
    ]
    # the last two events exchanged: what was fitted must stay the same, only the choices may differ
    swapped = [type(e)(e.user, e.item, 2017 - e.time if e.time >= 1008 else e.time) for e in changed]
    other = chosen(Interactions.of(swapped, sorted(CATALOGUE)), epochs=1)
    same = chosen(INTERACTIONS, epochs=1)
    np.testing.assert_array_equal(other.affinities, same.affinities)
    np.testing.assert_array_equal(other.pairs.toarray(), same.pairs.toarray())
    np.testing.assert_array_equal(other.model.item.weight.detach(), same.model.item.weight.detach())
