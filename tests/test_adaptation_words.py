"""What the wording is learned from: facts in the form the chat gives them, and sentences that hold."""

from itertools import islice

import pytest
import torch
from tiny_llm import folder_of

from chat.adaptation.pairs import held_out, pairs
from chat.adaptation.wording import likelihood
from chat.llm.local import Local
from chat.reasons.explanation import asked
from chat.reasons.grounding import objection
from recommender.holdout import HELD_OUT
from recommender.log import read_interactions


@pytest.fixture
def made(assistant):
    interactions = read_interactions(assistant.engine, assistant.catalogue, assistant.domain.inputs)
    return list(islice(pairs(assistant.ordering, interactions, 0, judging=False), 150))


def test_every_sentence_to_learn_is_one_that_may_be_shown(made, assistant):
    wrong = [(one.said, objection(one.said, one.item, one.facts, assistant.domain)) for one in made]
    assert not [found for found in wrong if found[1]]


def test_the_facts_stand_there_as_the_chat_gives_them(made, assistant):
    assert all(one.given == tuple(asked(one.item, one.facts, assistant.domain)) for one in made)
    assert {fact.kind for one in made for fact in one.facts} >= {"history", "wish", "shared", "attribute"}


def test_no_event_of_validation_or_test_is_a_fact(made, assistant):
    interactions = read_interactions(assistant.engine, assistant.catalogue, assistant.domain.inputs)
    done = {
        assistant.catalogue[interactions.items[code]].title
        for user in range(len(interactions.users))
        for code in interactions.history(user)[:-HELD_OUT]
    }
    past = {name for one in made for fact in one.facts if fact.kind in ("history", "liked") for name in fact.names}
    assert past
    assert past <= done


def test_what_judges_is_of_other_items_than_what_is_learned(made, assistant):
    interactions = read_interactions(assistant.engine, assistant.catalogue, assistant.domain.inputs)
    judging = list(islice(pairs(assistant.ordering, interactions, 0, judging=True), 30))
    assert not {one.item.id for one in made} & {one.item.id for one in judging}
    assert all(held_out(one.item.id) for one in judging)


def test_the_same_fact_is_said_in_more_than_one_way(made):
    by_kinds = {}
    for one in made:
        kinds = tuple(fact.kind for fact in one.facts)
        by_kinds.setdefault(kinds, set()).add(one.said.replace(one.item.title, "·")[:24])
    assert max(map(len, by_kinds.values())) >= 5


def test_the_likelihood_is_that_of_the_sentence_and_its_end_after_the_question(made, tmp_path):
    local, one = Local("tiny", folder_of(tmp_path), threads=1), made[0]
    told = [dict(turn) for turn in one.given]
    given = local.tokenizer.apply_chat_template(told, add_generation_prompt=True, return_dict=True)["input_ids"]
    said = [*local.tokenizer.encode(one.said, add_special_tokens=False), local.tokenizer.eos_token_id]
    with torch.inference_mode():
        chances = local.model(torch.tensor([[*given, *said]])).logits[0].float().log_softmax(-1)
        expected = chances[range(len(given) - 1, len(given) + len(said) - 1), said].mean()
        assert float(likelihood(local.model, local.tokenizer, one)) == pytest.approx(float(expected), abs=0.02)
