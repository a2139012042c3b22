"""Who says that they want to harm themselves is told where to find people, and nothing else."""

from __future__ import annotations

import re

from retrieval.domain import Domain

_WANT = (
    r"(?:want(?:ed)? to|wanna|going to|gonna|will|about to|thinking (?:of|about)|think (?:of|about)"
    r"|plan(?:ning)? (?:to|on)|need to|trying to|ready to|feel like|d rather|would rather|should just|just)"
)
_I = r"\bi(?:['’]?m| am|m|['’]?ve been| have been| just| really| honestly| only|['’]d| would| do)*"
_END = (
    r"(?:die|dying|be dead|end(?:ing)? (?:it all|my (?:own )?life|everything)|commit(?:ting)? suicide"
    r"|tak(?:e|ing) my (?:own )?life|disappear(?:ing)? for ?ever|not (?:exist|wake up|be alive|be here any ?more))"
)
HARM = re.compile(
    r"\b(?:kill(?:ing)?|hurt(?:ing)?|harm(?:ing)?|hang(?:ing)?|shoot(?:ing)?) my ?self\b"
    r"|\b(?:been|started|start|keep|want to|wanna|going to|gonna|need to) cut(?:ting)? my ?self\b(?! (?:some|a) )"
    rf"|{_I} {_WANT} {_END}\b(?! (?:on this hill|if))|^\W*{_WANT} {_END}\b(?! (?:on this hill|if))"
    r"|\bmy life\b.{0,20}\b(?:want|going|ready) to end it\b"
    r"|\b(?:do not|dont|don['’]t|no longer) (?:want to|wanna) (?:live|be alive|be here any ?more|exist|wake up)\b"
    r"|\b(?:no|any|a) (?:reason|point) (?:left )?(?:to live|to go on living|(?:in|of) living|in going on)\b"
    r"|\bnot worth living\b|\b(?:can['’]?t|cannot|can not) (?:go on|do this) (?:any ?more|living)\b"
    r"|\bi(?: ?['’]?a?m| feel| am)? (?:\w+ )?suicidal\b|\bi(?:['’]ve| have| get| keep having)? suicidal thoughts\b"
    r"|\b(?:better off|wish i (?:was|were)|miss me if i (?:was|were)|rather be) dead\b|\bpills to die\b|^\W*kms\W*$"
    r"|\bself[- ]harm(?:ing)? (?:again|myself)\b"
    r"|\bi(?:['’]?m| am)? (?:commit(?:ting)?|contemplating|considering) suicide\b",
    re.IGNORECASE,
)
# the same in the languages that are told apart
ELSEWHERE = re.compile(
    r"\bquiero (?:morir(?:me)?|suicidarme|matarme)\b|\bno quiero vivir\b"
    r"|\bje veux (?:mourir|me (?:suicider|tuer))\b|\bplus envie de vivre\b|\bvais me (?:suicider|tuer)\b"
    r"|\b(?:will|möchte|werde) (?:mich umbringen|sterben|nicht mehr leben)\b|\bbringe? mich um\b"
    r"|\bvoglio (?:morire|uccidermi|suicidarmi|farla finita)\b|\bnon voglio più vivere\b"
    r"|\bquero (?:morrer|me matar|matar-me|suicidar-me)\b|\bnão quero (?:mais )?viver\b"
    r"|\bik wil (?:dood|sterven|niet meer leven)\b|\bzelfmoord plegen\b"
    r"|\bchcę (?:umrzeć|się zabić)\b|\bnie chcę żyć\b|\bjag vill (?:dö|inte leva)\b|\bta livet av mig\b"
    r"|\bölmek istiyorum\b|\bkendimi öldür|\bхочу умереть\b|\bпокончить с собой\b|\bне хочу (?:больше )?жить\b"
    r"|我想死|我想自杀|不想活|死にたい|自殺したい|죽고 ?싶|자살하고 ?싶|أريد أن أموت|أريد الانتحار",
    re.IGNORECASE,
)
# what is said of a story, or in jest
STORY = re.compile(
    r"\b(?:films?|movies?|story|stories|documentar(?:y|ies)|books?|series|characters?|plot|songs?"
    r"|scene|something|ones?) (?:\w+ ){0,3}(?:about|where|in which|who|that|called|named|with)\b"
    r"|\b(?:he|she|they|somebody|someone|who) (?:wants?|tries|tried|kills?|says?|said|is|was)\b"
    r"|\b(?:die|dying|died|kill(?:ed|ing)? my ?self|dead) (?:of |from )?(?:laugh\w*|boredom|to see|to watch)\b"
    r"|\blaugh\w*\b.{0,20}\b(?:die|dying|dead)\b|\b(?:die|dying) laughing\b|\bto die for\b|\bdie (?:watching|when)\b",
    re.IGNORECASE,
)
KIND = (
    "I am sorry that you feel like this, and glad that you said it. I am only a program that suggests {plural}, so "
    "please talk to somebody who can be there for you now: {helpline}"
)


def in_need(text: str) -> bool:
    """Whether somebody says of themselves that they want to die or to hurt themselves; not of a story, nor in jest."""
    if ELSEWHERE.search(text):
        return True
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
