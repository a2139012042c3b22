"""The true things that can be said about why an item is in the list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from chat.grammar import behind_the_verb, listed
from chat.messages import Evidence
from chat.phrasing import of_item, of_kind, of_values, says_what
from chat.reasons.counterfactual import OF_THE_LIST, Replay
from chat.reasons.quoting import quote
from recommender.ranker import Behaviour
from retrieval.catalogue import Catalogue
from retrieval.domain import Domain
from retrieval.index.nearest import Index
from retrieval.items import Item
from retrieval.ranking import Query, Ranker, Ranking
from retrieval.sources import standardised
from retrieval.space.embedding import Vectors
from retrieval.space.item_vectors import Space

LIFTED = 1.0  # by so much the list must have raised an item, a factor of e in its chance, to be there for a change
CLOSE = 2.0  # standard deviations above the catalogue's mean from which a description is called close to another


@dataclass(frozen=True)
class Evidences:
    """Where the true things are to be had, over the things of one catalogue. `sample`: vectors of items all over it,
    (items, width), which say what is a usual cosine."""

    catalogue: Catalogue
    domain: Domain
    behaviour: Behaviour
    finishing: tuple[Ranker, ...]
    index: Index
    space: Space
    sample: Vectors

    def of(self, query: Query, ranking: Ranking, ids: Sequence[str]) -> dict[str, tuple[Evidence, ...]]:
        """Evidence for these items of a whole ranking, as it was finished: the request first, then what of the past and
        of the moment the place is owed to, the attributes, the stage."""
        owed = Replay(query, ranking, self.behaviour, self.catalogue, self.finishing).owed(ids, self._marks)
        found = {}
        for id in ids:
            item, parts = self.catalogue[id], ranking.parts_of(id)
            asked = heeding(query, item)
            found[id] = (
                *_shared_with(item, asked, self.catalogue, self.domain),
                *self._likeness(item, query),
                *_wish(item, asked, self.domain),
                *self._passage(item, query),
                *(_past([self.catalogue[past] for past in some], query.reasons[some[0]]) for some in owed[id].past),
                *(_context(mark, str(query.now.mark(mark))) for mark in owed[id].marks),
                *_attributes(item, asked, self.domain),
                *_place(parts),
                *_stage(parts, ranking.found.get(id, ())),
            )
        return found

    @cached_property
    def _marks(self) -> tuple[str, ...]:
        """What of the moment of asking the model goes by."""
        return tuple(mark for mark in self.domain.inputs.asking if mark != "action")

    def _likeness(self, item: Item, query: Query) -> Iterator[Evidence]:
        """That the description is close to those of items named, each for itself, where no attribute says more."""
        named = [self.catalogue[id] for id in query.like if not _shared(item, self.catalogue[id], query)]
        if not named or len(named) < len(query.like):
            return
        mine, theirs = self.index.vectors([item.id])[0], self.index.vectors([one.id for one in named])
        near = [standardised(mine @ vector, over=self.sample @ vector) >= CLOSE for vector in theirs]
        if titles := tuple(dict.fromkeys(one.title for one, close in zip(named, near, strict=True) if close)):
            what = listed(titles)
            yield Evidence("likeness", f"It is close to {what}, which you named.", titles, what)

    def _passage(self, item: Item, query: Query) -> Iterator[Evidence]:
        if not query.text:
            return
        if said := quote(item, self.space.queries([query.text])[0], self.sample, self.space):
            where = "review" if said.review else "description"
            yield Evidence("passage", f"It has a {where} that says “{said.text}”.", (said.text,), said.text)


def heeding(query: Query, item: Item) -> Query:
    """The query as this item answers it: with what had better hold and does."""
    where = query.where
    for said in query.wished.words():
        one = query.wished.only(said)
        where = where if one.removes(item) else where.followed_by(one)
    return replace(query, where=where)


def facts(item: Item, query: Query, catalogue: Catalogue, domain: Domain) -> tuple[Evidence, ...]:
    """What the catalogue says of an item by itself, and last what the person had to do with it."""
    twins = catalogue.twins([item.id])
    if "like" in (query.reasons.get(id) for id in twins):
        known = "You like it."
    elif query.exclude.get(item.id) == "turned down":
        known = "You turned it down."
    elif query.gift:
        known = f"Whether you {domain.did} it is left out, as this is for someone else."
    else:
        known = f"You have {domain.did} it." if twins & set(query.history) else f"You have not {domain.did} it."
    return (*_attributes(item, Query(), domain), Evidence("history", known))


def _shared_with(item: Item, query: Query, catalogue: Catalogue, domain: Domain) -> Iterator[Evidence]:
    """What it has of each that was named: what it is, and then every other attribute for itself."""
    said = set[str]()
    for named in (catalogue[id] for id in query.like):
        shared = _shared(item, named, query)
        for facet in sorted(shared, key=lambda facet: not says_what(facet, domain)):
            values = shared[facet]
            what = f"{listed(values)} with {named.title}"
            if what in said:  # of two of one title one is enough
                continue
            said.add(what)
            if says_what(facet, domain):
                yield Evidence("shared", f"It shares {what}, which you named.", (*values, named.title), what)
            else:
                has = of_values(facet, values, domain).has
                yield Evidence("shared", f"It {has}, like {named.title}, which you named.", (*values, named.title))


def _wish(item: Item, query: Query, domain: Domain) -> Iterator[Evidence]:
    """Each value that was asked for; what says of itself how it is put, in its own words."""
    for facet, all_values in item.facets.items():
        either = query.where.either.get(facet, frozenset())
        values = [value for value in all_values if value in query.where.asked(facet)]
        if values and not says_what(facet, domain):
            has = of_values(facet, values, domain).has
            yield Evidence("wish", f"It {has}, as you asked.", tuple(values), listed(values))
            continue
        for value in values:
            said = " or ".join(sorted(either)) if value in either else value
            yield Evidence("wish", f"You asked for {said}.", (value,), value)
    if item.year and "year" in query.where.ranges:
        year = str(item.year)
        yield Evidence("years", f"It is from {year}, within the years you asked for.", (year,), year)
    for name, span in query.where.ranges.items():
        if name != "year" and name in item.numbers:
            has = of_item(item, name, span, domain).has
            what = behind_the_verb(has)
            yield Evidence("wish", f"It {has}, as you asked.", (what,), what)


def _shared(item: Item, named: Item, query: Query) -> dict[str, tuple[str, ...]]:
    """By name, attributes that both have, but for those asked for, which are said of every item."""
    both = {name: set(values) & set(named.facet(name)) for name, values in item.facets.items()}
    shared = {
        name: tuple(v for v in values if v in both[name] - query.where.asked(name))
        for name, values in item.facets.items()
    }
    return {name: values for name, values in shared.items() if values}


def _past(some: Sequence[Item], did: str) -> Evidence:
    """`some`: what only together moves it, if it is more than one."""
    titles = tuple(dict.fromkeys(item.title for item in some))
    text = f"Without {listed(titles)}, which you {did}, it would stand lower."
    return Evidence("liked" if did == "like" else "history", text, titles, listed(titles))


def _context(mark: str, value: str) -> Evidence:
    # hours and days are those of UTC, so neither is named as if it were the person's own
    said = {"hour": ("at this hour", ()), "weekday": ("on this day of the week", ())}
    what, names = said.get(mark, (f"with {mark} {value}", (value,)))
    return Evidence("context", f"It stands higher {what}.", names, what)


def _attributes(item: Item, query: Query, domain: Domain) -> Iterator[Evidence]:
    for facet, all_values in item.facets.items():
        asked_for = query.where.asked(facet)
        if values := [value for value in all_values if value not in asked_for]:
            if says_what(facet, domain):
                what = of_kind(values, domain)
                yield Evidence("attribute", f"It is {what}.", tuple(values), what)
            else:
                yield Evidence("attribute", f"It {of_values(facet, values, domain).has}.", tuple(values))
    if item.year and "year" not in query.where.ranges:
        yield Evidence("year", f"It is from {item.year}.", (str(item.year),), str(item.year))


def _place(parts: Mapping[str, float]) -> Iterator[Evidence]:
    own = {name: part for name, part in parts.items() if name not in OF_THE_LIST}
    if own and max(own, key=lambda name: own[name]) == "popularity" and own["popularity"] > 0:  # more than most
        yield Evidence("popular", "Many people chose it.")
    if parts.get("pinned", 0.0) > 0:
        yield Evidence("pinned", "It is one that we feature.")
    elif parts.get("exploration", 0.0) > 0 or parts.get("diversity", 0.0) > LIFTED:
        yield Evidence("change", "It is here for a change.")


def _stage(parts: Mapping[str, float], found_by: Sequence[str]) -> Iterator[Evidence]:
    """For support: what found it, and what carries it."""
    if not parts:
        return
    most = max(parts, key=lambda name: parts[name])
    carried = f"its part {most} is the largest ({parts[most]:.1f} of {sum(parts.values()):.1f})"
    text = f"It was found by {listed(found_by)}; {carried}." if found_by else f"I{carried[1:]}."
    yield Evidence("stage", text, (), most)
