"""How much the language model may say in the order: what `penchant tune` adds to the fusion of behaviour."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from chat.fused import added
from chat.reranking.prompting import VERSION
from recommender.checkpoint import Checkpoint

ADDED = "language"  # its name in the fusion
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
    """Of which language model and, by `weights`, of which state of it, by which prompts; `plain`: lists of who had no
    wish in words, `wished`: of who had one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    language: str
    weights: str
    prompts: int = Field(VERSION, strict=True)
    seed: int = 0
    plain: Learned = Learned()
    wished: Learned = Learned()

    def fits(self, language: str, weights: str | None = None) -> bool:
        """Whether it was learned for this model, in this state if that is named: if not, it says nothing."""
        return (self.language, self.prompts) == (language, VERSION) and weights in (None, self.weights)


def influence(checkpoint: Checkpoint) -> Influence | None:
    """What `penchant tune` learned on top of this behaviour, None before it did. Raises Problem if it cannot be
    read."""
    return added(checkpoint, ADDED, Influence, "run penchant tune")
