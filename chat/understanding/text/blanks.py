"""What was read of a text gives way to blanks, so that the places of the rest stay."""

from __future__ import annotations


def blanked(text: str, start: int, end: int) -> str:
    """The text, as long as before, with blanks from one place to the other."""
    return text[:start] + " " * (end - start) + text[end:]
