"""What was expected of a turn of a written dialogue and did not come: of the list and the state, never of the words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from sqlalchemy import distinct, func, select

from chat.assistant import Assistant
from chat.messages import Move
from chat.understanding import Understand
from eval.scripts import Bounds, Turn, Wanted
from recommender.events import EVENTS
from retrieval.catalogue import Catalogue
from retrieval.domain import Domain
from retrieval.errors import Problem
from retrieval.filtering.spans import EPOCH
from retrieval.items import Item

PEOPLE = "people"  # of whom it is counted how many chose an item
# a list may have a question with it
SAME: Mapping[str, frozenset[str]] = {one: frozenset((one, "ask")) for one in ("suggest", "restart")}


@dataclass(frozen=True)
class Came:
    """What came of a turn. `cards`: items shown, `listed`: whether as a list of suggestions; `holds`: what is
    understood to hold, as it is said back; `likes`, `dislikes` and `seen`: ids."""

    cards: tuple[Item, ...] = ()
    listed: bool = False
    said: tuple[str, ...] = ()
    move: str = ""
    holds: tuple[str, ...] = ()
    likes: tuple[str, ...] = ()
    dislikes: tuple[str, ...] = ()
    seen: tuple[str, ...] = ()
    gift: bool = False

    @property
    def unknown(self) -> bool:
        """Whether they were told that something is not known here."""
        return any(one.startswith("I do not know ") and " here" in one for one in self.said)


@dataclass(frozen=True)
class Known:
    """What expectations speak of: the items, the attributes of the domain, how many chose each item."""

    catalogue: Catalogue
    domain: Domain
    chosen: Mapping[str, int]
    understand: Understand

    @classmethod
    def of(cls, penchant: Assistant) -> Known:
        counted = select(EVENTS.c.item, func.count(distinct(EVENTS.c.user))).group_by(EVENTS.c.item)
        with penchant.engine.connect() as connection:
            chosen = {row[0]: int(row[1]) for row in connection.execute(counted)}
        return cls(penchant.catalogue, penchant.domain, chosen, penchant.things.understand)

    def ids(self, title: str) -> frozenset[str]:
        """The entries of the one work that is called so. Raises Problem for a title of none or of several."""
        wanted = title.casefold()
        items = self.catalogue.values()
        found = [one for one in items if wanted in (one.title.casefold(), one.name.casefold())]
        works = {frozenset(self.catalogue.twins([one.id])) for one in found}
        if len(works) != 1:
            many = ", ".join(one.name for one in found) or "nothing"
            raise Problem(
                f"a dialogue names {title!r}, and that is {many}; write a title of this catalogue and its year"
            )
        return works.pop()

    def holds(self, limit: str, holds: Sequence[str]) -> bool:
        """Whether the limit is among what holds, as it is said back or in other words: `before 1980`, `until 1979`."""
        there = {one.casefold() for one in holds}
        meant = {one.casefold() for one in self.understand(limit, None, ()).where.words()}
        return limit.casefold() in there or (bool(meant) and meant <= there)

    def field(self, name: str) -> str:
        """The attribute by its name, by that of its column, or in the plural. Raises Problem if there is none."""
        fields = self.domain.fields
        names = {column: one for one, field in fields.items() for column in (f"{one}s", field.column, one)}
        names |= {one: one for one in (*self.domain.facets, "year", PEOPLE)}
        if name not in names:
            raise Problem(f"a dialogue expects something of {name!r}, and the domain knows {', '.join(sorted(names))}")
        return names[name]

    def number(self, item: Item, name: str) -> float | None:
        return float(self.chosen.get(item.id, 0)) if name == PEOPLE else item.all_numbers.get(name)

    def has(self, item: Item, name: str, wanted: Wanted) -> bool:
        """Whether the item has what is wanted of an attribute; what is not known of it, it has not."""
        name = self.field(name)
        if isinstance(wanted, tuple):
            return any(self.has(item, name, one) for one in wanted)
        number = self.number(item, name)
        if isinstance(wanted, Bounds):
            least, most = _number(wanted.least), _number(wanted.most)
            return number is not None and (least is None or number >= least) and (most is None or number <= most)
        if isinstance(wanted, str):
            return wanted.casefold() in (value.casefold() for value in item.facet(name))
        return number is not None and number == float(wanted)

    def told(self, item: Item, names: Iterable[str]) -> str:
        """The item with what it has of the attributes."""
        each = [self.field(name) for name in names]
        has = (", ".join(item.facet(one)) or _plain(self.number(item, one)) for one in each)
        return f"{item.name} ({'; '.join(f'{name} {value}' for name, value in zip(each, has, strict=True))})"


Missed = Iterator[tuple[str, str]]  # what was expected, and what came


def amiss(turn: Turn, came: Came, last: Came, known: Known) -> Missed:
    """The expectations of a turn that were not met. `last`: what came with the list before."""
    yield from _of_the_answer(turn, came)
    yield from _of_the_items(turn, came, known)
    yield from _against_the_list_before(turn, came, last, known)
    yield from _of_the_state(turn, came, known)


def _of_the_answer(turn: Turn, came: Came) -> Missed:
    if turn.shown is not None and turn.shown != came.listed:
        yield ("a list" if turn.shown else "no list"), f"{_listed(came)}, move {came.move!r}"
    if turn.move and came.move not in _same(turn.move):
        yield f"the move {turn.move!r}", f"{came.move!r}: {_brief(came.said)}"
    if turn.unknown is not None and turn.unknown != came.unknown:
        yield f"{'to be told' if turn.unknown else 'not to be told'} that it is not known here", _brief(came.said)


def _same(move: Move) -> frozenset[str]:
    """The moves that count as this one: a list may have a question with it."""
    return SAME.get(move, frozenset((move,)))


def _of_the_items(turn: Turn, came: Came, known: Known) -> Missed:
    """Of no items nothing can be said of every one, so there that fails."""
    for name, wanted in turn.every.items():
        wrong = [one for one in came.cards if not known.has(one, name, wanted)]
        if wrong or not came.cards:
            yield f"every {name} {_told(wanted)}", _items(wrong, [name], known)
    for name, wanted in turn.none.items():
        if wrong := [one for one in came.cards if known.has(one, name, wanted)]:
            yield f"no {name} {_told(wanted)}", _items(wrong, [name], known)
    for name, wanted in turn.some.items():
        if not any(known.has(one, name, wanted) for one in came.cards):
            yield f"some {name} {_told(wanted)}", _items(came.cards, [name], known)
    here = {one.id for one in came.cards}
    for title in turn.includes:
        if not known.ids(title) & here:
            yield f"{title} in the list", _listed(came)
    for title in turn.excludes:
        if known.ids(title) & here:
            yield f"{title} not in the list", _listed(came)


def _against_the_list_before(turn: Turn, came: Came, last: Came, known: Known) -> Missed:
    for names, more in ((turn.lower, False), (turn.higher, True)):
        for name in names:
            then, now = (_middle(one.cards, known.field(name), known) for one in (last, came))
            if then is None or now is None or (now <= then if more else now >= then):
                told = f"{_plain(now)} after {_plain(then)}"
                yield f"a list with {'more' if more else 'less'} {name} than the one before", told
    again = {one.id for one in came.cards} & {one.id for one in last.cards}
    if turn.changed and (again or not came.listed):
        yield "nothing of the list before", ", ".join(known.catalogue[id].name for id in sorted(again)) or _listed(came)
    if turn.changed is False and {one.id for one in came.cards} != {one.id for one in last.cards}:
        yield "the list before", _listed(came)


def _middle(items: Sequence[Item], name: str, known: Known) -> float | None:
    numbers = [number for one in items if (number := known.number(one, name)) is not None]
    return median(numbers) if numbers else None


def _of_the_state(turn: Turn, came: Came, known: Known) -> Missed:
    for what, titles, ids in (
        ("liked", turn.likes, came.likes),
        ("disliked", turn.dislikes, came.dislikes),
        ("seen", turn.seen, came.seen),
    ):
        for title in titles:
            if not known.ids(title) & set(ids):
                yield f"{title} among the {what}", ", ".join(known.catalogue[id].name for id in ids) or "none"
    for limit in turn.limits:
        if not known.holds(limit, came.holds):
            yield f"“{limit}” to hold", ", ".join(came.holds) or "nothing holds"
    for limit in turn.no_limits:
        if known.holds(limit, came.holds):
            yield f"“{limit}” not to hold", ", ".join(came.holds)
    if turn.gift is not None and turn.gift != came.gift:
        yield ("for someone else" if turn.gift else "for themselves"), ("a gift" if came.gift else "for themselves")


def _told(wanted: Wanted) -> str:
    if isinstance(wanted, Bounds):
        sides = [
            f"{name} {side}" for name, side in (("least", wanted.least), ("most", wanted.most)) if side is not None
        ]
        return " ".join(sides)
    return " or ".join(map(str, wanted)) if isinstance(wanted, tuple) else str(wanted)


def _items(items: Sequence[Item], names: Sequence[str], known: Known) -> str:
    return ", ".join(known.told(one, names) for one in items) or "no list"


def _listed(came: Came) -> str:
    return ", ".join(one.name for one in came.cards) or f"no list: {_brief(came.said)}"


def _brief(said: Sequence[str]) -> str:
    return " ".join(said)[:300] or "nothing was said"


def _number(bound: float | date | None) -> float | None:
    """A day is counted as the items have it: since 1970."""
    return float((bound - EPOCH).days) if isinstance(bound, date) else bound


def _plain(number: float | None) -> str:
    return "not known" if number is None else f"{number:g}"
