"""Would the item fall without what is said to have brought it? Everything computed again, the language model too."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from chat.assistant import Assistant
from eval.explaining.turns import Told
from retrieval.ranking import Query


@dataclass(frozen=True)
class Fall:
    """Where an item stood and where it stands without the causes, from 0; None: no longer in the order at all.

    `shown`: where it was shown; elsewhere than it `stood` if the language model was too slow then, or time has gone on.
    `of`: the causes that were named in one breath, where these are some of them.
    """

    item: str
    causes: tuple[str, ...]
    stood: int
    stands: int | None
    shown: int = 0
    of: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether all that was named together was taken away together."""
        return self.of in ((), self.causes)

    @property
    def valid(self) -> bool:
        """Whether it falls at least one place; out of the list is a fall."""
        return self.stands is None or self.stands > self.stood


def without(query: Query, gone: Collection[str]) -> Query:
    """The same question as if the person had never done anything with these items, which still are not shown: that
    they might take a place of their own would push down whatever stands there."""
    known = query.known
    for id in gone:
        known = known.without(id)
    reasons = {id: did for id, did in query.reasons.items() if id not in gone}
    return replace(query, history=known.history, moments=known.moments, reasons=reasons)


def fall(assistant: Assistant, told: Told, item: str, causes: tuple[str, ...], of: tuple[str, ...] = ()) -> Fall | None:
    """None where the item is not in the order computed again, so that nothing can be said. `of`: as `Fall` has it."""
    before = assistant.rank(told.query).ids
    if item not in before:
        return None
    after = assistant.rank(without(told.query, assistant.catalogue.twins(causes))).ids
    stands = after.index(item) if item in after else None
    return Fall(item, causes, before.index(item), stands, told.shown.index(item), of)
