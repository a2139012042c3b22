"""No claim without evidence: a sentence may name only what its evidence names, and only as its evidence has it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from chat import harmless
from chat.messages import Evidence
from chat.spoken import as_data, quoted
from chat.templates import FRAMES, PHRASES
from retrieval.domain import Domain, plain
from retrieval.items import Item

LONGEST = 60  # characters of a name in an objection, which is kept with the turn
NUMBERS = frozenset(
    "zero two three four five six seven eight nine ten eleven twelve dozen half double twice hundred thousand million "
    "second third fourth fifth nineties eighties seventies sixties decade century ii iii iv vi vii viii ix".split()
)
PEOPLE = frozenset(
    "directed director starring star stars actor actors actress actresses cast written writer produced producer "
    "performance performances played he she his her him they who whom".split()
)
MODAL = "may might will would could can should to if".split()
JOINED = r"(?: , and | , | and | or | & )"
LIST = rf"#\d+(?:{JOINED}#\d+)*"
SIGNS = frozenset(".,;:!?()\"“”'‘’–—-&…/")
QUOTE = r"“[^“”]*”|\"[^\"]*\"|«[^«»]*»|„[^„“”]*[“”]"
# the few turns of speech whose words would be refused one by one
REPHRASED = (
    (r"\bnot far (?=from\b|off\b)", "far "),
    (r"\b(came|comes|coming) out (?=in #)", r"\1 "),
    (rf"\bwithout (?={LIST}[^.;]* lower\b)(.*?) lower\b", r"because of\1"),
)
NEGATIONS = frozenset("not no nor neither never without none nothing hardly".split())
OF_A_KIND = {
    "popular": "popular",
    "passage": "described description describes review quoted words",
    "history": "",
    "change": "",
}
ASKED = r"\byou (?:have |had )?(?:\w+ )?(?:asked|wanted|requested|named|mentioned)\b|\byour (?:wish|request)\b"
ASKED += r"|\bas (?:asked|wanted|requested)\b|\byou are (?:looking|asking) for\b"
LIKED = r"\byou (?:have |had )?(?:\w+ ){0,2}(?:liked?|loved?|enjoy|enjoyed|adored?)\b|\byour favou?rites?\b"
DONE = r"\bhaving (?:\w+ )?(?:{did}|seen|finished)\b|\byou (?:have |had )?(?:\w+ )?(?:{did}|saw|seen|finished)\b|\byour (?:past|history|watchlist)\b"
ONLY_CLAIMED = "liked loved enjoyed adored asked wanted requested named mentioned saw seen".split()
MANY = r"\bmany(?: people)?(?: have)? (?:chose|chosen|picked)\b|\b(?:chosen|picked) by many\b|\b(?:choice|favourite) of many\b"
SIMILAR = (
    r"\b(?:close to|near(?: in \w+)?(?: to)?|far from|similar to|akin to|kin to|of a kind with|close match for"
    r"|in the (?:vein|spirit|line) of|along the lines of|reminds \w+ of|(?<!you )(?<!feel )like)(?: both)? "
)
ITS = r"(?:(?:its|the|their|some|both|same) )*"
SHARED = (  # what is said to be in both
    rf"\b(?:shar(?:es?|ing)|overlaps?) {ITS}(?P<values>{LIST})(?: with (?P<titles>{LIST}))?",
    rf"\b(?:overlaps?) with (?P<titles>{LIST})(?:[^#]* in {ITS}(?P<values>{LIST}))?",
    rf"(?P<values>{LIST}) in common(?: with (?P<titles>{LIST}))?",
    rf"(?P<values>{LIST}) (?:of|as in) (?P<titles>{LIST})",
    rf"(?P<titles>{LIST}) 's (?P<values>{LIST})?",
    rf"\bmeets (?P<titles>{LIST})(?:[^#]* in {ITS}(?P<values>{LIST}))?",
    rf"^like (?P<titles>{LIST})(?: , which you \w+)? , #\d+ (?:has|is|offers|brings) (?:an? )?{ITS}(?P<values>{LIST})",
    rf"\bsame (?P<values>{LIST})",
)
DEFINITE = "is has shares comes gives brings offers answers was belongs dates came delivers provides meets fits covers"
CAUSES = r"\b(?:because|since|due to|thanks to|owing to|therefore|hence|reason|explains?)\b"
YOURS = frozenset(
    "wish request history past list mood evening night weekend time choice pick moment way next taste liking kind "
    "watchlist watch viewing".split()
)
YOU_ARE = frozenset("looking asking in after here likely right happy glad".split())


def objection(sentence: str, item: Item, evidence: Sequence[Evidence], domain: Domain) -> str | None:
    """What the sentence says that the evidence does not, in words, or None if it may be shown.

    Every word has to come from a name of the evidence, from what the domain says of such facts, or from words that
    state nothing (chat/harmless.py): what nobody thought of is refused. Then every name has to stand in a relation
    that is true of it: what is said of the past, of the wish and of likeness is held against the facts one by one.
    """
    if not plain(sentence):
        return "it says nothing"
    item, evidence = as_data(item, evidence)
    if any(sentence == one.text and re.search(r"\bit\b", one.text, re.I) for one in evidence if one.kind != "stage"):
        return None  # the fact itself
    read = Reading(sentence, item, evidence, domain)
    checks = (
        _item,
        _people,
        _numbers,
        _facets,
        _names,
        _quotations,
        _words,
        _claims,
        _kin,
        _subjects,
        _causes,
        _praise,
    )
    return next((wrong for check in checks for wrong in check(read)), None)


@dataclass(frozen=True)
class Mention:
    """A name where it stands in a sentence; one may be both of the item itself and of another with the same title."""

    name: str
    own: bool = False
    title: bool = False
    quoted: bool = False


class Reading:
    """A sentence taken apart. `line`: small letters and single blanks, `#3` where the fourth mention stood. `capitals`:
    words with a capital that no beginning explains."""

    def __init__(self, sentence: str, item: Item, evidence: Sequence[Evidence], domain: Domain) -> None:
        self.item, self.evidence, self.domain = item, evidence, domain
        self.kinds = {one.kind for one in evidence}
        self.mentions, self.capitals = list[Mention](), list[str]()
        names = _known(item, evidence, domain)
        patterns = [
            rf"(?<![\w’'-]){re.escape(text)}(?![\w-]|[’'](?!s\b)\w)"
            if cased
            else rf"(?i:(?<!\w){re.escape(text)}(?!\w))"
            for text, (_, cased) in names.items()
        ]
        parts, starts = list[str](), True
        tokens = re.compile(
            "|".join([*(f"({one})" for one in patterns), f"({QUOTE})", r"([’']s\b|[^\W_]+(?:[’'][^\W_]+)*)", r"(\S)"])
        )
        for match in tokens.finditer(" ".join(sentence.split())):
            found, which = match.group(), match.lastindex or 0
            inner = found[1:-1].strip(" .,!?")
            if which <= len(names) or (which == len(names) + 1 and inner in names):
                mention = list(names.values())[which - 1][0] if which <= len(names) else names[inner][0]
                parts.append(f"#{len(self.mentions)}")
                self.mentions.append(mention)
                starts = False
            elif which == len(names) + 1:
                parts.append(f"#{len(self.mentions)}")
                self.mentions.append(Mention(found[1:-1], quoted=True))
            elif which == len(names) + 2:
                word = found.replace("’", "'").casefold()
                if found[0].isupper() and not starts and word.split("'")[0] != "i":
                    self.capitals.append(found)
                parts.append(harmless.CONTRACTED.get(word, word))
                starts = False
            elif found in "–—":
                parts.append(",")
            elif found not in "-'‘’\"":
                parts.append(found)
                starts = starts or found in ".!?:;"
        line = " ".join(parts)
        for as_it_stands, better in REPHRASED:
            line = re.sub(as_it_stands, better, line)
        self.line = line

    def at(self, marks: str) -> list[Mention]:
        """The mentions in a piece of the line."""
        return [self.mentions[int(number)] for number in re.findall(r"#(\d+)", marks)]

    def holds(self, mention: Mention, *kinds: str) -> bool:
        """Whether a fact of these kinds is of the name, with all that the fact needs said beside it."""
        said = {one.name for one in self.mentions}
        return any(
            one.kind in kinds and mention.name in one.names and (not _whole(one) or said.issuperset(one.names))
            for one in self.evidence
        )

    def clauses(self) -> list[str]:
        """The line in pieces of which each says one thing of the item."""
        going_on = "is|has|goes|should|would|may|comes|gives|brings|sits|makes|stands|answers|offers|follows|it|dates"
        return re.split(rf" [;:.!?](?: |$)|(?: ,)? and (?=(?:{going_on})\b)", self.line)


def _whole(one: Evidence) -> bool:
    return one.kind in ("history", "liked") or one.what.endswith("taken together")


def _known(item: Item, evidence: Sequence[Evidence], domain: Domain) -> Mapping[str, tuple[Mention, bool]]:
    """What may be mentioned as it stands, the longest first, and whether capitals count: a title in small letters may
    be any words."""
    titles, values = set[str](), set[str]()
    for one in evidence:
        if one.kind in ("history", "liked", "likeness"):
            titles |= set(one.names)
        elif one.kind == "shared":
            titles |= set(one.names[-1:])
            values |= set(one.names[:-1])
        elif one.kind not in ("passage", "stage"):
            values |= set(one.names)
    own = {item.title, item.name}
    found = {text: (Mention(text, text in own, text in titles), True) for text in {*own, *titles} if text}
    small = {value: value for value in values}
    small |= {word: value for word, (_, value) in domain.words.items() if value in values}
    for value in values:  # `price of 20 €` may be said as `20 €`, and as a price
        if amount := re.fullmatch(r"(\D+?)(?: of| from)? (\d\S*(?: \S+)?)", value):
            small |= dict.fromkeys(amount.groups(), value)
    found |= {text: (Mention(value), False) for text, value in small.items() if text not in found}
    return {text: found[text] for text in sorted(found, key=lambda text: (-len(text), text))}


def _item(read: Reading) -> Iterator[str]:
    own = any(mention.own for mention in read.mentions) or re.search(r"\b(?:it|its|this)\b", read.line)
    if not own and (re.match(r"(?:because |since |as |if |after )?(?:you|i|your|#\d)", read.line)):
        yield f"it does not speak of {_brief(read.item.title)}"


def _people(read: Reading) -> Iterator[str]:
    if not PEOPLE.isdisjoint(read.line.split()):
        yield "it speaks of people's work, or of other people"


def _numbers(read: Reading) -> Iterator[str]:
    for word in read.line.split():
        if not word.startswith("#") and (word in NUMBERS or re.search(r"\d", word)):
            yield f"the number {_brief(word)} is not in the evidence"


def _facets(read: Reading) -> Iterator[str]:
    words = f" {plain(re.sub(r'#[0-9]+', '·', read.line))} "
    ours = _said_of(read)
    for phrase, (facet, value) in read.domain.words.items():
        if f" {phrase} " in words and not set(phrase.split()) <= ours:
            yield f"the {facet} {value} is not in the evidence"
    for what, phrases in read.domain.unknown.items():
        if any(f" {plain(phrase)} " in words and not set(plain(phrase).split()) <= ours for phrase in phrases):
            yield f"it speaks of {what}, which nobody knows here"


def _names(read: Reading) -> Iterator[str]:
    for word in read.capitals:
        yield f"{_brief(word)} is not in the evidence"


def _quotations(read: Reading) -> Iterator[str]:
    passages = [quoted(one.what)[1:-1] for one in read.evidence if one.kind == "passage"]
    for mention in read.mentions:
        said = re.sub(r'["“”„«»]', "'", mention.name).strip(" '").removesuffix("…").rstrip(" .,")
        if mention.quoted and not (said and any(_inside(said, passage) for passage in passages)):
            yield f"nobody wrote “{_brief(mention.name)}”"


def _inside(said: str, passage: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(said)}(?!\w)", passage) is not None


def _words(read: Reading) -> Iterator[str]:
    ours = harmless.WORDS | set(ONLY_CLAIMED) | _said_of(read) | set(plain(" ".join(read.domain.harmless)).split())
    ours |= {read.domain.noun, read.domain.plural, read.domain.did, *read.domain.facets, "'s"}
    ours |= {"far"} if re.search(r"\bfar (?:from|off)\b", read.line) else set()
    for word in read.line.split():
        if not word.startswith("#") and word not in SIGNS and word not in ours:
            yield f"“{_brief(word)}” is not in the evidence"


def _said_of(read: Reading) -> set[str]:
    """The words that the domain has for the kinds of facts that there are."""
    tables = (PHRASES, FRAMES, read.domain.phrases, read.domain.frames)
    said = [phrase for table in tables for kind in read.kinds for phrase in table.get(kind, ())]
    said += [one.text.partition("“")[0] for one in read.evidence if one.kind in ("passage", "context")]
    said += [one.what for one in read.evidence if one.kind in ("context", "attribute")]
    said += [one.text for one in read.evidence if one.kind == "wish" and one.text.startswith("It ")]
    said += [OF_A_KIND[kind] for kind in read.kinds & set(OF_A_KIND)]
    return set(plain(re.sub(r"{[a-z]*}", " ", " ".join(said))).split()) - NEGATIONS


def _claims(read: Reading) -> Iterator[str]:
    """`Alien, which you watched` must be true of Alien: each claim is held against the names it is made of."""
    line, claimed = read.line, list[tuple[int, int]]()
    done = DONE.replace("{did}", re.escape(read.domain.did))
    for pattern, kind in ((done, "history"), (LIKED, "liking"), (ASKED, "request")):
        for match in re.finditer(pattern, line):
            claimed.append(match.span())
            if not set(MODAL).isdisjoint(match.group().split()) or re.search(r"\bif $", line[: match.start()]):
                if kind == "liking" or "read" in match.group():
                    continue  # `you may like` claims nothing
            meant = _meant(read, match)
            if not meant:
                yield f"it speaks of the {kind} without naming anything of it"
            for mention in meant:
                if not _true(read, kind, mention):
                    yield f"it says of {_brief(mention.name)} what the {kind} does not hold"
    past = [*ONLY_CLAIMED, *([read.domain.did] if read.domain.did not in harmless.WORDS else [])]
    for match in re.finditer(rf"\b(?:{'|'.join(map(re.escape, past))})\b", line):
        if not any(start <= match.start() < end for start, end in claimed):
            yield f"“{match.group()}” is said of nobody who is known to have"
    of_another = rf"(#\d+)(?: ,)?(?: which| that| is| was| has been| a)* (?:{MANY})|(?:{MANY}) (#\d+)"
    for match in re.finditer(of_another, line):
        if any(mention.title and not mention.own for mention in read.at(match.group())):
            yield "it says of another what is true of the item"
    for match in re.finditer(r"\byour (\S+)(?: (\S+))?", line):
        known = not read.kinds.isdisjoint(("history", "liked")) and match.group(2) not in ("for", "in")
        if match.group(1) not in YOURS - {"taste"} | {"favourite", "favourites"} and not (
            match.group(1) == "taste" and known
        ):
            yield f"nothing is known of “{_brief(match.group())}”"
    for match in re.finditer(r"\byou (?:are|were) (\S+)", line):
        if match.group(1) not in YOU_ARE:
            yield f"nothing is known of “{_brief(match.group())}”"


def _true(read: Reading, kind: str, mention: Mention) -> bool:
    if kind == "history":
        return read.holds(mention, "history")
    if kind == "liking":
        return read.holds(mention, "liked")
    return read.holds(mention, "wish", "years") or (mention.title and read.holds(mention, "likeness", "shared"))


def _meant(read: Reading, claim: re.Match[str]) -> list[Mention]:
    """What a claim is made of: what stands before it, in `Alien, which you watched` and `the Comedy you asked for`, else
    what it goes on to name."""
    before, after = read.line[: claim.start()], read.line[claim.end() :]
    back = re.search(rf"({LIST})((?: [^\s#;.!?]+){{0,6}}) $", before)
    behind = back and re.search(
        r"(?:^| )(?:which|that)$|^(?: (?!and|or|but|so|if|as|because|since|after|when)[^\s,]+)?$", back.group(2)
    )
    ahead = re.match(
        rf"(?: (?:for|a|an|the|some|more|something|like|both|also|of|named|as))*? ({LIST})(?= (\S+)|$)", after
    )
    if ahead and (not behind or claim.group().startswith("your ")):
        return _joined(read, ahead)
    if not back:
        return []
    found = read.at(back.group(1))
    return [mention for mention in found if mention.title] or found if "which" in back.group(2) else found


def _joined(read: Reading, listed: re.Match[str]) -> list[Mention]:
    """A list as far as it is one: in `You watched Alien, Aliens suits you` the item begins what is said of it."""
    marks = re.split(rf"({JOINED})", listed.group(1))
    found = read.at(marks[0])
    for joint, mark in zip(marks[1::2], marks[2::2], strict=True):
        (mention,) = read.at(mark)
        goes_on = mark == marks[-1] and (listed.group(2) or ".")[0].isalpha()
        if mention.own and not mention.title and ("," in joint or goes_on):
            break
        found.append(mention)
    return found


def _kin(read: Reading) -> Iterator[str]:
    """What is shared with what, and what is close to what."""
    before = list[Mention]()
    for clause in read.clauses():
        titles = [mention for mention in read.at(clause) if mention.title]
        for pattern in SHARED:
            for match in re.finditer(pattern, clause):
                values = [one for one in read.at(match.group("values") or "") if not one.title and not one.own]
                named = match.groupdict().get("titles")
                kin = [one for one in read.at(named) if one.title] if named else titles or before
                if named and not kin:
                    continue  # `the best of the Comedy`: no other item is spoken of
                yield from _unshared(read, values, kin)
        before = titles or before
    for match in re.finditer(rf"{SIMILAR}({LIST})", read.line):
        for mention in read.at(match.group(1)):
            if mention.title and not read.holds(mention, "likeness", "shared"):
                yield f"nothing says that it is close to {_brief(mention.name)}"


def _unshared(read: Reading, values: Sequence[Mention], kin: Sequence[Mention]) -> Iterator[str]:
    if not kin:
        yield "it says that something is shared, and not with what"
    for title in kin:
        both = {
            name for one in read.evidence if one.kind == "shared" and one.names[-1] == title.name for name in one.names
        }
        for value in values:
            if value.name not in both:
                yield f"{_brief(value.name)} is not shared with {_brief(title.name)}"
        if not both:
            yield f"nothing is known to be shared with {_brief(title.name)}"


def _subjects(read: Reading) -> Iterator[str]:
    """What is said of another item has no evidence: facts are of the item alone."""
    verbs = "|".join(DEFINITE.split())
    as_one = r"(?! (?:(?:a|the|one|part|just|also) )*(?:\w+ )?(?:companion|match|reason|why|partner|pair|kind|your))"
    for match in re.finditer(rf"(\S+ )?(#\d+)(?: , (?:which|that) you [^,#]*,)? (?:{verbs})\b{as_one}", read.line):
        (mention,) = read.at(match.group(2))
        leads = match.start(2) > 0 and re.match(r"#\d+ ,", read.line) and read.mentions[0].own
        if mention.title and not mention.own and not leads and (match.group(1) or "").strip() != "if":
            yield f"it says something of {_brief(mention.name)} instead"
    for match in re.finditer(r"(#\d+) (?:\( |, )?(?:from |of |in |came out in )?(#\d+)", read.line):
        first, second = read.at(match.group())
        if first.title and not first.own and re.search(r"\d{4}", second.name) and not (second.title or second.own):
            yield f"it dates {_brief(first.name)}"
    for match in re.finditer(rf"\b(?:years?|dates?|release) of ({LIST})", read.line):
        if any(mention.title for mention in read.at(match.group(1))):
            yield "it dates another by the item"


def _causes(read: Reading) -> Iterator[str]:
    done = DONE.replace("{did}", re.escape(read.domain.did))
    claim = rf"{done}|{LIKED}|{ASKED}" + (rf"|{MANY}" if "popular" in read.kinds else "")
    for match in re.finditer(CAUSES, read.line):
        rest = re.split(r" [;.!?]", read.line[match.end() :])[0]
        of = re.match(rf" (?:of )?({LIST})", rest)
        if of and all(read.holds(mention, "history", "liked", "wish") for mention in read.at(of.group(1))):
            continue
        if not re.search(claim, rest):
            yield f"“{match.group()}” gives a cause that nothing bears out"


def _praise(read: Reading) -> Iterator[str]:
    nouns = "|".join(map(re.escape, (read.domain.noun, read.domain.plural, *read.domain.harmless, r"#\d+")))
    words = "|".join(sorted(harmless.PRAISE))
    nouns = nouns.replace(r"\#\\d\+", r"#\d+")
    if found := re.search(rf"\b(?:{words}) (?:and \w+ )?(?:{nouns})(?:\b|$)", read.line):
        yield f"“{found.group().split()[0]}” praises, and nothing bears it out"
    if found := re.search(
        rf"\b(?:is|was|be|it) (?:\w+ )?({words})(?: (?:[.,;!]|and\b)|$)|\bone of a kind\b", read.line
    ):
        yield f"“{_brief(found.group())}” praises, and nothing bears it out"


def _brief(name: str) -> str:
    return name if len(name) <= LONGEST else name[: LONGEST - 1] + "…"
