"""A stand-in without a model, for tests and for a first look: it repeats facts and counts shared words."""

from __future__ import annotations

import re
from collections.abc import Generator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chat.llm import ANSWER, Turn


class Scripted:
    """Deterministic. It answers with the first fact it was given, and likes titles whose words it has read."""

    name = "scripted (a stand-in for a language model)"
    scores = True
    window = 8192

    def room(self, text: str) -> int:
        return self.window - ANSWER - len(text.split())

    def stream(self, messages: Sequence[Turn], schema: Mapping[str, Any] | None = None) -> Generator[str, None, None]:
        facts = [line[2:] for turn in messages for line in turn["content"].splitlines() if line.startswith("- ")]
        answer = facts[0] if facts else "I have no facts to go by."
        yield from re.findall(r"\S+\s*", answer)

    def score(self, prefix: str, continuations: Sequence[str]) -> NDArray[np.float32]:
        read = set(re.findall(r"\w+", prefix.casefold()))
        if not all(continuations):
            raise ValueError("a continuation is empty")
        words = [re.findall(r"\w+", text.casefold()) for text in continuations]
        return np.asarray([sum(w in read for w in each) / max(len(each), 1) - 1 for each in words], dtype=np.float32)

    def after(self, texts: Sequence[str], said: str) -> NDArray[np.float32]:
        if not all(texts) or not said:
            raise ValueError("a text is empty")
        words = re.findall(r"\w+", said.casefold()) or [said]
        read = [set(re.findall(r"\w+", text.casefold())) for text in texts]
        return np.array([[float(word in known) - 1 for word in words] for known in read], dtype=np.float32)
