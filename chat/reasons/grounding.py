"""No claim without evidence: a sentence may name only what its evidence names, and only as its evidence has it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from chat.messages import Evidence
from chat.reasons import harmless
from chat.reasons.reading import JOINED, LIST, Mention, Reading
from chat.reasons.relations import ASKED, DONE, LIKED, between, brief, of_the_past, of_the_person
from chat.reasons.spoken import as_data, quoted
from chat.reasons.templates import FRAMES, NEVER_SAID, PHRASES, itself, says_itself
from retrieval.domain import Domain, plain
from retrieval.items import Item

NUMBERS = frozenset(
    "zero two three four five six seven eight nine ten eleven twelve dozen half double twice hundred thousand million "
    "second third fourth fifth nineties eighties seventies sixties decade century ii iii iv vi vii viii ix".split()
)
PEOPLE = frozenset(
    "directed director starring star stars actor actors actress actresses cast written writer produced producer "
    "performance performances played he she his her him they who whom".split()
)
SIGNS = frozenset(".,;:!?()\"“”'‘’–—-&…/")
MODAL = frozenset("may might will would could can should to if".split())
INVITING = re.compile(r"\bwhy not (?=(?:try|give|pick|choose|consider|take|go for|see|watch|read)\b)")  # denies nothing
NEGATIONS = frozenset("not no nor neither never without none nothing hardly".split())
OF_A_KIND = {
    "year": "year",
    "years": "year years",
    "popular": "popular",
    "passage": "described description describes review quoted words",
}
ONLY_CLAIMED = "liked loved enjoyed adored asked wanted requested named mentioned saw seen".split()
MANY = r"\bmany(?: people)?(?: have)? (?:chose|chosen|picked)\b|\b(?:chosen|picked) by many\b"
MANY += r"|\b(?:choice|favourite) of many\b"
SIMILAR = (
    r"\b(?:(?:close|near|similar|akin|kin|alike)(?: in \w+)? to|near|of a kind with|close match for"
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
DATED_BY = r"\b(?:(?:years?|dates?|release) (?:of|after)|(?:made|released|dat\w+|came)(?: \w+)? (?:after|around|with))"
DEFINITE = "is has shares comes gives brings offers answers was belongs dates came delivers provides meets fits covers"
CAUSES = r"\b(?:because|since|due to|thanks to|owing to|therefore|hence|reason|explains?)\b"
YOURS = frozenset(
    "wish request history past list mood evening night weekend time choice pick moment way next liking kind "
    "watchlist watch viewing favourite favourites".split()
)
OF_THE_ITEM = harmless.VERBS | set(
    "a an one among here from near close worth it its this is has was may would could should".split()
)
OF_ANOTHER = set("you your i we many there since because as after if like beside to for with on".split())
YOU_ARE = frozenset("looking asking in after here likely right happy glad".split())


def objection(
    sentence: str, item: Item, evidence: Sequence[Evidence], domain: Domain, under_the_title: bool = False
) -> str | None:
    """What the sentence says that the evidence does not, in words, or None if it may be shown.

    Every word has to come from a name of the evidence, from what the domain says of such facts, or from words that
    state nothing (harmless.py): what nobody thought of is refused. Then every name has to stand in a relation that is
    true of it: what is said of the past, of the wish and of likeness is held against the facts one by one.
    `under_the_title`: what stands under the name of the item need not name it again.
    """
    if not plain(sentence):
        return "it says nothing"
    item, evidence = as_data(item, evidence)
    if under_the_title and any(sentence == one.text for one in evidence if one.kind not in NEVER_SAID):
        return None  # the fact itself
    read = Reading(sentence, item, evidence, domain)
    if not under_the_title and not any(mention.own for mention in read.mentions):
        return f"it does not speak of {brief(item.title)}"
    return next((wrong for check in (*FORM, *RELATIONS) for wrong in check(read)), None)


def _item(read: Reading) -> Iterator[str]:
    """A sentence names the item; a line under its title may leave it out, but then it begins with what the item is."""
    if any(mention.own for mention in read.mentions):
        return
    first = read.line.split()[0]
    of_another = re.search(r"\b(?:try|consider|there is|turn to|comes|sits) #\d", read.line)
    if first not in (OF_THE_ITEM | _said_of(read)) - OF_ANOTHER or of_another:
        yield f"it does not speak of {brief(read.item.title)}"


def _people(read: Reading) -> Iterator[str]:
    if not PEOPLE.isdisjoint(read.line.split()):
        yield "it speaks of people's work, or of other people"


def _numbers(read: Reading) -> Iterator[str]:
    for word in read.line.split():
        if not word.startswith("#") and (word in NUMBERS or re.search(r"\d", word)):
            yield f"the number {brief(word)} is not in the evidence"


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
        yield f"{brief(word)} is not in the evidence"


def _quotations(read: Reading) -> Iterator[str]:
    passages = [quoted(one.what)[1:-1] for one in read.evidence if one.kind == "passage"]
    for mention in read.mentions:
        said = re.sub(r'["“”„«»]', "'", mention.name).strip(" '").removesuffix("…").rstrip(" .,")
        if mention.quoted and not (said and any(_inside(said, passage) for passage in passages)):
            yield f"nobody wrote “{brief(mention.name)}”"


def _inside(said: str, passage: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(said)}(?!\w)", passage) is not None


def _words(read: Reading) -> Iterator[str]:
    ours = harmless.WORDS | set(ONLY_CLAIMED) | _said_of(read) | set(plain(" ".join(read.domain.harmless)).split())
    ours |= {read.domain.noun, read.domain.plural, read.domain.did, *read.domain.facets, "'s"}
    for word in INVITING.sub("", read.line).split():
        if not word.startswith("#") and word not in SIGNS and word not in ours:
            yield f"“{brief(word)}” is not in the evidence"
    if found := re.search(
        r"\babout (?!(?:an? |the )?#)|(?<!you )(?<! will)(?<! may)(?<! might)(?<! would)(?<! could) \blove\b", read.line
    ):
        yield f"what it is about, “{found.group().strip()}”, is not in the evidence"


def _said_of(read: Reading) -> set[str]:
    """The words that the domain has for the kinds of facts that there are."""
    tables = (PHRASES, FRAMES, read.domain.phrases, read.domain.frames)
    said = [phrase for table in tables for kind in read.kinds for phrase in table.get(kind, ())]
    said += [one.text.partition("“")[0] for one in read.evidence if one.kind in ("passage", "context")]
    said += [one.what for one in read.evidence if one.kind in ("context", "attribute")]
    said += [way for one in read.evidence if says_itself(one) for way, _ in itself(one)]
    said += [OF_A_KIND[kind] for kind in read.kinds & set(OF_A_KIND)]
    return set(plain(re.sub(r"{[a-z]*}", " ", " ".join(said))).split()) - NEGATIONS


def _claims(read: Reading) -> Iterator[str]:
    """`Alien, which you watched` must be true of Alien: each claim is held against the names it is made of."""
    line, claimed = read.line, list[tuple[int, int]]()
    done = DONE.replace("{did}", re.escape(read.domain.did))
    for pattern, kind in ((done, "history"), (LIKED, "liking"), (ASKED, "request")):
        for match in re.finditer(pattern, line):
            claimed.append(match.span())
            modal = not MODAL.isdisjoint(match.group().split()) or re.search(r"\bif $", line[: match.start()])
            if modal and (kind == "liking" or read.domain.did in harmless.WORDS):
                continue  # `you may like` claims nothing, nor does `you should read`
            meant = _meant(read, match)
            if not meant:
                yield f"it speaks of the {kind} without naming anything of it"
            for mention in meant:
                if not _true(read, kind, mention):
                    yield f"it says of {brief(mention.name)} what the {kind} does not hold"
    past = [*ONLY_CLAIMED, *([read.domain.did] if read.domain.did not in harmless.WORDS else [])]
    for match in re.finditer(rf"\b(?:{'|'.join(map(re.escape, past))})\b", line):
        if not any(start <= match.start() < end for start, end in claimed):
            yield f"“{match.group()}” is said of nobody who is known to have"
    of_another = rf"(#\d+)(?: ,)?(?: which| that| is| was| has been| a)* (?:{MANY})|(?:{MANY}) (#\d+)"
    for match in re.finditer(of_another, line):
        if any(mention.title and not mention.own for mention in read.at(match.group())):
            yield "it says of another what is true of the item"


def _person(read: Reading) -> Iterator[str]:
    """Of the person nothing is said but what they did, like and asked for."""
    for match in re.finditer(r"\byour (\S+)(?: (\S+))?", read.line):
        known = not read.kinds.isdisjoint(("history", "liked")) and match.group(2) not in ("for", "in")
        wished = all(read.holds(mention, "wish") for mention in read.at(match.group(1))) and "#" in match.group(1)
        if match.group(1) not in YOURS and not wished and not (known and match.group(1) == "taste"):
            yield f"nothing is known of “{brief(match.group())}”"
    for match in re.finditer(r"\bmakes? you\b", read.line):
        yield f"nothing is known of what “{match.group()}”"
    for match in re.finditer(r"\byou (?:are|were) (\S+)", read.line):
        if match.group(1) not in YOU_ARE:
            yield f"nothing is known of “{brief(match.group())}”"


def _true(read: Reading, kind: str, mention: Mention) -> bool:
    if kind == "history":
        return read.holds(mention, "history")
    if kind == "liking":
        return read.holds(mention, "liked")
    return read.holds(mention, "wish", "years") or (mention.title and read.holds(mention, "likeness", "shared"))


def _meant(read: Reading, claim: re.Match[str]) -> list[Mention]:
    """What a claim is made of: what stands before it in `Alien, which you watched` and `the Comedy you asked for`, and
    what it goes on to name in `you asked for Comedy`."""
    before, after = read.line[: claim.start()], read.line[claim.end() :]
    back = re.search(rf"({LIST})((?: [^\s#;.!?]+){{0,6}}) $", before)
    behind = back and re.search(
        r"(?:^| )(?:which|(?<!given )(?<!is )that)$|^(?: (?!and|or|but|so|if|as|because|since|after|when)[^\s,]+)?$",
        back.group(2),
    )
    ahead = re.match(
        rf"(?: (?:for|a|an|the|some|more|something|like|both|also|of|named|as))*? ({LIST})(?= (\S+)|$)", after
    )
    if claim.group().startswith("your "):
        ahead = re.match(rf" (?:(?:for|with|of|a|an|the|some|like) )*({LIST})(?= (\S+)|$)", after) or ahead
        behind = None
    if ahead and not behind:
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
                yield f"nothing says that it is close to {brief(mention.name)}"


def _unshared(read: Reading, values: Sequence[Mention], kin: Sequence[Mention]) -> Iterator[str]:
    if not kin:
        yield "it says that something is shared, and not with what"
    for title in kin:
        both = {
            name for one in read.evidence if one.kind == "shared" and one.names[-1] == title.name for name in one.names
        }
        for value in values:
            if value.name not in both:
                yield f"{brief(value.name)} is not shared with {brief(title.name)}"
        if not both:
            yield f"nothing is known to be shared with {brief(title.name)}"


def _subjects(read: Reading) -> Iterator[str]:
    """What is said of another item has no evidence: facts are of the item alone."""
    verbs = "|".join(DEFINITE.split())
    as_one = (
        r"(?! (?:(?:a|the|one|part|just|also|that) )*(?:\w+ )?(?:companion|match|reason|why|partner|pair|kind|your?\b))"
    )
    for match in re.finditer(rf"(\S+ )?(#\d+)(?: , (?:which|that) you [^,#]*,)? (?:{verbs})\b{as_one}", read.line):
        (mention,) = read.at(match.group(2))
        leads = match.start(2) > 0 and re.match(r"#\d+ ,", read.line) and read.mentions[0].own
        if mention.title and not mention.own and not leads and (match.group(1) or "").strip() != "if":
            yield f"it says something of {brief(mention.name)} instead"
    for match in re.finditer(r"(#\d+) (?:\( |, )?(?:from |of |in |came out in )?(#\d+)", read.line):
        first, second = read.at(match.group())
        if first.title and not first.own and re.search(r"\d{4}", second.name) and not (second.title or second.own):
            yield f"it dates {brief(first.name)}"
    for match in re.finditer(rf"{DATED_BY} ({LIST})", read.line):
        if any(mention.title for mention in read.at(match.group())):
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
    nouns = "|".join((*map(re.escape, (read.domain.noun, read.domain.plural, *read.domain.harmless)), r"#\d+"))
    words = "|".join(sorted(harmless.PRAISE))
    if found := re.search(rf"\b(?:{words}) (?:and \w+ )?(?:{nouns})(?:\b|$)", read.line):
        yield f"“{found.group().split()[0]}” praises, and nothing bears it out"
    if found := re.search(
        rf"\b(?:is|was|be|it) (?:\w+ )?({words})(?: (?:[.,;!]|and\b)|$)|\bone of a kind\b", read.line
    ):
        yield f"“{brief(found.group())}” praises, and nothing bears it out"


FORM = (_item, _people, _numbers, _facets, _names, _quotations, _words)
RELATIONS = (_claims, _person, of_the_person, of_the_past, _kin, between, _subjects, _causes, _praise)
