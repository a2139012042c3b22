"""What somebody does with an item, other than asking about it: takes it, `mad max first`, has seen or owns it, `Dunkirk
is good but I've seen it`, or leaves it out, `fell asleep in 2001`. Such a clause is no wish, and changes none."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from chat.messages import Act, Does, Intent
from chat.understanding.references.parts import SURE, by_part
from chat.understanding.text.blanks import blanked
from chat.understanding.titles.mentions import JOINED
from chat.understanding.titles.opinions import opinions
from chat.understanding.titles.taking import TAKING
from chat.understanding.values.constraints import facets_in
from chat.understanding.values.means import Means
from retrieval.words.titles import Link

Ids = tuple[str, ...]
HAVE = r"(?:['’]?(?:ve|s|d)|['’]?(?:ve|s) got| (?:have|has|had)(?: got)?)?"
ADVERB = r"(?: (?:already|just|both|all|only|also|sadly|recently|obviously|actually|once|even))*"
SOMEBODY = (
    r"(?:\b(?:i|we|he|she|they|everyone|everybody|(?:my|our|his|her|the) [\w-]+)"
    rf"{HAVE}{ADVERB}|\b[a-z][\w-]+(?:['’]?s| has| have) (?:already|both|all))"
)
SAW = (
    r"(?:seen|watched|saw|viewed|read|owns?|owned|bought|played|finished|taught|shown|reviewed|studied|covered"
    r"|re-?watched|(?:written|wrote) (?:about|on)|(?:sat|been) through)"
)
DID = r"(?:did|done|do|had|have|has|got)"
ONE = r"(?:(?:the|both|all|that|those|these|this|his|her|their|our|my) )*·+(?:['’]s)?"
ITEMS = rf"(?P<items>{ONE}(?:(?:\s*,\s*(?:and )?|\s+(?:and|&|or|nor)\s+){ONE})*)"
IT = r"(?:it|them|that|those|this|these|both)(?: ones?)?"
TAIL = (
    r"(?:,? (?:already|of course|obviously|too|as well|also|before|once|twice(?: over)?|again|though|by heart|recently"
    r"|(?:like )?(?:a |about a |so |too |\w+ )?(?:\w+ )?(?:times|often)|last \w+|\w+ \w+ ago|yesterday|at school"
    r"|in class|at the cinema|with (?:him|her|them|(?:my|our|the) \w+)|sorry|thanks))*(?![\w'’])"
)
FIRST = r"(?:(?:^|(?<=[.!;?\n])|(?<=, ))\s*(?:(?:and|but|so|oh|ah|well|ok|okay|no|sorry|then|hm+|ugh|please),? )*)"
NO_QUESTION = r"(?!\s*\?)"
BY_THE_WAY = rf"{ITEMS}\??[^·?;]{{0,60}}?(?<=[ ,.!;?]) ?(?:{SOMEBODY} |already )?{SAW} {IT}{TAIL}"
SEEN = (
    rf"{SOMEBODY} {SAW} (?:(?:most|some|all|a few) of (?:these|those|them)[:,]? )?{ITEMS}{TAIL}{NO_QUESTION}",
    rf"{FIRST}(?:already )?(?:{SAW}|had|did) {ITEMS}{TAIL}{NO_QUESTION}",
    rf"{FIRST}{SOMEBODY} {DID} {ITEMS}{TAIL}{NO_QUESTION}",
    rf"{ITEMS},? {SOMEBODY} (?:{SAW}|did|done|had|got)(?: {IT})?{TAIL}{NO_QUESTION}",
    rf"{ITEMS},? (?:i|we|he|she|they) (?:already )?(?:has|have|owns?|had)(?: already)?(?=\s*(?:[,.;!]|$))",
)
TOO = re.compile(rf"[ ,.;&]*(?:and )?{ITEMS} (?:too|as well|also)\b,?(?: \w+(?=\s*(?:$|[.!,;])))?", re.IGNORECASE)
SHOW = r"(?:show|suggest|give|offer|recommend|send|want)(?: (?:me|us|him|her|them))?"
NOT = (
    r"(?:not|no|no more|definitely not|skip|take out|remove|scratch|cross out|minus"
    r"|leave out|leave|without|forget|forget about|drop|lose|ditch|anything but"
    rf"|never {SHOW}|(?:i |we )?(?:do ?n['’]?t|do not) {SHOW})"
)
NOT_IT = (
    rf"(?:(?:so |but |and |please |just )*(?:(?:definitely )?not {IT}|(?:skip|avoid|drop|lose|ditch|forget) {IT}"
    rf"|(?:leave|keep) {IT} (?:out|off|aside|away)|(?:do ?n['’]?t|do not|never) {SHOW} {IT}|never again"
    rf"|anything but {IT}|(?:i['’]?ll |hard )pass|so no|no thanks?(?: you)?))"
    r"(?: (?:again|ag\w{3}|please|one|either))*"
)
HURT = (
    r"(?:(?:really|just|totally|kind of|kinda|completely|nearly|always) )*(?:hurts?|bore[sd]|scare[sd]|terrifie[sd]"
    r"|confuse[sd]|annoy(?:s|ed)|depresse[sd]|upsets?|disturb(?:s|ed)|disappoint(?:s|ed)|(?:puts?|sent|gives?|gave))"
    r" (?:me|us|him|her|them|my|our|his|their|the)\b[^.,;!?·]*"
)
SUFFERED = r"(?:(?:fell|falls?) asleep|dozed off|nodded off|slept|walked out|gave up|switched off|was bored)"
OUT = (
    rf"{ITEMS}(?:[^·?]{{0,80}}?[ ,.!;:–—])?\s*{NOT_IT}(?=\s*(?:$|[.,;:!)–—]))",
    rf"\b{SUFFERED} (?:halfway |right )?(?:in|during|through|of|on|watching|at|from|by) {ITEMS}{TAIL}",
    rf"{ITEMS} (?:{HURT}|(?:is|are) out(?: too| as well)?(?=\s*(?:$|[,.;:!])))",
    rf"\b(?:veto(?:ed|es)|banned|bans|rule[sd] out|won['’]?t (?:watch|have|wear|use)) {ITEMS}{TAIL}",
    rf"(?:{FIRST}|\b(?:so|and|but) ){NOT} {ITEMS}(?: (?:out|off|aside|again|please|thanks|either|this time))*"
    r"(?=\s*(?:$|[,.;:!)–—]|and (?:not|no)\b))",
)
# why, behind what is left out: `not the atlas, he's too old for it`
REASON = re.compile(
    r",? (?:because |cos |since |as )?(?:he|she|they|it|i|we|half|(?:my|the|our) \w+)\b"
    r"(?:(?!\b(?:want|need|like|prefer|rather|something|anything|looking|show|give)\b)[^.!?;·])*",
    re.IGNORECASE,
)
LEAD = (
    r"(?:(?:perfect|ok|okay|right|alright|fine|well|so|splendid|lovely|great|nice|cool|good|brilliant|wonderful"
    r"|excellent|ah|oh|haha|lol|yeah|yep|go on|then|you win|i give (?:in|up)|thanks|thank you|actually|done|deal|sold"
    r"|bet|whatever|that settles it|that['’]?s (?:settled|decided|it))(?:[,.!:]+ *| |$))"
)
END = r"(?=\s*(?:$|[,.;:!)–—]|(?:then|though|and|so|for|tonight|please|thanks|i (?:guess|suppose|think))\b))"
STARTS = rf"(?:^|[.!;,]\s*){LEAD}*(?:(?:yes|yeah|sure),? )*"
FIRMLY = (
    rf"{STARTS}{ITEMS},? (?:it is|it['’]?s|it(?:['’]?s| is| has) to be|it (?:shall|will|must) be|it['’]?ll be"
    rf"|(?:will|shall|['’]?ll) do(?: nicely)?|wins|then|first|tonight|for (?:me|us)(?: tonight)?"
    rf"|(?:is|are) (?:perfect|ideal)|(?:sounds?|looks?) (?:perfect|great|good|ideal|lovely)){END}",
    rf"{TAKING} {ITEMS}{END}",
    rf"\bgive {ITEMS} a (?:go|try|chance|shot|whirl)\b",
    rf"{STARTS}(?:yes to|(?:going|went) (?:with|for)|taking|picking|getting|ordering|buying|putting on) {ITEMS}{END}",
    rf"\b(?:picked|chose|chosen|settled on|decided on|voted for|went (?:with|for)) {ITEMS}{END}",
    rf"{STARTS}{ITEMS}[,.!:]+ *(?:decided|sold|done|deal|settled|it is|that['’]?s (?:the one|it)|perfect|lovely)\b",
    rf"{ITEMS}[^·?]{{0,40}}?[,.!;] *{TAKING} (?:that|it|this)(?: one)?{END}",
)
CALM = r"(?:,? (?:darling|dear|mate|love|man|bro|honey|sir|my friend))?"
BY_NAME = re.compile(rf"(?:^|[.!;]\s*)(?P<lead>{LEAD}*){ITEMS}{CALM}\s*(?P<end>$|[.!;])", re.IGNORECASE)
NAMED_CALMLY = re.compile(CALM.removesuffix("?") + r"\s*[.!;]?$", re.IGNORECASE)
DECIDED = re.compile(r"(?:^|[.!;,]\s*)(?:decided|sold|deal|i['’]?m sold|that settles it|it['’]?s a deal)[.! ]*$", re.I)
LEADING = re.compile(r"^[\s,.;:!–—]+")
# what they are fond of, or want the like of, is an example and read as one
FOND = re.compile(
    r"\b(?:(?<!sounds )(?<!looks )(?<!feels )like|likes|liked|similar|(?<!ll )(?<!will )love|love[sd]|enjoy(?:ed)?"
    r"|adore[sd]?|favou?rites?|same|such as|vibes?)\b",
    re.IGNORECASE,
)
WISHES = re.compile(r"\b(?:something|anything|another|others?|else|show me|find me)\b", re.IGNORECASE)
EVERY = re.compile(
    rf"(?:{SOMEBODY} (?:{SAW}|knows?|ha[sd]|have|got)|{FIRST}(?:already )?{SAW})"
    r" (?:everything|all(?: of)?(?: the)?(?: films| movies| books| things| ones| stuff)?"
    r"|every (?:film|movie|book|thing|one|single \w+))"
    r"(?: (?:with|by|of|from|in|starring|featuring|directed by|made by|ever made by))? $",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Dealings:
    """`took`, `seen`, `out`: ids of what is taken, has been seen, is left out; `rest`: the text with blanks for the
    clauses that say so; `decided`: something is taken, and not by its name."""

    rest: str
    took: Ids = ()
    seen: Ids = ()
    out: Ids = ()
    decided: bool = False

    def __bool__(self) -> bool:
        return bool(self.took or self.seen or self.out or self.decided)

    def noted(self, intent: Intent, names: bool) -> Intent | None:
        """The intent of the rest with what was done; None where something is taken, and yet wished for or asked.
        `names`: whether the rest limits or names anything."""
        if self.took or self.decided:
            if not self.decided and (names or intent.act in ("more", "about", "why", "seen", "reject")):
                return None
            does = tuple(dict.fromkeys(("accept", *intent.does)))
            return Intent(act="nod", about=self.took, does=does, seen=intent.seen)
        seen = tuple(dict.fromkeys((*intent.seen, *self.seen)))
        done: tuple[Does, ...] = (*(("reject",) if self.out else ()), *(("seen",) if self.seen else ()))
        does = tuple(dict.fromkeys((*done, *intent.does)))
        if names or intent.act in ("more", "why") or (intent.act == "about" and "?" in self.rest):
            return replace(intent, seen=seen, named=(*intent.named, *self.out), does=does)
        act: Act = "reject" if self.out else "seen"
        return replace(intent, act=act, about=self.out or self.seen, seen=seen, words="", does=does)


def dealings(text: str, shown: Sequence[str], means: Means) -> Dealings:
    """What is done with the items that a message names, clause by clause."""
    links = by_part(text, shown, means)
    marked = _marked(text, [one for one in links if one.score == SURE])
    rest, seen, marked = _all_of(text, marked, means)
    fond = _thought(marked, links)
    if not fond:
        known, rest, marked = _done((BY_THE_WAY,), rest, marked, links)
        seen = (*seen, *known)
    out, rest, marked = _done(OUT[1:-1] if fond else OUT, rest, marked, links)
    if not fond:
        marked = _marked(marked, [one for one in links if rest[one.start : one.end].strip()])
        known, rest, marked = _done(SEEN, rest, marked, links)
        seen = (*seen, *known)
    if seen or out:
        rest = LEADING.sub(lambda match: " " * len(match[0]), rest)
        return Dealings(rest, seen=tuple(id for id in dict.fromkeys(seen) if id not in out), out=out)
    return _taken(text, _marked(text, links), links, shown)


def _thought(marked: str, links: Sequence[Link]) -> bool:
    """Whether they say that they are fond of something, or what they thought of one that is named."""
    places = [(one.start, one.end) for one in links if one.score == SURE]
    return bool(FOND.search(marked)) or any(opinions(marked, places, JOINED))


def _marked(text: str, links: Sequence[Link]) -> str:
    """The text as long as it was with `·` for each sign of what is named."""
    for one in links:
        text = text[: one.start] + "·" * (one.end - one.start) + text[one.end :]
    return text


def _all_of(text: str, marked: str, means: Means) -> tuple[str, Ids, str]:
    """The ids of all that somebody made whom they know, and both texts with blanks for that."""
    kind = next(iter(means.domain.facets), "")
    for start, end, facet, value in facets_in(text, means.known):
        before = EVERY.search(marked[:start])
        if not before or facet == kind:
            continue
        each = (means.catalogue[ids[0]] for ids in means.catalogue.works.values())
        seen = [item.id for item in each if any(value in some for some in item.facets.values())]
        tail = re.compile(rf"s?(?: (?:ever )?(?:made|did|was in|has done))?{TAIL}", re.IGNORECASE).match(marked, end)
        place = before.start(), tail.end() if tail else end
        if re.match(r"\s*\?", marked[place[1] :]):
            continue
        return blanked(text, *place), tuple(seen), blanked(marked, *place)
    return text, (), marked


def _done(patterns: Sequence[str], rest: str, marked: str, links: Sequence[Link]) -> tuple[Ids, str, str]:
    """The ids of which one of the patterns speaks, and both texts with blanks for these clauses."""
    ids = list[str]()
    for pattern in patterns:
        while (match := re.search(pattern, marked, re.IGNORECASE)) and (named := _named(match, links)):
            end = match.end()
            if too := TOO.match(marked, end):
                named, end = (*named, *_named(too, links)), too.end()
            if patterns[-1] == OUT[-1] and (why := REASON.match(marked, end)):
                end = why.end()
            ids += named
            rest, marked = blanked(rest, match.start(), end), blanked(marked, match.start(), end)
    return tuple(dict.fromkeys(ids)), rest, marked


def _taken(text: str, marked: str, links: Sequence[Link], shown: Sequence[str]) -> Dealings:
    """What is taken, if one thing is named and nothing asked; where there is no list, only as it is said of nothing
    else."""
    if "?" in text or WISHES.search(marked) or FOND.search(marked) or len(links) > 1:
        return Dealings(text)
    for pattern in FIRMLY if links else ():
        if (match := re.search(pattern, marked, re.IGNORECASE)) and len(ids := _named(match, links)) == 1:
            return Dealings(blanked(text, match.start(), match.end()), took=ids)
    if not shown:
        return Dealings(text)
    if links and (match := BY_NAME.search(marked)) and len(ids := _named(match, links)) == 1:
        rest = blanked(text, match.start(), match.end())
        if match["lead"] or rest.strip(" ,.!;") or NAMED_CALMLY.search(match[0]):
            return Dealings(rest, took=ids)
    if not links and DECIDED.search(text):
        return Dealings(text, took=tuple(shown) if len(shown) == 1 else (), decided=True)
    return Dealings(text)


def _named(match: re.Match[str], links: Sequence[Link]) -> Ids:
    """The ids of what stands in the match, of what may mean several the first."""
    start, end = match.span("items")
    inside = [one for one in links if start <= one.start and one.end <= end]
    return tuple(one.ids[0] for one in inside)
