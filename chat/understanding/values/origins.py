"""Which words each constraint of a message came from, and whether they ask or only wish for it."""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Sequence

from chat.messages import Constraint
from chat.understanding.text.words import BREAK
from chat.understanding.values.constraints import constraints
from chat.understanding.values.known import Known
from retrieval.items import Item

LONGEST = 400  # characters of a message that is looked at piece by piece; a longer one is quoted from its beginning
QUOTED = 120  # characters of the words that are kept
LEADING = r"(?:ideally|preferably)"
SOFT = re.compile(
    rf"\b(?:{LEADING}|if (?:it['’]?s |it is |at all )?possible|if you (?:can|have (?:it|one|any))"
    r"|(?:(?:it|that|which) would |it['’]d |that['’]d |would )be (?:nice|a plus)|nice to have|(?:no|not a) must)\b",
    re.IGNORECASE,
)
# where one limit may end and the next begin
JOINT = re.compile(
    rf"{BREAK}|\b(?:and(?! ?\d)|but)\b|\b(?={LEADING}|from|in|under|over|before|after|since|until|up to|with|without"
    r"|at most|at least|less than|more than|no|not|nothing|about|by)\b",
    re.IGNORECASE,
)
CLAUSE = re.compile(rf"{BREAK}|\bbut\b", re.IGNORECASE)
Piece = tuple[int, int]


def softened(text: str) -> str:
    """The text with blanks for the words that only make a wish of it; they are no wish themselves."""
    return SOFT.sub(lambda match: " " * len(match[0]), text)


def origins(
    text: str,
    read: str,
    signs: str,
    known: Known,
    shown: Sequence[Item],
    said: Sequence[str],
    roughly: Collection[str] = (),
) -> tuple[Constraint, ...]:
    """Where each constraint in `said` stands in the text: in the smallest piece that says it by itself.

    `read`: the text as the grammar reads it, of the same length, with `signs`, the stance of each character. `roughly`:
    those that are only about right, and so no more than a wish.
    """
    clauses = pieces(read, CLAUSE)
    levels = [pieces(read, JOINT), clauses] if len(read) <= LONGEST else []
    found: dict[str, Piece] = {}
    for start, end in (piece for level in levels for piece in level):
        for one in constraints(softened(read[start:end]), signs[start:end], known, shown).where.words():
            firm = not SOFT.search(read[start:end])  # `blue would be nice, it should be blue`
            if one not in found or (firm and SOFT.search(read[slice(*found[one])])):
                found[one] = start, end
    soft = {one for one in said if one in roughly or _wished(read, found.get(one), clauses, found)}
    return tuple(Constraint(one, _quoted(text, found.get(one, (0, len(text)))), 0, one not in soft) for one in said)


def pieces(text: str, joint: re.Pattern[str]) -> list[Piece]:
    """The pieces between the joints that hold a word."""
    cuts = [0, *sorted({at for match in joint.finditer(text) for at in match.span()}), len(text)]
    return [(a, b) for a, b in itertools.pairwise(cuts) if re.search(r"\w", text[a:b])]


def _wished(text: str, piece: Piece | None, clauses: Sequence[Piece], found: dict[str, Piece]) -> bool:
    """Whether the words only wish: by a word in them, one that leads their clause, or one that is a clause by itself
    right behind or, where nothing stands before it, right in front."""
    if piece is None:
        return bool(SOFT.search(text))
    start, end = piece
    within = [at for at, (a, b) in enumerate(clauses) if a < end and b > start]
    if SOFT.search(text[start:end]) or not within:
        return bool(within)
    if re.search(rf"\b{LEADING}\b", text[clauses[within[0]][0] : start], re.IGNORECASE):
        return True
    behind, before = within[-1] + 1, within[0] - 1
    if behind < len(clauses) and _only_soft(text, clauses[behind]):
        return True
    return before >= 0 and _only_soft(text, clauses[before]) and not _holds(clauses[:before][-1:], found)


def _only_soft(text: str, piece: Piece) -> bool:
    said = text[slice(*piece)]
    return bool(SOFT.search(said)) and not re.search(r"\w", softened(said))


def _holds(some: Sequence[Piece], found: dict[str, Piece]) -> bool:
    return any(a <= start < b for a, b in some for start, _ in found.values())


def _quoted(text: str, piece: Piece) -> str:
    words = " ".join(text[slice(*piece)].split()).strip(" ,.;:!?-–—")
    return words if len(words) <= QUOTED else f"{words[: QUOTED - 1].rstrip()}…"


def carried(
    said: Sequence[str], new: Sequence[Constraint], before: Sequence[Constraint], text: str, turn: int
) -> tuple[Constraint, ...]:
    """For each constraint that holds where it came from: the message, an earlier one, or, where it is made of both,
    the whole message. Those of the message get the number of its turn."""
    known = {one.text: one for one in (*before, *new)}
    missing = (Constraint(one, _quoted(text, (0, len(text)))) for one in said if one not in known)
    known |= {one.text: one for one in missing}
    return tuple(Constraint(one.text, one.words, one.turn or turn, one.hard) for one in (known[each] for each in said))
