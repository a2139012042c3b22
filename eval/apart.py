"""Conversations that leave nothing behind."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from chat.assistant import Assistant
from chat.store import Store
from retrieval.database import database


@contextmanager
def apart(penchant: Assistant) -> Iterator[Assistant]:
    """The same assistant over the same items and events, but what is said to it and by it, feedback included, goes to a
    database of its own, which is gone afterwards; feedback that people gave in earnest is not heard."""
    with tempfile.TemporaryDirectory() as folder, database(f"sqlite:///{Path(folder) / 'talk.db'}") as engine:
        yield replace(penchant, store=Store(engine))
