"""Whom a conversation is for, the person who talks or someone else, and how they say so."""

from __future__ import annotations

import re
from collections.abc import Collection

from chat.messages import Purpose
from chat.understanding.text.blanks import blanked
from chat.understanding.text.words import BREAK, WORD
from retrieval.domain import plain

IS = r"(?:it|this|that|these|those|they)(?:['’]?s|['’]?re| is| are| will be| would be)"
REALLY = r"(?: (?:actually|really|just|all|only|meant|supposed|going|to|be|as|now))*"
OCCASION = (
    r"(?:\d+(?:st|nd|rd|th)|mother['’]?s day|father['’]?s day|"
    r"birthday|b-?day|christmas|xmas|wedding|anniversary|graduation|farewell|leaving|housewarming|retirement"
    r"|valentine['’]?s(?: day)?)"
)
KIN = (
    r"(?:(?:step|half|grand|god)-?)?(?:sister|sis|brother|bro|sibling|mother|mom|mum|mommy|mummy|ma|father|dad|daddy|pa|parents?"
    r"|son|daughter)(?:-in-law)?|in-?laws|gran|granny|nan|nana|niece|nephew|aunt|auntie|uncle|cousin|wife|husband"
    r"|spouse|partner|girlfriend|boyfriend|gf|bf|fianc[eé]e?|friend|bestie|mate|roommate|flatmate|classmate|colleague"
    r"|co-?worker|boss|teacher|neighbou?r"
)
# `my little sister`, `a friend of mine`, `mum`. Kids are a wish for what suits them and no person here, and so is
# whoever is described and not theirs: `a film for adults`.
PERSON = (
    r"(?:(?:my|our) (?:(?!(?:and|or|with|who|that|to|in|for|the|kids?|children)\b)[\w'’-]+ ){0,3}?"
    rf"(?:{KIN})|an? (?:(?:good|old|close|dear|work|school) )?(?:friend|colleague|co-?worker|neighbou?r|relative"
    r"|classmate|flatmate|roommate)(?: of (?:mine|ours))?|mom|mum|mommy|mummy|dad|daddy|grandma|grandpa|granny|nana"
    r"|bro|sis"
    r"|(?:someone|somebody) else)"
    # `for my wife and me` asks for what suits both, so the taste of who talks is wanted as well
    rf"(?![\w-])(?!,? (?:and|&|or) (?:me|i|myself)\b)(?:['’]?s (?:\w+ )?{OCCASION}(?: party)?)?"
)
THEM = rf"(?:(?:her|his|their) {OCCASION}|her|him|them|(?:my|our) (?:{KIN})s)(?![\w'’])"
PRESENT = (
    rf"(?:an? |some |the )?(?:\w+ )?(?:gift|present|prezzie|pressie)s?(?![\w-]|['’]s)(?: ideas?)?"
    rf"(?! (?:for (?:me|myself|my {OCCASION})|card|shop|wrap|day|from|of)\b)(?! to (?!my|our|a friend))"
)
TO_WHOM = rf" (?:for|to) (?:{PERSON}|{THEM}|(?:my|our|the) (?:kids?|children)\b|(?-i:[A-Z][a-z]+))"
FIND = r"(?:need|want|find|buy|choose|pick|get|suggest|recommend|(?:looking|searching|shopping) for)(?: me| us)?"
GIFTS = (
    rf"(?:{IS}{REALLY}|{FIND}|as) {PRESENT}(?:{TO_WHOM})?",  # it is a gift; I need a present for her
    rf"{PRESENT}{TO_WHOM}",  # a birthday present for my niece
    rf"(?:{OCCASION} (?:gift|present)s?|gifts?|presents?) ideas?|{OCCASION} (?:gift|present)s?",
    rf"{IS}{REALLY} for (?:{PERSON}|{THEM})",  # this is for a friend
    rf"give (?:(?:it|this|that|them|one) to |to )?{PERSON}",  # something to give my mum
    # I want to give him a film; we have no present for her yet
    r"(?:want|like|love|going|planning|have|need) to give (?:her|him|them)(?! (?:a (?:chance|try|go|break)|another))",
    rf"(?:no|n['’]?t (?:have|got|bought)(?: got)?|without|still (?:lack|missing)) (?:an? |any )?(?:gift|present)s?"
    rf"(?:(?: yet)?{TO_WHOM}(?: yet)?| yet)",
    rf"{PERSON} (?:already )?(?:has|have|owns|['’]s got) (?:got )?everything",
    rf"(?P<wish>for {PERSON})",  # something for my dad
)
AGAIN = r"(?: (?:again|now|this time|instead|from now on))"
SELVES = (
    rf"{IS}{REALLY} for (?:me|myself){AGAIN}*",  # this is for me again
    rf"(?:(?:the |my |that )?(?:gift|present) is (?:done|sorted|settled|found|chosen)(?:, ?| and | ))?"
    rf"(?:now |then )?(?:back to me|for myself){AGAIN}*",
    rf"for me{AGAIN}+|now (?:one |something )?for me|(?:but|then|here ,?|here,) one for (?:me|myself)",
    # it is no longer a gift
    rf"(?P<no>(?:{IS} (?:no longer|not)|(?:it|this|that) isn['’]?t|no longer|not) (?:an? |the )?(?:gift|present)s?"
    r"(?: any ?more| now| after all)?)",
)
# after a gift a clause that only turns to who talks: `and for me?`, `what about one for me`, `and now me`
LEAD = (
    r"(?:(?:and|but|so|ok|okay|now|then|next|great|good|perfect|cool|thanks|thank you|finally|maybe|do you have"
    r"|what about|how about|have you got|got|is there|can you (?:suggest|recommend)|suggest|recommend|(?:i|we) "
    r"(?:want|need)|what (?:would|do|can) you (?:suggest|recommend|have)|i would like|i['’]d like|any ideas?) )*"
)
ONE = r"(?:(?:something|anything|one|some|an?|the same|another|more)(?: (?!for\b)[\w'’-]+){0,3} )?"
DONE = r"(?:sorted|done|settled|great|perfect|lovely|thanks|ta|ok|okay|right|now|so|and|but|then|anyway)"
NEED = r"(?:i|we) (?:need|want|would like|could (?:do with|use))"
# `so, something for me: a jacket`, `it's my turn`
SELF_NOW = re.compile(
    rf"(?:(?<=[.!?;,:] )|^)(?:{DONE}[,.!]? )*(?:(?P<one>(?:something|one|anything|some|an? \w+) for (?:me|myself))"
    rf"|(?P<me>(?:it['’]?s )?my turn|now (?:for )?me)|{NEED} (?:[\w'’-]+ ){{1,4}}?(?P<own>(?:for )?myself))"
    r"(?=\s*(?:[,.;:!?()–—]|$))",
    re.IGNORECASE,
)
BARE = r"(?:and|but|ok|so|now|then|what about|how about)"
TURN = re.compile(
    rf"\s*(?:{LEAD}{ONE}(?P<me>for (?:me|myself|us|ourselves))|(?P<bare>{BARE}(?: {BARE})* (?:me|myself|us)))"
    r"(?: (?:too|as well|now|instead|then|please|again|this time|personally|next))*\s*(?=[,.;:!?()–—]|$)",
    re.IGNORECASE,
)
# `it is not for me, it is for my dad`: the first half turns nothing down
NOT_ME = rf"(?:(?:{IS} )?not (?:really )?for (?:me|myself),? ?(?:but )?)?"
GIFT = re.compile(rf"(?<![\w-]){NOT_ME}(?:{'|'.join(GIFTS)})(?!\w)", re.IGNORECASE)
SELF = re.compile(rf"(?<![\w-])(?:{'|'.join(SELVES)})(?! to (?:give|gift|hand)\b)(?!\w)", re.IGNORECASE)

