"""Evidence put into words: by the language model if its sentence holds, else by template."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Sequence
from contextlib import closing

from chat.evidence import listed
from chat.grounding import objection
from chat.llm import LLM, Turn
from chat.messages import Evidence, Said
from retrieval.domain import Domain
from retrieval.items import Item

SYSTEM = "You tell people why a {noun} suits them, in one warm sentence, from the facts given and nothing else."
LONGEST = 240  # characters of a sentence


def reason(item: Item, evidence: Sequence[Evidence], domain: Domain) -> str:
    """One sentence by template, always true and always there: the text of a card."""
    asked = [one.names[0] for one in evidence if one.kind == "request" and one.text.startswith("You asked for")]
    like = [one.names[0] for one in evidence if one.kind == "request" and one.text.startswith("It is close to")]
    past = [one.names[0] for one in evidence if one.kind == "history"]
    parts = [
        f"{listed(asked)}, as you asked" if asked else "",
        f"close to {listed(like)}" if like else "",
        f"goes with {listed(past)}, which you {domain.did}" if past else "",
    ]
    said = "; ".join(part for part in parts if part)
    if not said:
        popular = any(one.kind == "stage" for one in evidence)
        said = (
            "many people chose it" if popular else "the nearest to what you asked" if asked or like else "worth a look"
        )
    return said[0].upper() + said[1:] + "."


def worded(
    item: Item, evidence: Sequence[Evidence], domain: Domain, llm: LLM | None, failed: Callable[[str], None]
) -> Said:
    """One checked sentence about the item. The model gets two tries, the second with a single fact to keep to.

    `failed` hears why a sentence of the model was not used.
    """
    if llm and evidence:
        for facts in (_two(evidence), evidence[:1]):
            sentence = first_sentence(llm.stream(asked(item, facts, domain)), len(item.title) + 10)
            wrong = objection(sentence, item, facts, domain)
            if wrong is None:
                return Said(sentence, "model", tuple(one.text for one in facts))
            failed(wrong)
    because = reason(item, evidence, domain)
    return Said(f"{item.name}: {because[0].lower()}{because[1:]}", "template", tuple(one.text for one in evidence))


def asked(item: Item, facts: Sequence[Evidence], domain: Domain) -> list[Turn]:
    """What the model is given: how it has answered before, then this item and its facts."""
    turns: list[Turn] = [{"role": "system", "content": SYSTEM.format(noun=domain.noun)}]
    for shown in domain.examples:
        turns.append({"role": "user", "content": _question(shown.item, shown.facts, domain)})
        turns.append({"role": "assistant", "content": shown.sentence})
    turns.append({"role": "user", "content": _question(item.name, [one.text for one in facts], domain)})
    return turns


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


def _question(name: str, facts: Sequence[str], domain: Domain) -> str:
    return "\n".join([f"{domain.noun.capitalize()}: {name}", *(f"- {fact}" for fact in facts), "Why would I like it?"])


def _two(evidence: Sequence[Evidence]) -> list[Evidence]:
    """Two facts of different kinds, in the order of their weight: more than a small model keeps apart is too much."""
    first = evidence[0]
    return [first, *[one for one in evidence[1:] if one.kind != first.kind][:1]]
