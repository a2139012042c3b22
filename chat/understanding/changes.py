"""What a message changes of the wish before it: what is allowed as well, and what need not hold any more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from chat.messages import Intent
from chat.understanding.values.allowing import allowing
from chat.understanding.values.alternatives import widened, words_left
from chat.understanding.values.certificates import as_mild
from chat.understanding.values.dropping import Dropped, dropping, without
from chat.understanding.values.either_way import any_of_them, either_value, either_way
from chat.understanding.values.given import Given
from chat.understanding.values.known import Known
from chat.understanding.values.means import Means
from retrieval.filtering.where import Where
from retrieval.items import Item


@dataclass(frozen=True)
class Changes:
    """`allowed`: what is fine besides; `dropped`: what is taken back, None if nothing is; `either`: whether any of the
    values named will do."""

    allowed: Where
    dropped: Dropped | None
    either: bool = False

    def __bool__(self) -> bool:
        return bool(self.dropped or self.allowed)

    def of_new(self, where: Where) -> Where:
        """The limits of the message itself, changed so."""
        where = widened(any_of_them(where) if self.either else where, self.allowed)
        return without(Intent(where=where), Dropped(self.dropped.same)).where if self.dropped else where

    def of_old(self, before: Intent | None, lifted: Dropped, known: Known) -> Intent | None:
        """The wish before, changed so. `lifted`: what need not hold any more whatever else is said."""
        if before is None:
            return None
        left = without(without(before, lifted), self.dropped)
        where = any_of_them(left.where) if self.either else left.where
        where = widened(where, self.allowed)
        return replace(left, where=where, words=" ".join(words_left(left.words, before.where, left.where, known)))


def changes_in(text: str, given: Given, means: Means, here: Sequence[Item]) -> tuple[Changes, str]:
    """What changes, and the text with blanks for the words that say so. `here`: the items spoken of."""
    same, rest = either_way(text, means.known.flags)
    either, rest = either_value(rest)
    allowed, rest = allowing(rest, means.known, here, given.held if given.before else None)
    dropped, rest = dropping(rest, means.known, given.held)
    if same:
        dropped = replace(dropped or Dropped(), names=same | (dropped.names if dropped else frozenset()))
    return Changes(as_mild(allowed, means.domain, means.suited), dropped, either), rest
