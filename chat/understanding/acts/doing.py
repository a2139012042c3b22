"""Every act of a message, sentence by sentence.

Two layers: words that give an act away, and, for a sentence that has none of them, its likeness to examples. What the
grammar knows for sure (a constraint that was read, a dial that was turned, whom it is for) goes before both.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from chat.messages import Does
from chat.understanding.acts.by_example import ByExample
from chat.understanding.acts.cues import cued
from chat.understanding.acts.phrases import FRESH, WHY, WHY_NOT, spoken
from chat.understanding.text.sentences import sentences

# words that point at items: a question without them may be about anything
OF_ITEMS = re.compile(r"·|\b(?:it|its|this|that|these|those|they|them|he|she|one|ones|first|second|third|film|movie)\b")
SURE_BY_GRAMMAR: frozenset[Does] = frozenset(("add", "gift", "restart", "surprise"))
# of two acts that share a cue, the one that says more
MORE_TELLING: tuple[tuple[Does, Does], ...] = (
    ("unseen", "seen"),
    ("others", "ask"),
    ("alike", "others"),
    ("compare", "about"),
    ("compare", "critique"),
    ("ask back", "about"),
    ("off topic", "about"),
    ("off topic", "ask back"),
    ("reject", "accept"),
    ("drop", "reject"),
    ("drop", "about"),
    ("undo", "reject"),
    ("undo", "prefer"),
)


def doing(text: str, facts: Iterable[Does] = (), likely: ByExample | None = None) -> tuple[Does, ...]:
    """The acts of the message in the order of its sentences, first those that are `facts` of the whole.

    Titles stand as `·` in the text."""
    said = [(one, spoken(one)) for one in sentences(text)]
    found: list[Does] = list(facts)
    open_: list[tuple[str, Sequence[Does]]] = []
    for sentence, words in said:
        acts = of_sentence(sentence, words)
        if not acts or (acts == ["about"] and not OF_ITEMS.search(words)):
            open_.append((sentence, acts))
        else:
            found += acts
    if likely and open_:
        believed = likely.believed([sentence for sentence, _ in open_])
        found += [act for act in believed if act and act not in SURE_BY_GRAMMAR]
    else:
        found += [act for _, acts in open_ for act in acts]
    return tuple(dict.fromkeys(found))


def of_sentence(sentence: str, words: str) -> Sequence[Does]:
    """The acts of one sentence by its words alone."""
    if FRESH.search(sentence):
        return ("restart",)
    if re.search(WHY, words):
        return ("why not",) if WHY_NOT.search(words) else ("why",)
    acts = [act for act in cued(words) if act != "add"]  # that a constraint was added, only the grammar knows
    for one, other in MORE_TELLING:
        if one in acts and other in acts:
            acts.remove(other)
    return acts
