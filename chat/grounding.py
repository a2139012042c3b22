"""No claim without evidence: a sentence may name only what its evidence names."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from chat.messages import Evidence
from retrieval.domain import Domain, plain
from retrieval.items import Item

# what is said of the person's own past or wish holds for those titles alone
OF_HISTORY = (
    r"\b(?:you(?:'ve| have)? (?:\w+ )?(?:{did}|saw|seen|rated)"
    r"|your (?:past|history|favou?rites?))\b"
)
OF_LIKING = r"\byou(?:'ve| have)? (?:\w+ )?(?:like|love|enjoy|adore)d?\b"
OF_REQUEST = r"\b(?:you (?:\w+ )?(?:named|mentioned|asked|wanted|requested)|your (?:wish|request))\b"
PEOPLE = r"\b(?:directed|starring|stars?|actors?|actress(?:es)?|director|written|produced|performances?|played by)\b"
LONGEST = 60  # characters of a name in an objection, which is kept with the turn
NUMBERS = set("two three four five six seven eight nine ten eleven twelve dozen hundred thousand million".split())
MAY_BEGIN = set(
    "a an and as because both but enjoy for from give given if in it its like looking since so that the this though "
    "try watch what when while with you your i".split()
)


def objection(sentence: str, item: Item, evidence: Sequence[Evidence], domain: Domain) -> str | None:
    """What the sentence says that the evidence does not, in words, or None if it may be shown.

    Checked are titles and other names (anything with a capital), years and other numbers, facet values in any of
    their words, people's work, and whether what is said of the past or of the wish is said of the right titles.
    """
    if not plain(sentence):
        return "it says nothing"
    if not _named_in(sentence, [item.title]):
        return f"it does not speak of {_brief(item.title)}"
    rest = _without(sentence, [item.name, item.title, *(name for one in evidence for name in one.names)])
    if re.search(PEOPLE, rest, re.IGNORECASE):
        return "it speaks of people's work"
    if number := re.search(r"\d+", rest) or next((w for w in plain(rest).split() if w in NUMBERS), None):
        return f"the number {number if isinstance(number, str) else number.group()} is not in the evidence"
    for name in re.finditer(r"\b[A-Z][\w'’-]*", rest):
        starts = not re.search(r"\w", sentence[: sentence.find(name.group())])
        if not (starts and plain(name.group()) in MAY_BEGIN) and name.group() not in ("I", "I'd", "I'm"):
            return f"{_brief(name.group())} is not in the evidence"
    return _facet(rest, evidence, domain) or _misplaced(sentence, item, evidence, domain)


def _brief(name: str) -> str:
    return name if len(name) <= LONGEST else name[: LONGEST - 1] + "…"


def _without(sentence: str, names: Collection[str]) -> str:
    """The sentence with every allowed name taken out, the longest first, so that parts of a name allow nothing."""
    for name in sorted(set(names), key=len, reverse=True):
        sentence = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "·", sentence, flags=re.IGNORECASE)
    return sentence


def _facet(rest: str, evidence: Sequence[Evidence], domain: Domain) -> str | None:
    allowed = {name for one in evidence for name in one.names}
    words = f" {plain(rest)} "
    for phrase, (facet, value) in domain.words.items():
        if f" {phrase} " in words and value not in allowed:
            return f"the {facet} {value} is not in the evidence"
    return None


def _misplaced(sentence: str, item: Item, evidence: Sequence[Evidence], domain: Domain) -> str | None:
    """`Alien, which you watched` must be true of Alien: each claim is held against the names it is made of."""
    claims = [(m, "history") for m in re.finditer(OF_HISTORY.replace("{did}", re.escape(domain.did)), sentence, re.I)]
    claims += [(m, "liked") for m in re.finditer(OF_LIKING, sentence, re.I)]
    claims += [(m, "request") for m in re.finditer(OF_REQUEST, sentence, re.I)]
    claims.sort(key=lambda claim: claim[0].start())
    names = {item.title, *(name for one in evidence for name in one.names)}
    for at, (match, kind) in enumerate(claims):
        true_of = [one for one in evidence if (one.of_request if kind == "request" else one.kind == kind)]
        own = {plain(name) for one in true_of for name in one.names}
        before, after = sentence[: match.start()], sentence[match.end() :]
        if at + 1 < len(claims):
            after = sentence[match.end() : claims[at + 1][0].start()]
        # `Alien, which you named` and `the Comedy you asked for and ...` speak of what stands before
        behind = re.search(r"(?:\bwhich|\bthat|\bas|,)\s*$", before) or re.match(r"\s*for(?:[.,;]|\s+and\b)", after)
        backward = behind and _named_in(before, names)
        last = _named_in(before, names)[-1:]
        meant = last if backward else _listed_in(after, names, item.title) or last
        if not meant:
            return f"it speaks of the {kind} without naming anything of it"
        for name in meant:
            if plain(name) not in own:
                return f"it says of {_brief(name)} what the {kind} does not hold"
    return None


def _listed_in(text: str, names: Collection[str], own_title: str) -> list[str]:
    """The first name and those joined to it: by `and`, or by a comma unless the clause ends there with the item."""
    meant: list[str] = []
    for name in _named_in(text, names):
        between, _, rest = text.partition(name)
        joined = re.fullmatch(r"\s*,?\s+and\s+", between) or (between.strip() == "," and name != own_title)
        if meant and not joined:
            break
        meant.append(name)
        text = rest
    return meant


def _named_in(text: str, names: Collection[str]) -> list[str]:
    """The names in the order they stand; one inside a longer one does not count."""
    pattern = "|".join(rf"(?<!\w){re.escape(name)}(?!\w)" for name in sorted(names, key=len, reverse=True) if name)
    return re.findall(pattern, text, re.IGNORECASE) if pattern else []
