"""A message cut into its sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator

SHORT = r"(?<!\bMr)(?<!\bMrs)(?<!\bDr)(?<!\bSt)(?<!\bJr)(?<!\bvs)"
END = re.compile(rf"\.{{2,}}|…|(?<=[!?;])\s+|(?<=[^\W\d_]{{2}}){SHORT}[.]\s+|(?<=[·\d])[.]\s+|\n+")
TITLE = re.compile(r"·+(?: ?\((?:1[89]|20)\d\d\))?")


def sentences(rest: str) -> Iterator[str]:
    """The sentences of a text in which titles stand as `·`; none without a word or a title."""
    start = 0
    for end in [*(match.end() for match in END.finditer(rest)), len(rest)]:
        if re.search(r"\w|·", said := rest[start:end]):
            yield said.strip()
        start = end
