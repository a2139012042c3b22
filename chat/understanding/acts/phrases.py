"""What a message is for: to wish, to ask why, to ask about an item, to turn down, to see others, to nod."""

from __future__ import annotations

import re
from collections.abc import Sequence

from chat.messages import Act
from chat.understanding.text.words import FILLER
from chat.understanding.titles.mentions import Mention
from retrieval.domain import plain
from retrieval.lists.dial import CLOSEST, SURPRISE

ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split()
PLACES = {word: at for at, word in enumerate(ORDINALS)} | {"penultimate": -2, "last": -1}
BUT_ONE = re.compile(r"\bthe (?:last but one|(?:second|next) to (?:the )?last|one before the last)\b")
OF_TWO = re.compile(r"\bthe (former|latter)\b")
NTH = re.compile(
    r"\bthe (\d\d?)(?:st|nd|rd|th)\b|\b(?:number|no [.]|nr [.]?) (\d\d?)\b(?! (?!please|then|is|and|or)\w)"
)
PLACE = rf"the (?:{'|'.join(PLACES)})(?: (?:one|film|movie|item))?"
POINTED = rf"(?:this|that|it|these|those|them|{PLACE})(?: ones?)?"
END = r"(?= [,.;:!?]|$| please| but| and| actually| before| too| as well| come to think)"
# a `that` that points, and does not begin what is said of `one that is short`
OF_WHICH = ("one", "ones", "any", "some", "film", "films", "movie", "movies", "something", "anything", "nothing")
THAT = "".join(rf"(?<!\b{word} )" for word in OF_WHICH) + r"that(?:(?<!got that)(?<!have that)(?<!there that)s)?\b"

