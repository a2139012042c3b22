"""Which words and phrases are ordinary language, judged by the catalogue's own texts."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

ENOUGH = 2_000_000  # letters of text to learn from
DOUBT = 1e5  # words read before absence says anything
WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Ordinary:
    """How often each word, and each title of several words, stands in the texts in small letters, where it is no name;
    `total` words were read."""

    words: Mapping[str, int]
    phrases: Mapping[str, int]
    total: int
    common: frozenset[str]

    @classmethod
    def of(cls, texts: Iterable[str], titles: Mapping[str, tuple[str, ...]], common: Collection[str] = ()) -> Ordinary:
        """`titles`: by their letters, the words of each; `common`: words known to be ordinary."""
        texts = list(texts)
        every = max(1, sum(map(len, texts)) // ENOUGH)
        words: Counter[str] = Counter()
        phrases: Counter[str] = Counter()
        firsts = {spelt[0] for spelt in titles.values() if len(spelt) > 1}
        for text in texts[::every]:
            said = WORD.findall(text)
            words.update(word for word in said if word.islower())
            for at, word in enumerate(said):
                if word in firsts:
                    phrase = word
                    for after in said[at + 1 : at + 5]:
                        if not after.islower():
                            break
                        phrase += after
                        if phrase in titles:
                            phrases[phrase] += 1
        return cls(words, phrases, words.total(), frozenset(common))

    def __contains__(self, word: object) -> bool:
        return word in self.words or word in self.common

    @property
    def telling(self) -> bool:
        """Whether enough was read for a word that never occurred to be no word of the language."""
        return self.total > DOUBT

    def rarity(self, word: str) -> float:
        """Minus the logarithm (base 10) of how often the word is said: 0 where nothing is known, -3 for `good`."""
        return -3.0 if word in self.common else self._rarity(self.words.get(word, 0))

    def rarity_of_phrase(self, key: str) -> float:
        """The same of several words, by their letters without blanks."""
        return self._rarity(self.phrases.get(key, 0))

    def _rarity(self, count: int) -> float:
        return -math.log10((count + 1) / (self.total + DOUBT)) - math.log10(DOUBT)
