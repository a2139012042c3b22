"""Which tokens may come next: an answer held to a schema while it is written."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import llguidance
import llguidance.hf
import numpy as np
import torch


class Constraint:
    """One answer under way. `{"type": "string", "pattern": ...}` is plain text by a regular expression; any other
    JSON schema is JSON. After Koo et al., "Automata-based constraints for language model decoding" (2024).
    """

    def __init__(self, tokenizer: Any, schema: Mapping[str, Any]) -> None:
        if schema.get("type") == "string" and "pattern" in schema:
            grammar = llguidance.LLMatcher.grammar_from_regex(schema["pattern"])
        else:
            grammar = llguidance.LLMatcher.grammar_from_json_schema(
                json.dumps(dict(schema)), overrides={"whitespace_flexible": False}
            )
        self.matcher = llguidance.LLMatcher(_table(tokenizer), grammar)
        if error := self.matcher.get_error():
            raise ValueError(f"the schema cannot be held to: {error}")

    def masked(self, logits: torch.Tensor) -> torch.Tensor:
        """The logits, shape (1, vocabulary), with those of forbidden tokens at minus infinity."""
        bits = np.frombuffer(self.matcher.compute_bitmask(), dtype=np.uint8)
        allowed = torch.from_numpy(np.unpackbits(bits, bitorder="little")[: logits.shape[-1]].astype(bool))
        return logits.masked_fill(~allowed, float("-inf"))

    def take(self, token: int) -> list[int]:
        """Notes the token that was chosen; it and those that must follow, which need not be asked of the model."""
        self.matcher.consume_token(token)
        forced = list(self.matcher.compute_ff_tokens())
        self.matcher.consume_tokens(forced)
        return [token, *forced]

    @property
    def complete(self) -> bool:
        return bool(self.matcher.is_stopped())


@lru_cache(maxsize=4)
def _table(tokenizer: Any) -> llguidance.LLTokenizer:
    return llguidance.hf.from_tokenizer(tokenizer)
