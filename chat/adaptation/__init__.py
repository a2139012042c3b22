"""The local language model learns from the operator's own data: an adapter to judge titles, one to word reasons, one
to hear a wish."""

from typing import Literal

Job = Literal["rerank", "words", "wish"]
JOBS: tuple[Job, ...] = ("rerank", "words", "wish")
