"""That something is to be given, by its occasion or by who is to get it: `bros bday is coming up`, `what can we get
her?`, `we had a whip-round for a colleague`."""

from __future__ import annotations

import re

from chat.understanding.acts.purpose import KIN, PERSON
from chat.understanding.text.blanks import blanked

WHEN = r"(?:on |this |next )?(?:mon|tues|wednes|thurs|fri|satur|sun)day"
IN = r"in (?:an?|one|two|three|four|\d+|a few|a couple of) (?:days?|weeks?|months?)"
THE_DAY = r"tomorrow|tmrw|today|tonight|(?:this|next) (?:week|month|weekend)|(?:on )?the \d+(?:st|nd|rd|th)"
SOON = (
    r"(?:(?:is|are|['’]?s|will be|falls) )?(?:coming(?: up)?|(?:just )?around the corner|soon"
    rf"|{WHEN}|{IN}|{THE_DAY})"
)
FEW = "one|two|three|four|five|six|seven|eight|nine"
AGE = rf"(?: (?:an? )?(?:\d+|[a-z]+ty(?:[ -](?:{FEW}))?|a hundred|{FEW}|ten))?"
OURS = r"(?:the|our|my) (?:team|company|office|firm)"
TURNS = (
    rf"(?:(?:is|['’]?s|are|will be) (?:about to )?(?:turn(?:ing)?{AGE}|retir(?:e|ing)|graduating"
    rf"|getting (?:married|engaged)|leaving (?:us|work|{OURS}))|turns{AGE}|retires|graduates"
    r"|(?:just|has|have) (?:just )?(?:moved in|moved house|retired|graduated|got married|got engaged|had a baby))\b"
)
MINE = r"(?:my|our) (?:(?!(?:and|or|with|who|that|to|in|for|the)\b)[\w'’-]+ ){0,2}?"
WHOSE = rf"(?:{MINE})?(?:{KIN})(?:['’]?s?['’]?)"
TENTH = r"(?:eigh|for|fif|six|seven|nine|twen|thir)(?:tie)?th"
DAY = rf"(?:(?:\d+(?:st|nd|rd|th)|first|big|{TENTH}) )?(?:birthday|b-?day|anniversary|wedding|graduation|retirement)"
LEAVING = r"(?: who(?:['’]?s| is) (?:leaving|retiring)(?: us)?)?"
PARTY = r"(?:wedding|housewarming|birthday party|baby shower)"
# an occasion on which something is given, if nobody says that they see it together: `bros bday is coming up`
HAPPENS = re.compile(
    rf"(?<![\w-])(?:{WHOSE} (?:{DAY}|\d+(?:st|nd|rd|th)),? {SOON}"
    rf"|our (?:\w+ )?anniversary,? {SOON}"
    rf"|(?:it['’]?s|its) (?:mother|father)['’]?s['’]? day|(?:mother|father)['’]?s['’]? day {SOON}"
    rf"|(?:{WHOSE}|(?:friends?|colleagues?|neighbou?rs?) of (?:mine|ours)) {TURNS}(?: {SOON})?"
    r"|(?:my|our|a) (?:colleague|co-?worker|boss|teacher)(?: is|['’]s) leaving"
    r"|(?:(?:had|have|did|having|doing|organi[sz]ed) )?(?:an? |the )?(?:whip-?round|collection) for"
    rf"(?: {PERSON}{LEAVING})?"
    rf"|(?:we|i)(?:['’]ve|['’]re| are| have)? (?:all )?(?:collect|club|chip)(?:p|b)?(?:ed|ing)(?: together| in)? for"
    rf"(?: {PERSON}{LEAVING})?"
    rf"|secret santa|(?:invited|going) to (?:an? |the )?(?:[\w'’]+ ){{0,2}}?{PARTY}(?: {SOON})?"
    r"|(?:housewarming|leaving do|baby shower)(?! (?:film|movie)))(?!\w)",
    re.IGNORECASE,
)
# `what can we get her?`, `need to get my boss something`, `what do you bring the hosts`
OTHERS = (
    r"(?:the|an?) (?:couple|hosts?|bride|groom|newlyweds|teacher|boss|team|man|woman|person|[\w-]+[ -]year[ -]old)\b"
)
THEY = rf"(?:{PERSON}|her|him|them|{OTHERS}|someone|somebody)"
A_THING = r"an? (?!(?:chance|try|go|break|call|hand|lift|job|life|seat)\b)\w+"
GETS = re.compile(
    rf"(?<![\w-])(?:(?:need|want|have|trying|looking|like|hoping|got|forgot) to (?:get|buy|find|give|bring) {THEY}"
    rf" (?:something|anything|a little something|one|{A_THING})"
    r"|what (?:can|could|should|shall|do|would|to) (?:i |we |you |one )?(?:get|buy|give|bring)(?: for)?"
    rf" {THEY}(?! to\b)"
    rf"|(?:buying|getting|bringing) {THEY} (?:an?|some|something)"
    r"|ideas? for an? (?:[\w'’]+ ){0,2}?(?:gift|present|prezzie)s?"
    rf"|(?:something|anything|ideas?) to (?:bring|thank) {THEY}"
    rf"|(?:a |some )?(?:thank[ -]?you|thanks)(?: (?:gift|present))? (?:for|to) {PERSON}(?:['’]s teacher)?"
    r")(?!\w)",
    re.IGNORECASE,
)
# who sees it with them gives nothing, and what happens in a story is no occasion
TOGETHER = re.compile(
    r"\b(?:watch(?:ing)?|see(?:ing)? (?:it|one|a)|with (?:him|her|them|me|us)|together|play(?:ing)? (?:it|with)"
    r"|(?:films?|movies?|stor(?:y|ies)|books?|something|anything|ones?) (?:\w+ ){0,2}?(?:about|where|in which))\b",
    re.IGNORECASE,
)
FOR_ME = re.compile(r"\bmy (?:own )?(?:birthday|b-?day)\b|\bfor (?:me|myself)\b", re.IGNORECASE)


def given(text: str) -> str | None:
    """The text, as long as before, with blanks for the words that say so; None if nothing does. Titles stand as `·`."""
    if FOR_ME.search(text) or TOGETHER.search(text):
        return None
    places = [match.span() for pattern in (HAPPENS, GETS) for match in pattern.finditer(text)]
    for start, end in places:
        text = blanked(text, start, end)
    return text if places else None
