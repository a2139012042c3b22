"""Are the titles in people's messages found, as written and as people write them?"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from retrieval.catalogue import Catalogue
from retrieval.errors import Problem
from retrieval.items import Item
from retrieval.titles import Link

PLACE = re.compile(r"@(\d+)")
SLIPS = 3  # one title in so many gets a slip


@dataclass(frozen=True)
class Said:
    """A message with the titles in it: `(start, end, id)` each."""

    text: str
    titles: tuple[tuple[int, int, str], ...]


def as_written(file: Path, catalogue: Catalogue) -> list[Said]:
    """The messages of a file of dialogues (JSON lines), where `@123` stands for the title of item 123, with its year.

    Raises Problem if a line is not such a dialogue. A number that is no item stays as it is."""
    return [_filled(text, _full, catalogue) for text in _texts(file)]


def noisy(file: Path, catalogue: Catalogue, seed: int = 0) -> list[Said]:
    """The same as people type: no years, no capitals anywhere, and a slip of the finger in a third of the titles.

    Raises Problem as `as_written` does."""
    dice = random.Random(seed)  # noqa: S311

    def typed(item: Item) -> str:
        title = re.sub(r" \(\d{4}\)$", "", item.title)
        return slipped(title, dice) if dice.randrange(SLIPS) == 0 else title

    said = [_filled(text, typed, catalogue) for text in _texts(file)]
    return [replace(one, text=lowered(one.text)) for one in said]


@dataclass(frozen=True)
class Linking:
    """Titles found over all messages. Right: one that lies on a title that was said and may mean it; where it may mean
    several, that one of them was meant is enough."""

    said: int
    found: int
    right: int
    ambiguous: int

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        return self.right / self.said if self.said else 0.0

    @property
    def f1(self) -> float:
        return 2 * self.right / (self.found + self.said) if self.found + self.said else 0.0


def judged(messages: Sequence[Said], link: Callable[[str], Sequence[Link]], catalogue: Catalogue) -> Linking:
    """What `link` finds in the messages."""
    found = right = ambiguous = 0
    for message in messages:
        links = link(message.text)
        found += len(links)
        ambiguous += sum(len(one.ids) > 1 for one in links)
        right += sum(any(_hits(one, title, catalogue) for one in links) for title in message.titles)
    return Linking(sum(len(message.titles) for message in messages), found, right, ambiguous)


def _hits(link: Link, title: tuple[int, int, str], catalogue: Catalogue) -> bool:
    start, end, id = title
    return link.start < end and start < link.end and id in catalogue.twins(link.ids)


def slipped(title: str, dice: random.Random) -> str:
    """The title with one letter left out, doubled, changed, or changed about with the next."""
    at = dice.randrange(len(title))
    letter, kind = dice.choice("abcdefghijklmnopqrstuvwxyz"), dice.randrange(4)
    if kind == 0 and len(title) > 1:
        return title[:at] + title[at + 1 :]
    if kind == 1:
        return title[:at] + letter + title[at:]
    if kind == 2 and at + 1 < len(title):
        return title[:at] + title[at + 1] + title[at] + title[at + 2 :]
    return title[:at] + letter + title[at + 1 :]


def lowered(text: str) -> str:
    """Small letters, each in the place of its capital."""
    return "".join(small if len(small := letter.lower()) == 1 else letter for letter in text)


def _texts(file: Path) -> list[str]:
    texts: list[str] = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            texts += [message["text"] for message in json.loads(line)["messages"]]
        except (ValueError, KeyError, TypeError):
            raise Problem(f"{file}, line {number}: not a dialogue with messages that have a text") from None
    return texts


def _filled(text: str, written: Callable[[Item], str], catalogue: Catalogue) -> Said:
    """The text with titles in their places."""
    parts, titles, at, length = [], [], 0, 0
    for place in PLACE.finditer(text):
        if place[1] not in catalogue:
            continue
        title = written(catalogue[place[1]])
        parts += [text[at : place.start()], title]
        start = length + place.start() - at
        titles.append((start, start + len(title), place[1]))
        at, length = place.end(), start + len(title)
    return Said("".join((*parts, text[at:])), tuple(titles))


def _full(item: Item) -> str:
    """The title with its year, which some catalogues write into the title."""
    return item.title if re.search(r"\(\d{4}\)$", item.title) else item.name
