"""A dialogue so far, and what was suggested then."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Talk:
    """`said`: the turns, oldest first; `named`: ids of the items that were named in them, oldest first, each once;
    `offered`: those of them that came up as a suggestion, and were not brought up by who asks."""

    said: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    offered: tuple[str, ...] = ()


@dataclass(frozen=True)
class Case:
    """A talk, and the ids of what was suggested in its next turn. `real`: the turns are as people wrote them, and not
    put together out of what they named."""

    dialogue: str
    talk: Talk
    suggested: tuple[str, ...]
    real: bool = True

    @property
    def new(self) -> tuple[str, ...]:
        """What was suggested and had not been named before."""
        return tuple(id for id in self.suggested if id not in self.talk.named)