# better than what was shown, and at nothing in particular
BETTER = (
    r"(?:(?:an?|any|some|something|anything|nothing|one|ones|even|much) better(?: ones?)?|^better)"
    r"(?=\W*$|\s*[,.;:!?]|\s+please|\s+and\b| (?:in|out) there| than (?:that|this|these|those|them|it)\b)"
    r"|better (?:ones?|options?|choices?)"
)
FRESH = re.compile(
    r"\b(?:start (?:over|again|afresh|anew)|start from scratch|new search|reset"
    r"|(?:scrap|ditch|drop) (?:it all|all (?:of )?(?:that|this|it))"
    r"|forget (?:it|all that|that(?! (?:i|we)\b)|everything(?! (?:i|we)\b[^.;!?]*\b(?:about|of)\b)))\b",
    re.IGNORECASE,
)
# words that leave the choice to us; they are no wish either
YOURS = re.compile(
    r"\b(?:you|u) (?:just |can )?(?:pick|choose|decide)(?: (?:one|some|something|for (?:me|us)))?"
    r"(?=\W*$|[,.;:!?]| please| and| but)|\b(?:it['’]?s |that['’]?s )?up to you\b|\byour (?:choice|pick|call)\b"
    r"|\bwhatever you (?:think|like|say|want)\b",
    re.IGNORECASE,
)
ALIKE = re.compile(
    rf"\b(?:like|liked|loved|similar to|as good as) (?P<pointed>{POINTED})(?=\W*$|[,.;:!?]| please| but| and| with)",
    re.IGNORECASE,
)
# words that turn the dial of surprise, to its one end or the other; they are no wish
SAFE = re.compile(
    r"\b(?:exactly|just)(?= like [·\w])|\bplay(?:ing)? it safe\b|\ba safe (?:choice|bet|pick|option)\b"
    r"|\bsafe (?:choices|bets|picks|options)\b|\bno surprises?\b|\b(?:don['’]?t|do not) surprise (?:me|us)\b"
    r"|\bas close as (?:possible|you can)\b|\bnothing (?:too )?(?:surprising|adventurous|unusual)\b",
    re.IGNORECASE,
)
BOLD = re.compile(
    r"\bsurprise (?:me|us)\b|\bsomething (?:unexpected|surprising|(?:completely|totally|entirely|wildly) different)\b"
    r"|\b(?:out of|outside) my comfort zone\b",
    re.IGNORECASE,
)
FIRST = 3  # of a list, which are compared where nobody says which
WHY = r"^(?:(?:and|but|so|ok) ,? ?)?(?:why|how come|explain)\b|\bwhy (?:this|that|did you|do you|is|not ·|·)"
# why something was not suggested: `why isn't that one there?`, `why did you leave it out?`
WHY_NOT = re.compile(
    r"\b(?:why|how come)(?: [^\s.;!?]+){0,6}? (?:not?|\w+nt|missing|(?:left|leave|leaving|kept|keep) (?:\S+ ){0,2}out"
    r"|omit\w*|exclud\w*|skip(?:ped)?|never)\b"
)
WHY_SO = (
    rf"\bwhy (?:is|are|was|does) (?:·|{POINTED}|its?)(?: (?:so|that|this|very|too|cost so|cost that|cost))* "
    r"(?:expensive|cheap|pricey|dear|much|long|short|heavy|light|old|new|badly rated|highly rated)\b"
)
WHO_DID = (
    r"(?:i|im|i am|ive|we|were|we are|weve|i have|we have|he|she|hes|shes|he has|she has|they|theyve|they have|already)"
)
FINISHED = r"(?:finished(?: with| watching| reading)?|completed|(?:done|through) with)"
SIGHS = r"(?:(?:lol|haha|yeah|yes|yep|no|oh|ah|hm+|ok|sorry) ,? ?)*"
SEEN = (
    rf"(?:^{SIGHS}|\b{WHO_DID} (?:already |just |both )?)(?:already )?(?:seen|watched|saw|(?<=[a-z] )(?:owns?|owned"
    rf"|bought|read|got|{FINISHED})|(?<=already )(?:has|have|had)) "
    rf"(?:(?P<pointed>{POINTED}(?: all)?|all(?: of)?(?: (?:them|these|those))?|both)(?: already)?{END}|(?:the )?·)"
    rf"|· ,? ?{WHO_DID} (?:already |just )?(?:seen|watched|saw)\b|\b(?:ive|i have|weve|we have) (?:already )?seen it\b"
    r"|\balready (?:has|have|had) (?:the |both )?·|\b(?:has|have|got) (?:the |both )?· already\b"
)
TURNED_DOWN = (
    rf"\bnot (?:(?:this|that)(?: one)?|(?:these|those)(?: ones)?|{PLACE}){END}|\bnone of (?:these|those|them)\b"
    rf"|(?:^|[,.;:!?] )(?:sorry ,? ?|no ,? ?)?(?:(?:its|thats|{POINTED}|they|·)(?: (?:is|are|was|were))? )?"
    r"(?:not|isnt|arent) (?:really )?(?:for me|my thing|my cup of tea)\b"
    r"|\b(?:dont|do not) (?:really )?(?:like|want|fancy) (?:any|either) of (?:these|those|them)\b"
    rf"|(?:^|[,.;:!?] )(?:{POINTED}|they)(?: (?:all|both))? (?:is|are|looks?|sounds?|seems?)"
    rf"(?: (?:all|both|so|very|too))* (?:boring|terrible|awful|dull|horrible|rubbish|lame){END}"
)
OTHERS = (
    r"\bsomething different(?= [,.!?]|$| please)"
    r"|\bother ones(?= [,.;:!?]|$| please)"
    r"|\bsomething else\b|\bothers\b|\b(?:show|give) me more(?= [,.;:!?]|$)|\banother\b|\bwhat else\b"
    rf"|\b(?:got|have|any) more(?= [?]|$)|^more(?: please)?$|\b(?:{BETTER})"
)
NEVER_AGAIN = r"\bnever (?:show|suggest|recommend|give)\b.*·|·.* never again\b|\bno more ·"
ASKED = (
    r"^(?:(?:and|so|but|ok|okay|hi|hey|hello|please) ,? ?)*(?:is|was|are|were|does|did|do|have|has|who|when|where|how"
    r"|what|whats|which|can|could|would(?! (?:love|like|prefer|rather|be)\b)|should|tell me"
    r"|suggest|recommend|show|play|find|get|give|want|i want"
    r"|id (?:like|love)|i would (?:like|love)|i wanna|lets|put on)\b"
    r"|[.!?] (?:what|who|when|where|how)\b[^.!?]*·[^.!?]*\?|\bwhat(?:s| is| was) · about\b"
    r"|·[^·?]*[,.!?] (?:and |so )?(?:whats?(?! else)|who|whos|when|where|how)\b[^·?]*\b(?:it|its)\b[^·?]*\?"
    r"|·[^·?]*[,.!?] (?:and |so )?how (?:long|old|much|heavy|big) (?:is|was|are|does|did) (?:it|that|this|they)\b"
    r"|^· ?[,.!?:]? (?:and |so |but )*(?:who|whos|what(?! else)|whats(?! else)|when|where|how(?! about))\b"
    r"|\b(?:havent|have not|have never|never|not) (?:yet )?seen ·"
    r"|^(?:· (?:, |and |or )*)+\?|^(?:and )?the (?!likes)(?:\w+ ){1,2}of (?:the )?· \?$"
)
GREETING = (
    r"(?:yo|hi|hello|hey|good (?:morning|evening|day)|who are you|what are you|help"
    r"|(?:so ,? ?)?are you (?:an? )?(?:real )?(?:human|person|robot|bot|chatbot|ai|machine|computer|program|alive))"
    r"\b.{0,20}"
)
NOD = (
    r"(?:(?:ok|okay|k|yes|yeah|yep|yup|sure|no|nope|nah|thanks|thank you|thx|cheers|great|good|cool|nice|fine|ta"
    r"|perfect|right|alright|got it|i see|lovely|wonderful|awesome|very|so much|a lot|all|sounds|that is|thats|it|then"
    r"|please|bye|goodbye|hm+|well|wow|lol|haha|[,.;:!]) ?)+"
)
ABOUT_WHY = frozenset(
    "why explain come choose chose chosen pick picked picks list listed reason reasons because included include same "
    "number particular exactly didnt dont doesnt isnt wasnt arent werent hasnt havent never there missing left out "
    "leave leaving shown showing given offer offered mention mentioned recommended suggested skip skipped".split()
)


