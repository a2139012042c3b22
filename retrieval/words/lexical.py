"""Items found by the very words of a wish: a rare word of a title, a name, a model number."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from bm25s import BM25

from retrieval.catalogue import Catalogue
from retrieval.filtering.columns import Mask, Rows
from retrieval.items import Item
from retrieval.ranking import Scores, highest

# a letter of a script that writes vowels as marks is no end of a word; and `WH-1000XM4` is one word
LETTER = r"(?:[^\W_]|[\u0900-\u0963\u0966-\u109f\u1780-\u17d3])"
WORD = re.compile(rf"{LETTER}+(?:['’.\-/]{LETTER}+)*")
# accents of Latin, Greek and Cyrillic, points of Hebrew and Arabic: written by some and left out by others
ACCENTS = re.compile(r"[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670]")
UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17d3\u3005\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+")
MODEL = re.compile(r"([a-z]+)(\d\w{2,})")


@dataclass(frozen=True)
class Lexical:
    """The words of every item, weighed by BM25 (Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25
    and Beyond", 2009), in the order of the catalogue."""

    ids: tuple[str, ...]
    model: BM25 | None
    places: Rows | None = None  # of the ids among the texts of the model, and -1 for none; without, they are the same

    @classmethod
    def of(cls, catalogue: Catalogue) -> Lexical:
        """Reads title, facets, attributes and text of each item; seconds for a hundred thousand."""
        return cls.over(catalogue.ids, (words_of(item) for item in catalogue.values()))

    @classmethod
    def over(cls, ids: Sequence[str], texts: Iterable[str]) -> Lexical:
        """One text an id."""
        vocabulary: dict[str, int] = {}
        rows = [[vocabulary.setdefault(token, len(vocabulary)) for token in tokens(text)] for text in texts]
        if not vocabulary:
            return cls(tuple(ids), None)
        model = BM25()
        model.index((rows, vocabulary), create_empty_token=False, show_progress=False)
        return cls(tuple(ids), model)

    def later(self, catalogue: Catalogue) -> Lexical:
        """The same for a later catalogue, at once: new items share no word with anything, changed ones have their old
        words."""
        places = range(len(self.ids)) if self.places is None else self.places
        place = dict(zip(self.ids, places, strict=True))
        return Lexical(catalogue.ids, self.model, np.array([place.get(id, -1) for id in catalogue.ids], dtype=np.int64))

    @cached_property
    def row(self) -> Mapping[str, int]:
        """Where each id stands."""
        return {id: at for at, id in enumerate(self.ids)}

    def scores(self, text: str) -> Scores:
        """How well the words of each item answer the text, (items,); 0 where none is shared."""
        asked = self.model.get_tokens_ids(list(dict.fromkeys(tokens(text)))) if self.model else []
        if self.model is None or not asked:
            return np.zeros(len(self.ids), dtype=np.float32)
        scores = np.asarray(self.model.get_scores_from_ids(asked), dtype=np.float32)
        return scores if self.places is None else np.append(scores, np.float32(0))[self.places]

    def nearest(self, text: str, n: int, among: Mask | None = None) -> list[str]:
        """Ids of the n that answer best, best first; fewer if fewer share a word. Only of `among` if given."""
        scores = self.scores(text)
        rows = np.flatnonzero(scores > 0 if among is None else among & (scores > 0))
        return [self.ids[row] for row in rows[highest(scores[rows], n)]]


def words_of(item: Item) -> str:
    """All that is known of an item in words, the title first."""
    facets = (value for values in item.facets.values() for value in values)
    return "\n".join((item.name, *facets, *item.attributes.values(), item.text))


def tokens(text: str) -> list[str]:
    """The words of a text as they are compared: without case, accents, plural s and possessive.

    What is joined by a hyphen or a dot gives its parts, and if there is a digit in it the whole too, so that
    `WH-1000XM4` is found as `wh1000xm4`, `WH 1000XM4` and `1000xm4`. Scripts without blanks between words give pairs
    of letters.
    """
    plain = text.casefold()
    if not plain.isascii():
        plain = unicodedata.normalize("NFC", ACCENTS.sub("", unicodedata.normalize("NFKD", plain)))
    return list(itertools.chain.from_iterable(_forms(word[0]) for word in WORD.finditer(plain)))


@lru_cache(maxsize=1 << 16)  # texts repeat their words
def _forms(word: str) -> tuple[str, ...]:
    if UNSPACED.search(word):
        runs = UNSPACED.findall(word)
        pairs = [run[at : at + 2] for run in runs for at in range(max(1, len(run) - 1))]
        return (*pairs, *(part for part in re.split(UNSPACED, word) if part))
    if elided := re.fullmatch(rf"({LETTER}|qu)['’](.+)", word):  # `d'Amélie`, `O'Brien`
        return (*_forms(elided[2]), elided[1] + elided[2])
    word = re.sub(r"['’]s?$|['’]", "", re.sub(r"['’]s\b", "", word))
    parts = re.split(r"[.\-/]", word)
    whole = "".join(parts)
    if re.search(r"\d", word) or len(word) > len(parts) == len(whole):  # `E.T.` too
        model = MODEL.fullmatch(whole)
        return tuple(dict.fromkeys((*parts, whole, *(model.groups() if model else ()))))
    return tuple(_singular(part) for part in parts)


def _singular(word: str) -> str:
    """Without a plural s: the S-stemmer of Harman, "How effective is suffixing?" (1991)."""
    if len(word) < 4 or not word.endswith("s"):
        return word
    if word.endswith("ies") and not word.endswith(("eies", "aies")):
        return word[:-3] + "y"
    if word.endswith("es") and not word.endswith(("aes", "ees", "oes")):
        return word[:-1]
    return word if word.endswith(("us", "ss")) else word[:-1]
