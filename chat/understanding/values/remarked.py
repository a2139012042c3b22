"""What is too much of something that nothing says of an item: `these are too violent`, `not too sad`."""

from __future__ import annotations

import re

from chat.messages import Constraint
from chat.understanding.values.known import Known
from retrieval.filtering.where import Where

TOO = re.compile(
    r"\b(?:too|not (?:so|that|very|too)|nothing (?:so|that|very|too)) (?P<much>(?:much|many) )?(?P<what>[^\W\d_]{3,})"
    r"(?:(?= for (?:me|us|my|our|him|her|them)\b)|(?= please\b| though\b| tonight\b)"
    r"|(?=\s*(?:[.,;!?]|$|but\b|and\b|or\b)))",
    re.IGNORECASE,
)
# these say nothing of a thing, or what others read
NOTHING = frozenset(
    """
    bad big close cold early easy far few good great hard happy hot impressed interested keen large late little long
    film films item items kind movie movies one ones product products sort thing things time way
    many much new often old sure similar small soon short well right into fond convinced like that this
    """.split()
)


def remarked(text: str, known: Known, asked: Where) -> tuple[tuple[Constraint, ...], Where, tuple[str, ...]]:
    """What had better not be, by the tones of the domain, unless it is asked for; where nothing is tied to the word,
    what is not known here. In the text stand blanks for whatever else was read of it."""
    domain = known.domain
    unwanted, missing, traced = dict[str, frozenset[str]](), list[str](), list[Constraint]()
    for match in TOO.finditer(text):
        what = match["what"].casefold()
        if what in NOTHING or known.value([what], text, match.start("what")) or known.slipped(what):
            continue
        for facet, tones in domain.tones.items():
            tied = {value for value, words in tones.items() if what in words} - asked.asked(facet)
            unwanted[facet] = unwanted.get(facet, frozenset()) | tied
            traced += [Constraint(f"no {value}", match[0], hard=False) for value in sorted(tied)]
        if not any(one.words == match[0] for one in traced):
            much = f"how much {what} there is in {domain.plural}"
            missing.append(much if match["much"] else f"how {what} {domain.plural} are")
    where = Where(unwanted={facet: values for facet, values in unwanted.items() if values})
    return tuple(traced), where, tuple(dict.fromkeys(missing))
