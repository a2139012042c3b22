"""What the language model is told of an item in view of a wish: a line, with the sentence that comes nearest."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from chat.prompting import cut, flat, told
from retrieval.items import Item
from retrieval.words.lexical import tokens
from retrieval.words.wishes import sentences

LONGEST = 160  # characters of a sentence
READ = 4000  # characters of a text that are looked through
SHORT = 5  # words by which a sentence is taken to be longer, so that two words are no match for a whole one


def tellings(items: Sequence[Item], wish: str) -> list[str]:
    """Of each item title, year, facets, and of its text the sentence that shares most with the wish: rare words count
    for more, by how few sentences of all these items have them (after Spärck Jones, 1972).

    Where none shares a word it is the second one, for the first says mostly what kind of thing it is.
    """
    told_of = [sentences(flat(item.text[:READ])) for item in items]
    words = [[tokens(one) for one in each] for each in told_of]
    having = Counter(word for each in words for one in each for word in set(one))
    every, asked = sum(map(len, words)), set(tokens(wish))

    def nearness(sentence: Sequence[str]) -> float:
        shared = sum(math.log(1 + every / having[word]) for word in set(sentence) & asked)
        return shared / math.sqrt(SHORT + len(sentence))

    lines = []
    for item, each, split in zip(items, told_of, words, strict=True):
        order = sorted(range(len(each)), key=lambda at: (-nearness(split[at]), at != 1, at))
        lines.append(line(item, each[order[0]] if order else ""))
    return lines


def line(item: Item, sentence: str = "") -> str:
    """The item in a line of plain text, never empty."""
    facets = "; ".join(", ".join(map(flat, values)) for values in item.facets.values() if values)
    said = [f"{told(item)} ({item.year})" if item.year else told(item), facets, cut(sentence, LONGEST)]
    return ". ".join(one.rstrip(". ") for one in said if one) + "."
