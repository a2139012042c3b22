"""The language model learns to hear a wish: what it learns from, how it is scored, and what becomes of it."""

import re
from dataclasses import dataclass, replace

import numpy as np
import pytest
import torch
from rich.console import Console
from test_adaptation import QUICK, ticking

from chat.adaptation import lora, shelf
from chat.adaptation.hearing import Hearing, gained, heard
from chat.adaptation.learning import learn
from chat.adaptation.notes import Notes
from chat.adaptation.pairs import held_out
from chat.adaptation.training import train
from chat.adaptation.wants import SHARES, Want, Wants, lacking
from chat.llm import open_llm
from chat.llm.local import Local
from chat.reranking.reordering import evidence
from retrieval.catalogue import Catalogue, read_catalogue, write_items
from retrieval.database import database
from retrieval.domain import read_domain
from retrieval.index.indexing import index_catalogue
from retrieval.index.nearest import Exact
from retrieval.items import Item
from retrieval.space.embedding import Hashing
from retrieval.space.item_vectors import Space, embedded
from retrieval.words.wishes import lessons, wish

QUIET = Console(quiet=True)
PLACES = ("harbour", "desert", "castle", "school", "prison", "circus", "hospital", "railway")


def told(item, number):
    """With a text of five sentences, in which each word with a number stands in one sentence alone."""
    said = [
        f"This is the film of number {number}.",
        *(
            f"In scene{number}x{at} the people of a {PLACES[(number + at) % 8]} look for their thing{number}x{at}."
            for at in range(4)
        ),
    ]
    return replace(item, text=" ".join(said))


@pytest.fixture(scope="module")
def wants():
    catalogue = Catalogue.of(
        [*(told(Item(f"i{n:02}", f"Film{n:02}"), n) for n in range(60)), Item("x", "A Film of No Words")]
    )
    return catalogue, of(catalogue)


def of(catalogue):
    space = Space(Hashing())
    vectors = np.concatenate([rows for _, rows in embedded(catalogue, space)])
    return Wants.of(catalogue, Exact(catalogue.ids, vectors), space, read_domain("movies"), seed=0)


# what is learned from


def words(text):
    """Those that stand in one sentence alone."""
    return set(re.findall(r"(?:scene|thing)\d+x\d", text))


def judging_words(catalogue):
    return {word for item in catalogue.values() if (judged := wish(item, 0)) for word in words(judged.said)}


def test_no_line_and_no_wish_holds_a_sentence_that_judges(wants):
    catalogue, some = wants
    secret = judging_words(catalogue)
    assert len(secret) == 120
    for _, one in zip(range(3 * len(some)), some.units(), strict=False):
        assert words(one.wish)
        assert not words(f"{one.wish} {' '.join(one.lines)}") & secret


def test_two_entries_of_one_work_do_not_tell_what_judges_of_each_other():
    entries = [told(Item(f"{n}{part}", f"Film{n}", work=f"w{n}"), n) for n in range(30) for part in "ab"]
    catalogue = Catalogue.of(entries)
    some, secret = of(catalogue), judging_words(catalogue)
    assert len(secret) > 60  # of many works the two entries are judged by different sentences
    for _, one in zip(range(2 * len(some)), some.units(), strict=False):
        assert not words(f"{one.wish} {' '.join(one.lines)}") & secret
    judged = {words(one.wish).pop().split("x")[0] for each in some.judging(100) for one in each}
    assert judged
    assert not judged & {words(one.text).pop().split("x")[0] for _, one in some.lessons}


def test_a_wish_stands_in_no_line_and_its_item_in_one(wants):
    _, some = wants
    for _, one in zip(range(len(some)), some.units(), strict=False):
        number = one.wish.split("scene")[1].split("x")[0]
        mine = [at for at, line in enumerate(one.lines) if line.startswith(f"Film{int(number):02}.")]
        assert mine == [one.right]
        assert len(set(one.lines)) == len(one.lines) == 1 + sum(SHARES)
        assert not [line for line in one.lines if one.wish in line]


