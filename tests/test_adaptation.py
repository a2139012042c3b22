"""The language model learns from the log: lists, the tree they are read as, the loop, what becomes of an adapter."""

import json
import shutil
from dataclasses import dataclass
from io import StringIO

import numpy as np
import pytest
import torch
from rich.console import Console
from tiny_llm import gguf_of

from chat.adaptation import lora, shelf
from chat.adaptation.choosing import Choosing, scored
from chat.adaptation.judging import Figure, gain, keeps
from chat.adaptation.learning import learn
from chat.adaptation.lists import CHOICES, Choice, Lists, Sheet, validation
from chat.adaptation.notes import Notes
from chat.adaptation.training import Training, train
from chat.adaptation.tree import Tree
from chat.llm import open_llm
from chat.llm.local import Local
from recommender.events import Event
from recommender.interactions import Interactions
from retrieval.catalogue import Catalogue
from retrieval.domain import read_domain
from retrieval.errors import Problem
from retrieval.items import Item
from retrieval.manifest import seal
from retrieval.settings import read_settings

QUIET = Console(quiet=True)


@pytest.fixture(scope="module")
def log():
    """Forty people, thirty items, and two last events of each that are of items nobody met before."""
    dice = np.random.default_rng(0)
    items = [Item(f"i{n:02}", f"Film {n:02}", facets={"genre": ("Comedy" if n % 2 else "Drama",)}) for n in range(30)]
    secret = [Item(f"s{n:02}", f"Secret {n:02}") for n in range(80)]
    events = []
    for person in range(40):
        ids = [f"i{n:02}" for n in dice.permutation(30)[: 3 + person % 12]]
        ids += [f"s{2 * person:02}", f"s{2 * person + 1:02}"]
        events += [Event(f"p{person}", id, 1000.0 + at) for at, id in enumerate(ids)]
    catalogue = Catalogue.of([*items, *secret])
    return Interactions.of(events, sorted(catalogue)), catalogue


@dataclass(frozen=True)
class Guess:
    """Behaviour that knows nothing: the same numbers for everybody."""

    items: int

    def fused(self, pasts):
        return {"guess": np.tile(np.linspace(1, 0, self.items, dtype=np.float32), (len(pasts), 1))}


@pytest.fixture
def lists(log):
    interactions, catalogue = log
    return Lists(interactions, catalogue, read_domain("movies"), Guess(len(catalogue)), seed=0)


# what is learned from


def test_no_event_of_validation_or_test_is_ever_learned_from(lists):
    interactions = lists.interactions
    sheets = lists.sheets()
    every = [choice for _ in range(2 * len(lists)) for choice in next(sheets).choices]
    assert {(one.user, one.place) for one in every} == {
        (user, place) for user in range(40) for place in range(1, len(interactions.history(user)) - 2)
    }
    assert not [one for one in every if "Secret" in one.prefix or "Secret" in one.titles[one.right]]
    assert not [sheet for _, sheet in zip(range(len(lists)), lists.sheets(), strict=False) if "Secret" in sheet.told]


def test_a_list_holds_what_came_next_and_nothing_that_was_seen_before(lists):
    interactions, catalogue = lists.interactions, lists.catalogue
    for _, sheet in zip(range(len(lists)), lists.sheets(), strict=False):
        for one in sheet.choices:
            assert len(set(one.titles)) == len(one.titles) == (CHOICES if not one.wished else len(one.titles))
            done = [catalogue[interactions.items[code]].title for code in interactions.history(one.user)]
            assert one.titles[one.right] == f" {done[one.place]}"
            assert not {title.strip() for title in one.titles} & set(done[: one.place])
            told = one.prefix.partition(": ")[2].partition(".")[0].split(", ")
            assert told == done[max(0, one.place - len(told)) : one.place]
            assert len(told) <= 10


def test_everybody_has_a_turn_before_anybody_has_a_second(lists):
    people = sum(len(lists.interactions.history(user)) > 3 for user in range(40))
    first = [sheet.choices[0].user for _, sheet in zip(range(people), lists.sheets(), strict=False) if sheet.choices]
    assert len(set(first)) == people


def test_the_lists_from_any_number_on_are_those_of_a_run_through(lists):
    through = [sheet for _, sheet in zip(range(40), lists.sheets(), strict=False)]
    again = [sheet for _, sheet in zip(range(17), lists.sheets(23), strict=False)]
    assert again == through[23:]


