"""What was learned on top of behaviour, as the one fusion keeps it."""

from __future__ import annotations

from typing import TypeVar

from pydantic import BaseModel, ValidationError

from recommender.checkpoint import Checkpoint
from retrieval.errors import Problem

Kept = TypeVar("Kept", bound=BaseModel)


def added(checkpoint: Checkpoint, name: str, kind: type[Kept], remedy: str) -> Kept | None:
    """What goes by this name in the fusion of the checkpoint, None before it was learned. Raises Problem with the
    remedy if it cannot be read."""
    if name not in checkpoint.added:
        return None
    try:
        return kind.model_validate(checkpoint.added[name])
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise Problem(
            f"the fusion does not hold weights of a {name} model ({where}: {first['msg'].lower()}); {remedy}"
        ) from error
