"""What a language model can do here: measured once, when it is chosen, and kept beside the models."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Generator, Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel, Field, ValidationError

from chat.grammar import listed
from chat.llm import LLM, Unavailable
from chat.llm.window import shortened
from chat.policy.languages import NAMED
from chat.reasons.tongues import tongues
from chat.understanding.by_model.examining import CAPABLE, QUESTIONS, examined
from retrieval.settings import Settings

PROMPTS = 10
GENRES = ["Comedy", "Western", "Horror", "Drama", "Thriller"]
SYSTEM = 100  # tokens of what is said beside the prompt
PLACES = {"type": "array", "items": {"type": "integer", "minimum": 1, "maximum": 5}, "minItems": 5, "maxItems": 5}
ORDER = {"type": "object", "properties": {"order": PLACES}, "required": ["order"], "additionalProperties": False}
LONG = 60  # lines of a prompt that takes a while to read


class Capabilities(BaseModel):
    """Shares are of `PROMPTS`, speeds in tokens a second: as this machine gave them, whatever else it did.
    `languages`: those besides English in which it can say what is said of items."""

    language: str
    measured: datetime
    window: int
    scores: bool
    schema_kept: float = Field(ge=0, le=1)
    understood: float = Field(0.0, ge=0, le=1)
    prefill: float
    decode: float
    languages: tuple[str, ...] = ()

    @property
    def understands(self) -> bool:
        """Whether it reads messages well enough to be asked what they mean."""
        return self.understood >= CAPABLE

    def sentence(self) -> str:
        """For a person."""
        helps = "helps" if self.understands else "takes no part"
        weighs = "weighs titles and words reasons" if self.scores else "words reasons, but cannot weigh titles"
        return (
            f"{self.language} {weighs}; it reads {self.prefill:,.0f} and writes {self.decode:,.0f} tokens a second "
            f"here, holds {self.window:,}, and kept to a JSON schema in {self.schema_kept:.0%} of {PROMPTS} answers. "
            f"It understood {self.understood:.0%} of {len(QUESTIONS)} messages, so it {helps} in understanding them. "
            f"{self._said_in()}"
        )

    def _said_in(self) -> str:
        names = listed([NAMED.get(one, one) for one in self.languages])
        return f"What is said of items it says in {names} too." if names else "What is said of items is in English."


def measured(language: str, llm: LLM) -> Capabilities:
    """Asks the model some dozens of short things. Raises Unavailable if it does not answer at all."""
    prefill, decode = speeds(llm)
    kept = sum(keeps_to_schema(llm, number) for number in range(PROMPTS)) / PROMPTS
    return Capabilities(
        language=language,
        measured=datetime.now(UTC),
        window=llm.window,
        scores=llm.scores,
        schema_kept=kept,
        understood=examined(llm) if kept >= CAPABLE else 0.0,
        prefill=round(prefill, 1),
        decode=round(decode, 1),
        languages=tongues(llm),
    )


def keeps_to_schema(llm: LLM, number: int) -> bool:
    """Whether the answer is JSON that puts the positions it was given into an order."""
    shuffled = GENRES[number % len(GENRES) :] + GENRES[: number % len(GENRES)]
    listed = "\n".join(f"{at}. {genre}" for at, genre in enumerate(shuffled, 1))
    asked = f"Which suits somebody who wants to {'laugh' if number < PROMPTS / 2 else 'cry'}?\n{listed}\n"
    system = 'Answer with JSON only, the numbers from the best to the worst: {"order": [2, 1, 5, 3, 4]}'
    turns = [{"role": "system", "content": system}, {"role": "user", "content": asked}]
    try:
        told = json.loads("".join(llm.stream(turns, ORDER)))
    except (Unavailable, ValueError):
        return False
    order = told.get("order") if isinstance(told, dict) else None
    return isinstance(order, list) and len(order) == 5 and all(type(one) is int and 1 <= one <= 5 for one in order)


def speeds(llm: LLM) -> tuple[float, float]:
    """Tokens a second read and written. A piece counts as a token, which is what nearly all of them are."""
    lines = [f"{number}. Somebody wrote down the number {number * 7} and went home." for number in range(LONG)]
    story, _ = shortened(llm, lines, lambda some: "\n".join([*some, "Tell a long story about it."]), spare=SYSTEM)
    turns = [{"role": "system", "content": "You tell long stories."}, {"role": "user", "content": story}]
    tokens = llm.room("") - llm.room(story)
    first, *times = _times(llm.stream(turns))
    if not times:
        return tokens / first, 0.0
    return tokens / first, len(times) / (times[-1] - first)


def read_capabilities(settings: Settings) -> Capabilities | None:
    """What was measured of the language model in force; None before it was, or if the file cannot be read."""
    kept = _all(settings).get(settings.language)
    try:
        return None if kept is None else Capabilities.model_validate(kept)
    except ValidationError:
        return None


def write_capabilities(settings: Settings, measured: Capabilities) -> Path:
    """Beside what is known of others, in place of what was known of this one."""
    every = {**_all(settings), measured.language: measured.model_dump(mode="json")}
    settings.models.mkdir(parents=True, exist_ok=True)
    file = _file(settings)
    unfinished = file.with_name(f"{file.name}.new")
    unfinished.write_text(json.dumps(every, indent=2) + "\n", encoding="utf-8")
    os.replace(unfinished, file)
    return file


def _times(pieces: Generator[str, None, None]) -> list[float]:
    begun = time.perf_counter()
    with closing(pieces):
        times = [time.perf_counter() - begun for _ in pieces]
    if not times:
        raise Unavailable("the language model has nothing to say")
    return times


def _all(settings: Settings) -> Mapping[str, Any]:
    try:
        kept = json.loads(_file(settings).read_bytes())
    except (OSError, ValueError):  # a measurement that cannot be read is one that was not made
        return {}
    return kept if isinstance(kept, dict) else {}


def _file(settings: Settings) -> Path:
    return settings.models / "capabilities.json"
