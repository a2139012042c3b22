"""Whether words that are a title are meant as one: `big` mostly is not, `zoolander` mostly is."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from retrieval.words.naming import ARTICLES, Word
from retrieval.words.ordinary import Ordinary

STRONG = re.compile(
    r"\b(?:like|loved?|enjoy(?:ed)?|liked|watch(?:ed|ing)?|seen|saw|hated?|than|suggest|recommend|got|has|owns?"
    r"|have you (?:got|seen)|tell me about|heard (?:of|about)|check(?:ed)? out|try|tried|called|similar to|why|why not"
    r"|fan of|no|not|show me|find me|give me|as good as)"
    r"(?: the)?(?: (?:movie|film|movies|films|new|newer|old|original|first|second|latest))?(?: called)?\s*$",
    re.I,
)
WEAK = re.compile(
    r"\b(?:is|was|whats|what['’]s|(?:what|which) \w+ does|how does|to|of|about|with|in|and|or|see|watch|thought|think)"
    r"\s*$",
    re.I,
)
OPENS = re.compile(r"(?:^|[.,;:!?(\n]|\bwhat (?:year|genre) (?:is|was))\s*$", re.I)
CLOSES = re.compile(r"\s*(?:$|[.,;:!?)\n]|though\b|please\b|either\b|again\b)")
JUDGED = re.compile(
    r"\s*(?:is|was|are|were)(?:n['’]t| not)?\b|\s*(?:any )?(?:good|worth)\b"
    r"|\s*(?:with|starring|from|by) [A-Z]|\s*(?:movie|film|series|franchise)s?\b|\s*c[oa]me out\b|\s*rated\b"
    r"|\s*,?\s*(?:[Ii]|[Ww]e)(?:['’]?ve| have)? (?:already |just |both )?(?:seen|watched|saw)\b"
)
YEAR = re.compile(r"\s*(?:from |of )?\(?(?:19|20)\d\d\)?")
NAME = re.compile(r"(?<![.!?\n] )(?<!^)\b(?!I\b)[A-Z]")  # a capital where no sentence begins
QUOTES = "\"“”‘'«"
JOINED = re.compile(r"\s*(?:,|&|/|and|or|nor|, ?and|, ?or)?\s*(?:the |a |an )?", re.I)
# by logistic regression on half of ReDial's annotated dialogues, as written and as people type, rounded; by hand what
# does not occur there or seldom: a quotation mark, a catalogue without texts to learn ordinary words from, and a number
# or an age that picks one of a series
WEIGHTS: Mapping[str, float] = {
    "": -5.0,
    "words": 0.6,
    "letters": 0.26,
    "rare": 0.45,
    "rarest": 0.35,
    "filler": -1.0,
    "slip": 0.4,
    "spaces": -1.8,
    "short": -4.0,
    "capital": 3.9,
    "capital first": 2.0,
    "quoted": 4.0,
    "strong": 2.5,
    "weak": 1.1,
    "opens": 0.8,
    "closes": 1.3,
    "judged": 2.0,
    "alone": 0.6,
    "year": 5.0,
    "part": 3.6,
    "uncased": 2.1,
    "untold": 0.8,
    "joined": 2.9,
}


@dataclass(frozen=True)
class Sighting:
    """Words of a text, by their `place`, that are a title (by its letters and its words) or are one but for a slip.

    `full`: it is a whole title, and no part that stands for it; `shared`: a part that stands for several, as the name
    of a series does; `part`: the words beside it say which one of a series it is, or its own number does; `exact`: it
    is written letter by letter as the title is."""

    text: str
    words: Sequence[Word]
    place: range
    title: str
    spelt: tuple[str, ...]
    said: tuple[str, ...]
    full: bool
    shared: bool
    part: bool
    ordinary: Ordinary
    exact: bool = False

    @property
    def start(self) -> int:
        return self.words[self.place.start].start

    @property
    def end(self) -> int:
        return self.words[self.place[-1]].end

    @property
    def slip(self) -> bool:
        return "".join(self.said) != self.title

    @property
    def weight(self) -> float:
        """Letters explained: the longer title goes before one inside it, and the one as written before a slip."""
        return len(self.title) - 4 * self.slip - 0.5 * (self.said != self.spelt) - 0.1 * (not self.full)

    @cached_property
    def features(self) -> dict[str, float]:
        """What speaks for its being meant as a title and what against, by the names of WEIGHTS."""
        before, after = self.text[max(0, self.start - 40) : self.start], self.text[self.end : self.end + 40]
        telling = [word for word in self.spelt if word not in ARTICLES]
        rarities = [self.ordinary.rarity(word) for word in telling] or [-3.0]
        several = len(telling) > 1
        written = self.text[self.start : self.end]
        mixed = any(letter.islower() for letter in self.text) and any(letter.isupper() for letter in self.text)
        capital = mixed and (_capital(written) or (self.exact and written[0].isupper()))
        opens = bool(OPENS.search(before))
        return {
            "": 1.0,
            "words": min(len(telling), 5) - 1.0,
            "letters": min(len(self.title), 20) - 6.0,
            "rare": self.ordinary.rarity_of_phrase(self.title) if several else rarities[0],
            "rarest": max(rarities),
            "filler": float(max(rarities) <= -3.0),
            "slip": float(self.slip),
            "spaces": float(not self.slip and self.said != self.spelt),
            "short": 0.0 if self.full else 0.4 if self.shared else 1.0,
            "capital": float(capital and (not _begins(before) or several)),
            "capital first": float(capital and _begins(before) and not several),
            "quoted": float(before[-1:] in QUOTES and before != ""),
            "strong": float(bool(STRONG.search(before))),
            "weak": float(bool(WEAK.search(before)) and not STRONG.search(before)),
            "opens": float(opens),
            "closes": float(bool(CLOSES.match(after))),
            "judged": float(bool(JUDGED.match(after))),
            "alone": float(opens and not before.strip() and bool(CLOSES.match(after)) and not after.strip(" .!?")),
            "year": float(bool(YEAR.match(after))),
            "part": float(self.part),
            "untold": float(not self.ordinary.telling),
            "uncased": float(not mixed or not NAME.search(self.text)),
        }


def log_odds(one: Sighting, others: Sequence[Sighting]) -> float:
    """That a title is meant, beside those found already: above 0 more likely than not."""
    joined = any(
        JOINED.fullmatch(one.text, *sorted((min(one.end, other.end), max(one.start, other.start))))
        for other in others
        if other.end <= one.start or one.end <= other.start
    )
    return sum(WEIGHTS[name] * value for name, value in one.features.items()) + WEIGHTS["joined"] * joined


def _capital(written: str) -> bool:
    """Whether it is written as a name is, by its first and last word."""
    words = re.findall(r"\w+", written)
    return all(word[0].isupper() or word[0].isdigit() for word in (words[0], words[-1])) and not written.isdigit()


def _begins(before: str) -> bool:
    """Whether a sentence begins here, where every word has a capital."""
    return not before.strip() or bool(re.search(r"[.!?\n]\s*$", before))
