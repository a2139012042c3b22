"""How much the language model may say in the order: the artefact of `penchant tune`, beside that of behaviour."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from chat.reranking.prompting import VERSION
from recommender.fusion import Weights
from retrieval.errors import Problem

FILE = "language.json"
NONE: Mapping[str, float] = {}


class Learned(BaseModel):
    """Of lists of one kind: the weight of each part, in units of the score without the language model, and what it
    rests on. `gain`: of NDCG@10 over the order without them, with its 95 % interval, cross-validated over users."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    weights: dict[str, Annotated[float, Field(allow_inf_nan=False)]] = {}
    asked: int = 0  # lists, among them those in which the item did not come up
    learned_from: int = 0  # lists in which it did
    without: float = 0.0  # NDCG@10
    gain: tuple[float, float, float] = (0.0, 0.0, 0.0)


class Influence(BaseModel):
    """Of which language model and, by `weights`, of which state of it, by which prompts, on top of which weights of
    behaviour; `plain`: lists of who had no wish in words, `wished`: of who had one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    language: str
    weights: str
    behaviour: str
    prompts: int = Field(VERSION, strict=True)
    seed: int = 0
    plain: Learned = Learned()
    wished: Learned = Learned()

    def fits(self, language: str, behaviour: Weights, weights: str | None = None) -> bool:
        """Whether it was learned for this model, in this state if that is named, on top of this behaviour: if not, it
        says nothing."""
        same = (self.language, self.behaviour, self.prompts) == (language, fingerprint(behaviour), VERSION)
        return same and weights in (None, self.weights)


def fingerprint(behaviour: Weights) -> str:
    """Of the weights of behaviour, which are the same for a checkpoint that chooses, is judged and serves."""
    told = sorted((least, sorted(weights.items())) for least, weights in behaviour.items())
    return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


def read_influence(models: Path) -> Influence | None:
    """What `penchant tune` kept, None before it did. Raises Problem if it cannot be read."""
    file = models / FILE
    try:
        return Influence.model_validate_json(file.read_bytes())
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Problem(f"{file} cannot be read ({error.strerror}); run penchant tune") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        wrong = f"{where}: {first['msg'].lower()}" if where else first["msg"].lower()
        raise Problem(f"{file} does not hold weights ({wrong}); run penchant tune") from error


def save(models: Path, kept: Influence) -> None:
    """Keeps it in place of the one before, whole or not at all."""
    models.mkdir(parents=True, exist_ok=True)
    unfinished = models / f"{FILE}.new"
    with unfinished.open("w", encoding="utf-8") as file:
        file.write(kept.model_dump_json(indent=2) + "\n")
        file.flush()
        os.fsync(file.fileno())
    os.replace(unfinished, models / FILE)
