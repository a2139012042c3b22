"""What somebody might say who wants one item: a sentence about it that gives away no name."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

from retrieval.items import Item
from retrieval.words.sentences import sentences

LEAST = 6  # words that must be left of a sentence, or it is no wish
STEM = 4  # letters from which a word that begins with a word of the title counts as that word
WORD = re.compile(r"[^\W_]+(?:[-'’.&][^\W_]+)*")
PARTICLES = frozenset("de del della der des di da do dos du el la le van von den ter bin ibn al y".split())
FUNCTION = ENGLISH_STOP_WORDS | {"i", "i'm", "it's", "he's", "she's", "they're", "there's", "that's", "what's"}


@dataclass(frozen=True)
class Wish:
    """`text`: the sentence without the words of the title, without personal and other names; `said`: the sentence as it
    stands in the item's text; `rest`: the item without it, which is what the wish has to find."""

    text: str
    said: str
    rest: Item


def wish(item: Item, seed: int) -> Wish | None:
    """A sentence of the item's text, drawn by the seed and the id, never the first one; None if no other sentence has
    enough words left to tell anything. The same for the same item and seed, whatever other items there are."""
    every = sentences(item.text)
    able = [(text, said) for text, said in _telling(item, every) if said != every[0]]
    if not able:
        return None
    digest = hashlib.blake2b(f"{seed} {item.id}".encode(), digest_size=8).digest()
    text, said = able[int(np.random.default_rng(list(digest)).integers(len(able)))]
    return Wish(text, said, without(item, said, every))


def others(item: Item, seed: int) -> tuple[str, ...]:
    """Every other sentence as a wish, the first one too: what may be learned from where `wish` judges."""
    every, judged = sentences(item.text), wish(item, seed)
    return tuple(text for text, said in _telling(item, every) if judged is None or said != judged.said)


def lessons(item: Item, seed: int) -> tuple[Wish, ...]:
    """The sentences that are neither the first one nor the one that `wish` judges by, each as a wish. Both it and the
    one that judges are out of `rest`."""
    judged = wish(item, seed)
    if judged is None:
        return ()
    every = sentences(judged.rest.text)
    able = [(text, said) for text, said in _telling(item, every) if said != every[0]]
    return tuple(Wish(text, said, without(judged.rest, said, every)) for text, said in able)


def without(item: Item, said: str, every: Sequence[str] | None = None) -> Item:
    """The item as if nobody had written the sentence, wherever it stands in the text or in a review."""
    kept = " ".join(one for one in every or sentences(item.text) if one != said)
    return replace(
        item, text=kept, reviews=tuple(" ".join(review.replace(said, " ").split()) for review in item.reviews)
    )


def _telling(item: Item, every: Sequence[str]) -> list[tuple[str, str]]:
    """The sentences with enough words left, each masked and as it stands."""
    able = [(masked(said, item), said) for said in dict.fromkeys(every)]
    return [(text, said) for text, said in able if len(WORD.findall(text)) >= LEAST]


def masked(said: str, item: Item) -> str:
    """The sentence without what would give the item away: the words of its title and its year, and all names.

    A word with a capital letter is a name unless it opens the sentence and is a function word or stands elsewhere in
    the item's text in small letters; so are the particles of names (`van`, `de`) before one. Rather too much is left
    out than too little.
    """
    titled = {word.casefold() for word in WORD.findall(item.title)}
    titled |= {part for word in titled for part in re.split(r"[-'’.&]", word) if part}
    titled |= {word.removesuffix("s") for word in titled if len(word) > STEM}
    titled |= {str(item.year)} if item.year else set()
    small = {word for word in WORD.findall(item.text) if word.islower()}
    found = list(WORD.finditer(said))
    gone = [
        _of_title(word.group(), titled) or _is_name(word.group(), opens=_opens(said, word.start()), small=small)
        for word in found
    ]
    for at in reversed(range(len(found) - 1)):
        word, later = found[at].group(), found[at + 1].group()
        gone[at] |= word in PARTICLES and gone[at + 1] and (later[0].isupper() or later in PARTICLES)
    pieces, start = [], 0
    for match, out in zip(found, gone, strict=True):
        pieces += [said[start : match.start()], "" if out else match.group()]
        start = match.end()
    return _tidy("".join([*pieces, said[start:]]))


def _of_title(word: str, titled: set[str]) -> bool:
    parts = [word.casefold(), *re.split(r"[-'’.&]", word.casefold())]
    return any(
        part in titled or any(len(one) >= STEM and part.startswith(one) for one in titled) for part in parts if part
    )


def _is_name(word: str, opens: bool, small: set[str]) -> bool:
    if not any(letter.isupper() for letter in word) or word == "I" or word.startswith(("I'", "I’")):
        return False
    return not (opens and (word.casefold() in FUNCTION or word.casefold() in small))


def _opens(said: str, start: int) -> bool:
    """Whether the word there begins the sentence, or what is quoted in it."""
    before = said[:start].rstrip()
    return not WORD.search(said[:start]) or before.endswith((":", "“", '"'))


def _tidy(text: str) -> str:
    """Without the marks that stand between nothing and nothing."""
    text = re.sub(r"[\"“”()\[\]]", " ", text)
    text = re.sub(r"(?<!\w)['’]s?\b|['’](?!\w)", " ", text)
    text = re.sub(r"\s+([,.;:!?—])", r"\1", re.sub(r"\s+", " ", text))
    text = re.sub(r"[,;:]+(?=[,;:.!?])|(?<=[,;:])[,;:]+", "", text)
    return text.strip(" ,;:-–—/")