def test_items_held_out_are_wished_for_in_judging_alone(wants):
    catalogue, some = wants
    numbers = {int(one.wish.split("scene")[1].split("x")[0]) for _, one in zip(range(500), some.units(), strict=False)}
    judging = {int(one.wish.split("scene")[1].split("x")[0]) for each in some.judging(100) for one in each}
    apart = {int(id[1:]) for id in catalogue if id != "x" and held_out(id)}
    assert judging == apart
    assert numbers == set(range(60)) - apart


def test_the_wishes_from_any_number_on_are_those_of_a_run_through(wants):
    through = [one for _, one in zip(range(40), wants[1].units(), strict=False)]
    assert [one for _, one in zip(range(17), wants[1].units(23), strict=False)] == through[23:]


def test_a_lesson_is_neither_the_first_sentence_nor_the_one_that_judges():
    item = told(Item("a", "Film"), 7)
    judged = wish(item, 3)
    learned = lessons(item, 3)
    assert len(learned) == 3
    assert not {judged.said, item.text[: item.text.index(".") + 1]} & {one.said for one in learned}
    assert all(one.said not in one.rest.text and judged.said not in one.rest.text for one in learned)
    assert lessons(Item("b", "Film", text="One sentence of a good many words alone."), 3) == ()


def test_texts_of_two_sentences_leave_nothing_to_learn_from():
    def short(id):
        return Item(id, "Film", text="This is a film. In it a man and a woman look for a thing.")

    many = Catalogue.of(short(f"i{n}") for n in range(400))
    assert lacking(many, 0) == "as no text has a sentence left beside the first one and the one that judges"
    assert lacking(Catalogue.of([*many.values(), told(Item("x1", "Film"), 1)]), 0) == ""
    assert "of the items held out" in lacking(Catalogue.of(short(f"i{n}") for n in range(40)), 0)


# how it is scored


def test_what_is_learned_is_the_score_that_serves(local):
    one = Want(
        "a small boat at sea", ("A film of ships.", "Another film, of trains and snow.", "Third.", "Fourth one.")
    )
    with torch.inference_mode():
        likely = heard(local.model, local.tokenizer, one)
    serving = local.after(one.lines, f" {one.wish}")
    np.testing.assert_allclose(likely, serving, atol=0.02)
    np.testing.assert_allclose(gained(torch.tensor(serving)), evidence(serving), atol=1e-3)


# how it is learned


@dataclass(frozen=True)
class World:
    """Who wishes for bees means a line of honey, who wishes for ants one of soil; or, by chance, any line."""

    random: bool

    def __len__(self):
        return 10_000

    def want(self, number):
        dice = np.random.default_rng([7, number])
        wish = ("bees bees bees", "ants ants ants")[number % 2]
        lines = [f"{dice.integers(10)} {word}." for word in ("honey", "soil", "glass")]
        order = dice.permutation(3).tolist()
        right = int(dice.integers(3)) if self.random else order.index(number % 2)
        return Want(wish, tuple(lines[at] for at in order), right)

    def units(self, start):
        number = start
        while True:
            yield self.want(number)
            number += 1


@pytest.mark.parametrize(("random", "least", "most"), [(False, 0.95, 1.0), (True, 0.0, 0.6)])
def test_a_model_learns_what_goes_with_a_wish_and_not_what_is_random(local, random, least, most):
    model = lora.attached(local.model, QUICK.rank)
    train(model, Hearing(World(random), local.tokenizer), QUICK, 5 + 4 * 60, Notes(None, ""), QUIET, ticking())
    bare = lora.bare(model)
    with torch.inference_mode():
        right = [
            int(gained(heard(bare, local.tokenizer, one)).argmax()) == one.right
            for one in map(World(random).want, range(20_000, 20_060))
        ]
    assert least <= np.mean(right) <= most


