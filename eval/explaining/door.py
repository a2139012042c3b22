"""The one door to the checker of the product, which is under test here: nobody else in this package knows of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from chat.messages import Evidence
from chat.reasons.explanation import objection_to
from retrieval.domain import Domain
from retrieval.items import Item

Checker = Callable[[str, Item, Sequence[Evidence], Domain], str | None]
checker: Checker = objection_to
