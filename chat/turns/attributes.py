"""What a question asks of items, answered by what the catalogue has of them, and by nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from chat.grammar import listed, of_several
from chat.messages import Intent
from chat.phrasing import Put, puts
from chat.policy.nearest import misses
from chat.turns.comparing import UNKNOWN, value
from chat.turns.plots import ASKED as PLOT
from chat.turns.plots import plot
from chat.understanding.values.amounts import plainly
from chat.understanding.values.degrees import kind_of
from retrieval.catalogue import Catalogue
from retrieval.domain import Domain
from retrieval.items import Item

AGE = "age"
# by what a number counts: the words for the most of it, for the least of it, for the number itself
ASKED: Mapping[str, tuple[str, str, str]] = {
    "time": (
        "longer|longest",
        "shorter|shortest|briefer|briefest",
        "how long|lengths?|running times?|how many minutes",
    ),
    "money": (
        "(?:more|most) expensive|dearer|dearest|pricier|priciest",
        "cheaper|cheapest|(?:less|least) expensive",
        "how much(?! do| of)|prices?|costs?|how expensive",
    ),
    "weight": ("heavier|heaviest", "lighter|lightest", "how heavy|weighs?|how much does (?:it|·) weigh"),
    "rating": (
        "(?:better|best|higher|highest)[ -]rated|(?:better|best)(?: (?:reviews?|ratings?))?",
        "(?:worse|worst|lower|lowest)[ -]rated",
        "ratings?|rated|how many stars|any good|worth (?:it|buying|watching|seeing|reading)",
    ),
    AGE: (
        "newer|newest|latest|(?:more|most) recent",
        "older|oldest",
        "when|how (?:old|new|recent)|(?:what|which) year",
    ),
}
# how attributes are asked for besides by their names
CALLED: Mapping[str, Sequence[str]] = {
    "director": ("who(?:['’]s| is| was)? direct(?:ed|s|ing)?", "who made", "film-?makers?"),
    "star": (
        "who(?:['’]?s| is| was| are| were)? in",
        "who (?:stars?|plays?|played|acts?|acted)",
        "cast|actors?|actress(?:es)?",
    ),
    "author": ("who wrote", "who(?:['’]s| is| was) it (?:written )?by", "writers?"),
    "brand": ("who (?:makes|made)", "makers?", "manufacturers?", "make is"),
    "colour": ("colors?",),
    "certificate": ("age rating", "rated"),
    "category": ("what kind", "what sort", "what type"),
}
NAMED = ("category", "categories", "number")  # types of what is asked for by its own name: `what is its weight?`
SO = {
    "time": "long|short|brief",
    "money": "expensive|cheap|pricey|dear|much",
    "weight": "heavy|light",
    "rating": "badly rated|well rated|highly rated",
    AGE: "old|new|recent",
}
WHY_SO = re.compile(rf"\bwhy [^.!?]*\b(?P<how>{'|'.join(SO.values())})\b")
ABSENT = {"time": "lengths", "money": "prices", "weight": "weights", "rating": "ratings", AGE: "years"}
OF_TWO_AND_MORE = (("more", "most"), ("less", "least"), ("better", "best"), ("worse", "worst"), ("newer", "latest"))


def answers(text: str, intent: Intent, items: Sequence[Item], catalogue: Catalogue, domain: Domain) -> Iterator[str]:
    """The answers in sentences; none where the question asks for nothing in particular."""
    said, counted = text.casefold().replace("’", "'"), set[str]()
    for kind, (most, least, alone) in ASKED.items():
        itself = f"{alone}|why [^.!?]*(?:{SO[kind]})"
        superlative = next((one for words in (most, least) if (one := re.search(rf"\b(?:{words})\b", said))), None)
        if not superlative and not re.search(rf"\b(?:{itself})\b", said):
            continue
        if not (name := field_of(kind, catalogue, domain)):
            yield from () if intent.unknown else (f"I do not know {ABSENT[kind]} here.",)
            continue
        counted.add(name)
        if superlative and len(items) > 1:
            word = f"{superlative[0]} rated" if superlative[0] in ("better", "best") else superlative[0]
            more = bool(re.search(rf"\b(?:{most})\b", said))
            yield from extreme(word, name, more, items, domain)
        else:
            yield from (of_one(item, name, domain) for item in items)
    for name, field in domain.fields.items():
        called = "|".join((rf"{re.escape(plainly(name))}s?", *CALLED.get(name, ())))
        if name not in counted and field.type in NAMED and re.search(rf"\b(?:{called})\b", said):
            yield from (of_one(item, name, domain) for item in items)
    if (why := WHY_SO.search(said)) and counted:
        yield f"Why it is so {why['how']} is not said here."
    if PLOT.search(without_titles(text, items)):
        yield from (plot(item) for item in items)
    if intent.where and not intent.degrees:
        yield from whether(intent, items, domain)


def without_titles(text: str, items: Sequence[Item]) -> str:
    """The text without the titles of the items, whose words ask for nothing: Toy Story is no story."""
    for title in sorted((item.title for item in items if item.title), key=len, reverse=True):
        text = re.sub(re.escape(title), " ", text, flags=re.IGNORECASE)
    return text


def field_of(kind: str, catalogue: Catalogue, domain: Domain) -> str | None:
    """The field of the catalogue that counts this, None if there is none."""
    if kind != AGE:
        return next((name for name, field in domain.fields.items() if kind_of(field) == kind), None)
    dates = (name for name, field in domain.fields.items() if field.type == "date")
    return "year" if "year" in catalogue.columns.numbers else next(dates, None)


def of_one(item: Item, name: str, domain: Domain) -> str:
    """What one item has of a field: `Heat has a runtime of 170 minutes.`"""
    has = told(item, name, domain)
    if has == UNKNOWN:
        return f"I do not know the {plainly(name)} of {item.title}."
    if name == "year" or domain.fields[name].type == "date":
        return f"{item.title} is from {has}."
    if domain.fields[name].type == "number":
        return f"{item.title} has a {plainly(name)} of {has}."
    if len(item.facet(name)) < 2:
        return f"The {plainly(name)} of {item.title} is {has}."
    values = listed(item.facet(name))
    of_what_kind = name == next(iter(domain.facets), "")  # a film is a comedy, and is not its actors
    return f"{item.title} is {values}." if of_what_kind else f"The {plainly(name)}s of {item.title} are {values}."


def extreme(said: str, name: str, more: bool, items: Sequence[Item], domain: Domain) -> Iterator[str]:
    """Which of several has the most or the least of a number, in the words of the question, and of which it is not
    known."""
    known = [(item, item.all_numbers[name]) for item in items if name in item.all_numbers]
    if missing := [item.title for item in items if name not in item.all_numbers]:
        yield f"I do not know the {plainly(name)} of {listed(missing)}."
    if len(known) < 2:
        yield from (of_one(item, name, domain) for item, _ in known)
        return
    order = sorted(known, key=lambda one: -one[1] if more else one[1])
    first = [item for item, number in order if number == order[0][1]]
    has = told(first[0], name, domain)
    second = order[1][0]
    then = told(second, name, domain)
    if len(first) == len(known):
        yield f"{listed([item.title for item in first])} are alike in this: {has}."
    elif len(first) > 1:
        yield f"{listed([item.title for item in first])} are the {_degree(said, False)}, with {has} each."
    elif len(known) == 2:
        yield f"{first[0].title} is {_degree(said, True)}: {has} against {then} of {second.title}."
    else:
        yield f"{first[0].title} is the {_degree(said, False)}: {has}. Next comes {second.title}: {then}."


def whether(intent: Intent, items: Sequence[Item], domain: Domain) -> Iterator[str]:
    """Whether an item is what the question asks, or which of several are."""
    limits = puts(intent.where, domain)
    fitting = [item.title for item in items if not intent.where.removes(item)]
    if len(items) > 1:
        several = len(fitting) > 1
        each = [as_clause(one, several) for one in limits]
        yield f"Of these, {listed(fitting)} {listed(each)}." if fitting else f"None of these {listed(each)}."
    elif fitting:
        yield f"Yes, {fitting[0]} {listed([as_clause(one) for one in limits])}."
    else:
        yield f"No: {items[0].title} {', and '.join(misses(items[0], intent.where, domain))}."


def as_clause(limit: Put, several: bool = False) -> str:
    """A limit as it is said of an item that meets it, or of several: `is a Comedy film`, `are Comedy films`."""
    if limit.says_what:
        verb = ("are" if several else "is") + (" not" if limit.denied else "")
        return f"{verb} {limit.after}"
    clause = of_several(limit.has) if several else limit.has
    if not limit.denied:
        return clause
    return f"{'are' if several else 'is'} not {limit.after}"


def told(item: Item, name: str, domain: Domain) -> str:
    """What an item has of a field, as it is told."""
    return str(item.year or UNKNOWN) if name == "year" else value(item, name, domain)


def _degree(said: str, of_two: bool) -> str:
    """The word of a question as it is said of two things, `cheaper`, or of more, `cheapest`."""
    first, rest = re.match(r"(\w+)(.*)", said).groups()  # type: ignore[union-attr]
    for two, more in OF_TWO_AND_MORE:
        if first in (two, more):
            return (two if of_two else more) + rest
    stem = re.sub(r"e(?:r|st)$", "", first)
    return f"{stem}{'er' if of_two else 'est'}{rest}"
