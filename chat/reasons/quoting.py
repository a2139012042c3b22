"""What an item says of itself, or somebody says of it, that answers the wish: one sentence, word for word."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace

from retrieval.items import Item
from retrieval.space.embedding import Vectors
from retrieval.space.item_vectors import Space
from retrieval.space.passages import WHOLE, readable

LONGEST = 120  # characters
SHORTEST = 25  # below, it is a heading or the rest of a sentence
NEAR = 2.0  # standard deviations above the mean of the catalogue from which a passage is called an answer
PROSE = ("text", "reviews", WHOLE)  # fields that are made of sentences
UNQUOTABLE = re.compile(r"https?:|www\.|@|[<>{}\[\]|\\]")  # addresses and markup


@dataclass(frozen=True)
class Quote:
    """`text` stands so in the item's own words, or in a review of it; cut at the end only where it ends with `…`."""

    text: str
    review: bool


def quote(item: Item, wish: Vectors, sample: Vectors, space: Space) -> Quote | None:
    """The sentence of the item nearest to the wish, or None if it is not really near: both the passage and the sentence
    in it have to be more than NEAR standard deviations nearer than the catalogue usually is.

    `wish` (width,) and `sample` (items, width), vectors of items all over the catalogue, are of the space. Quotes and
    line ends are taken out, and what is longer than 120 characters is cut between clauses, or else between words.
    """
    if not (item.text or item.reviews):
        return None
    usual = space.wording(sample) @ space.wording(wish[None])[0]
    least = float(usual.mean() + NEAR * usual.std())
    passage = space.best_passage(item, wish)
    if passage.score <= least or passage.field not in PROSE:
        return None
    prose = passage.text if passage.field != WHOLE else readable(item.text)
    one = replace(space, fields={"reviews": 1.0}).best_passage(replace(item, reviews=(prose,)), wish)
    said = cleaned(one.text)
    # what is pieced together of title and facets is nobody's sentence
    if one.field != "reviews" or one.score <= least or len(said) < SHORTEST or UNQUOTABLE.search(said):
        return None
    return Quote(said, passage.field == "reviews")


def cleaned(sentence: str) -> str:
    """Without quotation marks around it, what cannot be seen and the full stop, and no longer than may be quoted."""
    seen = "".join(one for one in sentence if not unicodedata.category(one).startswith("C") or one.isspace())
    said = re.sub(r"[\"“”„«»]", "", " ".join(seen.split())).strip(" .…")
    if len(said) <= LONGEST:
        return said
    cut = said[:LONGEST]
    clause = max(cut.rfind(mark) for mark in ", ; : – ".split())
    return cut[: clause if clause > LONGEST // 2 else cut.rfind(" ")].rstrip(" ,;:–-(") + "…"
