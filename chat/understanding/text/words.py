"""The small words of a message: those that carry no wish, and those that say no and how far the no reaches."""

from __future__ import annotations

import re
from collections.abc import Sequence

from chat.policy.languages import KIND
from retrieval.domain import plain

FILLER = frozenset(
    """
    a an and any anything are be been but can could do does else film films for find from get give good got great
    have hello help hey hi i id im in is it its just let like looking lets maybe me mood more movie movies my need
    of on one ones or please recommend really recommendation recommendations see show so some something someone
    suggest suggestion suggestions thanks that the them then there these thing things this to today tonight try us
    very want watch we what whats which will with would you your should similar as not no without less than too
    again other another different others here now new loved enjoyed liked watched hated disliked either both all
    already seen saw ive weve did ok okay yes yeah yep sure fine right thank nope nah instead rather first second
    third fourth fifth sixth last most dont much many also how about if every everything only even fan prefer why was
    think feel believe know bad idea year years thats love loves looks cool who
    cant decide between boring
    were after vein spirit style kind sort ideas look seem seems sound sounds
    """.split()
)
COURTEOUS = frozenset().union(*KIND.values())  # what people say to be kind, also amid English
NO = """
    no|not|without|never|nothing|neither|nor|none|isnt|arent|wasnt|werent|dont|doesnt|didnt|avoid|avoiding|hate|hates
    hated|dislike|dislikes|disliked|unlike|skip|less|fewer|too|minus|excluding|no more|not more|cant stand|cannot stand
    can not stand|couldnt stand|sick of|tired of|fed up with|enough of|instead of|rather than|dont care for
    leave out|leaving out
    cant do|cannot do|cant handle|cannot handle|let down by|disappointed by|disappointed in|disappointed with
"""
BUT = "except|except for|excluding|anything but|everything but|all but|other than|apart from|aside from|besides"
YES = """
    nothing but|not only|not just|not without|why not|why no|dont know|not sure|never enough|not enough|cant get enough
    dont forget|no idea|no preference|whether or not|not bad
    wouldnt say no to|would not say no to|wont say no to|cant say no to|could not say no to|never say no to
"""
MAY = """
    dont mind|do not mind|wouldnt mind|would not mind|dont care if|dont care about|dont hate|do not hate|dont dislike
    not sure about|not necessarily|no matter|no problem with|didnt hate|didnt mind|did not mind|not against
    nothing against
"""
SIGNS = {
    phrase.strip(): sign
    for phrases, sign in ((NO, "-"), (BUT, "-"), (YES, "+"), (MAY, "0"))
    for phrase in re.split(r"[|\n]", phrases)
    if phrase.strip()
}
EXCEPTIONS = frozenset(BUT.split("|"))
# after these a `no` answers what was said before and denies nothing that follows
ANSWERED = frozenset(
    "i id im a an give show something the thanks lets how what make just maybe please its thats".split()
)
AFRESH = frozenset(
    """
    more something some give show want need prefer rather love loved enjoyed liked adore adored please yes instead just
    only maybe let lets how i id im then
    """.split()
)
BREAK = r"[,.;:!?()–—\n]| - "
WORD = re.compile(r"·+|[\w'’]+")
ITEM = rf"(?!(?:{'|'.join(sorted(AFRESH))}|a|an|but|and|under|over|below|above|max|min)\b)[\w'’-]+(?: [\w'’-]+){{0,2}}"
ENUMERATION = re.compile(rf"\s*(?:{ITEM},\s*)*{ITEM},?\s+n?or\s", re.IGNORECASE)
# `except clothing, shoes, toys`: what follows an exception word by word belongs to it
EXCEPTED = re.compile(r"\s*[\w'’-]+(?:(?:,\s*[\w'’-]+)+|(?:,\s*[\w'’-]+)*,? (?:and|or) [\w'’-]+)?\s*(?:[.;:!?)–—\n]|$)")
BACKWARD = re.compile(
    r"(?<!that )(?<!which )\b(is|was|are|were)(?:(?:n['’]?t| not) (?:\w+ly |so )?(?:for me|good|great|my|what i)"
    r"| (?:\w+ly |so |a bit )?(?:boring|bad|terrible|awful|dull|rubbish|overrated|disappointing|horrible|stupid|ugly"
    r"|hideous))\b",
    re.IGNORECASE,
)


# `horror? no thanks`, `comedy yes, horror no`
DECLINED = re.compile(r"[^,.;:!?]+[,?]? no(?: thanks| thank you| way)?(?=\s*(?:[,.;!]|$))", re.IGNORECASE)


