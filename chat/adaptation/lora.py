"""Low-rank adapters of a language model, and the only place that knows peft."""

from __future__ import annotations

import copy
import re
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from peft import LoraConfig, PeftModel, get_peft_model, get_peft_model_state_dict, set_peft_model_state_dict
from torch import Tensor

ATTENTION = ("q_proj", "k_proj", "v_proj", "o_proj")
EVERYWHERE = (*ATTENTION, "gate_proj", "up_proj", "down_proj")


@dataclass(frozen=True)
class Rank:
    """What is learned beside the weights: `r` directions in each of these `targets`, scaled by `alpha` / r, in the last
    layers, a `share` of them all. After Hu et al., "LoRA: Low-Rank Adaptation of Large Language Models" (2022)."""

    r: int = 8
    alpha: int = 16
    targets: tuple[str, ...] = ATTENTION
    share: float = 1.0


def attached(model: Any, rank: Rank, seed: int = 0) -> Any:
    """The model with a fresh adapter, drawn by the seed, which changes nothing yet and is float32; its own weights stay
    as they are, in their precision. The model that was given must not be used any more."""
    every = int(model.config.num_hidden_layers)
    first = every - max(1, round(rank.share * every))
    config = LoraConfig(
        r=rank.r,
        lora_alpha=rank.alpha,
        target_modules=list(rank.targets),
        lora_dropout=0.0,
        task_type="CAUSAL_LM",
        layers_to_transform=list(range(first, every)) if first else None,
    )
    torch.manual_seed(seed)
    with _quiet():
        return get_peft_model(model, config)


def learned(model: Any) -> dict[str, Tensor]:
    """The weights of the adapter."""
    return {name: value.detach() for name, value in get_peft_model_state_dict(model).items()}


def restore(model: Any, weights: Mapping[str, Tensor]) -> None:
    """Give the adapter these weights."""
    set_peft_model_state_dict(model, dict(weights))


def write(model: Any, folder: Path) -> None:
    """The adapter alone, as peft writes it, without the path of the model, which is another elsewhere."""
    for config in model.peft_config.values():
        config.base_model_name_or_path = None
    model.save_pretrained(folder)


def merged(model: Any, folder: Path) -> Any:
    """A model with the adapter of a folder added into its weights: as fast as the one it was made from, and sharing
    with it all weights that the adapter does not touch. Raises ValueError, OSError, KeyError or RuntimeError where the
    folder does not hold an adapter that fits."""
    config = LoraConfig.from_pretrained(folder)
    targets, layers = tuple(config.target_modules), config.layers_to_transform

    def touched(name: str) -> bool:
        layer = re.search(r"\.(\d+)\.", name)
        within = not layers or (layer is not None and int(layer[1]) in layers)
        return within and name.removesuffix(".weight").endswith(targets)

    shared = {id(value): value for name, value in model.named_parameters() if not touched(name)}
    own = copy.deepcopy(model, memo=dict(shared))
    with _quiet():
        adapted = PeftModel.from_pretrained(own, str(folder), config=config)
    return adapted.merge_and_unload(safe_merge=True).eval()


def bare(model: Any) -> Any:
    """The model that the adapter is attached to, which reads as the adapter has it."""
    return model.get_base_model()


def detached(model: Any) -> Any:
    """The model as it was before an adapter was attached."""
    return model.unload()


@contextmanager
def _quiet() -> Iterator[None]:
    """peft 0.21 asks transformers for something by the name it had before, and is warned."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "`is_gradient_checkpointing`", FutureWarning)
        yield
