"""Titles meant in free text: as written, with a slip, by number or by age; what may mean several is said to."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from retrieval.catalogue import Catalogue
from retrieval.domain import plain
from retrieval.words.naming import Forms, Word, forms_of, readings
from retrieval.words.ordinary import Ordinary
from retrieval.words.sense import Sighting, log_odds
from retrieval.words.series import Series

LONGEST = 12  # words of a title
LONG = 8  # letters of a title that words hardly turn into by chance
SLIPPERY = 5  # letters of the shortest title in which a slip is looked for
BROKEN = re.compile(r"[!?;\n]|[^\W\d_]{4,}[.] |[.]{2,}")  # where no title goes on; `Mr. Deeds` does


@dataclass(frozen=True)
class Link:
    """A title in a text, from `start` to `end`. More than one of `ids`: it may mean any of them. `score`: how sure it
    is that a title is meant there at all, 0 to 1."""

    start: int
    end: int
    ids: tuple[str, ...]
    score: float


@dataclass(frozen=True)
class Titles:
    """Every way the titles of a catalogue may be written. Entries of one work count as one."""

    catalogue: Catalogue
    full: Mapping[str, tuple[str, ...]]  # by the letters of a title, without blanks between its words
    short: Mapping[str, tuple[str, ...]]  # by those of a part that stands for it: what is before a colon
    spelt: Mapping[str, tuple[str, ...]]  # the words of each
    ordinary: Ordinary
    series: Series

    @classmethod
    def of(cls, catalogue: Catalogue, common: Collection[str] = ()) -> Titles:
        """`common`: words that mean nothing by themselves, such as greetings."""
        full: dict[str, list[str]] = defaultdict(list)
        short: dict[str, list[str]] = defaultdict(list)
        spelt: dict[str, tuple[str, ...]] = {}
        forms: dict[str, Forms] = {}
        for ids in catalogue.works.values():
            forms[ids[0]] = each = forms_of(catalogue[ids[0]].title)
            for place, written in ((full, each.full), (short, each.short)):
                for words in written:
                    place["".join(words)].append(ids[0])
                    spelt.setdefault("".join(words), words)
        return cls(
            catalogue,
            {key: tuple(dict.fromkeys(ids)) for key, ids in full.items()},
            {key: tuple(dict.fromkeys(ids)) for key, ids in short.items()},
            spelt,
            Ordinary.of((item.text for item in catalogue.values()), spelt, common),
            Series.of(forms, catalogue),
        )

    def linked(self, text: str) -> list[Link]:
        """The titles meant in a text, in their order, none inside another."""
        words = readings(text)
        sightings = sorted(self._sighted(text, words), key=lambda one: (-one.weight, one.start))
        found: dict[int, tuple[Sighting, float]] = {}
        taken: set[int] = set()
        for _ in range(2):  # what stands beside a title in a list is one too, once that is known
            for one in sightings:
                odds = log_odds(one, [other for other, _ in found.values()])
                if odds > 0 and not taken & set(one.place):
                    found[one.place.start] = one, odds
                    taken |= set(one.place)
        ordered = [found[at] for at in sorted(found)]
        return [self._link(text, words, one, odds) for one, odds in ordered]

    def closest(self, text: str, least: float) -> tuple[str, ...]:
        """What the title most like the whole text may mean; nothing if none is like it by `least` of 100."""
        asked = " ".join(word.key for word in readings(text) if word.key)
        near = process.extractOne(asked, self._plainly, scorer=fuzz.ratio, score_cutoff=least) if asked else None
        return self._ids("".join(near[0].split())) if near else ()

    def namesakes(self, id: str) -> tuple[str, ...]:
        """The works that have the very title of this one, which is among them."""
        return self._alike.get(id, (id,))

    def having(self, said: Sequence[str]) -> tuple[str, ...]:
        """The works that have each of these words in their titles; the words are without the `s` of a plural."""
        each = [self._by_word.get(word, frozenset()) for word in said]
        return tuple(sorted(frozenset.intersection(*each))) if each else ()

    def named(self, said: Sequence[str]) -> tuple[str, ...]:
        """The works whose whole title these words are."""
        return self.full.get("".join(said), ())

    @cached_property
    def _by_word(self) -> Mapping[str, frozenset[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        for ids in self.catalogue.works.values():
            for word in plain(self.catalogue[ids[0]].title).split():
                found[word.removesuffix("s") if len(word) > 3 else word].add(ids[0])
        return {word: frozenset(ids) for word, ids in found.items()}

    @cached_property
    def _alike(self) -> Mapping[str, tuple[str, ...]]:
        return {id: ids for ids in self.full.values() if len(ids) > 1 for id in ids}

    def _ids(self, key: str) -> tuple[str, ...]:
        return self.full.get(key) or self.short.get(key, ())

    def _sighted(self, text: str, words: Sequence[Word]) -> Iterator[Sighting]:
        """Every stretch of words that is a title, or is one but for a slip."""
        for start in range(len(words)):
            if not words[start].key:
                continue
            key = ""
            for end in range(start + 1, min(start + LONGEST, len(words)) + 1):
                if end - start > 1 and BROKEN.search(text, words[end - 2].start, words[end - 1].start):
                    break
                key += words[end - 1].key
                if not words[end - 1].key:
                    continue
                said = tuple(word.key for word in words[start:end] if word.key)
                name = text[words[start].start].isupper()
                for title in self._meant_by(key, said, name):
                    spelt = self.spelt[title]
                    if "," in text[words[start].end : words[end - 1].start] and not self._has_comma(title):
                        continue
                    yield Sighting(
                        text,
                        words,
                        range(start, end),
                        title,
                        spelt,
                        said,
                        title in self.full,
                        len(ids := self._ids(title)) > 1,
                        self._is_part(text, words[start].start, words[end - 1].end, title),
                        self.ordinary,
                        any(text[words[start].start : words[end - 1].end] == self.catalogue[id].title for id in ids),
                    )

    def _meant_by(self, key: str, said: Sequence[str], name: bool) -> Iterator[str]:
        if key in self.spelt:
            if key == "".join(self.spelt[key]) and self._joins_well(said, self.spelt[key]):
                yield key
            return
        if len(key) < SLIPPERY or said[0] in ("the", "a", "an"):
            return
        for title in self._slips(key):
            # where too little was read to know an odd word for a slip, a short one must at least have the same letters
            sure = name or self.ordinary.telling or len(key) >= LONG or sorted(key) == sorted(title)
            if sure and self._is_slip(said, self.spelt[title]):
                yield title

    def _joins_well(self, said: Sequence[str], spelt: Sequence[str]) -> bool:
        """Words run together or apart are no title where each is a word of its own: `a way` is not `Away`."""
        return len(said) <= len(spelt) or any(word not in self.ordinary for word in said if word not in spelt)

    def _is_slip(self, said: Sequence[str], spelt: Sequence[str]) -> bool:
        """Whether what differs is no word of its own, nor a plural, nor a number."""
        odd = [word for word in said if word not in spelt]
        missed = [word for word in spelt if word not in said]
        if any(word.isdigit() for word in (*odd, *missed)) or not odd or not missed:
            return False
        if any(one.removesuffix("s") == other.removesuffix("s") for one in odd for other in missed):
            return False
        return not all(word in self.ordinary for word in odd)

    def _slips(self, key: str) -> set[str]:
        """Titles at one slip: an edit leaves the head or the tail whole, so that those of the same need be compared."""
        heads, tails = self._halves
        found: set[str] = set()
        for length in (len(key) - 1, len(key), len(key) + 1):
            at = length // 2
            found.update(heads.get((length, key[: at - 1]), ()))
            found.update(tails.get((length, key[len(key) - (length - at) :]), ()))
        return {title for title in found if OSA.distance(key, title, score_cutoff=1) == 1}

    @cached_property
    def _halves(self) -> tuple[dict[tuple[int, str], list[str]], dict[tuple[int, str], list[str]]]:
        """Titles by their length and head, and by their length and tail. Two letters changed about at the middle leave
        the head whole, which is therefore shorter by one."""
        heads, tails = defaultdict(list), defaultdict(list)
        for title, words in self.spelt.items():
            if len(title) >= SLIPPERY and words[0] not in ("the", "a", "an"):
                at = len(title) // 2
                heads[len(title), title[: at - 1]].append(title)
                tails[len(title), title[at:]].append(title)
        return dict(heads), dict(tails)

    @cached_property
    def _plainly(self) -> list[str]:
        return [" ".join(words) for words in self.spelt.values()]

    def _is_part(self, text: str, start: int, end: int, title: str) -> bool:
        if len(self.spelt[title]) > 1 and self.spelt[title][-1].isdigit():
            return True
        return self.series.narrowed(text, start, end, title, self._ids(title))[:2] != (start, end)

    def _has_comma(self, key: str) -> bool:
        return any("," in self.catalogue[id].title for id in self._ids(key))

    def _link(self, text: str, words: Sequence[Word], one: Sighting, odds: float) -> Link:
        start, end, ids = self.series.narrowed(text, one.start, one.end, one.title, self._ids(one.title))
        return Link(start, end, ids, round(1 / (1 + 2.718281828**-odds), 3))
