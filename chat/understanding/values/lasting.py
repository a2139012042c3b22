"""What a message says of somebody's taste in general, and not of this evening: `I never want horror`."""

from __future__ import annotations

import re

from chat.messages import Lasting
from chat.understanding.text.sentences import END
from chat.understanding.values.constraints import facets_in
from chat.understanding.values.known import Known

GENERAL = re.compile(
    r"\b(?:i|we)(?: (?:just|really|absolutely|honestly|simply|also|generally|usually))*"
    r" (?:never|always|hate|loathe|detest|love|adore|usually|generally|can(?:['’]?t|not| not) stand"
    r"|(?:don['’]?t|do not) (?:ever|like|enjoy|care for)|(?:am|was) (?:not )?a (?:\w+ )?fan of)\b"
    r"|\bi['’]?m (?:not )?a (?:\w+ )?fan of\b|\b(?:in general|as a rule)\b",
    re.IGNORECASE,
)
# who asks for it to be remembered says so in so many words, and a `like` is enough then
REMEMBER = re.compile(
    r"(?<!you )(?<!i )\b(?:remember|don['’]?t forget|do not forget)(?:,? please)?(?: for next time)?(?: that|,|:)?"
    r" (?:i|we)\b",
    re.IGNORECASE,
)
# what holds for now only, or would
PASSING = re.compile(
    r"\b(?:tonight|today|tomorrow|now|currently|for once|at the moment|in the mood"
    r"|this (?:time|morning|afternoon|evening|night|week|weekend)|would|wouldn['’]?t)\b|\b(?:i|we)['’]d\b",
    re.IGNORECASE,
)
# never kept, whatever a catalogue calls its values and whoever says them
SENSITIVE = re.compile(
    r"\b(?:health|ill(?:ness)?|sick|disease|cancer|diabet\w+|depress\w+|anxiety|therap\w+|medic\w+|disab\w+|autis\w+|adhd"
    r"|pregnan\w+|allerg\w+|addict\w*|alcoholi\w+|hiv|relig\w+|christian\w*|catholic\w*|protestant\w*|muslim\w*|islam\w*"
    r"|jew(?:s|ish)?|judaism|hindu\w*|buddhis\w*|atheis\w*|church|mosque|synagogue|faith|pray\w*|bible|quran|kosher|halal"
    r"|sex\w*|gay|lesbian\w*|bisexual\w*|queer|trans(?:gender\w*|sexual\w*)?|lgbt\w*|erotic\w*|politic\w*|democrat\w*"
    r"|republican\w*|conservative\w*|liberal\w*|socialis\w*|communis\w*|left[- ]wing|right[- ]wing|vot(?:e|er|ing)"
    r"|union|race|racial|ethnic\w*|crimina\w+|convict\w*|prison)\b",
    re.IGNORECASE,
)
QUOTED = 120  # characters of the words that are kept


def lasting(text: str, read: str, signs: str, known: Known) -> tuple[Lasting, ...]:
    """The values that somebody likes or dislikes in general, of the attributes that the domain lets be remembered.

    `read`: the text as the grammar reads it, of the same length, with `signs`, the stance of each character. A sentence
    that touches what is sensitive says nothing that is kept.
    """
    found: dict[tuple[str, str], Lasting] = {}
    allowed = known.domain.memory.facets
    start = 0
    for end in [*(match.end() for match in END.finditer(read)), len(read)] if allowed else ():
        said, words = read[start:end], text[start:end]
        general = GENERAL.search(said) or REMEMBER.search(said)
        if general and not PASSING.search(said) and not SENSITIVE.search(words):
            for at, _, facet, value in facets_in(said, known):
                if facet in allowed and signs[start + at] in "+-" and not SENSITIVE.search(value):
                    liked = signs[start + at] == "+"
                    found[facet, value] = Lasting(facet, value, liked, " ".join(words.split())[:QUOTED])
        start = end
    return tuple(found.values())
