"""Who says that they want to harm themselves is told where to find people, and nothing else."""

from __future__ import annotations

import re

from retrieval.domain import Domain

_WANT = r"(?:want(?:ed)? to|wanna|going to|gonna|will|about to|thinking (?:of|about)|plan(?:ning)? (?:to|on)|need to)"
HARM = re.compile(
    rf"\b(?:kill(?:ing)?|hurt(?:ing)?|harm(?:ing)?|cut(?:ting)?|hang(?:ing)?|shoot(?:ing)?) my ?self\b"
    rf"|\bi(?:['’]?m| am|m| just| really| honestly)* {_WANT} (?:die|be dead|end it all|end my (?:own )?life"
    r"|commit suicide|take my own life)\b"
    r"|\b(?:do not|dont|don['’]t|no longer) (?:want to|wanna) (?:live|be alive|be here any ?more|exist|wake up)\b"
    r"|\b(?:no|any|a) reason (?:left )?(?:to live|to go on living)\b|\bnot worth living\b"
    r"|\bi(?: ?a?m| feel| am)? suicidal\b|\b(?:better off|wish i (?:was|were)) dead\b"
    r"|\bself[- ]harm(?:ing)? (?:again|myself)\b"
    r"|\bi(?:['’]?m| am)? (?:commit(?:ting)?|contemplating|considering) suicide\b",
    re.IGNORECASE,
)
# what is said of a story, or in jest
STORY = re.compile(
    r"\b(?:film|films|movie|movies|story|stories|documentary|book|books|series|character|characters|plot|song) "
    r"(?:\w+ ){0,3}(?:about|where|in which|who|that|called|named|with)\b"
    r"|\b(?:he|she|they|somebody|someone|who) (?:wants?|tries|tried|kills?|is|was)\b"
    r"|\b(?:die|dying|died|kill(?:ed|ing)? my ?self|dead) (?:of |from )?(?:laugh\w*|boredom|to see|of curiosity)\b"
    r"|\blaugh\w*\b.{0,20}\b(?:die|dying|dead)\b|\b(?:die|dying) laughing\b|\bto die for\b",
    re.IGNORECASE,
)
KIND = (
    "I am sorry that you feel like this, and glad that you said it. I am only a program that suggests {plural}, so "
    "please talk to somebody who can be there for you now: {helpline}"
)


def in_need(text: str) -> bool:
    """Whether somebody says of themselves that they want to die or to hurt themselves; not of a story, nor in jest."""
    return any(not STORY.search(text[max(0, match.start() - 60) : match.end() + 25]) for match in HARM.finditer(text))


def kind_words(plural: str, helpline: str) -> str:
    """What is said then, always the same."""
    return KIND.format(plural=plural, helpline=helpline)


def of_a_story(before: str, domain: Domain) -> bool:
    """Whether what follows these words is what an item is about, and nobody's own trouble."""
    told = (
        rf"{domain.noun}|{domain.plural}|movies?|films?|story|stories|documentar(?:y|ies)|books?|series|something|one"
    )
    kinds = "|".join(re.escape(words) for words in domain.words)
    return bool(
        re.search(
            rf"\b(?:{told}|{kinds}) (?:\w+ ){{0,4}}(?:about|where|in which|on|called|with)(?: \w+){{0,5}}$", before
        )
    )
