"""A message as it comes: its words, the wish before it, and what was shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chat.messages import Intent
from retrieval.filtering.where import Where


@dataclass(frozen=True)
class Given:
    """`text`: with its short forms written out and its limits as the grammar has them; `before`: the intent of the turn
    before, None at the first; `shown`: the ids of the list then; `last`: what the message before meant by itself, where
    words may point at it."""

    text: str
    before: Intent | None
    shown: Sequence[str]
    last: Intent | None = None

    @property
    def gift(self) -> bool:
        """Whether it is for someone else so far."""
        return self.before is not None and self.before.purpose == "gift"

    @property
    def held(self) -> Where:
        """The limits of the wish before."""
        return self.before.where if self.before else Where()
