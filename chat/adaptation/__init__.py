"""The local language model learns from the operator's own log: one adapter to judge titles, one to word reasons."""

from typing import Literal

Job = Literal["rerank", "words"]
JOBS: tuple[Job, ...] = ("rerank", "words")
