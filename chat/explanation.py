"""Evidence put into words: by the language model if its sentence holds, else by template."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import replace

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


def reason(item: Item, evidence: Sequence[Evidence], domain: Domain) -> str:
    """One sentence by template, always true and always there: the text of a card."""
    wished, like, shared, past = (
        [one.what for one in evidence if one.kind == kind] for kind in ("wish", "likeness", "shared", "history")
    )
    parts = [
        f"shares {listed(shared)}" if shared else "",
        f"close to {listed(like)}" if like else "",
        f"goes with {listed(past)}, which you {domain.did}" if past else "",
    ]
    said = "; ".join(part for part in parts if part)
    if not said and wished:
        said = f"{listed(wished)}, as you asked"
    elif not said:
        said = "many people chose it" if any(one.kind == "popular" for one in evidence) else "worth a look"
    return said[0].upper() + said[1:] + "."


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
        for facts in (_two(evidence), evidence[:1]):
            pieces = llm.stream(asked(item, facts, domain), phrasing(item, facts, domain, before))
            sentence = first_sentence(pieces, len(item.title) + 10)
            wrong = objection(sentence, item, facts, domain)
            if wrong is None:
                return Said(sentence, "model", tuple(one.text for one in facts))
            failed(wrong)
    because = reason(item, evidence, domain)
    return Said(f"{item.name}: {because[0].lower()}{because[1:]}", "template", tuple(one.text for one in evidence))


def nothing_fits(query: Query, catalogue: Catalogue, domain: Domain) -> str:
    """Names the constraints that leave nothing, and one of them without which there would be something."""
    where = query.where
    looser = {
        value: replace(where, wanted={f: v - {value} for f, v in where.wanted.items()})
        for values in where.wanted.values()
        for value in values
    }
    if where.since is not None or where.until is not None:
        looser["those years"] = replace(where, since=None, until=None)
    sentence = f"No {domain.noun} here is {listed(where.words())} and new to you"
    for what, one in sorted(looser.items()):
        if left := len(allowed(catalogue, replace(query, where=one))):
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
        phrases = domain.phrases.get(one.kind, ())
        fresh = [phrase for phrase in phrases if not any(phrase.split("{}")[0] in said for said in before)]
        put = [re.escape(phrase.format(one.what)) for phrase in fresh or phrases]
        clauses.append(f"({'|'.join(put or [re.escape(one.text[3:-1])])})")
    orders = [clauses, clauses[::-1]] if len(clauses) > 1 else [clauses]
    bodies = "|".join("( and |, and it | as it )".join(order) for order in orders)
    return {"type": "string", "pattern": rf"{re.escape(item.title)} ({bodies})\."}


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
