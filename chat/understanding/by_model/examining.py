"""How well a language model reads messages: a small examination, held once, when the model is chosen."""

from __future__ import annotations

from dataclasses import dataclass

from chat.llm import LLM, Unavailable
from chat.messages import Does
from chat.understanding.by_model.reply import Reading, read
from retrieval.domain import plain, read_domain

CAPABLE = 0.8  # share of the questions from which a model takes part in understanding
VALUES = ("Comedy", "Drama", "Horror", "Romance", "Sci-Fi", "Thriller", "Western")


@dataclass(frozen=True)
class Question:
    """A message, one of whose acts must be found, and the values and titles that must be, and no others."""

    text: str
    act: Does
    wanted: frozenset[str] = frozenset()
    unwanted: frozenset[str] = frozenset()
    liked: frozenset[str] = frozenset()
    disliked: frozenset[str] = frozenset()
    seen: frozenset[str] = frozenset()


QUESTIONS = (
    Question("hello there", "greet"),
    Question("I fancy something that makes me laugh out loud", "ask", wanted=frozenset({"Comedy"})),
    Question("anything but spaceships and aliens, please", "ask", unwanted=frozenset({"Sci-Fi"})),
    Question("Heat was brilliant, I adored it", "prefer", liked=frozenset({"heat"})),
    Question("Could not stand Titanic", "prefer", disliked=frozenset({"titanic"})),
    Question("My sister showed me Fargo last week", "seen", seen=frozenset({"fargo"})),
    Question("is there a cowboy story that would give me nightmares?", "ask", wanted=frozenset({"Western", "Horror"})),
    Question("who is in that one?", "about"),
    Question("I take it all back, go to the list we had", "undo"),
    Question("it is for my father's birthday", "gift"),
    Question("ok that one sounds right for tonight", "accept"),
    Question("until next time then", "goodbye"),
)


def examined(llm: LLM) -> float:
    """The share of the questions that the model gets wholly right; a failure is a wrong answer."""
    return sum(_right(llm, one) for one in QUESTIONS) / len(QUESTIONS)


def _right(llm: LLM, asked: Question) -> bool:
    try:
        said = read(llm, asked.text, VALUES, read_domain("movies"))
    except Unavailable:
        return False
    return asked.act in said.acts and all(
        {_alike(name, value) for value in getattr(said, name)} == getattr(asked, name)
        for name in Reading.model_fields
        if name != "acts"
    )


def _alike(name: str, value: str) -> str:
    return value if name in ("wanted", "unwanted") else plain(value)
