"""What a sentence mentions: titles, words for facets, years, other numbers, passages in quotes, other names."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from retrieval.catalogue import Catalogue
from retrieval.domain import Domain

What = Literal["title", "facet", "year", "decade", "number", "quote", "name"]
WORD = re.compile(r"\w+(?:['’]\w+)*")
QUOTED = re.compile(r"“([^”]*)”|\"([^\"]*)\"|«([^»]*)»")
COUNTS = frozenset(
    "two three four five six seven eight nine ten eleven twelve dozen dozens hundred hundreds thousand thousands "
    "million millions twice thrice second third fourth fifth half".split()
)
DECADES = {"twenties": 20, "thirties": 30, "forties": 40, "fifties": 50, "sixties": 60, "seventies": 70}
DECADES |= {"eighties": 80, "nineties": 90}
# what a sentence may begin with and is then no name, though a title may consist of it
BEGINS = frozenset(
    "a also an and another as at because both but by close comes despite enjoy featured fits for from give given goes "
    "good has have here how i if in is it its it's just like liked looking made many more most much near no not of on "
    "once one or others our perhaps picked right same seen shares should since so some something still that the their "
    "them then there these they this those though to try try: very want watch watched we what when where which while "
    "who why with without worth would yes you your you've you're".split()
)
NO_NAMES = frozenset({"i", "im", "id", "ive", "ill", "ai", "ok", "tv"})


@dataclass(frozen=True)
class Mention:
    """Something mentioned from `start` to `end` of the sentence. `key`: for a title the ids it may mean, for a facet
    the values it may stand for, else the words as they are."""

    what: What
    start: int
    end: int
    key: tuple[str, ...]


@dataclass(frozen=True)
class _Word:
    start: int
    end: int
    key: str
    written: str


@dataclass(frozen=True)
class Reader:
    """Knows the titles of a catalogue and the words of a domain, by an index of its own."""

    catalogue: Catalogue
    domain: Domain

    @cached_property
    def titles(self) -> Mapping[str, Sequence[tuple[tuple[str, ...], str, str]]]:
        """By the first word: the words of each title that begins with it, the title, the id; the longest first."""
        index: dict[str, list[tuple[tuple[str, ...], str, str]]] = defaultdict(list)
        for id, item in self.catalogue.items():
            if words := tuple(word.key for word in _words(item.title)):
                index[words[0]].append((words, item.title, id))
        return {first: sorted(each, key=lambda one: -len(one[0])) for first, each in index.items()}

    @cached_property
    def facets(self) -> Mapping[tuple[str, ...], tuple[str, ...]]:
        """By the words of a phrase, the values it may stand for: those of the domain and those of the items."""
        known: dict[tuple[str, ...], dict[str, None]] = defaultdict(dict)
        for values in self.domain.facets.values():
            for value, phrases in values.items():
                for phrase in (value, *phrases):
                    known[tuple(word.key for word in _words(phrase))][value] = None
        for item in self.catalogue.values():
            for each in item.facets.values():
                for value in each:
                    known[tuple(word.key for word in _words(value))][value] = None
        return {words: tuple(values) for words, values in known.items() if words}

    def mentions(self, sentence: str) -> list[Mention]:
        """All of them in their order, none inside another. Titles count as they are written in the catalogue."""
        found = [self._quoted(match) for match in QUOTED.finditer(sentence)]
        words = [word for word in _words(sentence) if not _inside(word, found)]
        at = 0
        while at < len(words):
            one = self._title(sentence, words, at) or self._facet(words, at) or _number(sentence, words[at])
            if one:
                found.append(one)
                while at < len(words) and words[at].start < one.end:
                    at += 1
            else:
                at += 1
        found += _names(sentence, [word for word in words if not _inside(word, found)])
        return sorted(found, key=lambda one: one.start)

    def _quoted(self, match: re.Match[str]) -> Mention:
        """A passage, or a title that is put between marks."""
        said = next(one for one in match.groups() if one is not None)
        words = tuple(word.key for word in _words(said))
        ids = tuple(id for keys, _, id in self.titles.get(words[0], ()) if keys == words) if words else ()
        return Mention("title" if ids else "quote", match.start(), match.end(), ids or (said,))

    def _title(self, sentence: str, words: Sequence[_Word], at: int) -> Mention | None:
        first = words[at]
        longest: list[str] = []
        length, end = 0, first.end
        for keys, title, id in self.titles.get(first.key, ()):
            if len(keys) < length:
                break
            said = words[at : at + len(keys)]
            if tuple(word.key for word in said) != keys or not _as_written(said, title):
                continue
            if len(keys) == 1 and self._ordinary(sentence, first):
                continue
            longest.append(id)
            length, end = len(keys), _with_mark(sentence, said[-1].end, title)
        return Mention("title", first.start, end, tuple(longest)) if longest else None

    def _ordinary(self, sentence: str, word: _Word) -> bool:
        """Whether a title of one word is more likely a word here: the name of a value, or what may begin a sentence.
        With a capital in the middle of one, `Kids` is the film and no audience."""
        begins = _begins(sentence, word.start)
        values = self.facets.get((word.key,), ())
        return word.written in values or (begins and (bool(values) or word.key in BEGINS))

    def _facet(self, words: Sequence[_Word], at: int) -> Mention | None:
        for length in range(min(5, len(words) - at), 0, -1):
            said = words[at : at + length]
            if values := self.facets.get(tuple(word.key for word in said)):
                return Mention("facet", said[0].start, said[-1].end, values)
        return None


def own(mention: Mention, ids: Iterable[str]) -> bool:
    """Whether the mention may mean one of the ids."""
    return bool(set(mention.key) & set(ids))


def _words(text: str) -> list[_Word]:
    return [
        _Word(m.start(), m.end(), re.sub(r"['’]", "", m.group()).casefold(), m.group()) for m in WORD.finditer(text)
    ]


def _as_written(said: Sequence[_Word], title: str) -> bool:
    """Whether capitals stand where the title has them: `It` is a film, `it` is not."""
    written = [word.written.replace("’", "'") for word in said]
    return written == [word.written.replace("’", "'") for word in _words(title)] and not written[0].islower()


def _with_mark(sentence: str, end: int, title: str) -> int:
    """The end of a title with the marks that belong to it: `Mars Attacks!`."""
    marks = re.search(r"[^\w\s]*$", title)
    return end + len(marks[0]) if marks and sentence.startswith(marks[0], end) else end


def _number(sentence: str, word: _Word) -> Mention | None:
    if match := re.fullmatch(r"(1[89]\d\d|20\d\d)(s?)", word.key):
        what: What = "decade" if match[2] else "year"
        return Mention(what, word.start, word.end, (match[1],))
    if word.key in DECADES or re.fullmatch(r"\d0s", word.key):
        decade = DECADES.get(word.key) or int(word.key[:2])
        return Mention("decade", word.start, word.end, (f"19{decade:02}" if decade >= 20 else f"20{decade:02}",))
    if word.key in COUNTS or re.search(r"\d", word.key):
        more = re.match(r"(?:[.,]\d+)+", sentence[word.end :])
        end = word.end + (more.end() if more else 0)
        return Mention("number", word.start, end, (sentence[word.start : end],))
    return None


def _names(sentence: str, words: Sequence[_Word]) -> list[Mention]:
    """Words with a capital where none has to stand; at the beginning only with another behind."""
    found = []
    for at, word in enumerate(words):
        if not word.written[0].isupper() or word.key in NO_NAMES:
            continue
        after = words[at + 1] if at + 1 < len(words) else None
        first = _begins(sentence, word.start)
        pair = after and after.written[0].isupper() and sentence[word.end : after.start] == " "
        if first and (word.key in BEGINS or not (pair or word.written.endswith(("'s", "’s")))):
            continue
        found.append(Mention("name", word.start, word.end, (word.written,)))
    return found


def _begins(sentence: str, at: int) -> bool:
    return bool(re.search(r"(?:^|[.!?:;]\s)\W*$", sentence[:at]))


def _inside(word: _Word, mentions: Iterable[Mention]) -> bool:
    return any(one.start <= word.start < one.end for one in mentions)
