"""Which of several is meant: the new one, the second, the one from 1982."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from retrieval.catalogue import Catalogue
from retrieval.words.naming import COUNTED, NUMBERS, Forms

NEW = "new|newer|newest|latest|recent|most recent"
OLD = "old|older|oldest|original|first|classic"
NTH = {"second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6}
BEFORE = re.compile(rf"\b(?:the |that |this )?(?:(?P<age>{NEW}|{OLD}|{'|'.join(NTH)})|(?P<year>(?:19|20)\d\d)) $", re.I)
AFTER = re.compile(
    rf",? ?\(?(?:the )?(?P<age>{NEW}|{OLD}|{'|'.join(NTH)}) (?:one|version|movie|film)\b\)?"
    r"| ?\((?P<year>\d{4})\)| (?P<plain>(?:19|20)\d\d)\b(?!s)"
    r"|,? (?:the )?(?:one|version|movie|film) from (?P<one>\d{4})\b(?!s)",
    re.I,
)
OF_YEAR = re.compile(r",? (?:from|of) ((?:1[89]|20)\d\d)\b(?!s)", re.I)  # of namesakes: `the True Grit from 1969`
NUMBER = re.compile(r" (?:part |chapter |episode |vol\.? )?(\w{1,5})\b", re.I)
DECADE = re.compile(r"\b(?:from|of) the (?:(19|20)?(\d)0['’]?s)\b", re.I)


@dataclass(frozen=True)
class Series:
    """By the letters of a name, the works that carry it or a number, a subtitle or a plural s after it, oldest first,
    each with the number in its title (0 if it has none)."""

    catalogue: Catalogue
    parts: Mapping[str, tuple[tuple[str, int], ...]]

    @classmethod
    def of(cls, forms: Mapping[str, Forms], catalogue: Catalogue) -> Series:
        parts: dict[str, dict[str, int]] = defaultdict(dict)
        for id, each in forms.items():
            parts["".join(each.stem)][id] = 0
            for at, word in enumerate(each.stem[1:], start=1):
                head = each.stem[:at]
                if word.isdigit() and (at == len(each.stem) - 1 or head in each.short):
                    parts["".join(head)][id] = int(word) if len(word) < 3 else 0
                elif head in each.short:
                    parts["".join(head)].setdefault(id, 0)
        for name in list(parts):
            if name + "s" in parts and len(name) > 3:  # `Alien` and `Aliens`
                parts[name] |= {id: n for id, n in parts[name + "s"].items() if id not in parts[name]}
        year = {id: catalogue[id].year or 0 for id in forms}
        return cls(
            catalogue,
            {
                name: tuple(sorted(numbers.items(), key=lambda one: (year[one[0]], one[1])))
                for name, numbers in parts.items()
                if len(numbers) > 1
            },
        )

    def narrowed(
        self, text: str, start: int, end: int, title: str, ids: tuple[str, ...]
    ) -> tuple[int, int, tuple[str, ...]]:
        """What a title from `start` to `end` means by the words around it, and how far these reach."""
        works = self.parts.get(title.removeprefix("the"), self.parts.get(title, ()))
        all = tuple(dict.fromkeys((*ids, *(id for id, _ in works))))
        if (after := NUMBER.match(text, end)) and (meant := self._numbered(after[1].lower(), works)):
            return start, after.end(), meant
        if len(ids) > 1 and (since := OF_YEAR.match(text, end)):
            year = int(since[1])
            if meant := self._of_years(ids, range(year, year + 1)):
                return start, since.end(), meant
        for match, behind in ((AFTER.match(text, end), True), (BEFORE.search(text, max(0, start - 30), start), False)):
            groups = match.groupdict() if match else {}
            name = next((name for name, said in groups.items() if said), "")
            if not match or not name:
                continue
            if name == "age":
                meant = self._aged(match[name].lower(), ids, works)
            else:
                meant = self._of_years(all, range(int(match[name]), int(match[name]) + 1))
            if meant:
                return (start, match.end(), meant) if behind else (match.start(name), end, meant)
            if name == "year" and behind:  # `Alien (1978)`: a year all the same, if a wrong one
                return start, match.end(), ids
        if len(ids) > 1:
            years = [range(int(said), int(said) + 1) for said in re.findall(r"\b(?:19|20)\d\d\b(?!s)", text)]
            for decade in DECADE.finditer(text):
                century = int(decade[1] or (20 if decade[2] in "012" else 19))
                years.append(range(century * 100 + int(decade[2]) * 10, century * 100 + int(decade[2]) * 10 + 10))
            for each in years:
                if meant := self._of_years(ids, each):
                    return start, end, meant
        return start, end, ids

    def _of_years(self, ids: Sequence[str], years: range) -> tuple[str, ...]:
        return tuple(id for id in ids if self.catalogue[id].year in years)

    def _numbered(self, said: str, works: Sequence[tuple[str, int]]) -> tuple[str, ...]:
        """The n-th by the numbers in the titles, else by age."""
        digits = said if said.isdigit() else NUMBERS.get(said, COUNTED.get(said, "") if len(said) > 2 else "")
        return self._nth(int(digits), works) if 0 < len(digits) < 3 else ()

    def _nth(self, n: int, works: Sequence[tuple[str, int]]) -> tuple[str, ...]:
        if told := tuple(id for id, number in works if number == n):
            return told
        at = works[n - 1 : n] if n > 0 else ()
        return tuple(id for id, number in at if not number)

    def _aged(self, age: str, ids: Sequence[str], works: Sequence[tuple[str, int]]) -> tuple[str, ...]:
        if age in NTH:
            return self._nth(NTH[age], works)
        dated = [id for id, _ in works if self.catalogue[id].year] or [id for id in ids if self.catalogue[id].year]
        if len(dated) < 2:
            return ()
        end = (max if age in NEW.split("|") else min)(self.catalogue[id].year or 0 for id in dated)
        return tuple(id for id in dated if self.catalogue[id].year == end)