def test_a_wish_for_an_attribute_leaves_only_titles_that_have_it(lists):
    found = 0
    for _, sheet in zip(range(len(lists)), lists.sheets(), strict=False):
        for one in sheet.choices:
            if "asked for Comedy" in one.prefix:
                found += 1
                assert all(int(title.removeprefix(" Film ")) % 2 for title in one.titles)
    assert found


def test_validation_asks_for_the_event_before_the_last(log):
    interactions, catalogue = log
    asked = validation(interactions, catalogue, read_domain("movies"), Guess(len(catalogue)), 40, 0, len(catalogue))
    assert len(asked) == 40
    for (one,) in asked:
        assert one.titles[one.right] == f" Secret {2 * int(interactions.users[one.user].removeprefix('p')):02}"
        assert "Secret" not in one.prefix


# how it is read


def test_scores_under_the_tree_mask_are_those_of_each_title_by_itself(local):
    titles = (" The Thing", " The Third Man", " Heat", " The", " A Very Long Title Indeed")
    sheet = (
        Choice(0, 1, "They watched Alien. Next", titles),
        Choice(0, 2, "They watched Alien, Heat. Next", titles[:3]),
    )
    told = "They watched Alien, Heat, Ran"
    with torch.inference_mode():
        together, foreseen = scored(local.model, local.tokenizer, sheet, told)
    for one, choice in zip(together, sheet, strict=True):
        np.testing.assert_allclose(one, local.score(choice.prefix, choice.titles), atol=0.03)
    assert float(foreseen) == pytest.approx(float(local.score(told[0], [told[1:]])[0]), abs=0.03)


def test_what_texts_share_is_in_the_tree_once():
    tree = Tree.of([[1, 2, 3], [1, 2, 4, 5], [6]])
    assert tree.tokens.tolist() == [1, 2, 3, 4, 5, 6]
    assert tree.depth.tolist() == [0, 1, 2, 2, 3, 0]
    assert [row.nonzero()[0].tolist() for row in tree.seen] == [[0], [0, 1], [0, 1, 2], [0, 1, 3], [0, 1, 3, 4], [5]]


# how it is learned


@dataclass(frozen=True)
class Taste:
    """Of four titles the red one is right; or, by chance, any."""

    tokenizer: object
    random: bool
    name: str = "rerank"
    what: str = "lists"

    def __len__(self):
        return 10_000

    def sheet(self, number):
        dice = np.random.default_rng([7, number])
        titles = [f" {colour} {dice.integers(10)}" for colour in ("red", "blue", "grey", "gold")]
        right = int(dice.integers(4)) if self.random else 0
        return Sheet((Choice(0, 0, f"Next {dice.integers(10)}:", tuple(titles), right),))

    def units(self, start):
        number = start
        while True:
            yield self.sheet(number)
            number += 1

    def lists(self, unit):
        return len(unit.choices)

    def loss(self, model, unit):
        return Choosing(None, self.tokenizer, sharpness=2.0, telling=0.0).loss(model, unit)


def ticking():
    """A clock on which whatever is timed takes a second."""
    now = iter(range(10**9))
    return lambda: float(next(now))


QUICK = Training(rate=1e-2, together=4, rank=lora.Rank(8, 16, lora.EVERYWHERE))


@pytest.mark.parametrize(("random", "least", "most"), [(False, 0.95, 1.0), (True, 0.0, 0.5)])
def test_a_model_learns_a_preference_and_not_what_is_random(local, random, least, most):
    task = Taste(local.tokenizer, random)
    model = lora.attached(local.model, QUICK.rank)
    train(model, task, QUICK, 5 + 4 * 60, Notes(None, ""), QUIET, ticking())
    with torch.inference_mode():
        right = [
            int(scored(model, local.tokenizer, sheet.choices)[0][0].argmax()) == sheet.choices[0].right
            for sheet in map(task.sheet, range(20_000, 20_060))
        ]
    assert least <= np.mean(right) <= most


def test_the_number_of_lists_is_said_before_and_fits_the_time(local):
    console = Console(record=True, width=200, file=StringIO())
    taken = train(
        lora.attached(local.model, QUICK.rank), Taste(local.tokenizer, False), QUICK, 5 + 4 * 6, Notes(None, ""),
        console, ticking(),
    )  # fmt: skip
    assert (taken.steps, taken.lists) == (6, 24)
    assert "1.00 s each, so about 24 lists in 0 min, in 6 steps" in console.export_text()


def test_a_machine_that_turns_slow_ends_in_time_with_fewer_lists(local):
    now = [*range(10), *range(20, 2000, 10)]  # ten times slower after the measuring
    model = lora.attached(local.model, QUICK.rank)
    task = Taste(local.tokenizer, False)
    taken = train(model, task, QUICK, 5 + 4 * 40, Notes(None, ""), QUIET, iter(map(float, now)).__next__)
    assert (taken.steps, taken.seconds) == (16, 160.0)


