"""What a recommender must not decide, and what it says instead; and what it says to an insult."""

from __future__ import annotations

import re

from chat.policy.care import of_a_story
from retrieval.domain import Domain, Remit, plain

NAMES = "idiot idiots idiotic stupid dumb moron bitch bastard asshole loser imbecile dickhead pathetic".split()
INSULTS = frozenset((*NAMES, *"useless crap shit shitty fuck fucking fucked trash garbage sucks suck".split()))
CHARGES = "scam scams scammer scammers fraud frauds liar liars crook crooks thief thieves".split()
OURS = "you your youre bot ai u machine computer assistant robot".split()
SMALL = frozenset("this that these is are it so a an the what such oh damn list off all just really very to of".split())
_OURS, _INSULTS = "|".join(OURS), "|".join(sorted(INSULTS))
AIMED = re.compile(rf"\b(?:{_OURS})\b(?: \w+){{0,3}} (?:{_INSULTS})\b|\b(?:{_INSULTS}) (?:{_OURS})\b")
ACCUSED = re.compile(
    rf"\b(?:you|youre|u|ur)\b(?: (?:are|re|r|all|just|only|nothing|but|really|such|clearly|an?|bunch|of)){{0,6}}"
    rf" (?:{'|'.join(CHARGES)})\b"
)
CALLED = re.compile(rf"\s*(?:{'|'.join(NAMES)})\s*[,.!]", re.IGNORECASE)
CALM = "I am sorry that this is going badly. Tell me what was wrong with the list, and I will change it."
CALM_AND_ON = "I am sorry that this is going badly; let me try to do better."


def beyond(text: str, domain: Domain) -> Remit | None:
    """What a message asks about that is beyond the remit of the domain, None for all others: a film about a doctor is a
    film."""
    said = f" {plain(text)} "
    for one in domain.remit.values():
        for words in one.words:
            at = said.find(f" {plain(words)} ")
            if at >= 0 and not of_a_story(said[:at], domain):
                return one
    return None


def insulted(text: str) -> bool:
    """Whether the message insults us and no item: `you are useless`."""
    said = plain(text)
    words = set(said.split())
    if ACCUSED.search(said):
        return True
    if not INSULTS & words:
        return False
    return bool(AIMED.search(said) or CALLED.match(text)) or words <= INSULTS | SMALL


def without_insults(words: str) -> str:
    """The words of a wish without those that were meant for us."""
    return " ".join(word for word in words.split() if plain(word) not in INSULTS and plain(word) not in CHARGES)