# what says, in the clause in which `for my dad` stands, that something is asked for, if no wish does; or nothing
# stands before it
ASKED = re.compile(
    r"\b(?:something|anything|nothing|ones?|films?|movies?|items?|titles?|shows?|ideas?|suggestions?|suggest|find|pick"
    r"|(?:am|are|['’]m|['’]re) after|recommendations?|recommend|choose|get|buy|buying|shopping|need|want|like"
    r"|what|whats|which|more|surprise)\b"
    r"|\b(?:but|only|just|now|rather|maybe)\s$"
    r"|^\s*(?:(?:and|or|so|ok|okay|hi|hello|hey|actually|no|yes|please|well)\s)*$",
    re.IGNORECASE,
)
OTHERWISE = re.compile(
    # not for my dad; too scary for my sister
    r"(?:\b(?:not|no|no longer|never|without|nor|instead of|rather than)|n['’]?t)"
    r"(?: (?:really|even|want|need|an?|the))*\s$"
    r"|(?<!not )\btoo \w+\s$"
    # while I wait for my sister; a party for my dad; to see for myself
    r"|\b(?:see|judge|wait|cook|car|babysitt?|work|look|search|fall|pray|stand|speak|fight|pay|vot)(?:e|ed|ing|s)?\s$"
    r"|\b(?:love|respect|hate|hatred|revenge|feelings?|sorry|thanks|thank you|fell|made|paid|party|dinner)\s$"
    # about a gift for my mother; is it for a friend
    r"|(?<!how )(?<!what )(?<!thinking )\babout(?: [\w'’-]+){0,2}\s$"
    r"|\b(?:is|was|are|were) (?:it|this|that|these|those)(?: one)?\s$",
    re.IGNORECASE,
)


