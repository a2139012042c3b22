"""What is kept of a turn, so that it can be explained later."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from chat.messages import Card, Constraint, Degree, Extreme, Intent, Lasting, Said
from retrieval.filtering.conditions import Near
from retrieval.filtering.spans import Span, years
from retrieval.filtering.where import Where
from retrieval.ranking import Ranking

SIDES = ("wanted", "unwanted", "either")


class Clock:
    """Seconds by stage."""

    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self.since = time.perf_counter()

    def lap(self, stage: str) -> None:
        """Counts the time since the last lap to the stage."""
        now = time.perf_counter()
        self.laps[stage] = round(self.laps.get(stage, 0.0) + now - self.since, 4)
        self.since = now


def record(
    intent: Intent,
    ranking: Ranking,
    cards: Sequence[Card],
    said: Sequence[Said],
    clock: Clock,
    fallbacks: Sequence[str],
) -> dict[str, Any]:
    """All that has to be kept to explain the turn later, as JSON holds it."""
    top = ranking.top(50)
    return {
        "intent": intent_record(intent),
        "shown": [card.item.id for card in cards],
        "evidence": {card.item.id: [asdict(one) for one in card.evidence] for card in cards},
        "candidates": {id: {n: round(v, 4) for n, v in top.parts_of(id).items()} for id in top.ids},
        "index": list(ranking.notes),
        "said": [asdict(one) for one in said],
        "timings": clock.laps,
        "fallbacks": list(fallbacks),
    }


def intent_record(intent: Intent) -> dict[str, Any]:
    """The intent as JSON holds it."""
    return asdict(intent) | {"where": where_record(intent.where)}


def where_record(where: Where) -> dict[str, Any]:
    """The constraints as JSON holds them."""
    sides = {name: {f: sorted(v) for f, v in getattr(where, name).items()} for name in SIDES}
    ranges = {name: asdict(span) for name, span in where.ranges.items()}
    near = asdict(where.near) if where.near else None
    return {**sides, "ranges": ranges, "contains": list(where.contains), "near": near}


def where_of(kept: Mapping[str, Any]) -> Where:
    """The constraints of a kept turn, also of one that was kept when the year was the only number."""
    sides = {name: {f: frozenset(v) for f, v in kept.get(name, {}).items()} for name in SIDES}
    ranges = {name: _span_of(span) for name, span in kept.get("ranges", {}).items()}
    near = Near(**kept["near"]) if kept.get("near") else None
    ranges = years(kept.get("since"), kept.get("until")) | ranges
    return Where(**sides, ranges=ranges, contains=tuple(kept.get("contains", ())), near=near)


def _span_of(kept: Mapping[str, Any]) -> Span:
    """A span as it was kept, also before there were holes."""
    return Span(**{**kept, "holes": tuple((low, high) for low, high in kept.get("holes", ()))})


def intent_of(kept: Mapping[str, Any] | None) -> Intent | None:
    """The intent of a kept turn."""
    if not kept:
        return None
    like, unlike, about, unknown = (tuple(kept[name]) for name in ("like", "unlike", "about", "unknown"))
    return Intent(
        kept["act"],
        kept["words"],
        like,
        unlike,
        about,
        where_of(kept["where"]),
        unknown,
        kept.get("purpose"),
        kept.get("surprise"),
        tuple(tuple(group) for group in kept.get("unsure", ())),
        tuple(kept.get("does", ())),
        tuple(kept.get("seen", ())),
        tuple(Degree(**one) for one in kept.get("degrees", ())),
        tuple(kept.get("occasion", ())),
        tuple(Constraint(**one) for one in kept.get("constraints", ())),
        tuple(kept.get("lacking", ())),
        tuple(Lasting(**one) for one in kept.get("lasting", ())),
        tuple(kept.get("aside", ())),
        tuple(kept.get("named", ())),
        Extreme(**kept["extreme"]) if kept.get("extreme") else None,
    )
