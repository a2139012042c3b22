"""A copy of the workspace's database that may be talked into and is thrown away."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from sqlalchemy import delete, insert, select

from chat.store import TURNS
from retrieval.database import METADATA, database
from retrieval.settings import Settings

BATCH = 5000


@contextmanager
def thrown_away(settings: Settings) -> Iterator[Settings]:
    """The same workspace over a copy of its database in a folder of the system, which is removed at the end. The words
    of old conversations are not copied; models and index are read where they are."""
    with tempfile.TemporaryDirectory(prefix="penchant-") as folder:
        copy = settings.model_copy(update={"database": f"sqlite:///{Path(folder) / 'copy.db'}"})
        with (
            database(settings.database_url) as old,
            database(copy.database_url) as new,
            old.connect() as source,
            new.begin() as target,
        ):
            for table in reversed(METADATA.sorted_tables):  # the schema may have filled some
                target.execute(delete(table))
            for table in (one for one in METADATA.sorted_tables if one is not TURNS):
                rows = iter(source.execution_options(yield_per=BATCH).execute(select(table)).mappings())
                while batch := [dict(row) for row in islice(rows, BATCH)]:
                    target.execute(insert(table), batch)
        yield copy
