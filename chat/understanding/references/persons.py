"""Whose other works are meant by a pronoun: `her other films`, `more by him`, `what else has she been in?`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from chat.messages import Intent
from chat.understanding.text.blanks import blanked
from chat.understanding.values.constraints import facets_in
from chat.understanding.values.given import Given
from chat.understanding.values.known import IN_IT, PEOPLE
from chat.understanding.values.means import Means
from retrieval.filtering.where import Where

Whom = Mapping[str, frozenset[str]]  # by attribute, a name

WORKS = r"(?:films?|movies?|works?|books?|albums?|songs?|stuff|titles?|others?|ones?)"
DONE = (
    r"(?:(?:made?|direct(?:ed)?|done?|writ(?:e|ten)|wrote|star(?:red|s)?(?: in)?|play(?:ed|s)?(?: in)?)"
    r"(?! (?:me|us|it|that|this)\b)|(?:been )?in)\b"
)
END = r"(?=\s*(?:[,.;:!?)–—]|$|\b(?:and|or|but|please|too|then|instead|that|which|from|under|over|without|in)\b))"
MOST = r"oldest|newest|latest|longest|shortest|best[ -]known|most (?:popular|famous)"
THEIRS = re.compile(
    rf"\b(?:his|her|their) (?:(?:other|earlier|early|later|best|next|more|(?P<how>newer|older|more recent|{MOST})) )*"
    rf"{WORKS}\b"
    rf"|\b(?:more|something|anything|another|else|{WORKS})(?: (?:else|one|{WORKS}))?"
    rf" (?:(?:by|from|with|starring|featuring) (?:him|her|them)|of (?:him|her)){END}"
    rf"|\b(?:what|anything) else (?:has|have|did|does|do|is|was|are|were) (?:he|she|they) (?:(?:also|ever) )?{DONE}"
    rf"|\b(?:what|which {WORKS}) (?:has|did|does|is|was) (?:he|she) (?:(?:also|ever) )?{DONE}"
    rf"|\b(?:else|{WORKS}|something|anything)(?: (?:that|which|where))? (?:he|she)(?:['’]s| has| had| is| was)?"
    rf" (?:(?:also|ever) )?{DONE}"
    rf"|\b(?:more|another|some|any|something|anything|else|{WORKS}) of (?:his|hers|theirs)\b(?! \w)"
    r"|\b(?:his|hers|theirs) others?\b"
    rf"|\b(?:has|did|does|is|was) (?:he|she) (?:(?:also|ever) )?{DONE}(?: in)?"
    rf" (?:any|some)(?:thing else| other {WORKS})",
    re.IGNORECASE,
)
DENIED = re.compile(
    r"\b(?:without|not|anyone but|anybody but|except|nothing (?:with|by)) (?P<whom>him|her|them)"
    rf"(?:{END}|(?= (?:this|for|now|tonight|again|any)\b))",
    re.IGNORECASE,
)
# to watch something with her is no wish for whom she is
WITH_THEM = re.compile(r"\b(?:watch|see|play|share|do)(?:ing)?\s+$", re.IGNORECASE)
BACK = re.compile(r"\b(?:he|she|they|him|her|them|his|hers|theirs?|the same)\b", re.IGNORECASE)
ACTS = re.compile(r"\b(?:with|starring|featuring|in|star\w*|play\w*)\b(?!.*\b(?:by|direct\w*|made?)\b)", re.IGNORECASE)
MAKES = re.compile(r"\b(?:by|made?|direct\w*|writ\w*|wrote)\b", re.IGNORECASE)


def points_back(text: str) -> bool:
    """Whether words may speak of who or what the message before named."""
    return bool(BACK.search(text))


def theirs(text: str, given: Given, means: Means) -> tuple[Whom, str]:
    """Whom a pronoun stands for, and the text with blanks for the words: the person that the message before named, else
    who has made the one item that is spoken of, or plays in it where that is said, else who is wished for."""
    match = THEIRS.search(text)
    if not match or WITH_THEM.search(text[: match.start()]):
        return {}, text
    # who is named before the pronoun is meant: `I liked Russell Crowe, something of his`
    if any(facet in PEOPLE for _, _, facet, _ in facets_in(text[: match.start()], means.known)):
        return {}, blanked(text, *match.span())
    if not (whom := next(_meant(match[0], given, means), None)):
        return {}, text
    how = match["how"] or ""
    kept = how.rjust(match.end("how") - match.start()) if how else ""  # `her older films` are older ones
    return whom, text[: match.start()] + kept.ljust(len(match[0])) + text[match.end() :]


def denied(text: str, held: Where, last: Intent | None) -> str:
    """The text with the name of whoever is wished for, or was named last, for a pronoun under a no: `without him`."""
    match = DENIED.search(text)
    if not match:
        return text
    asked = [name for facet in PEOPLE for name in (*held.asked(facet), *(last.where.asked(facet) if last else ()))]
    names = tuple(dict.fromkeys(asked))
    return f"{text[: match.start('whom')]}{names[0]}{text[match.end('whom') :]}" if len(names) == 1 else text


def _meant(said: str, given: Given, means: Means) -> Iterator[Whom]:
    """Those who may be meant, likeliest first."""
    people = [facet for facet in means.known.facets if facet in PEOPLE]
    acting, making = bool(ACTS.search(said)), bool(MAKES.search(said))
    fitting = [facet for facet in people if (facet in IN_IT) == acting] if acting or making else people
    if given.last:
        named = [(facet, name) for facet in people for name in given.last.where.asked(facet)]
        if len(named) == 1:
            yield _as(fitting, named[0][0], frozenset({named[0][1]}), means)
    here = means.items(given.shown)
    if len(here) == 1:
        yield from ({facet: frozenset(here[0].facet(facet)[:1])} for facet in fitting if here[0].facet(facet))
    for facet in people:
        if names := given.held.wanted.get(facet):
            yield _as(fitting, facet, names, means)


def _as(fitting: Sequence[str], facet: str, names: frozenset[str], means: Means) -> Whom:
    """The names in the part that is spoken of, if anything has them there, else in their own."""
    parts = (part for part in fitting if any(names & {*item.facet(part)} for item in means.catalogue.values()))
    own = [facet] if facet in fitting else []
    return {next(chain(own, parts), facet): names}
