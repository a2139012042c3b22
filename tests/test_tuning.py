"""The language model gets as much of a say as it was shown to deserve, and none if it deserves none."""

import numpy as np
import pytest

from chat.assembly import assistant as assembled
from chat.llm.remembered import Remembered
from chat.llm.scripted import Scripted
from chat.reranking.influence import ADDED, Influence, Learned, influence
from chat.reranking.rehearsal import List
from chat.reranking.reordering import CANDIDATES
from chat.reranking.tuning import Heard, learned, told, tune, weigh
from recommender.checkpoint import read_checkpoint
from recommender.holdout import HELD_OUT
from recommender.shelf import amend, save
from retrieval.errors import Problem
from retrieval.ranking import Query, Ranking


def lists(n, helps, seed=0):
    """Lists whose item stands where both the score so far and, by so much, the model point to; some lack it."""
    random = np.random.default_rng(seed)
    made = []
    for _ in range(n):
        so_far, said, noise = random.normal(size=(3, CANDIDATES)).astype(np.float32)
        chances = np.exp(so_far + helps * said)
        target = int(random.choice(CANDIDATES, p=chances / chances.sum()))
        order = np.argsort(-so_far)
        best = Ranking(tuple(map(str, order)), {"sequence": so_far[order]})
        parts = {"language": said[order], "language-neutral": noise[order]}
        made.append(Heard(List(Query(), best, str(target)), parts))
        made.append(Heard(List(Query(), best, "elsewhere"), {}))
    return made


def test_a_model_that_helps_is_given_its_weight_and_the_gain_is_told():
    found = learned(lists(300, helps=1.0), seed=0)
    assert found.weights["language"] == pytest.approx(1.0, abs=0.25)
    assert abs(found.weights["language-neutral"]) < 0.15
    assert found.gain[1] > 0
    assert (found.asked, found.learned_from) == (600, 300)


@pytest.mark.parametrize("seed", range(4))
def test_a_model_that_does_not_help_says_nothing(seed):
    found = learned(lists(200, helps=0.0, seed=seed), seed=0)
    assert all(abs(weight) < 0.12 for weight in found.weights.values())
    assert abs(found.gain[0]) < 0.01


def test_a_model_that_misleads_is_not_turned_round():
    assert weigh([one for one in lists(200, helps=-1.0) if one.parts], seed=0)["language"] == 0


def test_what_is_asked_about_the_title_and_about_the_wish_each_has_to_help():
    random = np.random.default_rng(1)
    noisy = [
        Heard(one.list, {**one.parts, "language-wish": random.normal(size=CANDIDATES).astype(np.float32)})
        for one in lists(300, helps=1.0)
        if one.parts
    ]
    weights = weigh(noisy, seed=0)
    assert weights["language"] > 0.7
    assert weights["language-wish"] == 0


def test_the_gain_is_of_users_it_was_not_learned_from():
    few = learned(lists(12, helps=0.0, seed=1), seed=0)
    assert few.gain[0] < 0.1


def test_weights_are_in_units_of_the_score_without_the_model():
    sharp = [
        Heard(
            List(one.list.query, Ranking(one.list.best.ids, {"s": 3 * one.list.best.scores}), one.list.target),
            one.parts,
        )
        for one in lists(300, helps=1.0)
    ]
    assert learned(sharp, 0).weights["language"] == pytest.approx(
        3 * learned(lists(300, 1.0), 0).weights["language"], rel=0.1
    )


def test_too_few_lists_teach_nothing():
    assert learned(lists(5, helps=5.0), seed=0).weights == {}
    assert "too few lists to learn from (5)" in told(
        Influence(language="x", weights="", plain=learned(lists(5, 1.0), 0))
    )


def test_a_gain_that_may_be_chance_is_called_so():
    def sentence(low):
        one = Learned(weights={"language": 0.2}, asked=60, learned_from=30, without=0.1, gain=(0.01, low, 0.03))
        return told(Influence(language="x", weights="", plain=one))

    assert "the interval spans zero, so that may be chance" in sentence(-0.01)
    assert "chance" not in sentence(0.001)
    silent = Learned(weights={"language": 0.0}, asked=60, learned_from=30)
    assert "does not help, so it says nothing" in told(Influence(language="x", weights="", plain=silent))