def stance(text: str) -> str:
    """One sign for each character: `-` under a no, `0` under a `don't mind`, else `+`. A title stands as `·` there.

    A no reaches to the next `but`, to the end of its clause, or to words that begin a new wish once it has denied
    something: `less romance more action`. A list that ends in `or` is denied whole: `no comedy, drama or war`.
    `too`, `less`, `not necessarily` and `a not` speak of one thing: `a not too scary comedy`.
    """
    words = list(WORD.finditer(text))
    said = ["·" if word[0][0] == "·" else plain(word[0]) for word in words]
    signs = ["+"] * len(text)
    sign, since, at, narrow, excepted = "+", 0, 0, False, False
    while at < len(words):
        if at and _ends(text, words[at - 1].end(), words[at].start(), excepted):
            sign, excepted = "+", False
        length = 1
        if phrase := _cue(said, at):
            doubled = phrase in EXCEPTIONS and sign == "-"  # `nothing except comedy` asks for it
            sign, length = "+" if doubled else SIGNS[phrase], len(phrase.split())
            narrow = phrase in ("too", "less", "not necessarily") or said[at - 1 : at] in (["a"], ["an"])
            since, excepted = at + length, phrase in EXCEPTIONS and _listed(text, words, said, at + length)
        elif said[at] == "but" or _afresh(said[since : at + 1]) or (narrow and _another(said[since : at + 1])):
            sign = "+"
        elif said[at] == "than" and {"rather", "like"} & set(said[:at]):
            sign, since, narrow = "0", at + 1, False
        for place in range(words[at].start(), words[at + length - 1].end()):
            signs[place] = sign
        at += length
    for match in BACKWARD.finditer(text):
        breaks = BREAK + (r"|\bbut\b|\band\b" if match[1].lower() in ("is", "was") else r"|\bbut\b")
        start = max((found.end() for found in re.finditer(breaks, text[: match.start()])), default=0)
        signs[start : match.end()] = "-" * (match.end() - start)
    for match in DECLINED.finditer(text):
        signs[match.start() : match.end()] = "-" * len(match[0])
    return "".join(signs)


def singular(word: str) -> str:
    """The word without the `s` of a plural; a short one as it is."""
    return word.removesuffix("s") if len(word) > 3 else word


def singulars(phrase: str) -> list[str]:
    """Its plain words, each without the `s` of a plural."""
    return [singular(word) for word in plain(phrase).split()]


def under_a_no(signs: str, place: tuple[int, int] | None) -> str:
    """The signs with a no over that place, if there is one."""
    if place is None:
        return signs
    start, end = place
    return signs[:start] + "-" * (end - start) + signs[end:]


def _cue(said: Sequence[str], at: int) -> str | None:
    """The longest phrase here that says no, or seems to."""
    if said[at] == "no" and said[at + 1 : at + 2] and said[at + 1] in ANSWERED:
        return None
    phrases = (" ".join(said[at : at + length]) for length in (5, 4, 3, 2, 1))
    return next((phrase for phrase in phrases if phrase in SIGNS), None)


def _listed(text: str, words: Sequence[re.Match[str]], said: Sequence[str], at: int) -> bool:
    """Whether a list of single words follows an exception to its end, of three or with an `and`, and no new wish."""
    if at >= len(words) or not (found := EXCEPTED.match(text, words[at].start())):
        return False
    each = [word for word, place in zip(said, words, strict=True) if words[at].start() <= place.start() < found.end()]
    return len(each) > 2 and not (AFRESH | {"a", "an", "but"}) & set(each)


def _ends(text: str, end: int, start: int, excepted: bool) -> bool:
    """Whether a clause ends between two words; a comma within a list that goes on to an `or`, or is `excepted`, ends
    none."""
    between = text[end:start]
    within = between.strip() == "," and (excepted or ENUMERATION.match(text, start))
    return bool(re.search(BREAK, between)) and not within


def _another(denied: Sequence[str]) -> bool:
    """Whether the last of these words is a second thing after the one that was denied, and not joined to it."""
    *before, word = denied
    joined = {"or", "and", "nor"} & {word, *before[-1:]}
    return word not in FILLER and not joined and any(each not in FILLER for each in before)


def _afresh(denied: Sequence[str]) -> bool:
    """Whether the last of these words begins a new wish: something was denied before it."""
    *before, word = denied
    if all(each in FILLER for each in before):
        return False
    return word in AFRESH or (word in ("a", "an") and before[-1] == "and" and not {"a", "an"} & set(before))
