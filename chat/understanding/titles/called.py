"""What is called by the words that its title ends with: `the tea pot`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from chat.understanding.text.words import singular, singulars
from retrieval.catalogue import Catalogue


def called(said: Sequence[str], ids: Sequence[str], catalogue: Catalogue) -> Iterator[str]:
    """The items of which the title ends with these words, be it of one or of several; without a word, none."""
    words = [singular(word) for word in said]
    for id in ids:  # what was withdrawn since the list was shown is nobody's
        if words and id in catalogue and singulars(catalogue[id].title)[-len(words) :] == words:
            yield id
