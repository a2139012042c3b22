"""A language model of random weights, small enough to be made here, in both forms that real ones have."""

from pathlib import Path

import numpy as np

WIDTH, LAYERS, HEADS, WINDOW = 32, 2, 2, 2048
END = "<end>"
TEMPLATE = (
    "{% for m in messages %}<{{ m.role }}>{{ m.content }}{% endfor %}{% if add_generation_prompt %}<ai>{% endif %}"
)


def folder_of(folder: Path) -> Path:
    """As transformers saves it: safetensors, config and tokenizer, a token a byte."""
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(models.BPE({sign: at for at, sign in enumerate([END, *alphabet])}, []))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    tokenizer.decoder = decoders.ByteLevel()
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token=END, chat_template=TEMPLATE).save_pretrained(folder)
    torch.manual_seed(0)
    shape = LlamaConfig(
        vocab_size=len(alphabet) + 1, hidden_size=WIDTH, intermediate_size=2 * WIDTH, num_hidden_layers=LAYERS,
        num_attention_heads=HEADS, eos_token_id=0, bos_token_id=None, max_position_embeddings=WINDOW,
    )  # fmt: skip
    LlamaForCausalLM(shape).save_pretrained(folder)
    return folder


def gguf_of(file: Path) -> Path:
    """As llama.cpp reads it."""
    from gguf import GGUFWriter, TokenType
    from tokenizers import pre_tokenizers

    signs = [END, *sorted(pre_tokenizers.ByteLevel.alphabet()), "\u0120\u0120"]
    dice = np.random.default_rng(0)
    writer = GGUFWriter(file, "llama")
    writer.add_name("tiny")
    writer.add_context_length(WINDOW)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(2 * WIDTH)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_rope_dimension_count(WIDTH // HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_vocab_size(len(signs))
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(signs)
    writer.add_token_types([TokenType.CONTROL, *[TokenType.NORMAL] * (len(signs) - 1)])
    writer.add_token_merges(["\u0120 \u0120"])  # there has to be one: two spaces
    writer.add_eos_token_id(0)
    writer.add_bos_token_id(0)
    writer.add_add_bos_token(False)
    writer.add_chat_template(TEMPLATE)

    def tensor(name: str, *shape: int) -> None:
        writer.add_tensor(name, dice.normal(0, 0.3, shape).astype(np.float32))

    def norm(name: str) -> None:
        writer.add_tensor(name, np.ones(WIDTH, dtype=np.float32))

    tensor("token_embd.weight", len(signs), WIDTH)
    tensor("output.weight", len(signs), WIDTH)
    norm("output_norm.weight")
    for layer in range(LAYERS):
        for part in ("q", "k", "v", "output"):
            tensor(f"blk.{layer}.attn_{part}.weight", WIDTH, WIDTH)
        tensor(f"blk.{layer}.ffn_gate.weight", 2 * WIDTH, WIDTH)
        tensor(f"blk.{layer}.ffn_up.weight", 2 * WIDTH, WIDTH)
        tensor(f"blk.{layer}.ffn_down.weight", WIDTH, 2 * WIDTH)
        norm(f"blk.{layer}.attn_norm.weight")
        norm(f"blk.{layer}.ffn_norm.weight")
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return file
