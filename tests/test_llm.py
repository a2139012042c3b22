"""Every language model keeps the same contract, whatever it is made of."""

import json
import re

import numpy as np
import pytest

from chat.llm.local import Local
from chat.llm.scripted import Scripted
from retrieval.errors import Stale

ASKED = [
    {"role": "system", "content": "You say why."},
    {"role": "user", "content": "- It is funny.\n- It is short.\nWhy would I like it?"},
]
TEMPLATE = (
    "{% for m in messages %}<{{ m.role }}>{{ m.content }}{% endfor %}{% if add_generation_prompt %}<ai>{% endif %}"
)


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    """A model of random weights, small enough to be made here, in the form that real ones have."""
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    folder = tmp_path_factory.mktemp("tiny")
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(models.BPE({sign: at for at, sign in enumerate(["<end>", *alphabet])}, []))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    tokenizer.decoder = decoders.ByteLevel()
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token="<end>", chat_template=TEMPLATE).save_pretrained(
        folder
    )
    torch.manual_seed(0)
    shape = LlamaConfig(
        vocab_size=len(alphabet) + 1, hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=2,
        eos_token_id=0, bos_token_id=None, max_position_embeddings=2048,
    )  # fmt: skip
    LlamaForCausalLM(shape).save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def local(folder):
    return Local("tiny", folder, threads=1)


@pytest.fixture(params=["scripted", "local", pytest.param("shipped", marks=pytest.mark.slow)])
def llm(request, tmp_path):
    if request.param == "scripted":
        return Scripted()
    if request.param == "local":
        return request.getfixturevalue("local")
    from retrieval.settings import read_settings
    from retrieval.weights import find

    settings = read_settings(home=tmp_path)
    return Local("smollm2-135m-instruct", find("smollm2-135m-instruct", settings), threads=2)


def test_the_same_question_gets_the_same_answer_in_pieces(llm):
    answers = ["".join(list(llm.stream(ASKED))) for _ in range(2)]
    assert answers[0] == answers[1] != ""


def test_a_stream_can_be_left(llm):
    stream = llm.stream(ASKED)
    next(stream)
    stream.close()
    assert list(stream) == []
    assert "".join(llm.stream(ASKED))


def test_each_continuation_is_scored_for_itself(llm):
    together = llm.score(
        "They asked for something funny. I suggest", [" Something funny", " Heat", " The Maltese Falcon"]
    )
    alone = [llm.score("They asked for something funny. I suggest", [one])[0] for one in (" Something funny", " Heat")]
    assert together.shape == (3,)
    assert together.dtype == np.float32
    assert (together <= 0).all()
    np.testing.assert_allclose(together[:2], alone, atol=0.05)


def test_the_score_is_the_mean_log_likelihood_of_the_tokens(local):
    import torch

    prefix, said = "I suggest", " Heat"
    whole = local.tokenizer(prefix + said, return_tensors="pt")["input_ids"]
    start = local.tokenizer(prefix, return_tensors="pt")["input_ids"].shape[1]
    with torch.inference_mode():
        likely = local.model(input_ids=whole).logits.float().log_softmax(-1)[0, start - 1 : -1]
    expected = likely.gather(-1, whole[0, start:, None]).mean()
    assert local.score(prefix, [said])[0] == pytest.approx(float(expected), abs=0.02)


def test_an_answer_keeps_to_its_pattern_and_one_in_json_to_its_schema(local):
    pattern = r"Heat (is short|was funny)( and|,) (long|loud)\."
    answer = "".join(local.stream(ASKED, {"type": "string", "pattern": pattern}))
    assert re.fullmatch(pattern, answer)
    schema = {"type": "object", "properties": {"like": {"enum": ["yes", "no"]}}, "required": ["like"]}
    told = json.loads("".join(local.stream(ASKED, {**schema, "additionalProperties": False})))
    assert told["like"] in ("yes", "no")


def test_an_answer_ends_even_if_the_model_does_not(local):
    assert len("".join(local.stream(ASKED)).encode()) <= 160 * 4


def test_a_folder_without_a_model_is_refused_with_the_remedy(tmp_path):
    with pytest.raises(Stale, match="delete the folder to fetch it anew"):
        Local("none", tmp_path, threads=1)


def test_a_damaged_model_is_refused(folder, tmp_path):
    for file in folder.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    weights = tmp_path / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])
    with pytest.raises(Stale, match="cannot be read"):
        Local("cut", tmp_path, threads=1)
