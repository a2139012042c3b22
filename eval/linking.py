"""Are the titles in people's messages found, as written and as people write them?"""

from __future__ import annotations

import json as lines
import random
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console

from chat.understanding.titles.mentions import titles_in
from eval.next_item import peak
from eval.report import Report, Row
from recommender.datasets.files import catalogue_of
from recommender.significance import DRAWS, LEVEL
from retrieval.catalogue import Catalogue
from retrieval.domain import Domain
from retrieval.errors import Problem
from retrieval.items import Item
from retrieval.words.titles import Link

Counts = NDArray[np.int64]
Linker = Callable[[str], Sequence[Link]]
PLACE = re.compile(r"@(\d+)")
SLIPS = 3  # one title in so many gets a slip
PROTOCOL = (
    "titles in the messages of dialogues. As written: with capitals and years. As typed: in small letters without "
    "years, and with one slip of the finger, drawn by the seed, in a third of the titles. A title counts as found "
    "where something is linked that overlaps it and may mean it; what may mean several is right if one was said. "
    "literal is every title that stands there letter by letter. Intervals are over messages"
)


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
    """Titles said and found in each message, (messages,). Right: one that lies on a title that was said and may mean
    it; where it may mean several, that one of them was meant is enough."""

    said: Counts
    found: Counts
    right: Counts
    ambiguous: Counts

    @property
    def precision(self) -> float:
        return _share(self.right, self.found)

    @property
    def recall(self) -> float:
        return _share(self.right, self.said)

    @property
    def f1(self) -> float:
        return _share(2 * self.right, self.found + self.said)

    def between(self, seed: int) -> tuple[float, float]:
        """The 95 % bootstrap interval of F1 over messages."""
        draws = np.random.default_rng(seed).integers(len(self.said), size=(DRAWS, len(self.said)))
        right, all = self.right[draws].sum(axis=1), (self.found + self.said)[draws].sum(axis=1)
        low, high = np.quantile(2 * right / np.maximum(all, 1), [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
        return float(low), float(high)


def judged(messages: Sequence[Said], link: Linker, catalogue: Catalogue) -> Linking:
    """What `link` finds in the messages."""
    counts = np.zeros((4, len(messages)), dtype=np.int64)
    for at, message in enumerate(messages):
        links = link(message.text)
        right = sum(any(_hits(one, title, catalogue) for one in links) for title in message.titles)
        counts[:, at] = len(message.titles), len(links), right, sum(len(one.ids) > 1 for one in links)
    return Linking(*counts)


def literal(catalogue: Catalogue) -> Linker:
    """The baseline: every title that stands in a text letter by letter, whatever is meant, the longest first."""
    ids: dict[str, list[str]] = {}
    for id, item in catalogue.items():
        for title in {item.title.casefold(), re.sub(r" \(\d{4}\)$", "", item.title.casefold())}:
            ids.setdefault(title, []).append(id)
    longest = max((len(title.split()) for title in ids), default=0)

    def link(text: str) -> list[Link]:
        words, links, taken = list(re.finditer(r"\S+", text)), [], 0
        for first, word in enumerate(words):
            for last in range(min(first + longest, len(words)) - 1, first - 1, -1):
                title = text[word.start() : words[last].end()].strip(".,;:!?\"'").casefold()
                if word.start() >= taken and title in ids:
                    taken = words[last].end()
                    links.append(Link(word.start(), taken, tuple(ids[title]), 1.0))
                    break
        return links

    return link


def linking(items: Path, data: Path, domain: Domain, json: Path | None, seed: int) -> None:
    """Find the titles in the dialogues and print how many are found, and how many of those were said.

    Raises Problem if a file cannot be read, or no message names an item.
    """
    catalogue = catalogue_of(items)
    rows, _ = linking_rows(data, catalogue, domain, seed)
    if not rows:
        raise Problem(f"no message of {data} names an item of {items} as @ and its id")
    metrics = {"items": len(catalogue), "linking_f1": rows[-2].metrics["f1"]}
    report = Report(protocol=PROTOCOL, data=catalogue.fingerprint(), seed=seed, rows=rows, metrics=metrics)
    report.show(Console())
    if json:
        report.save(json)


def linking_rows(data: Path, catalogue: Catalogue, domain: Domain, seed: int) -> tuple[list[Row], str]:
    """A row for each way of finding titles and of writing them, and the protocol; no row if no message names an item.

    Raises Problem if the file cannot be read."""
    linkers = {"penchant": titles_in(catalogue, domain).linked, "literal": literal(catalogue)}
    texts = {"as-written": as_written(data, catalogue), "as-typed": noisy(data, catalogue, seed)}
    if not any(message.titles for message in texts["as-written"]):
        return [], PROTOCOL
    rows = [
        _row(f"{name}/{kind}", messages, link, catalogue, seed)
        for kind, messages in texts.items()
        for name, link in linkers.items()
    ]
    return rows, PROTOCOL


def _row(name: str, messages: Sequence[Said], link: Linker, catalogue: Catalogue, seed: int) -> Row:
    started = time.monotonic()
    told = judged(messages, link, catalogue)
    seconds = time.monotonic() - started
    low, high = told.between(seed)
    return Row(
        name=name,
        n=int(told.said.sum()),
        metrics={
            "f1": told.f1,
            "precision": told.precision,
            "recall": told.recall,
            "ambiguous": _share(told.ambiguous, told.found),
        },
        low={"f1": low},
        high={"f1": high},
        seconds=round(seconds, 3),
        memory_mb=round(peak(), 1),
    )


def _share(some: Counts, all: Counts) -> float:
    return float(some.sum() / max(1, all.sum()))


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
            texts += [message["text"] for message in lines.loads(line)["messages"]]
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
