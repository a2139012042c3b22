"""A prompt that fits into the window of the model: the oldest of the history goes first."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from chat.llm import LLM, TooLong


def shortened(
    llm: LLM, pieces: Sequence[str], composed: Callable[[Sequence[str]], str], spare: int = 0
) -> tuple[str, int]:
    """The prompt of as many of the newest pieces as fit, and how many of the oldest were left out.

    `pieces` from old to new; `spare` tokens are kept free for what is yet to follow. Raises TooLong if the prompt
    does not fit even without any of them.
    """
    low, high = 0, len(pieces)  # so many of the oldest are left out: fewest that fit
    while low < high:
        middle = (low + high) // 2
        if llm.room(composed(pieces[middle:])) >= spare:
            high = middle
        else:
            low = middle + 1
    prompt = composed(pieces[low:])
    if (room := llm.room(prompt)) < spare:
        raise TooLong(f"the prompt is {spare - room:,} tokens too long for the window of {llm.name}, {llm.window:,}")
    return prompt, low
