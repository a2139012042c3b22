"""What the language model is told of an item in view of a wish: a line, with the sentences that come nearest."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from chat.reranking.prompting import cut, flat, told
from retrieval.items import Item
from retrieval.words.lexical import tokens
from retrieval.words.sentences import sentences

LINE = 240  # characters of what is told of an item, about
LONGEST = 180  # characters of its sentences
READ = 4000  # characters of a text that are looked through
SHORT = 5  # words by which a sentence is taken to be longer, so that two words are no match for a whole one


def tellings(items: Sequence[Item], wish: str) -> list[str]:
    """Of each item title, year, facets, and of its text the sentences that share most with the wish, as many as the
    line holds: rare words count for more, by how few sentences of all these items have them (after Spärck Jones, 1972).

    Where none shares a word the second one comes first, for the first says mostly what kind of thing it is.
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
        taken, room = order[:1], LONGEST - sum(len(each[at]) for at in order[:1])
        for at in order[1:]:
            if len(each[at]) <= room:
                taken, room = [*taken, at], room - len(each[at])
        lines.append(line(item, " ".join(each[at] for at in sorted(taken))))
    return lines


def line(item: Item, said: str = "") -> str:
    """The item in a line of plain text, never empty."""
    facets = "; ".join(", ".join(map(flat, values)) for values in item.facets.values() if values)
    known = [f"{told(item)} ({item.year})" if item.year else told(item), facets, cut(said, LONGEST)]
    return ". ".join(one.rstrip(". ") for one in known if one) + "."
