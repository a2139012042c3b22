"""A conversation as the tokens a model was trained on, in which what people and items say is never a command."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from typing import Any

from chat.llm import Turn

COMMAND = re.compile(r"<(?=[|｜/]?[\w:.|｜▁-]{1,40}>)|\[(?=/?(?:INST|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS)\])")


def encoded(tokenizer: Any, turns: Sequence[Turn]) -> list[int]:
    """Tokens of the chat template around the turns, and of the turns as plain text.

    A title may hold `<|im_end|>`. So the template is filled with marks that nobody can guess, and what stands for
    them is encoded apart, with the tokens that end a turn switched off.
    """
    mark = uuid.uuid4().hex
    going_on = turns[-1]["role"] == "assistant"
    text = tokenizer.apply_chat_template(
        [{"role": turn["role"], "content": f"{mark}-{at}-"} for at, turn in enumerate(turns)],
        add_generation_prompt=not going_on,
        continue_final_message=going_on,
        tokenize=False,
    )
    tokens: list[int] = []
    for at, piece in enumerate(re.split(rf"{mark}-(\d+)-", text)):
        if at % 2:
            tokens += plain(tokenizer, turns[int(piece)]["content"])
        elif piece:
            tokens += tokenizer.encode(piece, add_special_tokens=False)
    return tokens


def plain(tokenizer: Any, text: str) -> list[int]:
    """Tokens of a text in which nothing is a command."""
    return list(tokenizer.encode(text, add_special_tokens=False, split_special_tokens=True)) if text else []


def harmless(text: str) -> str:
    """The text for a model whose tokens are not ours to choose: what looks like a command is broken by a space."""
    return COMMAND.sub(lambda found: f"{found.group()} ", text)
