"""What of a catalogue can be asked for by name: the values of its facets, its numbers, flags, dates and places."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from statistics import median

from rapidfuzz.distance import OSA

from chat.understanding.text.words import FILLER, WORD
from chat.understanding.values.short_names import LONG as LONG_NAMES
from retrieval.catalogue import Catalogue
from retrieval.domain import Domain, Field, plain
from retrieval.items import Item

Hit = tuple[str, str]  # a facet and a value of it
PEOPLE = ("director", "star", "actor", "author", "writer", "artist")  # facets whose values are names of people
IN_IT = ("star", "actor")
BEGINS = re.compile(r"(?:^|[.!?])\W*$")  # before the first word of a sentence
# where a last name alone stands in small letters: `any hitchcock?`, `with stewart`, `a kubrick film`
BEFORE = re.compile(r"\b(?:starring|featuring|with|without|from|any|some|more|other|got|be|only|not|no)\s+$", re.I)
FILMS = r"(?:films?|movies?|flicks?|pictures?|fan|ones?)\b"
AFTER = re.compile(
    rf"\s*(?:$|[,.;:!?)]|{FILMS}|(?:in|and|or|but|that|thats|which|who|please|instead|any ?more|then|under)\b)", re.I
)
A_FILM = re.compile(rf"\s+{FILMS}", re.I)
BY = re.compile(r"\b(?:by|starring|featuring)\s+$", re.I)
WITH = re.compile(r"\bwith\s+$", re.I)
SLIPPERY = 5  # letters of the shortest word in which a slip is looked for
LONG = 10  # letters of a name in which there may be two


@dataclass(frozen=True)
class Known:
    """`values`: by words, the facet and the value they stand for. `shy`: those of them that are ordinary words as well,
    and so mean the value only as a name, with a capital or behind a `by`. `flags`: by words, the flag and whether it
    is wanted. `middles`: the median of each number. `ordinary`: words that are no slips, since people write them.
    `surnames`: by which a person is meant as by a shy one, but for the capital that begins a sentence. `shared`: those
    of them that several people have, with all of these. `several`: the facets of which items as a rule have more than
    one value."""

    domain: Domain
    values: Mapping[str, tuple[str, str]]
    shy: frozenset[str] = frozenset()
    flags: Mapping[str, tuple[str, bool]] = field(default_factory=dict)
    numbers: Mapping[str, Field] = field(default_factory=dict)
    dates: tuple[str, ...] = ()
    place: str = ""
    has_years: bool = True
    middles: Mapping[str, float] = field(default_factory=dict)
    ordinary: Container[str] = ()
    surnames: frozenset[str] = frozenset()
    shared: Mapping[str, tuple[Hit, ...]] = field(default_factory=dict)
    several: frozenset[str] = frozenset()

    @classmethod
    def of(cls, domain: Domain, catalogue: Catalogue | None = None, ordinary: Container[str] = ()) -> Known:
        """What the items have beside the words of the domain; without a catalogue, all that the domain says they may
        have. `ordinary`: words that mean nothing by themselves."""
        items = list(catalogue.values()) if catalogue is not None else []
        had = {facet for item in items for facet in item.facets}  # what no item has is no limit, but a word to look for
        values = {said: hit for said, hit in domain.words.items() if not items or hit[0] in had}
        shy = set[str]()
        facets = {name for name, field in domain.fields.items() if field.type in ("category", "categories")}
        for item in items:
            for facet in facets & item.facets.keys():
                for value in item.facets[facet]:
                    said = plain(value)
                    if said and said not in values and not said.isdigit():
                        values[said] = facet, value
                        if said in FILLER or said in ordinary or len(said) < 3:
                            shy.add(said)
        surnames = set[str]()
        shared = dict[str, tuple[Hit, ...]]()
        for said, hits in _surnames(items, frozenset(facets) & frozenset(PEOPLE)).items():
            if said not in values and said not in FILLER and said not in ordinary:
                surnames.add(said)
                if len({value for _, value in hits}) == 1:
                    values[said] = hits[0]
                else:
                    shared[said] = hits
        measured: dict[str, list[float]] = defaultdict(list)
        for item in items:
            for name, number in item.all_numbers.items():
                measured[name].append(number)
        numbers = {name: field for name, field in domain.fields.items() if field.type == "number"}
        there = {name for name in domain.fields if catalogue is None or name in measured}
        flags = {name: field for name, field in domain.fields.items() if field.type == "flag" and name in there}
        places = [name for name, field in domain.fields.items() if field.type == "place"]
        return cls(
            domain,
            values,
            frozenset(shy),
            _flags(flags, domain),
            {name: field for name, field in numbers.items() if name in there},
            tuple(name for name, field in domain.fields.items() if field.type == "date" and name in there),
            places[0] if places else "",
            catalogue is None or "year" in measured or not items,
            {name: median(each) for name, each in measured.items()},
            ordinary,
            frozenset(surnames),
            shared,
            frozenset(facet for facet in had if median(len(one.facet(facet)) for one in items if one.facet(facet)) > 1),
        )

    @cached_property
    def facets(self) -> tuple[str, ...]:
        """The names of what has values."""
        fields = (name for name, field in self.domain.fields.items() if field.type in ("category", "categories"))
        return tuple(dict.fromkeys((*self.domain.facets, *fields)))

    def alternates(self, facet: str) -> bool:
        """Whether another value of it takes the place of the one before: it is not what says what kind of thing is
        wanted, and items as a rule have one."""
        kind = next(iter(self.domain.facets), "")
        return facet in self.domain.fields and facet != kind and facet not in self.several

    @cached_property
    def longest(self) -> int:
        """Words of the longest phrase."""
        return max((len(phrase.split()) for phrase in self.values), default=0)

    def value(self, said: Sequence[str], text: str, start: int) -> tuple[str, str] | None:
        """What the words, which begin at `start` of the text, stand for, if for anything."""
        phrase = " ".join(said)
        found = self.values.get(phrase) or self._plural(phrase)
        return found if found and self._meant(phrase, text, start) else None

    def bearers(self, word: str, text: str, start: int) -> tuple[Hit, ...]:
        """All who have the surname, in one part: who made it after a `by` or a `from`, else who is in it."""
        hits = self.shared.get(word, ())
        if not hits or not self._meant(word, text, start):
            return ()
        making = re.search(r"\b(?:by|from|made|directed|written)\s+(?:an?\s+|the\s+)?$", text[:start])
        parts = {facet for facet, _ in hits}
        order = [*(part for part in PEOPLE if part not in IN_IT), *IN_IT]
        part = next(one for one in (order if making else order[::-1]) if one in parts)
        return tuple(hit for hit in hits if hit[0] == part)

    def _meant(self, phrase: str, text: str, start: int) -> bool:
        """Whether the words that begin there are a name, where they may be something else."""
        surname = phrase in self.surnames or phrase in self.shared
        capital = text[start].isupper() and (phrase not in self.surnames or not BEGINS.search(text[:start]))
        sure = phrase not in self.shy and phrase not in self.surnames
        behind = bool(re.search(r"\b(?:by|brand)\s+$", text[:start]))
        return sure or capital or behind or (surname and _stands_alone(text, start))

    def slipped(self, word: str) -> tuple[str, str] | None:
        """What a word stands for that is written with one slip: `horor`."""
        if len(word) < SLIPPERY or word in FILLER or word in self.ordinary:
            return None
        near = {
            self.values[said]
            for said in self._slippery.get(word[0], ())
            if abs(len(said) - len(word)) <= 1
            and OSA.distance(word, said, score_cutoff=1) == 1
            and (len(said) != len(word) or said[:-1] != word[:-1])  # `thrilled` is another ending and no slip
        }
        return near.pop() if len(near) == 1 else None

    def surname_slipped(self, word: str, text: str, start: int) -> tuple[Hit, ...]:
        """Whose last name is written with a slip, or two in a long one, where it stands for works of theirs: `anything
        by speilberg`, `a kubrik film`."""
        if len(word) < SLIPPERY or word in FILLER or word in self.ordinary:
            return ()
        end = _end(text, start)
        loosely = WITH.search(text[:start]) and AFTER.match(text, end)
        if not (BY.search(text[:start]) or ((loosely or A_FILM.match(text, end)) and len(word) > SLIPPERY)):
            return ()
        far = 2 if len(word) >= LONG else 1
        near = {
            name
            for name in (*self.surnames, *self.shared)
            if name[0] == word[0] and OSA.distance(word, name, score_cutoff=far) <= far
            and (len(name) != len(word) or name[:-1] != word[:-1]) and word != f"{name}s"
        }  # fmt: skip
        if len(near) != 1:
            return ()
        name = near.pop()
        return (self.values[name],) if name in self.values else self.bearers(name, f"{text[:start]}{name}", start)

    def called(self, said: Sequence[str]) -> Hit | None:
        """The person whose first name is shortened, or whose middle one is left out: `jimmy stewart`."""
        first, *rest = said
        if not rest or len(said) > 3:
            return None
        near = {
            hit
            for name in (first, *LONG_NAMES.get(first, ()))
            for hit in self._of_whom.get(" ".join((name, *rest)), ())
        }
        return near.pop() if len(near) == 1 else None

    @cached_property
    def _of_whom(self) -> Mapping[str, Sequence[Hit]]:
        """People by their names, and by those without what stands between the first and the last of one letter."""
        found: dict[str, list[Hit]] = defaultdict(list)
        for said, hit in self.values.items():
            if hit[0] in PEOPLE and said not in self.surnames:
                words = said.split()
                found[said].append(hit)
                if len(words) == 3 and len(words[1]) == 1:
                    found[f"{words[0]} {words[2]}"].append(hit)
        return found

    def misspelt(self, first: str, last: str) -> Hit | None:
        """The person whose first name is that, and whose last name is that with a slip, or two in a long one."""
        far = 2 if len(last) >= LONG else 1
        named = self._of_first.get(first, ()) if len(last) >= SLIPPERY and last not in self.ordinary else ()
        near = {hit for name, hit in named if OSA.distance(name, last, score_cutoff=far) <= far}
        return near.pop() if len(near) == 1 else None

    @cached_property
    def _of_first(self) -> Mapping[str, Sequence[tuple[str, Hit]]]:
        """The last names of people, by their first."""
        found: dict[str, list[tuple[str, Hit]]] = defaultdict(list)
        for said, hit in self.values.items():
            first, _, last = said.partition(" ")
            if hit[0] in PEOPLE and last and " " not in last:
                found[first].append((last, hit))
        return found

    @cached_property
    def _slippery(self) -> Mapping[str, Sequence[str]]:
        """The single words in which a slip is looked for, by their first letter."""
        found: dict[str, list[str]] = defaultdict(list)
        for said in self.values:
            if len(said) > SLIPPERY and " " not in said and said not in self.shy | self.surnames:
                found[said[0]].append(said)
        return found

    def _plural(self, phrase: str) -> tuple[str, str] | None:
        for end in ("es", "s"):
            if (
                phrase.endswith(end)
                and len(phrase) > 4
                and (found := self.values.get(said := phrase.removesuffix(end)))
            ):
                return found if said not in self.surnames else None
        return None


def _end(text: str, start: int) -> int:
    word = WORD.match(text, start)
    return word.end() if word else start


def _stands_alone(text: str, start: int) -> bool:
    """Whether a last name in small letters is all that is said, or stands as the name of somebody does."""
    end = _end(text, start)
    if not (text[:start].strip() or text[end:].strip(" .!?")):
        return True
    return bool((BEFORE.search(text[:start]) and AFTER.match(text, end)) or A_FILM.match(text, end))


def _surnames(items: Sequence[Item], facets: frozenset[str]) -> dict[str, tuple[Hit, ...]]:
    """The last words of names of people, each with the facets and the names that end in it."""
    found: dict[str, dict[Hit, None]] = defaultdict(dict)
    for item in items:
        for facet in sorted(facets & item.facets.keys()):
            for name in item.facets[facet]:
                first, _, last = plain(name).rpartition(" ")
                if first:
                    found[last][facet, name] = None
    return {last: tuple(hits) for last, hits in found.items()}


def _flags(flags: Mapping[str, Field], domain: Domain) -> dict[str, tuple[str, bool]]:
    """The words for each flag and against it; its name is one, unless others are given."""
    said: dict[str, tuple[str, bool]] = {}
    for name in flags:
        given = domain.flags.get(name, {"yes": (name.replace("_", " "),)})
        said |= {plain(one): (name, side == "yes") for side, phrases in given.items() for one in phrases}
    return said
