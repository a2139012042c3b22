"""Which of the shown sentences get errors planted, and what may be planted into each."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.progress import track

from chat.assistant import Assistant
from eval.explaining.erasing import idle
from eval.explaining.heard import Heard
from eval.explaining.judge import Judge
from eval.explaining.reading import Mention
from eval.explaining.turns import Spoken
from retrieval.items import Item

PLANTED = 3  # sentences a turn
LOW = 2.0  # of a rating
TRIED = 8  # items of a history among which an idle one is looked for


@dataclass(frozen=True)
class Base:
    """A shown sentence, and what may be planted into it. `others`: titles that the person has nothing to do with;
    `theirs`: such titles out of the history of another user; `idle`: the title of something of their own history
    without which the item would stand no lower; `low`: of something they rated low. `values`: of facets, which the item
    lacks, and `words` for them."""

    spoken: Spoken
    item: Item
    mentions: Sequence[Mention]
    others: Sequence[str]
    theirs: Sequence[str]
    idle: str | None
    low: str | None
    values: Sequence[str]
    words: Mapping[str, Sequence[str]]
    did: str

    @property
    def text(self) -> str:
        return self.spoken.standing

    @property
    def cited(self) -> Mention | None:
        """The first title that is not the item's own."""
        return next((one for one in self.mentions if one.what == "title" and self.item.id not in one.key), None)


def bases(bench: Assistant, judge: Judge, model: Heard, dice: random.Random, console: Console) -> Iterator[Base]:
    """Some sentences of each turn, with what may be planted into them."""
    catalogue, domain = bench.catalogue, bench.domain
    titles = [item.title for item in catalogue.values() if not catalogue.works[item.work or item.id][1:]]
    histories = [set(turn.truth_seen) for turn in model.turns]
    every = sorted({value for item in catalogue.values() for values in item.facets.values() for value in values})
    words = {value: list(said) for facet in domain.facets.values() for value, said in facet.items()}
    for turn in track(model.turns, "planting", console=console, transient=True):
        able = [
            one
            for one in turn.spoken
            if one.truth.item and one.facts and (one.card or one.truth.item.title in one.text)
        ]
        by_model = [one for one in able if one.by == "model"]
        rest = [one for one in able if one.by != "model"]
        some = [*by_model[:1], *dice.sample(rest, min(PLANTED - 1, len(rest)))]
        for one in some:
            item, truth = one.truth.item, one.truth
            if item is None:
                continue
            mine = {catalogue[id].title for id in (*truth.seen, *truth.liked, *truth.named, item.id)}
            known = {name for fact in one.facts for name in fact.names}
            theirs = [catalogue[id].title for id in sorted(dice.choice(histories)) if catalogue[id].title not in mine]
            unused = [
                id for id in dict.fromkeys(turn.query.history) if catalogue[id].title not in known and id in truth.seen
            ]
            still = idle(bench, turn, item.id, dice.sample(unused, min(TRIED, len(unused)))) if unused else None
            low = [catalogue[id].title for id, value in truth.seen.items() if value is not None and value <= LOW]
            low = [title for title in low if title not in known]
            mentions = judge.reader.mentions(one.standing)
            yield Base(
                one,
                item,
                mentions,
                [title for title in dice.sample(titles, min(40, len(titles))) if title not in mine | known],
                theirs,
                catalogue[still].title if still else None,
                dice.choice(low) if low else None,
                [value for value in every if not any(value in values for values in item.facets.values())],
                words,
                domain.did,
            )
