"""What is named besides the items here: certificates, titles and attributes that are none here, people by a pronoun."""

from __future__ import annotations

from dataclasses import dataclass

from chat.messages import Intent
from chat.understanding.references.persons import Whom, theirs
from chat.understanding.references.unheard import Unheard, unheard
from chat.understanding.values.certificates import certified
from chat.understanding.values.constraints import beyond
from chat.understanding.values.dropping import Dropped, without
from chat.understanding.values.given import Given
from chat.understanding.values.known import PEOPLE
from chat.understanding.values.means import Means
from retrieval.domain import Domain
from retrieval.filtering.where import Where


@dataclass(frozen=True)
class Besides:
    """`certificates`: the limits that follow of them. `title`: one that is none here. `whom`: by attribute the name of
    whom a pronoun stands for. `missing`: what the catalogue lacks of all this, as it is told."""

    certificates: Where
    title: Unheard
    whom: Whom
    missing: tuple[str, ...]


def besides(text: str, given: Given, means: Means) -> tuple[Besides, str]:
    """What else is named, and the text with blanks for it."""
    known, domain = means.known, means.domain
    certificates, uncertified, rest = certified(text, domain, means.suited)
    title, rest = unheard(rest, means.titles, known)
    whom, rest = theirs(rest, given, means)
    rest, unknown = beyond(rest, known)
    return Besides(certificates, title, whom, (*_told(title, domain), *unknown, *uncertified)), rest


def outlasting(before: Intent | None, whom: Whom) -> Intent | None:
    """The wish before: of somebody whose name stands for something else in it, that holds no more."""
    return before and without(before, Dropped(names=frozenset(PEOPLE) - whom.keys())) if whom else before


def _told(title: Unheard, domain: Domain) -> tuple[str, ...]:
    return (f"a {domain.noun} called “{title.name}”",) if title.name else ()