def purpose_of(text: str, known: Collection[str] = (), gift: bool = False) -> tuple[Purpose | None, str]:
    """Whom the text says it is for, None if it does not say, and the text with blanks for the words that say so.

    Titles stand as `·` in it. What is said last holds. `known`: words that are a wish wherever they stand and are not
    blanked: `for my horror loving brother`. `gift`: it is for someone else so far, and so a bare `for me` turns back.
    """
    gifts = [one for one in GIFT.finditer(text) if _is_meant(text[: one.start()], bool(one["wish"]), known)]
    selves = [one for one in SELF.finditer(text) if one["no"] or _is_meant(text[: one.start()])]
    turns = _turns(text) if gift and not (gifts or selves) else None
    if turns:
        return "self", blanked(text, *turns)
    rest = list(text)
    for match in (*gifts, *selves):
        rest[match.start() : match.end()] = " " * len(match[0])
        for word in WORD.finditer(text, match.start(), match.end()):
            if plain(word[0]) in known:
                rest[word.start() : word.end()] = word[0]
    if not (gifts or selves):
        return None, text
    last = max((*gifts, *selves), key=re.Match.start)
    return "gift" if last in gifts else "self", "".join(rest)


def _turns(text: str) -> tuple[int, int] | None:
    """Where a clause says that it is for who talks, and nothing else: from where to where the words stand."""
    if match := SELF_NOW.search(text):
        return match.span(match.lastgroup or 0)
    for start in (0, *(match.end() for match in re.finditer(BREAK, text))):
        if match := TURN.match(text, start):
            return match.span("me" if match["me"] else "bare")
    return None


def _is_meant(before: str, wish: bool = False, known: Collection[str] = ()) -> bool:
    """Whether what follows is not denied, in doubt, or part of a plot; a `wish` has to be asked for as well."""
    clause = re.split(BREAK, before)[-1]
    asked = ASKED.search(clause) or any(plain(word) in known for word in WORD.findall(clause))
    return not OTHERWISE.search(clause) and (not wish or bool(asked))
