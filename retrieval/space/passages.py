"""Long texts in pieces that a model can read, and which piece of an item says what was asked."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, zip_longest

import numpy as np

from retrieval.items import Item, described
from retrieval.space.embedding import Embedder, Vectors, normalised

MOST = 64  # passages of one field of an item; what lies behind them is not read
LONGEST = 400_000  # characters of one text that are looked at
TINY = 16  # characters below which a sentence is no sentence: `Dr.`
WHOLE = "all"  # the field that stands for title, facets and text together

TAG = re.compile(r"<(/?[a-zA-Z]+|!)[^<>]*>")
UNREAD = {"script", "style"}  # tags between which stands nothing for people
ENTITY = re.compile(r"&#?\w{1,31};")
# a mark at the end of a sentence with a blank after it, if need be behind a closing quotation mark, or one that needs
# no blank, as in Chinese
ENDING = re.compile(r"(?<=[.!?…؟۔।॥])\s|(?<=[.!?…؟۔।॥][\"'”’»)\]])\s|(?<=[。！？｡])")


@dataclass(frozen=True)
class Passage:
    """A piece of an item's text, from which field, and its cosine with what was asked."""

    text: str
    field: str
    score: float


def passages(items: Sequence[Item], fields: Mapping[str, float], embedder: Embedder) -> list[dict[str, list[str]]]:
    """Of each item by field the passages, none longer than the window of the embedder.

    Reviews come as sentences, since each may be quoted for itself, the first of every review before the second of any;
    the rest is as many whole sentences as fit. Without fields, title, facets and text are one. At most 64 passages a
    field, out of the first 400,000 characters. An item of which the fields say nothing has its name.
    """
    found: list[dict[str, list[str]]] = []
    for item in items:
        texts = {field: _of(item, field) for field in fields or (WHOLE,)}
        cut = {field: (_quotable if field == "reviews" else _packed)(said, embedder) for field, said in texts.items()}
        whole = {field: some for field, pieces in cut.items() if (some := list(islice(pieces, MOST)))}
        found.append(whole or {WHOLE: [readable(item.name)]})
    return found


def pooled(pieces: Mapping[str, Vectors], fields: Mapping[str, float]) -> Vectors:
    """One vector of length 1 of an item's passages, (width,): the mean of each field scaled to length 1, so that a long
    one does not count for more, by the weights of the fields."""
    means = normalised(np.stack([vectors.mean(axis=0) for vectors in pieces.values()]))
    weights = np.array([fields.get(field, 1.0) for field in pieces], dtype=np.float32)
    whole: Vectors = normalised((weights @ means)[None])[0]
    # passages that cancel each other out leave the first to speak
    return whole if whole.any() else next(iter(pieces.values()))[0]


def best_passage(item: Item, vector: Vectors, fields: Mapping[str, float], embedder: Embedder) -> Passage:
    """The passage of the item nearest to the vector, which is one of the embedder's own, (width,).

    With an embedder that keeps its vectors nothing is computed here, once the item was indexed.
    """
    [by_field] = passages([item], fields, embedder)
    told = [(field, text) for field, texts in by_field.items() for text in texts]
    near = embedder.documents([text for _, text in told]) @ vector
    best = int(near.argmax())
    return Passage(told[best][1], told[best][0], float(near[best]))


def readable(text: str) -> str:
    """The text without tags and with single blanks; lines stay lines."""
    text = text[:LONGEST].encode("utf-8", "ignore").decode()
    text = ENTITY.sub(lambda found: html.unescape(found[0]), _untagged(text))
    lines = (" ".join(line.split()) for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def sentences(text: str) -> Iterator[str]:
    """The sentences of a readable text, in order; one too short to be one goes with the next, the last with the one
    before."""
    whole = begun = ""
    for line in text.split("\n"):
        for sentence in ENDING.split(line):
            begun = f"{begun} {sentence}".strip()
            if len(begun) >= TINY:
                if whole:
                    yield whole
                whole, begun = begun, ""
    if rest := f"{whole} {begun}".strip():
        yield rest


def _untagged(text: str) -> str:
    """A blank for each tag. A parser of HTML would take quadratic time for tags in tags in tags."""
    kept: list[str] = []
    read, unread = 0, ""
    for tag in TAG.finditer(text):
        name = tag[1].lower()
        if not unread:
            kept.append(text[read : tag.start()])
            unread = name if name in UNREAD else ""
        elif name == f"/{unread}":
            unread = ""
        read = tag.end()
    return " ".join([*kept, "" if unread else text[read:]])


def _of(item: Item, field: str) -> tuple[str, ...]:
    """The texts of a field: `title`, `text`, `reviews`, `facets` (all of them), `all` but the reviews, or one facet or
    attribute by name."""
    if field == "reviews":
        return item.reviews
    if field == "facets":
        return ("; ".join(", ".join(values) for values in item.facets.values() if values),)
    known = {"title": item.name, "text": item.text, WHOLE: described(item)}
    return (known.get(field) or ", ".join(item.facet(field)) or item.attributes.get(field, ""),)


def _packed(texts: Sequence[str], embedder: Embedder) -> Iterator[str]:
    """As many whole sentences at a time as the window holds."""
    [text] = map(readable, texts)
    if not text:
        return
    if len(text.encode()) <= embedder.window:  # no part of a word is less than a byte
        yield text
        return
    begun, room = "", embedder.window
    for piece, length in _pieces(sentences(text), embedder):
        if begun and length > room:
            yield begun
            begun, room = "", embedder.window
        begun, room = f"{begun} {piece}".strip(), room - length
    yield begun


def _quotable(texts: Sequence[str], embedder: Embedder) -> Iterator[str]:
    """Single sentences, the first of every text before the second of any."""
    split = [sentences(readable(text)) for text in texts[:MOST]]
    in_turn = (sentence for each in zip_longest(*split) for sentence in each if sentence)
    return (piece for piece, _ in _pieces(in_turn, embedder))


def _pieces(texts: Iterable[str], embedder: Embedder) -> Iterator[tuple[str, int]]:
    """The sentences with their lengths, those too long for the window in halves, and halves of halves."""
    coming = iter(texts)
    while some := list(islice(coming, MOST)):  # most texts have few; of others not all are needed
        for text, length in zip(some, embedder.lengths(some), strict=True):
            if length <= embedder.window or len(text) < 2:
                yield text, max(1, length)
            else:
                yield from _pieces(_halves(text), embedder)


def _halves(text: str) -> list[str]:
    middle = len(text) // 2
    blank = text.rfind(" ", 0, middle + 1)
    at = blank if blank > 0 else middle
    return [text[:at].strip(), text[at:].strip()]
