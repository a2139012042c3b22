"""Is a sentence true? Held against the catalogue, what the person did and said, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from eval.explaining.claims import Claim, claims, negated
from eval.explaining.reading import Mention, Reader, own
from retrieval.catalogue import Catalogue
from retrieval.domain import Domain
from retrieval.items import Item

PEOPLE = re.compile(
    r"\b(?:direct(?:ed|or|ors|s|ing)|starr(?:ed|ing)|stars?|actors?|actress(?:es)?|cast|acted|written|writer|screenplay"
    r"|produced|producer|played by|performances?|composed|composer|author(?:ed)?|soundtrack by)\b",
    re.IGNORECASE,
)
SENSITIVE = re.compile(
    r"\b(?:wom[ae]n|m[ae]n|girls?|boys?|females?|males?|lad(?:y|ies)|gentlem[ae]n|guys?|teenagers?|teens?|seniors?"
    r"|years? old|year-old|your age|aged|pensioners?|gender|sex|religio\w*|ethnic\w*|gay|lesbian|zip ?code|postcode"
    r"|(?:people|person|somebody|someone|anybody|anyone|those) like you|retired|unemployed"
    r"|you(?:['’]re| are) (?:an? |\d)|neighbou?rhood|where you live"
    r"|your (?:job|work|profession|occupation|income|health|family|wife|husband))\b",
    re.IGNORECASE,
)
PRAISE = re.compile(
    r"\b(?:awards?|oscars?|award-winning|acclaimed|acclaim|critics?|masterpiece|classic|famous|blockbuster|box office"
    r"|bestsell\w*|sequels?|prequels?|remake|based on|true story|cult|legendary|the best|highest|record)\b",
    re.IGNORECASE,
)
MANY = re.compile(
    r"\b(?:many|most) (?:people|others|viewers|readers|customers|of)\b|\bby many\b|\bpopular\b|\beverybody\b", re.I
)
FEATURED = re.compile(r"\bwe feature\b|\bfeatured\b|\bour pick\b", re.I)
BOUND = re.compile(r"\b(?:since|until|before|after|between|from \d{4} to|and)\s*$", re.IGNORECASE)
NO_OCCUPATION = frozenset({"other", "none", "entertainment"})
LIKED = 4.0  # of a rating: what got as much may be said to be liked
QUOTE = 3  # words of a passage in quotes; fewer are a name or a word


@dataclass(frozen=True)
class Truth:
    """What is so, as the database and the messages have it.

    `item`: what the sentence is about, None for an opening. `seen`: ids of what the person did with the rating, None
    without one; `liked`, `turned_down`: ids by feedback. `asked`, `refused`: facet values of the wish; `named`: ids of
    the examples; `years`: of the wish, both inclusive. `said`: the messages. `gift`: it is for someone else, and `seen`
    is empty. `person`: attributes, of which nothing may be said.
    """

    item: Item | None = None
    seen: Mapping[str, float | None] = field(default_factory=dict)
    liked: frozenset[str] = frozenset()
    turned_down: frozenset[str] = frozenset()
    asked: frozenset[str] = frozenset()
    refused: frozenset[str] = frozenset()
    named: frozenset[str] = frozenset()
    years: tuple[int | None, int | None] | None = None
    said: tuple[str, ...] = ()
    gift: bool = False
    person: Mapping[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return self.item.id if self.item else ""


@dataclass(frozen=True)
class Verdict:
    """`wrong`: what the sentence says that is not so, in words, or None. `causes`: what of the person's past it gives
    as a reason, the ids of each claim together."""

    wrong: str | None
    causes: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Judge:
    """`chosen`: by id, how many people chose the item. Give it no evidence: it has to find the truth by itself."""

    catalogue: Catalogue
    domain: Domain
    chosen: Mapping[str, int] = field(default_factory=dict)
    occupations: frozenset[str] = frozenset()

    @cached_property
    def reader(self) -> Reader:
        return Reader(self.catalogue, self.domain)

    @cached_property
    def usual(self) -> int:
        """How many chose the item in the middle: `many` are as many at least."""
        counts = sorted(self.chosen.get(id, 0) for id in self.catalogue)
        return counts[len(counts) // 2] if counts else 0

    def verdict(self, sentence: str, truth: Truth, names: bool = False) -> Verdict:
        """`names`: the sentence must name its item, as one that stands by itself has to."""
        mentions = self.reader.mentions(sentence)
        said = claims(sentence, mentions, self.domain.did, truth.id)
        wrong = next(self._wrong(sentence, mentions, said, truth, names), None)
        return Verdict(wrong, self._causes(said, truth))

    def _wrong(
        self, sentence: str, mentions: Sequence[Mention], said: Sequence[Claim], truth: Truth, names: bool
    ) -> Iterator[str]:
        rest = _without(sentence, mentions)
        if not rest.strip(" .") and not mentions:
            yield "it says nothing"
        yield from self._sensitive(rest, truth)
        yield from self._subject(sentence, mentions, said, truth, names)
        for one in said:
            yield from self._claimed(sentence, one, truth)
        accounted = {mention for one in said for mention in one.of if one.relation in ("asked", "named", "shared")}
        for mention in mentions:
            yield from self._mentioned(sentence, mention, mentions, accounted, truth)
        yield from self._unnamed(rest, sentence, truth)

    def _sensitive(self, rest: str, truth: Truth) -> Iterator[str]:
        if match := SENSITIVE.search(rest):
            yield f"it speaks of the person: {match[0]}"
        words = set(re.findall(r"[\w-]+", rest.casefold()))
        for value in {*self.occupations, *(value.casefold() for value in truth.person.values() if len(value) > 1)}:
            if value not in NO_OCCUPATION and (value in words or (len(value) > 3 and f"{value}s" in words)):
                yield f"it speaks of the person: {value}"

    def _subject(
        self, sentence: str, mentions: Sequence[Mention], said: Sequence[Claim], truth: Truth, names: bool
    ) -> Iterator[str]:
        if truth.item is None:
            return
        twins = self._twins([truth.id])
        titles = [one for one in mentions if one.what == "title"]
        if names and not any(own(one, twins) for one in titles):
            yield f"it does not name {truth.item.title}"
        explained = {one for claim in said for one in claim.of}
        for one in titles[:1]:
            if one.start == 0 and not own(one, twins) and one not in explained:
                yield f"it speaks of {sentence[one.start : one.end]} in place of {truth.item.title}"

    def _claimed(self, sentence: str, claim: Claim, truth: Truth) -> Iterator[str]:
        words = sentence[claim.start : claim.end]
        if claim.relation == "shared":
            yield from self._shared(sentence, claim, truth)
            return
        if claim.relation in ("did", "likes", "cause"):
            past = {"did": set(truth.seen), "likes": self._liked(truth)}.get(
                claim.relation, {*truth.seen, *self._liked(truth), *truth.named}
            )
            past = self._twins(past)
            if claim.relation == "likes" and words.casefold().startswith("if "):
                past |= self._twins(truth.seen)
            if not claim.of and claim.relation == "did":
                if re.search(r"\b(?:it|this|that)\b", sentence[claim.end : claim.end + 6]) or claim.negated:
                    if (truth.id in past) == claim.negated:
                        yield f"“{words}” is not so of {truth.item.title if truth.item else 'it'}"
                elif not past | self._liked(truth):  # what they like was seen somewhere
                    yield f"“{words}” speaks of a past that is not there"
            for one in claim.of:
                if own(one, past) == claim.negated:
                    yield f"“{words}” is not so of {sentence[one.start : one.end]}"
            return
        for one in claim.of:
            if one.what == "title" and not own(one, self._twins(truth.named)):
                yield f"“{words}” is not so of {sentence[one.start : one.end]}"
            elif one.what == "facet":
                side = truth.refused if negated(sentence, one) else truth.asked
                if not set(one.key) & side:
                    yield f"“{words}” is not so of {sentence[one.start : one.end]}"
                elif truth.item and not negated(sentence, one) and not self._has(truth.item, one):
                    yield f"{truth.item.title} is not {sentence[one.start : one.end]}"
            elif one.what in ("year", "decade") and truth.years is None:
                yield f"“{words}” speaks of years, and none were asked for"
            elif one.what == "quote" and not self._heard(one.key[0], truth):
                yield f"“{one.key[0]}” was not said"
        if re.search(r"\byears\s*$", sentence[: claim.start]) and truth.years is None:
            yield f"“{words}” speaks of years, and none were asked for"
        if claim.relation == "asked" and not (truth.asked or truth.refused or truth.named or truth.years or truth.said):
            yield f"“{words}”, and nothing was asked for"

    def _shared(self, sentence: str, claim: Claim, truth: Truth) -> Iterator[str]:
        titles = [one for one in claim.of if one.what == "title"]
        for one in (one for one in claim.of if one.what == "facet"):
            if truth.item and not self._has(truth.item, one):
                yield f"{truth.item.title} is not {sentence[one.start : one.end]}"
            for title in titles:
                if not any(self._has(self.catalogue[id], one) for id in title.key):
                    yield f"{sentence[title.start : title.end]} is not {sentence[one.start : one.end]}"

    def _mentioned(
        self, sentence: str, one: Mention, mentions: Sequence[Mention], accounted: set[Mention], truth: Truth
    ) -> Iterator[str]:
        words = sentence[one.start : one.end]
        if one.what == "title":
            known = {truth.id, *truth.seen, *truth.liked, *truth.turned_down, *truth.named}
            if not own(one, self._twins(known)):
                yield f"{words} is neither the item nor of the person's past or wish"
        elif one.what == "facet" and one not in accounted and truth.item:
            if self._has(truth.item, one) == negated(sentence, one):
                yield f"{truth.item.title} is {'' if negated(sentence, one) else 'not '}{words}"
        elif one.what == "facet" and not truth.item:
            if not set(one.key) & (truth.asked | truth.refused):
                yield f"{words} was not asked for"
        elif one.what in ("year", "decade"):
            yield from self._year(sentence, one, mentions, truth)
        elif one.what == "number":
            numbers = {f"{number:g}" for number in truth.item.numbers.values()} if truth.item else set()
            if words not in numbers and not any(
                re.search(rf"\b{re.escape(words)}\b", text) for text in self._said(truth)
            ):
                yield f"the number {words} is not known"
        elif one.what == "quote":
            if not self._quoted(one.key[0], truth):
                yield f"“{one.key[0]}” stands nowhere in the item's words"
        elif one.what == "name" and not self._stands_in_words(one.key[0], truth):
            yield f"{words} is not known"

    def _year(self, sentence: str, one: Mention, mentions: Sequence[Mention], truth: Truth) -> Iterator[str]:
        year, words = int(one.key[0]), sentence[one.start : one.end]
        for title in mentions:
            if title.what == "title" and re.fullmatch(r"\s*[(]", sentence[title.end : one.start]):
                if not any(self.catalogue[id].year == year for id in title.key):
                    yield f"{sentence[title.start : title.end]} is not from {words}"
                return
        bound = truth.item is None or BOUND.search(sentence[: one.start])
        if bound and truth.years and year in truth.years:
            return
        if truth.item is None:
            yield f"the year {words} was not asked for"
        elif truth.item.year is None or year != (
            truth.item.year // 10 * 10 if one.what == "decade" else truth.item.year
        ):
            yield f"{truth.item.title} is not from {words}"

    def _unnamed(self, rest: str, sentence: str, truth: Truth) -> Iterator[str]:
        """What is said without a name: the work of people, praise, how many chose it, that it is featured."""
        for pattern, what in ((PEOPLE, "people's work"), (PRAISE, "what is thought of it")):
            for match in pattern.finditer(rest):
                if not self._stands_in_words(match[0], truth):
                    yield f"it speaks of {what}: {match[0]}"
        if truth.item is None:
            return
        if MANY.search(rest) and self.chosen.get(truth.id, 0) < self.usual:
            yield f"only {self.chosen.get(truth.id, 0)} people chose {truth.item.title}"
        if FEATURED.search(rest) and truth.id not in self._twins(self.domain.rules.pinned):
            yield f"{truth.item.title} is not featured"
        if truth.years and re.search(r"\byears you (?:asked|wanted)", rest):
            low, high = truth.years
            year = truth.item.year
            if year is None or (low is not None and year < low) or (high is not None and year > high):
                yield f"{truth.item.title} is from {year}, not of the years asked for"

    def _causes(self, said: Iterable[Claim], truth: Truth) -> tuple[tuple[str, ...], ...]:
        past = {*truth.seen, *self._liked(truth)}
        groups = (
            tuple(sorted({id for mention in one.of for id in mention.key if id in past and id != truth.id}))
            for one in said
            if one.relation in ("did", "likes", "cause") and not one.negated
        )
        return tuple(dict.fromkeys(group for group in groups if group))

    def _liked(self, truth: Truth) -> set[str]:
        return {*truth.liked, *(id for id, value in truth.seen.items() if value is not None and value >= LIKED)}

    def _twins(self, ids: Iterable[str]) -> set[str]:
        return self.catalogue.twins(id for id in ids if id in self.catalogue)

    def _has(self, item: Item, facet: Mention) -> bool:
        return any(set(facet.key) & set(values) for values in item.facets.values())

    def _said(self, truth: Truth) -> tuple[str, ...]:
        return tuple(" ".join(text.split()) for text in truth.said)

    def _heard(self, passage: str, truth: Truth) -> bool:
        """Whether its words were said in this order; those that carry nothing may be left out."""
        words = iter(re.findall(r"\w+", " ".join(truth.said).casefold()))
        return all(word in words for word in re.findall(r"\w+", passage.casefold()))

    def _quoted(self, passage: str, truth: Truth) -> bool:
        wanted = " ".join(passage.split()).strip("… .,").casefold()
        item = truth.item
        texts = (item.text, *item.reviews, *item.attributes.values(), item.title) if item else ()
        return any(wanted in " ".join(text.split()).casefold() for text in texts) or self._heard(passage, truth)

    def _stands_in_words(self, name: str, truth: Truth) -> bool:
        item = truth.item
        texts = [*truth.said, *((item.text, item.title, *item.attributes.values(), *item.reviews) if item else ())]
        return any(re.search(rf"\b{re.escape(name)}\b", text, re.IGNORECASE) for text in texts)


def _without(sentence: str, mentions: Iterable[Mention]) -> str:
    """The sentence without its titles and quotes, in which any word may stand."""
    for one in sorted(mentions, key=lambda each: -each.start):
        if one.what in ("title", "quote"):
            sentence = f"{sentence[: one.start]}·{sentence[one.end :]}"
    return sentence
