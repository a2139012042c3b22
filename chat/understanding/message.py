"""All that grammar reads of a message, stage by stage: each blanks the words that it has read for those after it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from chat.understanding.acts.manner import Manner, manner_of
from chat.understanding.acts.phrases import spoken
from chat.understanding.aims import Aim, aim_of, likened
from chat.understanding.audience import Audience, audience
from chat.understanding.besides import Besides, besides, outlasting
from chat.understanding.changes import Changes, changes_in
from chat.understanding.limits import Asking, Limits, limits_in
from chat.understanding.naming import Named, naming
from chat.understanding.text.words import stance, under_a_no
from chat.understanding.values.degrees import FAME
from chat.understanding.values.given import Given
from chat.understanding.values.means import Means

LESS_KNOWN, BETTER_KNOWN = 0.75, 0.25  # of the dial of surprise


@dataclass(frozen=True)
class Message:
    """`said`: the small words, as `spoken` gives them; `signs`: the stance of each character. `aim`: the first guess.
    `asking`: the words in which limits may stand; `rest`: those that are left for the wish."""

    given: Given
    named: Named
    audience: Audience
    said: str
    signs: str
    aim: Aim
    manner: Manner
    besides: Besides
    changes: Changes
    asking: Asking
    limits: Limits
    rest: str

    @property
    def surprise(self) -> float | None:
        """Where the dial stands: turned by itself, or by the wish for what is more or less known."""
        if self.manner.surprise is not None:
            return self.manner.surprise
        known = (one.more for one in self.limits.degrees if one.of == FAME)
        return next((BETTER_KNOWN if more else LESS_KNOWN for more in known), None)


def read(given: Given, means: Means) -> Message:
    """What is named, whom it is for, what it wants, and what is limited, in this order."""
    named = naming(given, means)
    whom, rest = audience(named.rest, means.known, given.gift)
    said, signs = spoken(rest), under_a_no(stance(rest), named.there.refused)
    aim, rest = likened(aim_of(said, named, whom, given.shown), given, rest, signs)
    manner, rest = manner_of(rest)
    more, rest = besides(rest, given, means)
    given = replace(given, before=outlasting(given.before, more.whom))
    here = means.items(named.whose or named.ids or given.shown)
    changes, rest = changes_in(rest, given, means, here)
    if changes.dropped:  # a no that only takes back reaches no further
        signs = under_a_no(stance(rest), named.there.refused)
    asking = Asking(rest, signs, here, means.items(named.compared or aim.like or given.shown))
    limits, rest = limits_in(asking, given, named, whom.seeing, more, changes, means)
    return Message(given, named, whom, said, signs, aim, manner, more, changes, asking, limits, rest)
