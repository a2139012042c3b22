"""Sums and spans of time as people type them, put as the grammar of amounts has them: `a tenner`, `an hour and forty`,
`84 is too much`."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable

from rapidfuzz.distance import OSA

from chat.understanding.values.amounts import MONEY, NUMBER, TIMES, WORDED
from chat.understanding.values.known import Known

SLANG = {"fiver": "5", "tenner": "10", "grand": "1000"}  # of whatever money is meant
TENS = {word: number for word, number in WORDED.items() if number >= 10 and word not in ("hundred", "eleven", "twelve")}
HOURS = {word: int(number) for word, number in WORDED.items() if number in (1, 2, 3, 4)}
PAST = {"a quarter": 15, "three quarters": 45} | {word: int(TENS[word]) for word in TENS if TENS[word] < 60} | {
    f"{tens}{joint}five": int(TENS[tens]) + 5 for tens in ("twenty", "thirty", "forty", "fifty") for joint in " -"
} | {"ten": 10}  # fmt: skip


def _any(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


TIME = re.compile(
    rf"\b(?P<hours>{_any(HOURS)}|\d) ?(?:hours?|hrs?)(?: and)? (?P<past>{_any(PAST)})(?: ?min(?:ute)?s?)?(?![\w-])",
    re.IGNORECASE,
)
QUARTERS = ((r"\bthree[ -]quarters of an hour\b", "45 minutes"), (r"\ba quarter of an hour\b", "15 minutes"))
HALF = (r"\bhalf an? (?=(?:kilos?|kilogram|kg|pound|lb|metre|meter)\b)", "0.5 ")
BOUND = (
    r"under|below|over|above|up to|at (?:the )?(?:most|least)|(?:less|more|cheaper) than|max(?:imum)?(?: of)?"
    r"|(?:budget|limit)(?: of| is|:)?|only spend|go (?:over|above|beyond)|spend (?:more|over) than"
)
BEHIND = r"max(?:imum)?|tops|at (?:the )?(?:very )?(?:most|outside)|or (?:less|under|below|cheaper)"
STOP = r"(?=\s*(?:$|[,.;:!?)]|(?:and|but|or|so)\b))"
CLOCK = re.compile(
    rf"(?P<lead>\b(?:{BOUND}|than) )(?P<h>[0-4]):(?P<m>[0-5]\d)\b|\b(?P<h2>[0-4]):(?P<m2>[0-5]\d)(?= (?:{BEHIND})\b)",
    re.IGNORECASE,
)
CURRENCY = _any(itertools.chain(MONEY, *MONEY.values()))
SUM = rf"(?:[€$£] ?{NUMBER}|{NUMBER}(?: ?(?:{CURRENCY})(?!\w))?)"
PAID = rf"(?:[€$£] ?{NUMBER}|{NUMBER} ?(?:{CURRENCY})(?!\w))"
# `84 is too much`, `84?? that's too dear`: so much, and a number of one digit may be a place in the list
IS = r"(?:['’]s| is| are|[?!.,]+ (?:(?:that|it|this)(?:['’]s| is)|no,?))"
FAR = r"(?: (?:just|really|way|far|a (?:bit|little)|already))*"
NO_BOUND = "".join(rf"(?<!{word} )" for word in ("number", "over", "above", "than", "under", "below"))
DEAR = re.compile(
    rf"(?<![\w.,€$£#·]){NO_BOUND}(?P<sum>{PAID}|(?!(?:1[89]|20)\d\d\b)\d\d+(?:[.,]\d+)?){IS}{FAR}"
    r" (?:too (?:much|expensive|dear|pricey|steep)|(?:out of|over|beyond|above) (?:my |our |the )?budget)\b"
    r"(?: for (?:me|us))?(?! (?!(?:for|and|but|so)\b)\w)",
    re.IGNORECASE,
)
ABOUT = r"(?:(?:about|around|roughly|approximately|circa|only|just) )*"
# what there is to spend: `about 170 euros left`, `we collected 60 euros`
LEFT = re.compile(
    rf"\b(?:(?:there(?:['’]s| is| are)|(?:(?:i|we)(?:['’]?ve| have)?(?: got)?|got)) )(?P<about>{ABOUT})(?P<sum>{PAID})"
    r" (?:left|to spend|in (?:the|my|our) (?:pot|kitty|budget))\b(?: over)?",
    re.IGNORECASE,
)
GATHERED = re.compile(
    r"\b(?:whip-?round|collect(?:ed|ion)|chipped in|clubbed together|pooled|raised|kitty|put together)\b"
    rf"[^.;!?]*?(?P<about>{ABOUT})(?<![\w.,€$£])(?P<sum>{PAID})",
    re.IGNORECASE,
)
# `about 170 euros, so I can't go over that`
NOT_OVER = re.compile(
    rf"(?P<about>(?:about|around|roughly|approximately) )?(?<![\w.,€$£])(?P<sum>{PAID})(?P<rest>[^.;!?\d]*?)[, ]*"
    r"(?:\b(?:so|and|but)\b )?(?:\b(?:i|we) )?(?:can['’]?t|cannot|won['’]?t|must ?n['’]?t|don['’]?t want to|not)"
    r" (?:go|spend|pay|get) (?:over|above|beyond|past|more than) (?:that|it)\b",
    re.IGNORECASE,
)
# `nothing I buy can weigh more than 2 lbs`
NOTHING = re.compile(
    r"\bnothing (?:(?!(?:but|except)\b)[\w'’]+ ){0,5}?(?:weigh|cost|be|is|run|last|go|take)(?:s|es|ing)?"
    rf" (?:any )?(?:more|longer|heavier|dearer|pricier) than (?=[€$£]?\d|(?:{_any(WORDED)}) \w)",
    re.IGNORECASE,
)
YEAR = r"(?:the )?(?:(?:1[89]|20)\d\d(?:['’]?s)?|['’]?\d0['’]?s)\b"
LED = ("before", "after", "since", "until", "around", "between")
MISLED = re.compile(rf"\b(?P<word>[a-z]{{4,}}) (?={YEAR})", re.IGNORECASE)


def numbered(text: str, known: Known) -> str:
    """The text with its sums and times in digits, and with a bound where words only tell how much there is."""
    text = NOTHING.sub("at most ", MISLED.sub(_led, text))
    if any(field.unit.casefold() in TIMES for field in known.numbers.values()):
        text = TIME.sub(lambda match: f"{_hours(match['hours'])}h{PAST[match['past'].casefold()]:02}", text)
        text = CLOCK.sub(
            lambda match: f"{match['lead'] or ''}{match['h'] or match['h2']}h{match['m'] or match['m2']}", text
        )
    for pattern, put in (*QUARTERS, HALF):
        text = re.sub(pattern, put, text, flags=re.IGNORECASE)
    priced = [field.unit for field in known.numbers.values() if field.unit in MONEY]
    return _of_money(text, priced[0]) if len(priced) == 1 else text


def _of_money(text: str, unit: str) -> str:
    text = re.sub(
        rf"\b(?:an?|one) ({_any(SLANG)})\b", lambda match: f"{SLANG[match[1].casefold()]} {unit}", text, flags=re.I
    )
    number = rf"(?P<number>{_any(TENS)})"
    for pattern in (rf"(?P<lead>\b(?:{BOUND}) ){number}{STOP}", rf"(?P<lead>\b){number}(?= (?:{BEHIND})\b)"):
        text = re.sub(
            pattern, lambda match: f"{match['lead']}{TENS[match['number'].casefold()]:g} {unit}", text, flags=re.I
        )
    text = re.sub(rf"\bonly spend ({NUMBER}){STOP}", rf"only spend \1 {unit}", text, flags=re.I)
    text = NOT_OVER.sub(lambda match: f"at most {match['sum']}{match['rest']}", text)
    text = LEFT.sub(lambda match: f"at most {match['sum']}", text)
    text = GATHERED.sub(_gathered, text)
    return DEAR.sub(lambda match: f"under {match['sum']}", text)


def _gathered(match: re.Match[str]) -> str:
    start = match.start("about") - match.start()
    return f"{match[0][:start]}at most {match['sum']}"


def _led(match: re.Match[str]) -> str:
    """The word before a year, without its slip: `befor 1980`."""
    word = match["word"].casefold()
    near = [one for one in LED if OSA.distance(word, one, score_cutoff=1) == 1]
    return f"{near[0]} " if near and word not in LED else match[0]


def _hours(said: str) -> int:
    return int(said) if said.isdigit() else HOURS[said.casefold()]
