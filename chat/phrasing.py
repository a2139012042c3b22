"""How what is asked for and what an item has are put: `a Comedy film by Steven Spielberg and under 90 minutes long`.

A field of a domain may say how it is put behind the noun and behind the item. Those that do not go by what they are
called, and else by words that are right for anything.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from chat.grammar import any_of, article, bare, chained, counted, listed, neither, plural
from chat.understanding.values.amounts import plainly
from retrieval.domain import Domain
from retrieval.filtering.conditions import All, AnyOf, Condition, Equals, NoneOf, Range
from retrieval.filtering.spans import Span
from retrieval.filtering.where import Where
from retrieval.items import Item

YEAR = "year"
DECADE = 9  # years after its first that a decade ends
WHAT = ("genre", "category", "kind", "type", "topic", "subject")
# by what fields are called: how their values are put behind the noun and behind the item
OF_VALUES = (
    ("director author writer artist composer creator maker brand manufacturer publisher", "by {}", "is by {}"),
    ("star actor actress cast", "with {}", "has {}"),
    ("colour color", "in {}", "comes in {}"),
    ("language", "in {}", "is in {}"),
    ("certificate certification", "certified {}", "is certified {}"),
    ("season audience occasion", "for {}", "is for {}"),
    ("country origin", "from {}", "is from {}"),
    ("material", "made of {}", "is made of {}"),
    ("size", "in size {}", "comes in size {}"),
)
# the same of numbers with a unit
OF_NUMBERS = (
    ("runtime duration length", "{} long", "is {} long"),
    ("price cost", "for {}", "costs {}"),
    ("weight", "weighing {}", "weighs {}"),
)


@dataclass(frozen=True)
class Put:
    """One limit as it is put. `text`: by which it is told from others, as `Where` has it; `after`: behind the noun, or
    before it if it `says_what` the thing is; `has`: of an item that meets it; `chip`: by itself. `denied`: it is what a
    thing is not to be. `form` and `value`: what `after` is made of, so that several of an attribute are put as one."""

    text: str
    after: str
    has: str
    chip: str
    says_what: bool = False
    denied: bool = False
    form: str = ""
    value: str = ""


def puts(where: Where, domain: Domain) -> tuple[Put, ...]:
    """Every limit as it is put, in the order of `Where.words`."""
    return tuple(put(condition, text, where, domain) for condition, text in where.each())


def chipped(texts: Iterable[str], where: Where, domain: Domain) -> tuple[str, ...]:
    """What was understood, each as it is put by itself: `by Steven Spielberg`, `in stock`."""
    chips = {one.text: one.chip for one in puts(where, domain)}
    return tuple(chips.get(text, text) for text in texts)


def put(condition: Condition, text: str, where: Where, domain: Domain) -> Put:
    """One of them; `text` as `Where.each` has it."""
    match condition:
        case Equals(facet, value):
            return of_values(facet, [value], domain, text)
        case AnyOf(facet, values):
            return of_values(facet, sorted(values), domain, text, any_of)
        case NoneOf(facet, values):
            one = of_values(facet, sorted(values), domain, text, any_of)
            return replace(one, denied=True, chip=text if one.says_what else f"not {one.after}")
        case Range(name) | All((Range(name), *_)):
            return of_number(name, where.ranges[name], domain, text)
    return Put(text, text, f"is {text}", text)


def says_what(facet: str, domain: Domain) -> bool:
    """Whether the attribute says what a thing is, as the first that a domain has words for does, or, where it has words
    for none, what is called so: a film is a comedy, and is not its actors. One of which the domain says how it is put
    behind the noun does not."""
    field = domain.fields.get(facet)
    first = facet == next(iter(domain.facets)) if domain.facets else plainly(facet).removesuffix("s") in WHAT
    return first and not (field and field.said)


def of_values(
    facet: str, values: Sequence[str], domain: Domain, text: str = "", join: Callable[[Sequence[str]], str] = listed
) -> Put:
    """That an item has these values of an attribute."""
    some = join(values)
    if says_what(facet, domain):
        return Put(text, some, f"is {of_kind(values, domain, join)}", text, says_what=True)
    form, has = forms(facet, domain)
    said = form.replace("{}", some)
    return Put(text, said, has.replace("{}", some), said, form=form, value=some)


def of_kind(
    values: Sequence[str], domain: Domain, join: Callable[[Sequence[str]], str] = listed, indefinite: bool = True
) -> str:
    """A thing of these kinds: `a Comedy and Drama film`, `a product from Shoes`."""
    some = join(values)
    noun = f"{domain.noun} from {some}" if any(map(plural, values)) else f"{some} {domain.noun}".strip()
    return f"{article(noun)} {noun}" if indefinite else noun


def of_number(name: str, span: Span, domain: Domain, text: str = "") -> Put:
    """That a number of an item lies in the span, or is it."""
    if span.kind == "flag":
        said = _flag(name, bool(span.low), domain)
        return Put(text, said or plainly(name), f"is {said or plainly(name)}", said or text, denied=not said)
    if name == YEAR and span.denies:
        out = _years(_denied(span))
        return Put(text, out, f"is {out}", f"not {out}", denied=True)
    if span.empty:
        return Put(text, _years(span), f"keeps to {'those years' if name == YEAR else f'that {plainly(name)}'}", text)
    if name == YEAR:
        return Put(text, _years(span), f"is {_years(span)}", _years(span))
    limit = counted(span.limit())
    if span.kind == "date" and plainly(name).endswith("ed"):  # `released since 2021-03-01`
        return Put(text, f"{plainly(name)} {limit}", f"was {plainly(name)} {limit}", text)
    said, has = (form.replace("{}", limit) for form in forms(name, domain))
    return Put(text, said, has, text)


def of_item(item: Item, name: str, span: Span, domain: Domain) -> Put:
    """What an item has of a number, `span` being what was asked of it. Raises KeyError where it has none."""
    number = item.all_numbers[name]
    return of_number(name, replace(span, low=number, high=number, holes=()), domain)


def limit_of(name: str, span: Span) -> str:
    """What a number has to be, without its name: `under 90 minutes`, `from 1980 or later`."""
    return _years(span) if name == YEAR else counted(span.limit())


def forms(name: str, domain: Domain) -> tuple[str, str]:
    """How an attribute is put behind the noun and behind the item, with a place for its value."""
    field, called = domain.fields.get(name), plainly(name)
    number = field is not None and field.type in ("number", "date")
    unit = field.unit if field else ""
    names = {called, called.removesuffix("s")}
    usual = ((said, has) for some, said, has in (OF_NUMBERS if number else OF_VALUES) if names & set(some.split()))
    said, has = next(usual, ("", ""))
    if number and not (said and unit):
        itself = unit.casefold() == called  # `at least 300 pages`
        said = "with {}" if itself else f"with {article(called)} {called} of {{}}"
        has = f"has {said.removeprefix('with ')}"
    elif not said:
        said, has = f"of {called} {{}}", f"is of {called} {{}}"
    own = field.said if field else ""
    return own or said, (field.has if field else "") or (f"is {own}" if own else has)


def thing(
    limits: Iterable[Put],
    domain: Domain,
    like: Sequence[str] = (),
    unlike: Sequence[str] = (),
    softly: Collection[str] = (),
    indefinite: bool = True,
) -> str:
    """What is asked for, as one thing: `a Comedy film by Steven Spielberg and like Jaws, but not for Winter, ideally
    from the 1980s`. `like` and `unlike`: titles; `softly`: the texts of the limits that need not hold; `indefinite`:
    with an article."""
    each = list(limits)
    firm, soft = [one for one in each if one.text not in softly], [one for one in each if one.text in softly]
    what = [one.after for one in firm if one.says_what and not one.denied]
    after = _merged([one for one in firm if not (one.says_what or one.denied)])
    after += [f"like {listed(like)}"] if like else []
    kinds = [one.after for one in firm if one.denied and one.says_what]
    never = ([neither(kinds)] if kinds else []) + [
        f"not {one.after}" for one in firm if one.denied and not one.says_what
    ]
    never += [f"not like {any_of(unlike)}"] if unlike else []
    said = of_kind(what, domain, indefinite=indefinite)
    said += f" {chained(after)}" if after else ""
    if never:
        said += f", but {listed(never)}" if what or after else f" that is {listed(never)}"
    if soft:
        said += f", ideally {chained([f'not {one.after}' if one.denied else one.after for one in soft])}"
    return said


def _merged(limits: Sequence[Put]) -> list[str]:
    """What stands behind the noun, several values of one attribute as one: `with Al Pacino and Robert De Niro`."""
    values: dict[str, list[str]] = {}
    for one in limits:
        values.setdefault(one.form or one.after, []).append(one.value)
    return [form.replace("{}", listed(some)) for form, some in values.items()]


def described(item: Item, domain: Domain) -> str:
    """What an item is by its attributes: `an Action film from 1995, by Michael Mann, with Al Pacino and Val Kilmer`."""
    year = [of_number(YEAR, Span(item.year, item.year), domain)] if item.year else []
    return thing([*year, *(of_values(name, values, domain) for name, values in item.facets.items() if values)], domain)


def not_there(limits: Iterable[Put], new: str, domain: Domain) -> str:
    """That there is no such thing: `I know of no film by Steven Spielberg, but not Horror, that is new to you`."""
    said = thing(limits, domain, indefinite=False)
    return f"I know of no {said}{',' if ', ' in said else ''} that is {new}"


def need_not(given_up: Iterable[Put]) -> str:
    """On what condition there would be more: `if it need not be by Steven Spielberg`, `if it may be a Horror film`."""
    some = tuple(given_up)
    firm, denied = ([bare(one.has) for one in some if one.denied == side] for side in (False, True))
    ways = [f"{how} {any_of(verbs)}" for how, verbs in (("need not", firm), ("may", denied)) if verbs]
    return f"if it {listed(ways)}"


def at_odds(where: Where, odds: Sequence[str], domain: Domain) -> list[str]:
    """Limits that contradict each other, as `Where.contradiction` has them, each as what a thing would be."""
    for name, span in where.ranges.items():
        if span.empty and span.sides(name) == tuple(odds):
            sides = replace(span, high=None), replace(span, low=None)
            return [of_number(name, side, domain).after for side in sides]
    each = {one.text: one for one in puts(where, domain)}
    return [f"not {each[text].after}" if each[text].denied else each[text].after for text in odds]


def _flag(name: str, yes: bool, domain: Domain) -> str:
    """What is said of a flag, empty where nothing but `not` says it."""
    own = domain.flags.get(name, {}).get("yes" if yes else "no", ())
    return own[0] if own else plainly(name) if yes else ""


def _denied(span: Span) -> Span:
    """The years that a span only keeps out."""
    first, *others = (Span(low + 1, high - 1) for low, high in span.holes)
    for one in others:
        first = first.either(one)
    return first


def _years(span: Span) -> str:
    if span.holes:
        first, *others = (_years(piece) for piece in span.pieces())
        return " or ".join((first, *(one.removeprefix("from ") for one in others)))
    low, high = span.low, span.high
    if low is not None and high is not None and not span.empty:
        if low == high:
            return f"from {low:g}"
        return f"from the {low:g}s" if low % 10 == 0 and high - low == DECADE else f"from {low:g} to {high:g}"
    bounds = [f"from {low:g} or later"] if low is not None else []
    bounds += [f"from {high:g} or earlier"] if high is not None else []
    return " and ".join(bounds)
