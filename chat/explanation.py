"""Evidence put into words: by the language model if its sentence holds, else by template."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import replace

from chat import templates
from chat.evidence import listed
from chat.grounding import objection
from chat.llm import LLM, Turn
from chat.messages import Evidence, Said
from retrieval.catalogue import Catalogue
from retrieval.domain import Domain
from retrieval.items import Item
from retrieval.ranking import Query
from retrieval.sources import allowed

SYSTEM = "You tell people why a {noun} suits them, in one warm sentence, from the facts given and nothing else."
LONGEST = 300  # characters of a sentence


def reason(
    evidence: Sequence[Evidence], domain: Domain, item: Item | None = None, seed: str = "", before: Sequence[str] = ()
) -> str:
    """One line by template, always true and always there: the text of a card. `before`: the lines of those above."""
    return templates.card(item or Item("", ""), evidence, domain, seed, before)


def told(item: Item, facts: Sequence[Evidence], domain: Domain) -> Said:
    """What the catalogue says of one item, to somebody who asked about it."""
    kinds = listed([one.what for one in facts if one.kind == "attribute"]) or f"a {domain.noun}"
    year = f" from {item.year}" if item.year else ""
    known = facts[-1].text
    text = f"{item.title} is {kinds}{year}; {known[0].lower()}{known[1:]}"
    return Said(text, "template", tuple(one.text for one in facts))


def worded(
    item: Item,
    evidence: Sequence[Evidence],
    domain: Domain,
    llm: LLM | None,
    failed: Callable[[str], None],
    before: Sequence[str] = (),
) -> Said:
    """One checked sentence about the item. The model gets two tries, the second with a single fact to keep to.

    `failed` hears why a sentence of the model was not used. `before`: what was just said of other items; its phrases
    are not used again while there are others.
    """
    if llm and evidence:
        for tries, facts in enumerate((_two(evidence), evidence[:1]), 1):
            pieces = llm.stream(asked(item, facts, domain), phrasing(item, facts, domain, before))
            sentence = first_sentence(pieces, len(item.title) + 10)
            wrong = objection(sentence, item, facts, domain)
            if wrong is None:
                return Said(sentence, "model", tuple(one.text for one in facts), tries)
            failed(wrong)
    text = templates.chat(item, evidence, domain, before=before)
    return Said(text, "template", tuple(one.text for one in evidence))


def objection_to(sentence: str, item: Item, evidence: Sequence[Evidence], domain: Domain) -> str | None:
    """What the sentence says that the evidence does not, in words, or None if it may be shown: the check that every
    sentence about an item passes, for who judges the checks."""
    return objection(sentence, item, evidence, domain)


def nothing_fits(query: Query, catalogue: Catalogue, domain: Domain) -> str:
    """Names the constraints that leave nothing, or contradict each other, and one of them without which there would be
    something."""
    new = "new to this conversation" if query.gift else "new to you"
    sentence = f"No {domain.noun} here is {listed(query.where.words())} and {new}"
    if odds := query.where.contradiction(catalogue.columns.single):
        every = "both" if len(odds) == 2 else "all of these"
        sentence = f"You asked for a {domain.noun} that is {listed(odds)}; no {domain.noun} here is {every}"
    for what, one in sorted(query.where.looser(), key=lambda looser: looser[0]):
        if left := int(allowed(catalogue, replace(query, where=one)).sum()):
            return f"{sentence}; without {what} there {'is' if left == 1 else 'are'} {left}."
    return f"{sentence}."


def asked(item: Item, facts: Sequence[Evidence], domain: Domain) -> list[Turn]:
    """What the model is given: what to do, the item, and the facts it may use."""
    lines = [f"{domain.noun.capitalize()}: {item.name}", *(f"- {one.text}" for one in facts), "Why would I like it?"]
    return [
        {"role": "system", "content": SYSTEM.format(noun=domain.noun)},
        {"role": "user", "content": "\n".join(lines)},
    ]


def phrasing(item: Item, facts: Sequence[Evidence], domain: Domain, before: Sequence[str] = ()) -> dict[str, str]:
    """A schema for one sentence about the item: the domain's phrases for the facts, each fact once, in any order.

    The model chooses among them and joins them. Left to itself a small model invents (see docs/experiments.md), and
    what it invents without a name no check can catch.
    """
    clauses = []
    for one in facts:
        phrases = templates.phrases(one, domain)
        fresh = [one for one in phrases if not any(mark in said for mark in one.marks for said in before)]
        clauses.append([phrase.text for phrase in fresh or phrases])
    orders = [clauses, clauses[::-1]] if len(clauses) > 1 else [clauses]
    bodies = "|".join("".join((*map(_joined, order[:-1]), _any(order[-1]))) for order in orders)
    return {"type": "string", "pattern": rf"{re.escape(item.title)} ({bodies})\."}


def _joined(clauses: Sequence[str]) -> str:
    """One of the clauses and how a sentence goes on after it: what ends in a clause of its own needs a comma."""
    plain, nested = ([clause for clause in clauses if ("," in clause) == comma] for comma in (False, True))
    ways = [(plain, "( and |, and it )"), (nested, ", and it ")]
    return f"({'|'.join(_any(some) + joint for some, joint in ways if some)})"


def _any(clauses: Sequence[str]) -> str:
    return f"({'|'.join(map(re.escape, clauses))})"


def first_sentence(pieces: Generator[str, None, None], at_least: int = 20) -> str:
    """Reads until a sentence of at least so many characters ends, then stops the model.

    The least is there because titles end in marks, too: `Mars Attacks!`.
    """
    text = ""
    with closing(pieces) as stream:
        for piece in stream:
            text += piece
            ended = re.search(r"[.!?][\"”']?\s*$", text) and not re.search(r"\b(?:Mr|Mrs|Dr|St)\.\s*$", text)
            if (ended and len(text) >= at_least) or len(text) > LONGEST or "\n" in text.strip():
                break
    return " ".join(text.split())


def _two(evidence: Sequence[Evidence]) -> list[Evidence]:
    """The first fact and the next of another kind: more than two make a sentence nobody reads."""
    first = evidence[0]
    return [first, *[one for one in evidence[1:] if one.kind != first.kind][:1]]