def test_an_adapter_of_the_last_layers_leaves_the_first_ones_alone(local, tmp_path):
    half = replace(QUICK, rank=lora.Rank(8, 16, lora.EVERYWHERE, share=0.5))
    model = lora.attached(local.model, half.rank)
    assert {name.split("layers.")[1][0] for name in lora.learned(model)} == {"1"}
    train(model, Hearing(World(False), local.tokenizer), half, 5 + 4 * 2, Notes(None, ""), QUIET, ticking())
    lora.write(model, tmp_path)
    base = lora.detached(model)
    worn = lora.merged(base, tmp_path)
    first, second = ([layer.self_attn.q_proj.weight for layer in one.model.layers] for one in (base, worn))
    assert first[0] is second[0]
    assert not torch.equal(first[1], second[1])


# what becomes of it


@pytest.fixture
def kept(tiny_model, tmp_path):
    """A workspace in which the tiny model serves with an adapter that changes how it hears."""
    local = Local("tiny", tiny_model, threads=1)
    model = lora.attached(local.model, QUICK.rank)
    train(model, Hearing(World(False), local.tokenizer), QUICK, 5 + 4 * 4, Notes(None, ""), QUIET, ticking())
    about = shelf.About(job="wish", model="tiny", base=local.base, prompt=1, seed=0, lists=16)
    settings = tmp_path, f"local:{tiny_model}"
    shelf.keep(tmp_path / "models", about, lambda to: lora.write(model, to))
    return settings


def test_a_kept_adapter_hears_from_the_next_start_on_and_leaves_titles_alone(kept, workspace):
    settings = workspace.model_copy(update={"home": kept[0], "language": kept[1]})
    plain, adapted = open_llm(settings, adapted=False), open_llm(settings)
    heard_by = [one.after(["3 honey.", "4 soil."], " bees bees") for one in (plain, adapted)]
    assert not np.allclose(*heard_by, atol=0.01)
    titles = [one.score("Next 3:", [" red 4", " blue 4"]) for one in (plain, adapted)]
    np.testing.assert_allclose(*titles)
    assert plain.identity != adapted.identity
    assert plain.identities[0] == adapted.identities[0]
    assert plain.identities[1] != adapted.identities[1]


# the command


@pytest.fixture
def learner(workspace, tiny_model):
    with database(workspace.database_url) as engine, engine.begin() as connection:
        items = [told(item, at) for at, item in enumerate(read_catalogue(engine).values())]
        more = [told(Item(f"more{n:03}", f"More{n:03}"), 100 + n) for n in range(300)]
        write_items(connection, [*items, *more])
    index_catalogue(workspace)
    return workspace.model_copy(update={"language": f"local:{tiny_model}", "threads": 1})


def test_what_does_not_help_is_thrown_away_with_its_figures(learner):
    (said,) = learn(learner, 0.1, ["wish"])
    assert said.startswith("wish: learned from ")
    assert "(95 % " in said
    assert said.endswith("thrown away, as its interval is not above zero.")
    assert not [file for file in learner.models.iterdir() if "adapter" in file.name or "learning" in file.name]


def test_what_helps_serves_and_says_what_it_was_worth(learner, monkeypatch):
    monkeypatch.setattr("chat.adaptation.learning.keeps", lambda figures: True)
    (said,) = learn(learner, 0.1, ["wish"])
    assert "kept; it serves from the next start on" in said
    llm = open_llm(learner).llm
    assert llm.readers["wish"].model is not llm.model
    assert llm.readers["rerank"].model is llm.readers["words"].model is llm.model
    (figure,) = shelf.about(shelf.fitting(learner.models, llm.base).folders["wish"]).figures.values()
    assert figure["n"] >= 30


def test_a_catalogue_without_texts_is_skipped_with_a_sentence(workspace, tiny_model):
    learner = workspace.model_copy(update={"language": f"local:{tiny_model}", "threads": 1})
    (said,) = learn(learner, 0.1, ["wish"])
    assert said.startswith("wish: skipped, as 0 of the items held out to judge by have a text of several sentences")
