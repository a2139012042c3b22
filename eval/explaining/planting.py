"""Errors planted into sentences that were shown, and true sentences in other words: what a checker must tell apart."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from chat.messages import Evidence
from eval.explaining.bases import Base
from eval.explaining.judge import NO_OCCUPATION, Judge, Truth
from eval.explaining.reading import Mention
from eval.explaining.turns import Spoken, Told
from retrieval.items import Item

PEOPLE = (
    ", starring Tom Hanks",
    ", directed by Akira Kurosawa",
    ", with Meg Ryan in the leading part",
    ", by Jane Q. Doe",
    " and has a fine performance by Priya Natarajan",
    ", played by some of the best actors",
    ", with the same cast",
    ", from the director of Jaws",
    " and was written by John Smith",
)
NUMBERS = (
    " and runs 95 minutes",
    ", the first of three parts",
    " and 4,711 people chose it",
    ", rated 4.5 by others",
    " and is one of the ten best",
    " and has two sequels",
    " and won a dozen prizes",
    " and cost 20 million",
)
PERSONS = (
    ", just right for a woman of 34",
    " and suits a man like you",
    ", for somebody of your age",
    ", since you are a student",
    " and fits what females like",
    ", for a retired person like you",
    ", as people who live in 55105 do",
    " and is popular among teenagers",
)
PRAISED = "praise"
PRAISE = (
    ", which won an award",
    " and is a masterpiece",
    ", the best of its year",
    " and is famous for its ending",
    ", based on a true story",
)
# a past that nobody has with the item, and what no two items are to each other, each group made with every word of it
CLAIMED = "claim"
KNOWN = (
    *(
        f"you {did} {{item}}{when}"
        for did in ("selected", "picked", "know", "have chosen")
        for when in ("", " already", " earlier")
    ),
    *(
        f"you {did} {{item}}"
        for did in ("have been watching", "returned to", "began with", "keep trying", "went back to")
    ),
    *(
        f"{{item}} is {how}"
        for how in ("one you keep watching", "back again", "one you return to", "already on your list")
    ),
    "watching {item} again would suit you",
)
RELATED = (
    *(
        f"{{item}} {verb} {{title}}"
        for verb in ("made", "continues", "follows", "leads", "is from", "belongs to", "is part of")
    ),
    *(f"{{title}} {verb} {{item}}" for verb in ("made", "leads", "opens", "continues")),
    *(f"{{item}} was {by} {{title}}" for by in ("made by", "recommended to us by", "picked by", "brought by")),
)
LIKING = (", and you like {}", " and goes well with {}, which you like", " and is close to {}, which you loved")
DOING = (" and goes well with {}, which you {did}", ", since you {did} {}", " and follows on from {}, which you {did}")
TRUE: Mapping[str, Sequence[str]] = {  # ways to say each kind of evidence, whatever the product's own are
    "shared": (
        "{item} has {values} in common with {title}, which you mentioned.",
        "You named {title}, and {item} shares its {values}.",
        "Like {title}, which you named, {item} has {values} in it.",
        "{values} is what {item} shares with {title}, which you named.",
    ),
    "likeness": (
        "{item} feels near to {title}, which you named.",
        "You named {title}, and {item} is not far from it.",
        "{item} is akin to {title}, which you mentioned.",
    ),
    "wish": (
        "You asked for {values}, and {item} has it.",
        "{item} gives you {values}, just as you asked.",
        "Since you asked for {values}, why not try {item}?",
        "{item} is {values}, which is what you wanted.",
        "With {item} you get the {values} you wanted.",
        "{item} should satisfy your wish for {values}.",
    ),
    "years": (
        "{item} dates from {values}, as you wanted.",
        "{item} was made in {values}, within the years you asked for.",
        "{item}, from {values}, lies within the years you asked for.",
    ),
    "history": (
        "You {did} {title}, so {item} may be for you.",
        "Because you {did} {title}, {item} could be a good next one.",
        "{item} is a good thing to see after {title}, which you {did}.",
        "Since you {did} {title}, you may enjoy {item}.",
        "After {title}, which you {did}, {item} would be my choice.",
        "I picked {item} because you {did} {title}.",
        "What led me to {item} is {title}, which you {did}.",
        "Having {did} {title}, you might well like {item}.",
    ),
    "liked": (
        "You like {title}, so {item} may be for you.",
        "Because you like {title}, {item} could be a good next one.",
        "Since you like {title}, you may enjoy {item}.",
        "I picked {item} because you like {title}.",
    ),
    "attribute": (
        "{item} mixes {values}.",
        "In {item} you get {values}.",
        "What you find in {item} is {values}.",
        "{item} combines {values}.",
        "Expect {values} from {item}.",
    ),
    "year": (
        "{item} was made in {values}.",
        "{item} dates from {values}.",
        "{item} appeared in {values}.",
        "The year of {item} is {values}.",
    ),
    "popular": (
        "Many people have picked {item}.",
        "{item} was picked by many.",
        "{item} is a choice that many people have made.",
    ),
    "passage": ("What is said of {item}: “{what}”.", "About {item} one can read “{what}”."),
}
Maker = Callable[[Base, random.Random], Iterator[str]]


@dataclass(frozen=True)
class Case:
    """A sentence for a checker: `false` says whether it ought to be refused, `kind` what was planted."""

    kind: str
    text: str
    item: Item
    facts: tuple[Evidence, ...]
    truth: Truth
    by: str
    false: bool = True


def planted(bases: Iterable[Base], dice: random.Random) -> Iterator[Case]:
    """One case of every kind that the sentence has room for."""
    for base in bases:
        for kind, maker in MAKERS.items():
            for text in maker(base, dice):
                if text != base.text:
                    yield _case(base.spoken, kind, text)


def in_other_words(told: Iterable[Told], judge: Judge, dice: random.Random) -> Iterator[Case]:
    """True sentences about the shown items from their evidence, in words that the product has not."""
    for one in told:
        for spoken in one.spoken:
            item = spoken.truth.item
            if item is None or not spoken.facts or spoken.card:
                continue
            for fact in spoken.facts:
                if ways := TRUE.get(fact.kind):
                    yield _case(
                        spoken, fact.kind, _worded(dice.choice(ways), item, fact, judge.domain.did), false=False
                    )


def _case(spoken: Spoken, kind: str, text: str, false: bool = True) -> Case:
    item = spoken.truth.item
    if item is None:
        raise ValueError(f"{spoken.text!r} is about no item, so nothing can be planted into it")
    return Case(kind, text, item, spoken.facts, spoken.truth, spoken.by, false)


def _worded(way: str, item: Item, fact: Evidence, did: str) -> str:
    titled = fact.kind in ("shared", "likeness", "history", "liked")
    if fact.kind == "shared":
        values, titles = fact.names[:-1], fact.names[-1:]
    else:
        values, titles = ((), fact.names) if titled else (fact.names, ())
    return way.format(item=item.title, values=_listed(values), title=_listed(titles), did=did, what=fact.what)


def _listed(words: Sequence[str]) -> str:
    return " and ".join(part for part in (", ".join(words[:-1]), words[-1]) if part) if words else ""


def _year(base: Base, dice: random.Random) -> Iterator[str]:
    wrong = str((base.item.year or 1990) + dice.choice([-11, -7, -3, -1, 1, 2, 5, 10]))
    if year := next((one for one in base.mentions if one.what == "year" and one.key[0] == str(base.item.year)), None):
        yield _put(base.text, year, wrong)
    else:
        yield _with(
            base.text, dice.choice((" and is from {}", " and came out in {}", ", a {noun} of {}")), wrong, noun="work"
        )


def _title(base: Base, dice: random.Random) -> Iterator[str]:
    """The item itself, or what it is said to be like, is another."""
    titles = [one for one in base.mentions if one.what == "title"]
    if titles and base.others:
        yield _put(base.text, dice.choice(titles), dice.choice(base.others))


def _people(base: Base, dice: random.Random) -> Iterator[str]:
    yield _with(base.text, dice.choice(PEOPLE))


def _idle(base: Base, dice: random.Random) -> Iterator[str]:
    """Something of their history that does not move the item."""
    if base.idle:
        yield _cause(base, base.idle, dice)


def _never(base: Base, dice: random.Random) -> Iterator[str]:
    """Something that is not in their history."""
    if base.others:
        yield _cause(base, dice.choice(base.others), dice)


def _anothers(base: Base, dice: random.Random) -> Iterator[str]:
    if base.theirs:
        yield _cause(base, dice.choice(base.theirs), dice)


def _liking(base: Base, dice: random.Random) -> Iterator[str]:
    """Something they rated low is said to be liked."""
    if base.low:
        yield _with(base.text, dice.choice(LIKING), base.low)


def _facet(base: Base, dice: random.Random) -> Iterator[str]:
    if not base.values:
        return
    value = dice.choice(base.values)
    facets = [one for one in base.mentions if one.what == "facet"]
    if facets and dice.random() < 0.6:
        yield _put(base.text, dice.choice(facets), value)
    else:
        yield _with(
            base.text,
            dice.choice((" and is {}", ", and it is {} too", " and has a touch of {}")),
            dice.choice([value, *base.words.get(value, ())]),
        )


def _number(base: Base, dice: random.Random) -> Iterator[str]:
    yield _with(base.text, dice.choice(NUMBERS))


def _person(base: Base, dice: random.Random) -> Iterator[str]:
    """What is known of them, or is guessed: true or not, it must not be said."""
    known = [value for value in base.spoken.truth.person.values() if len(value) > 3 and value not in NO_OCCUPATION]
    own = [f", just right for a {value}" if value.isalpha() else f", as you are {value}" for value in known]
    yield _with(base.text, dice.choice([*PERSONS, *own, *own]))


def _praise(base: Base, dice: random.Random) -> Iterator[str]:
    yield _with(base.text, dice.choice(PRAISE))


def _claim(base: Base, dice: random.Random) -> Iterator[str]:
    """What the words alone make up: a past with the item, or a relation of it to a title that stands there already."""
    titles = [base.text[base.cited.start : base.cited.end]] if base.cited else list(base.others)
    way = dice.choice(RELATED if titles and dice.random() < 0.5 else KNOWN)
    yield _with(base.text, "; " + way, item=base.item.title, title=dice.choice(titles) if titles else "")


MAKERS: Mapping[str, Maker] = {
    "year": _year,
    "title": _title,
    "people": _people,
    "idle cause": _idle,
    "no such cause": _never,
    "another's": _anothers,
    "liking": _liking,
    "facet": _facet,
    "number": _number,
    "person": _person,
    CLAIMED: _claim,
    PRAISED: _praise,
}


def _cause(base: Base, title: str, dice: random.Random) -> str:
    said = re.search(rf"\bwhich you {re.escape(base.did)}\b", base.text)
    if base.cited and said:
        return _put(base.text, base.cited, title)
    return _with(base.text, dice.choice(DOING).replace("{did}", base.did), title)


def _put(sentence: str, mention: Mention, words: str) -> str:
    return f"{sentence[: mention.start]}{words}{sentence[mention.end :]}"


def _with(sentence: str, clause: str, words: str = "", **more: str) -> str:
    """The sentence going on with the clause."""
    return f"{sentence.rstrip('.')}{clause.format(words, **more)}."