def test_tuning_the_small_world_keeps_what_it_says(workspace):
    said = tune(workspace, users=15)
    kept = influence(read_checkpoint(workspace.models))
    assert kept.plain.learned_from == 15
    assert said == told(kept)
    assert "no item asked for has a text to be wished by" in said
    assert tune(workspace, users=15) == said
    with assembled(workspace) as opened:
        assert opened.things.reranker.plain == kept.plain.weights


def test_weights_of_another_model_say_nothing(workspace):
    loud = Learned(weights={"language": 1.0})
    for language, weights, says in (
        ("scripted:", Scripted.name, 1),
        ("local:other", Scripted.name, 0),
        ("scripted:", "with an adapter", 0),
    ):
        amend(workspace.models, {ADDED: Influence(language=language, weights=weights, plain=loud).model_dump()})
        with assembled(workspace) as opened:
            assert bool(opened.things.reranker.plain) == bool(says)
            cards = opened.top("7")
            assert ("language" in cards[0].parts) == bool(says)


def test_weights_on_top_of_another_behaviour_are_gone(workspace):
    before = read_checkpoint(workspace.models, HELD_OUT)
    tune(workspace, users=12)
    tuned = read_checkpoint(workspace.models, HELD_OUT)
    assert (tuned.weights, set(tuned.added)) == (before.weights, {ADDED})
    save(workspace.models, before)
    assert influence(read_checkpoint(workspace.models, HELD_OUT)) is None


def test_what_is_tuned_serves_in_every_checkpoint_that_weighs_behaviour_alike(workspace):
    other = read_checkpoint(workspace.models, 1).weighing({0: {"popularity": 1.0}})
    save(workspace.models, other)
    amend(workspace.models, {"x": {"y": 1}})
    assert read_checkpoint(workspace.models, HELD_OUT).added == {"x": {"y": 1}}
    assert read_checkpoint(workspace.models, 1).added == {}
    amend(workspace.models, {"z": {}})
    assert read_checkpoint(workspace.models, HELD_OUT).added == {"x": {"y": 1}, "z": {}}


@pytest.mark.parametrize("kept", [{}, {"language": "scripted:"}, {"language": "s", "weights": 1}])
def test_weights_that_cannot_be_read_name_the_remedy_and_the_model_has_no_say(workspace, kept, capsys):
    amend(workspace.models, {ADDED: kept})
    with pytest.raises(Problem, match="run penchant tune"):
        influence(read_checkpoint(workspace.models))
    with assembled(workspace) as opened:
        assert "language" not in opened.top("7")[0].parts
    assert "run penchant tune; until then the language model has no say" in capsys.readouterr().err
    tune(workspace, users=12)
    assert influence(read_checkpoint(workspace.models))


def test_without_a_language_model_there_is_nothing_to_tune(workspace):
    assert "nothing to tune" in tune(workspace.model_copy(update={"language": "none:"}))


class Counting(Scripted):
    asked = 0

    def score(self, prefix, continuations):
        self.asked += len(continuations)
        return super().score(prefix, continuations)

    def after(self, texts, said):
        self.asked += len(texts)
        return super().after(texts, said)


def test_what_was_said_once_is_not_asked_again_unless_something_differs(tmp_path):
    model = Counting()
    for _ in range(2):
        kept = Remembered(model, tmp_path / "cache" / "said.db", "a")
        np.testing.assert_allclose(
            kept.score("one two", [" one", " three"]), model.__class__().score("one two", [" one", " three"])
        )
        kept.close()
    assert model.asked == 2
    kept = Remembered(model, tmp_path / "cache" / "said.db", "a")
    kept.score("one two", [" one", " four"])
    assert model.asked == 3
    for _ in range(2):
        np.testing.assert_allclose(kept.after(["one two", "two"], " one"), Scripted().after(["one two", "two"], " one"))
    assert model.asked == 5
    kept.close()
    other = Remembered(model, tmp_path / "cache" / "said.db", "b")
    other.score("one two", [" one"])
    other.close()
    assert model.asked == 6
