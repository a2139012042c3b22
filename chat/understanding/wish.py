"""What is left as words of a wish once everything else was read."""

from __future__ import annotations

import re

from chat.messages import Act
from chat.understanding.text.words import BREAK, COURTEOUS, FILLER
from retrieval.domain import plain

# written above and below letters, which are no letters to a pattern
SIGNS = "\u0300-\u036f\u0591-\u05bd\u064b-\u065f\u0900-\u0903\u093a-\u094f\u0962\u0963\u0e31-\u0e3a\u0e47-\u0e4e"
# they say who wishes and how, and nothing of what for; a title may well be one of them
WHO_AND_HOW = frozenset(
    """
    sell he she they him her them his their hers theirs actually remember forget havent hasnt must same make has sorry
    meant spend hmm hm um uh oh ah
    """.split()
)
WILL = re.compile(r"\w+['’]ll", re.IGNORECASE)


def wish(act: Act, rest: str, signs: str) -> str:
    """The words that carry meaning, as they were written; not those under a no, nor pleasantries. `rest`: the text with
    blanks for what was read otherwise; `signs`: the stance of each character."""
    if act in ("about", "nod", "why"):
        return ""
    words = [word for word in re.finditer(rf"[\w'’{SIGNS}\-]+", rest) if signs[word.start()] == "+"]
    if act in ("reject", "seen", "more"):  # the first clause is about what was shown, and a wish may follow it
        clause = re.search(BREAK, rest)
        words = [word for word in words if clause and word.start() > clause.start()]
    said = (word[0] for word in words if not WILL.fullmatch(word[0]))
    return " ".join(word for word in said if plain(word) and plain(word) not in FILLER | WHO_AND_HOW | COURTEOUS)
