"""Evidence put into words: by the language model if its sentence holds, else by template."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing

from chat.grammar import listed
from chat.llm import LLM, Turn, Unavailable
from chat.llm.guarded import in_half_the_time, in_one_deadline
from chat.messages import Evidence, Said
from chat.phrasing import at_odds, described, need_not, not_there, puts
from chat.policy.nearest import InTheWay, in_the_way
from chat.reasons import templates
from chat.reasons.grounding import objection
from chat.reasons.spoken import as_data
from chat.reasons.templates import MOST
from chat.reasons.translating import translated
from retrieval.catalogue import Catalogue
from retrieval.domain import Domain
from retrieval.items import Item
from retrieval.ranking import Query

SYSTEM = (
    "You tell people why a {noun} suits them, in one sentence, from the facts given and nothing else. You are {voice}."
)
LONGEST = 400  # characters of a sentence
SHORTEST = 20
NOT_SHOWN = "a sentence was not shown"
STAYS = "a sentence stays in English"


def reasons(items: Sequence[Item], evidence: Mapping[str, Sequence[Evidence]], domain: Domain, seed: str) -> list[str]:
    """A line for each card of a list by template, true and always there, and none like those above it if it can be."""
    said: list[str] = []
    for item in items:
        said.append(templates.card(item, evidence[item.id], domain, seed, said))
    return said


def reason(item: Item, evidence: Sequence[Evidence], domain: Domain) -> str:
    """Everything that speaks for an item, for who supports the person."""
    return templates.console(item, evidence, domain)


def told(item: Item, facts: Sequence[Evidence], domain: Domain) -> Said:
    """What the catalogue says of one item, to somebody who asked about it."""
    known = facts[-1].text
    text = f"{item.title} is {described(item, domain)}; {known[0].lower()}{known[1:]}"
    return Said(text, "template", tuple(one.text for one in facts))


def told_of(
    chosen: Iterable[tuple[Item, Sequence[Evidence]]],
    domain: Domain,
    llm: LLM | None,
    fallbacks: list[str],
    seed: str = "",
    language: str = "en",
) -> Iterator[Said]:
    """A checked sentence about each item, in the language where the model's translation holds. The model has its
    deadline for all of them together; if it fails, templates say the rest, and `fallbacks` hears of it and of every
    sentence of the model that was not used."""
    llm = in_one_deadline(llm) if llm else None
    said = list[str]()
    for item, evidence in chosen:
        true = [one for one in evidence if one.tellable]
        try:
            words = worded(item, true, domain, llm, lambda why: fallbacks.append(f"{NOT_SHOWN}: {why}"), said, seed)
        except Unavailable as unavailable:
            fallbacks.append(f"words by template: {unavailable}")
            llm = None
            words = worded(item, true, domain, None, fallbacks.append, said, seed)
        said.append(words.text)
        if llm and language != "en":
            try:
                words = translated(
                    words,
                    item,
                    templates.telling(true)[:MOST],
                    domain,
                    in_half_the_time(llm),
                    language,
                    lambda why: fallbacks.append(f"{STAYS}: {why}"),
                )
            except Unavailable as unavailable:
                fallbacks.append(f"{STAYS}, and the others: {unavailable}")
                language = "en"
        yield words


def worded(
    item: Item,
    evidence: Sequence[Evidence],
    domain: Domain,
    llm: LLM | None,
    failed: Callable[[str], None],
    before: Sequence[str] = (),
    seed: str = "",
) -> Said:
    """One checked sentence about the item. The model gets two tries, the second with a single fact to keep to; then a
    template speaks.

    `failed` hears why a sentence of the model was not used. `before`: what was just said of other items; its phrases
    are not used again while there are others. `seed`: what the choice of a template goes by, besides the item.
    """
    facts = templates.telling(evidence)[:MOST]
    if llm and facts:
        spoken, known = as_data(item, facts)
        names = [spoken.title, *(name for one in known for name in one.names)]
        for tries, some in enumerate((facts, facts[:1]), 1):
            pieces = llm.stream(asked(item, some, domain), phrasing(item, some, domain, before))
            sentence = first_sentence(pieces, names)
            wrong = objection(sentence, item, some, domain)
            if wrong is None:
                return Said(sentence, "model", _rests_on(some, evidence), tries)
            failed(wrong)
    text = templates.chat(item, evidence, domain, seed, before)
    return Said(text, "template", _rests_on(facts, evidence))


def _rests_on(said: Sequence[Evidence], evidence: Sequence[Evidence]) -> tuple[str, ...]:
    """The texts of what was said, where several facts may have been said as one."""
    return tuple(one.text for one in evidence if any(one.text in fact.text for fact in said))


def objection_to(sentence: str, item: Item, evidence: Sequence[Evidence], domain: Domain) -> str | None:
    """What the sentence says that the evidence does not, in words, or None if it may be shown: the check that every
    sentence about an item passes, for who judges the checks; a line of a card passes too."""
    return objection(sentence, item, evidence, domain, under_the_title=True)


def nothing_fits(query: Query, catalogue: Catalogue, domain: Domain, way: InTheWay | None = None) -> str:
    """Names the constraints that leave nothing, or contradict each other, and the fewest of them without which there
    would be something. `way`: what `in_the_way` has found, if it was asked already."""
    new = "new to this conversation" if query.gift else "new to you"
    limits = puts(query.where, domain)
    sentence = not_there(limits, new, domain)
    if odds := query.where.contradiction(catalogue.columns.single):
        every = "both" if len(odds) == 2 else "all of these"
        wanted = f"a {domain.noun} that is {listed(at_odds(query.where, odds, domain))}"
        sentence = f"You asked for {wanted}; no {domain.noun} here is {every}"
    if way := way or in_the_way(query, catalogue, domain):
        given_up = need_not([one for one in limits if one.text in way.given_up])
        return f"{sentence}; {given_up}, there {'is' if way.fitting == 1 else 'are'} {way.fitting}."
    return f"{sentence}."


def asked(item: Item, facts: Sequence[Evidence], domain: Domain) -> list[Turn]:
    """What the model is given: what to do, the item, and the facts it may use."""
    item, spoken = as_data(item, facts)
    lines = [f"{domain.noun.capitalize()}: {item.name}", *(f"- {one.text}" for one in spoken), "Why would I like it?"]
    return [
        {"role": "system", "content": SYSTEM.format(noun=domain.noun, voice=domain.voice)},
        {"role": "user", "content": "\n".join(lines)},
    ]


def phrasing(item: Item, facts: Sequence[Evidence], domain: Domain, before: Sequence[str] = ()) -> dict[str, str]:
    """A schema for one sentence about the item: the domain's phrases and frames, each fact once, in any order.

    The model chooses among them, chooses words in them and joins them; names are forced, which costs it nothing. Left
    to itself a small model invents, and with free words between the names it stammers (see docs/experiments.md).
    """
    item, spoken = as_data(item, facts)
    year = rf"( \({item.year}\))?" if item.year and not templates.dated(spoken) else ""
    named = re.escape(item.title) + year
    orders = [spoken, spoken[::-1]] if len(spoken) > 1 else [spoken]
    sentences = [
        start + "".join(_any([clause for _, clause in _fresh(one, domain, before)]) for one in rest)
        for first, *rest in orders
        for start in _starts(named, first, domain, before, bool(rest))
    ]
    return {"type": "string", "pattern": rf"{_any(sentences)}\."}


def _starts(named: str, one: Evidence, domain: Domain, before: Sequence[str], goes_on: bool) -> Iterator[str]:
    """How a sentence may begin that says this first, and how it goes on from there."""
    what = templates.filling(one)[""]
    for phrase, clause in _fresh(one, domain, before):
        yield f"{named} {clause}" + (re.escape(templates.joint(phrase + what)) if goes_on else "")
    for frame, sentence in _fresh(one, domain, before, named):
        if not (goes_on and frame.endswith(("?", "!"))):
            yield sentence + ("; it " if goes_on else "")


def _fresh(one: Evidence, domain: Domain, before: Sequence[str], named: str = "") -> list[tuple[str, str]]:
    """Phrases for the fact, or frames around what is `named`, with the expressions they make: those that were not used
    of another item just now; all phrases if all were."""
    if templates.says_itself(one):
        ways = [] if named else [said for said, _ in templates.itself(one)]
        fresh = [said for said in ways if not any(said in each for each in before)]
        return [(said, re.escape(said)) for said in fresh or ways]
    fill = {place: re.escape(text) for place, text in templates.filling(one).items()} | {"item": named}
    anything = dict.fromkeys(fill, ".+")
    table = templates.fitting(one, domain, bool(named))
    fresh = [one for one in table if not any(re.search(templates.pattern(one, anything), said) for said in before)]
    return [(each, templates.pattern(each, fill, before)) for each in fresh or (() if named else table)]


def _any(options: Sequence[str]) -> str:
    return f"({'|'.join(options)})"


def first_sentence(pieces: Generator[str, None, None], names: Collection[str] = ()) -> str:
    """Reads until a sentence ends, then stops the model. `names`: what may hold a mark that ends nothing, `Mars
    Attacks!`, or `Sgt. Bilko`; the first of them has to be there."""
    text = ""
    with closing(pieces) as stream:
        for piece in stream:
            text += piece
            if (_ended(text, names) and (not names or next(iter(names)) in text)) or len(text) > LONGEST:
                break
            if "\n" in text.strip():
                break
    return " ".join(text.split())


def _ended(text: str, names: Collection[str]) -> bool:
    said = text.rstrip()
    if not re.search(r"[.!?][\"”']?$", said) or re.search(r"\b(?:Mr|Mrs|Dr|St)\.$", said) or len(said) < SHORTEST:
        return False
    return not any(
        said.endswith(name[:end]) for name in names for end in range(1, len(name) + 1) if name[end - 1] in ".!?"
    )
