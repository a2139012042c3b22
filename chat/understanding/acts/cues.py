"""The acts of a sentence, by the words that give them away."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import cast

from chat.messages import Does
from chat.policy.languages import courtesies

FILE = Path(__file__).with_suffix(".toml")


@cache
def cues() -> Mapping[Does, re.Pattern[str]]:
    """By act what gives it away in a sentence as `spoken` gives it."""
    written = tomllib.loads(FILE.read_text(encoding="utf-8"))
    kind = {does: f"(?:{'|'.join(courtesies(does))})" for does in ("thanks", "hello", "parting")}
    parts = written["parts"] | kind

    def filled(pattern: str) -> str:
        return re.sub(r"<(\w+)>", lambda part: filled(parts[part[1]]), pattern)

    acts = cast("Mapping[Does, list[str]]", written["acts"])
    return {act: re.compile("|".join(f"(?:{filled(one)})" for one in patterns)) for act, patterns in acts.items()}


def cued(sentence: str) -> tuple[Does, ...]:
    """The acts of which the sentence has a cue; it is as `spoken` gives it, each title one `·`."""
    return tuple(act for act, pattern in cues().items() if pattern.search(sentence))