class Cut(Taste):
    """The same, but somebody presses Ctrl-C while it is read."""

    def units(self, start):
        for number, unit in enumerate(super().units(start)):
            if start == 0 and number > 4 + 4 * 3:
                raise KeyboardInterrupt
            yield unit


def test_what_was_cut_off_gives_what_it_would_have_given(tiny_model, tmp_path):
    def weights(task, notes):
        local = Local("tiny", tiny_model, threads=1)
        model = lora.attached(local.model, QUICK.rank)
        train(model, task(local.tokenizer, False), QUICK, 5 + 4 * 8, notes, QUIET, ticking())
        return lora.learned(model)

    through = weights(Taste, Notes(None, ""))
    file = tmp_path / "learning.safetensors"
    with pytest.raises(Problem, match="stopped after 4 of 8 steps; the same command goes on"):
        weights(Cut, Notes(file, "this"))
    assert Notes(file, "another").read() is None
    resumed = weights(Cut, Notes(file, "this"))
    assert through.keys() == resumed.keys()
    assert all(torch.equal(through[name], resumed[name]) for name in through)


# what becomes of it


@pytest.fixture
def kept(tiny_model, tmp_path):
    """A workspace in which the tiny model serves with an adapter that changes what it scores."""
    local = Local("tiny", tiny_model, threads=1)
    model = lora.attached(local.model, QUICK.rank)
    train(model, Taste(local.tokenizer, False), QUICK, 5 + 4 * 4, Notes(None, ""), QUIET, ticking())
    about = shelf.About(job="rerank", model="tiny", base=local.base, prompt=1, seed=0, lists=16)
    settings = read_settings(home=tmp_path, language=f"local:{tiny_model}")
    folder = shelf.keep(settings.models, about, lambda to: lora.write(model, to))
    return settings, folder


def test_a_kept_adapter_scores_from_the_next_start_on_and_leaves_the_words_alone(kept):
    settings, _ = kept
    plain, adapted = open_llm(settings, adapted=False), open_llm(settings)
    asked = ("Next 3:", (" red 4", " blue 4"))
    assert not np.allclose(plain.score(*asked), adapted.score(*asked), atol=0.01)
    words = [{"role": "user", "content": "Why?"}]
    assert "".join(plain.llm.stream(words)) == "".join(adapted.llm.stream(words))


@pytest.fixture
def words_and_titles(tmp_path):
    """A GGUF file with adapters to weigh titles and to word reasons."""
    file = gguf_of(tmp_path / "tiny.gguf")
    local = Local("tiny", file, threads=1)
    model = lora.attached(local.model, QUICK.rank)
    train(model, Taste(local.tokenizer, False), QUICK, 5 + 4 * 4, Notes(None, ""), QUIET, ticking())
    settings = read_settings(home=tmp_path, language=f"llamacpp:{file}", threads=1)
    for job in ("rerank", "words"):
        about = shelf.About(job=job, model=str(file), base=local.base, prompt=1, seed=0, lists=16)
        shelf.keep(settings.models, about, lambda to: lora.write(model, to))
    return settings


def test_llama_cpp_weighs_titles_with_the_adapter_and_says_that_it_words_without(words_and_titles, capsys):
    plain = open_llm(words_and_titles, adapted=False)
    assert not capsys.readouterr().err
    adapted = open_llm(words_and_titles)
    said = capsys.readouterr().err
    assert said.startswith("llamacpp: does not wear the adapter 'words'; with local:")
    assert said.count("\n") == 1
    local = open_llm(words_and_titles.model_copy(update={"language": f"local:{plain.name}"}))
    asked = ("Next 3:", (" red 4", " blue 4"))
    assert not np.allclose(plain.score(*asked), adapted.score(*asked), atol=0.01)
    assert np.allclose(local.score(*asked), adapted.score(*asked), atol=0.01)
    assert plain.identity != adapted.identity  # so what the other was allowed to say is not taken over
    assert not capsys.readouterr().err


def test_a_model_too_large_to_weigh_titles_says_which_adapters_it_does_not_wear(words_and_titles, capsys, monkeypatch):
    monkeypatch.setattr("chat.llm.llamacpp.SMALL", 0)
    assert not open_llm(words_and_titles).scores
    said = capsys.readouterr().err
    assert said.startswith("llamacpp: does not wear the adapters 'rerank' and 'words'; with local:")
    assert "they are worn" in said