def spoken(rest: str) -> str:
    """Small words and the marks of clauses with single blanks between; each title is one `·`."""
    text = rest.casefold().replace("'", "").replace("’", "").replace("#", " number ")
    said = " ".join("·" if one[0] == "·" else one for one in re.findall(r"·+|\w+|[,.;:!?]", text))
    said = OF_TWO.sub(lambda match: "the first" if match[1] == "former" else "the last", said)
    return NTH.sub(_nth, BUT_ONE.sub("the penultimate", said))


def _nth(match: re.Match[str]) -> str:
    """A place that is written with a number, in words: `number 9` is the ninth."""
    at = int(match[1] or match[2])
    return f"the {ORDINALS[at - 1]}" if 0 < at <= len(ORDINALS) else match[0]


def dial_of(rest: str) -> tuple[float | None, str]:
    """Where the words turn the dial of surprise, None if they leave it, and the text with blanks for them and for what
    leaves the choice to us."""
    safe = SAFE.search(rest)
    kept = SAFE.sub(lambda match: " " * len(match[0]), rest)
    bold = BOLD.search(kept)
    kept = BOLD.sub(lambda match: " " * len(match[0]), kept)
    return CLOSEST if safe else SURPRISE if bold else None, YOURS.sub(lambda match: " " * len(match[0]), kept)


def act_of(said: str, meant: Sequence[Mention], shown: Sequence[str]) -> Act:
    """What is wanted of us. `said` as `spoken` gives it; `shown` ids of the last list."""
    bare = [one for one in meant if not one.example or one.seen]
    if re.search(WHY_SO, said) and (bare or shown):
        return "about"
    if re.search(WHY, said):
        return "why"
    if bare and re.search(r"\b(?:have|did) (?:i|we) ", said):
        return "about"
    if (seen := re.search(SEEN, said)) and (bare or (shown and seen["pointed"])):
        return "seen"
    if (bare and re.search(NEVER_AGAIN, said)) or ((bare or shown) and re.search(TURNED_DOWN, said)):
        return "reject"
    if bare and re.search(ASKED, said):
        return "about"
    if shown and re.search(OTHERS, said):
        return "more"
    if re.fullmatch(GREETING, said):
        return "greet"
    if re.fullmatch(NOD, said):
        return "nod"
    return "suggest"


def meant_by(act: Act, said: str, shown: Sequence[str]) -> tuple[str, ...]:
    """The items of the list that a message is about which names none."""
    if act == "about":
        return pointed_at(said, shown)
    if act == "why":
        return () if unnamed(said) else _of_why(said, shown)
    clause = re.search(SEEN if act == "seen" else TURNED_DOWN, said)
    return pointed_at(clause[0] if clause else said, shown) or pointed_at(said, shown) or tuple(shown)


def _of_why(said: str, shown: Sequence[str]) -> tuple[str, ...]:
    """The item that a question why is about: the first of the list if it does not point; why something is not there is
    never asked of one of several that it does not tell."""
    if WHY_NOT.search(said) and place_in(said) is None and len(shown) > 1:
        return ()
    return pointed_at(said, shown)[:1] or tuple(shown[:1])


def pointed_at(said: str, shown: Sequence[str]) -> tuple[str, ...]:
    """The items of the list that words point at: the nth, this one, all of them; none if they do not point."""
    if (at := place_in(said)) is not None:
        return (shown[at],) if -len(shown) <= at < len(shown) else ()
    if re.search(r"\b(?:these|those|them|they|all|both)\b", said):
        return tuple(shown)
    return tuple(shown[:1]) if re.search(rf"\b(?:this|it|its|{THAT})\b", said) else ()


def place_in(said: str) -> int | None:
    """The place in a list that words point at, `the second`; -1 is the last, None is no place."""
    each = (at for word, at in PLACES.items() if re.search(rf"\b(?:the {word}|{word} (?:one|film|movie|item))\b", said))
    return next(each, None)


def pointed_at_all(said: str, shown: Sequence[str]) -> tuple[str, ...]:
    """The items of the list that words point at one by one, `the first or the third`; the first two of `both`, all of
    `which one`, and the first few of `compare them`."""
    each = [
        shown[at]
        for word, at in sorted(PLACES.items(), key=lambda one: said.find(one[0]))
        if re.search(rf"\bthe {word}\b", said) and -len(shown) <= at < len(shown)
    ]
    several = re.search(r"\b(?:which|what|whats|them|those|these|both|two)\b", said)
    if len(each) > 1 or not (several or (not each and re.search(r"\bcompare\b", said))):
        return tuple(dict.fromkeys(each))
    if re.search(r"\b(?:which|what|whats)\b", said) and not re.search(r"\b(?:both|two)\b", said):
        return tuple(shown)
    return tuple(shown[:2] if re.search(r"\b(?:both|two)\b", said) else shown[:FIRST])


def unnamed(words: str) -> str:
    """What is left of a question why beyond the words such questions are made of: a name that is not known here."""
    return " ".join(word for word in words.split() if plain(word) and word not in ABOUT_WHY | FILLER and word != "·")
