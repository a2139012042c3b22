"""The items that a message names, and what it names them for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chat.messages import Intent
from chat.understanding.references.against import against
from chat.understanding.references.asked_of import by_part
from chat.understanding.references.differing import differing
from chat.understanding.references.nouns import by_noun
from chat.understanding.references.owned import Owned, owned
from chat.understanding.references.pointing import pointed
from chat.understanding.references.works_of import works_of
from chat.understanding.titles.mentions import Mention, ids_of, mentions
from chat.understanding.titles.plurals import together
from chat.understanding.values.constraints import people_in
from chat.understanding.values.given import Given
from chat.understanding.values.means import Means
from retrieval.filtering.where import Where


@dataclass(frozen=True)
class Named:
    """`meant`: what is named for itself or as an example. `told`: ids of the list told by what they are, `the blue
    one`. `compared`: ids that something is only compared with. `whose`: ids named to say whose works are wanted;
    `strange`: attributes spoken of in this way that the catalogue lacks. `others`: the values of which others are
    wanted. `there`: what somebody has already.

    `whole`: the text with `·` for titles; `rest`: the same with blanks for the words that all this was said in.
    """

    meant: Sequence[Mention]
    told: frozenset[str]
    compared: tuple[str, ...]
    whose: tuple[str, ...]
    strange: tuple[str, ...]
    others: Where
    there: Owned
    whole: str
    rest: str

    @property
    def ids(self) -> tuple[str, ...]:
        """Of what is meant."""
        return ids_of(self.meant)


def naming(given: Given, means: Means) -> Named:
    """What is named, by its title or by what tells it from the others of the list."""
    known, shown, here = means.known, given.shown, means.items(given.shown)
    told = [
        *pointed(given.text, here, known),
        *by_noun(given.text, here, known),
        *together(given.text, means.catalogue),
    ]
    parts = by_part(given.text, here, means.titles, known)
    told += [one for one in parts if not any(one.start < other.end and other.start < one.end for other in told)]
    meant, whole = mentions(given.text, means.titles, people_in(given.text, known), told)
    compared, meant, rest = against(meant, whole, shown)
    whose, strange, meant, rest = works_of(meant, rest, shown, known, _alone(given.last))
    others, rest = differing(rest, known, given.held, means.items(ids_of(meant)), here)
    there, rest = owned(rest, shown, means.catalogue, known)
    of_list = frozenset(id for one in told for id in one.ids)
    return Named(meant, of_list, compared, whose, strange, others, there, whole, rest)


def _alone(last: Intent | None) -> tuple[str, ...]:
    """The one title that the message before named."""
    named = tuple(dict.fromkeys((*last.like, *last.about))) if last else ()
    return named if len(named) == 1 else ()