def test_an_adapter_costs_the_memory_of_the_weights_it_touches_alone(kept):
    adapted = open_llm(kept[0]).llm
    worn, base = adapted.readers["rerank"].model, adapted.model
    assert worn.model.embed_tokens.weight is base.model.embed_tokens.weight
    assert worn.model.layers[0].self_attn.q_proj.weight is not base.model.layers[0].self_attn.q_proj.weight


def test_a_damaged_adapter_is_left_out_and_the_remedy_named(kept, capsys):
    settings, folder = kept
    weights = folder / "adapter_model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1])
    llm = open_llm(settings).llm
    assert "adapter_model.safetensors has" in (said := capsys.readouterr().err)
    assert "run penchant train-language --job rerank" in said
    assert llm.readers["rerank"].model is llm.model


def test_an_adapter_of_another_model_or_prompt_is_refused_with_the_remedy(kept, capsys):
    settings, folder = kept
    assert "it was made for another model (tiny)" in shelf.fitting(settings.models, "other").notes[0]
    told = json.loads((folder / shelf.ABOUT).read_text())
    (folder / shelf.ABOUT).write_text(json.dumps({**told, "prompt": 0}))
    seal(folder, "a test", "none")
    open_llm(settings)
    assert "it learned with the prompt of version 0" in capsys.readouterr().err


def test_a_newer_adapter_takes_the_place_of_the_older(kept):
    settings, folder = kept
    about = shelf.about(folder)

    def write(to):
        shutil.copytree(folder, to, dirs_exist_ok=True)

    newer = shelf.keep(settings.models, about.model_copy(update={"seed": 1}), write)
    assert newer != folder
    assert not folder.exists()
    assert shelf.fitting(settings.models, about.base).folders == {"rerank": newer}


@pytest.mark.parametrize(
    ("first", "second", "kept"),
    [
        ((0.02, 0.01, 0.03), (0.0, -0.01, 0.01), True),
        ((0.02, -0.001, 0.04), (0.05, 0.01, 0.09), False),  # the first one may be chance
        ((0.02, 0.01, 0.03), (-0.02, -0.03, -0.01), False),  # what it gains there it loses here
    ],
)
def test_an_adapter_is_kept_only_if_its_interval_is_above_zero(first, second, kept):
    figures = [Figure("ndcg", 0.1, 0.1 + one[0], *one, n=200) for one in (first, second)]
    assert keeps(figures) is kept


def test_a_few_values_keep_nothing():
    assert not keeps([Figure("ndcg", 0.1, 0.3, 0.2, 0.1, 0.3, n=20)])


def test_ties_count_against_the_right_title():
    assert gain(np.array([1.0, 1.0, 0.0]), 0) == pytest.approx(1 / np.log2(3))
    assert gain(np.zeros(30), 3) == 0.0


# the command


@pytest.fixture
def learner(workspace, tiny_model, monkeypatch):
    for name, few in (("PAIRS", 12), ("JUDGED", 6), ("SPOKEN", 2)):
        monkeypatch.setattr(f"chat.adaptation.learning.{name}", few)
    return workspace.model_copy(update={"language": f"local:{tiny_model}", "threads": 1})


@pytest.mark.parametrize("job", ["rerank", "words"])
def test_what_does_not_help_is_thrown_away_with_its_figures(learner, job):
    (told,) = learn(learner, 0.1, [job])
    assert told.startswith(f"{job}: learned from ")
    assert "(95 % " in told
    assert told.endswith("thrown away, as its interval is not above zero.")
    assert not [file for file in learner.models.iterdir() if "adapter" in file.name or "learning" in file.name]


def test_what_helps_serves_and_is_judged_as_it_serves(learner, monkeypatch):
    monkeypatch.setattr("chat.adaptation.learning.keeps", lambda figures: True)
    (told,) = learn(learner, 0.1, ["rerank"])
    assert told.endswith("kept; it serves from the next start on, in the order once penchant tune has weighed it anew.")
    llm = open_llm(learner).llm
    assert llm.readers["rerank"].model is not llm.model
    assert llm.readers["words"].model is llm.model
    about = shelf.about(shelf.fitting(learner.models, llm.base).folders["rerank"])
    assert (about.job, about.base, about.seed) == ("rerank", llm.base, 0)
    assert about.figures["NDCG@10 of its order alone"]["n"] > 0


def test_a_model_that_is_elsewhere_cannot_learn(learner):
    with pytest.raises(Problem, match="only a model of this process, local:NAME, can learn"):
        next(learn(learner.model_copy(update={"language": "scripted:"}), 1))
