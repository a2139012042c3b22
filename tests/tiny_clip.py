"""A CLIP small enough to be made anew: random weights, letters for words, pictures of 32 pixels."""

import string
from pathlib import Path

import torch
from sentence_transformers import SentenceTransformer
from transformers import CLIPConfig, CLIPModel, CLIPProcessor, CLIPTokenizer
from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil

LETTERS = [*string.ascii_lowercase, *string.digits, *string.punctuation]
WINDOW = 32


def save_tiny_clip(folder: Path) -> Path:
    """A folder as sentence-transformers saves it, with a model that reads texts and pictures."""
    words = [*LETTERS, *(f"{letter}</w>" for letter in LETTERS), "<|startoftext|>", "<|endoftext|>"]
    vocabulary = {word: number for number, word in enumerate(words)}
    tower = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 2}
    ends = {"bos_token_id": len(words) - 2, "eos_token_id": len(words) - 1}
    config = CLIPConfig(
        text_config={**tower, **ends, "vocab_size": len(words), "max_position_embeddings": WINDOW},
        vision_config={**tower, "image_size": 32, "patch_size": 8},
        projection_dim=16,
    )
    with torch.random.fork_rng():
        torch.manual_seed(0)
        CLIPModel(config).save_pretrained(folder / "raw")
    sizes = {"size": {"shortest_edge": 32}, "crop_size": {"height": 32, "width": 32}}
    tokenizer = CLIPTokenizer(vocab=vocabulary, merges=[], model_max_length=WINDOW)
    CLIPProcessor(image_processor=CLIPImageProcessorPil(**sizes), tokenizer=tokenizer).save_pretrained(folder / "raw")
    SentenceTransformer(str(folder / "raw"), local_files_only=True, device="cpu").save(str(folder / "clip"))
    return folder / "clip"
