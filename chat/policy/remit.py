"""What a recommender must not decide, and what it says instead."""

from __future__ import annotations

from retrieval.domain import Domain, plain


def beyond(text: str, domain: Domain) -> str | None:
    """The sentence for a message about what is beyond the remit of the domain, None for all others."""
    said = f" {plain(text)} "
    for one in domain.remit.values():
        if any(f" {plain(words)} " in said for words in one.words):
            return one.answer
    return None


INSULTS = frozenset(
    """
    idiot idiotic stupid dumb moron useless crap shit shitty fuck fucking bitch bastard
     asshole loser pathetic trash garbage
    """.split()
)
CALM = "I am sorry that this is going badly. Tell me what was wrong with the list, and I will change it."


def insulted(text: str) -> bool:
    """Whether the message is an insult to us and no word on an item: `you are useless`."""
    said = plain(text).split()
    ours = {"you", "your", "youre", "bot", "ai", "u"} & set(said)
    return bool(INSULTS & set(said)) and (bool(ours) or len(said) <= 3)
