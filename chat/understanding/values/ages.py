"""How old those are who are to see it: `for my 7 year old`, `she has just turned 9`, `for young teens`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from chat.understanding.acts.purpose import KIN
from chat.understanding.text.blanks import blanked
from chat.understanding.text.words import BREAK
from chat.understanding.values.grown_ups import ADULTS, FAMILY, KIDS

WORDED = {
    word: number
    for number, word in enumerate(
        "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
        " eighteen nineteen".split(),
        start=1,
    )
}
# the youngest of a group
GROUPS = {
    r"bab(?:y|ies)|infants?|newborns?": 0,
    r"toddlers?": 2,
    r"pre-?schoolers?": 4,
    r"pre-?teens?|tweens?": 10,
    r"teens?|teenagers?|adolescents?": 13,
}
NUMBER = rf"(?:\d{{1,2}}|{'|'.join(WORDED)})"
NUMBERS = rf"(?P<ages>{NUMBER}(?:(?:,? and|,? or| to|,| ?-| ?–| &) ?{NUMBER})*)"
# what may stand behind an age and is nothing that could itself be so old
END = (
    r"(?=\W*$|\s*[,.;:!?()–—]|\s+(?:and|or|but|who|that|to|too|so|is|can|loves?|likes?|hates?|wants?|would|will|has|on|at"
    r"|now|today|tomorrow|tonight|this|next|soon|with|please|already|also|from|under|over|before|after|since|without|not?)\b)"
)
OLD = re.compile(
    rf"(?<![\w.,-]){NUMBERS}[ -]?(?:(?:(?:year|yr)s?|(?P<months>months?))[ -]olds?|yo\b|y/o\b)"
    rf"(?:(?P<person> (?:[\w'’-]+ )?(?:(?:{KIN})s?|{KIDS}|boys?|girls?))(?![\w-])|{END})",
    re.IGNORECASE,
)
IS = re.compile(
    rf"(?P<who>\b(?:(?:she|he|they|we|who)(?=['’]?(?:s|re)\b| )|i(?=['’]?m\b| ))|\b{FAMILY}|\b(?:{KIDS}))"
    r"(?P<verb>['’]?(?:s|re|m)\b| is| are| am| has| have| will be| turns?| turned|(?= just turned))"
    rf"(?: (?:just|now|only|already|about|turned|turning|almost|nearly|both|to be))* (?<!\w){NUMBERS}"
    rf"(?: years?(?: old| of age)?)?(?!\w|\.\d)(?! years?\b){END}",
    re.IGNORECASE,
)
# `my kids, 5 and 9`, `our son (7)`
BESIDE = re.compile(
    rf"(?P<who>\b(?:{FAMILY}|(?:(?:my|our|the|for|two|three|four) )+(?:{KIDS})))(?:,? \(?|, ?){NUMBERS}\)?"
    rf"(?!\w|\.\d){END}",
    re.IGNORECASE,
)
# `my 14 year old is joining too`: those said before see it as well
JOINS = re.compile(
    r"\b(?:(?:is|are|will be) )?(?:joining|coming|watching)(?: (?:us|in|along|with us))?(?: (?:too|also|as well))?\b"
    r"|\b(?:too|also|as well)\b(?! \w+y\b)|^\W*(?:(?:oh|ok|and|plus|so) ,? ?)*(?:and|plus)\b",
    re.IGNORECASE,
)
AGED = re.compile(
    rf"\b(?:(?:for|from|suitable for|ok for) )?(?<!middle )(?<!golden )(?:(?:aged?|ages)(?: of| from| between)?"
    rf"|(?<=\bkids )of|(?<=\bchildren )of|(?<=\bkid )of"
    rf"|(?<=\bchild )of|(?<=\bson )of|(?<=\bdaughter )of|(?<=\bboy )of|(?<=\bgirl )of) {NUMBERS}\+?(?![\w.])",
    re.IGNORECASE,
)
WATCHING = (
    rf"(?:me|us|my|our|the|a|an|some|few|two|three|four|\d|couple|group|bunch|of|and|young|younger|older|{KIDS}"
    rf"|{KIN}|wife|husband)"
)
OF_A_GROUP = re.compile(
    rf"\b(?:for|with (?:me|us|my|our)|my|our)(?: {WATCHING})* (?P<group>{'|'.join(GROUPS)}){END}"
    rf"|\b(?:my|our) (?P<teenage>teen(?:age)?d?) (?:(?:{KIN})s?|{KIDS}|boys?|girls?)\b",
    re.IGNORECASE,
)
# the last of these before an age says whose it is: of who is to see it, or of somebody in the story
GOVERNS = re.compile(
    r"\b(?:(?P<theirs>for|with (?:me|us|my|our)|my|our|(?:i|we)(?:['’]ve)?(?: have| got)+(?= an?\b))"
    r"|about|where|whose|when|as|with|starring|featuring|follow(?:s|ing)?|(?:story|tale|life|adventures|eyes) of"
    r"|played by|in which|since|his|her|their)\b",
    re.IGNORECASE,
)
NOT = re.compile(
    r"(?:\bnot|n['’]?t|\bno longer|\bnever)(?: (?:really|made|meant|suitable))*(?: for)?\s*$", re.IGNORECASE
)


@dataclass(frozen=True)
class Watching:
    """`age`: of the youngest who is to see it, None if nobody says; `grown`: only adults are; `at`: from where to where
    the words that say so stand; `joins`: they see it with those of whom it was said before."""

    age: int | None = None
    grown: bool = False
    at: tuple[tuple[int, int], ...] = ()
    joins: bool = False

    def blanked(self, text: str) -> str:
        """The text, as long as before, with blanks for those words."""
        for start, end in self.at:
            text = blanked(text, start, end)
        return text


def watching(text: str) -> Watching:
    """Who is to see it, by their age. Titles stand as `·` in the text."""
    found = list(_found(text))
    grown = next((one for one in ADULTS.finditer(text) if not NOT.search(text[: one.start()])), None)
    at = [place for _, place in found] + ([grown.span()] if grown else [])
    youngest = min((age for age, _ in found), default=None)
    joins = JOINS.search(text) if found else None
    if joins and "ing" in joins[0]:  # these words are no wish
        at.append(joins.span())
    return Watching(youngest, bool(grown) and youngest is None, tuple(at), bool(joins))


def _found(text: str) -> Iterator[tuple[int, tuple[int, int]]]:
    for match in OLD.finditer(text):
        theirs = _governed(text, match.start())
        # `7 year old nephew` is somebody's; `a 7 year old` is whose the words before it say
        kin = re.search(rf"\b(?:{KIN})s?$", match["person"] or "", re.IGNORECASE)
        if theirs or (theirs is None and kin):
            person = re.search(r" (?:boys?|girls?)$", match["person"] or "", re.IGNORECASE)
            end = match.end() if person or not match["person"] else match.start("person")
            yield (0 if match["months"] else _youngest(match["ages"])), (match.start(), end)
    for match in IS.finditer(text):
        if _governed(text, match.start()) is not False:
            kids = re.fullmatch(KIDS, match["who"], re.IGNORECASE)  # these are a wish as well
            start = match.start("verb") if kids else match.start()
            yield _youngest(match["ages"]), (start, match.end())
    for match in BESIDE.finditer(text):
        if _governed(text, match.start()) is not False or text[: match.start()].casefold().endswith("with "):
            yield _youngest(match["ages"]), (match.start("ages"), match.end())
    for match in AGED.finditer(text):
        if _governed(text, match.start("ages")) is not False:
            yield _youngest(match["ages"]), match.span()
    for match in OF_A_GROUP.finditer(text):
        word = "group" if match["group"] else "teenage"
        if _governed(text, match.start(word)):
            age = next(age for said, age in GROUPS.items() if re.fullmatch(said, match[word], re.I) or word != "group")
            yield (13 if word == "teenage" else age), match.span(word)


def _governed(text: str, start: int) -> bool | None:
    """Whether the words before say that it is one of those who see it; None if they say nothing."""
    clause = re.split(r"[.;!?\n]", text[:start])[-1]
    governing = list(GOVERNS.finditer(clause))
    if not governing:
        return None
    last = governing[-1]
    if re.search(BREAK, clause[last.end() :]) and not last["theirs"]:
        return None
    return bool(last["theirs"]) and not NOT.search(clause[: last.start()])


def _youngest(said: str) -> int:
    numbers = re.findall(NUMBER, said, re.IGNORECASE)
    return min(WORDED.get(one.casefold(), 0) or int(one) for one in numbers)
