"""Of the person, of their past and of items to each other only what a closed list has: words could say more."""

from __future__ import annotations

import re
from collections.abc import Iterator

from chat.reasons.reading import LIST, Mention, Reading
from retrieval.domain import plain

LONGEST = 60  # characters of a name in an objection, which is kept with the turn
ASKED = r"\byou (?:have |had )?(?:\w+ )?(?:asked|wanted|requested|named|mentioned)\b|\byour (?:wish|request)\b"
ASKED += r"|\bas (?:asked|wanted|requested)\b|\byou are (?:looking|asking) for\b"
LIKED = r"\byou (?:have |had )?(?:\w+ ){0,2}(?:liked?|loved?|enjoy|enjoyed|adored?)\b|\byour favou?rites?\b"
DONE = r"\bhaving (?:\w+ )?(?:{did}|seen|finished)\b|\byour (?:past|history|watchlist)\b"
DONE += r"|\byou (?:have |had )?(?:\w+ )?(?:{did}|saw|seen|finished)\b"

ADVERBS = r"(?:also |just |too |well |perhaps |maybe |both |even |simply |easily |already |earlier |previously |once )"
NOTHING_CLAIMED = (
    "like enjoy love want wish need find be see watch view read try pick choose consider take get give go "
)
NOTHING_CLAIMED += "feel think look turn say hope buy expect"
MODALS = "may|might|can|could|will|would|should|shall|to"
# after `you`: of what is done to them (`gives you the best`, `suits you after`) and of what they are free to do
OBJECT = (
    "a an the this that these some more something one another both all for from in into of on to with after at "
    "and or so but as if it its what when while whenever because since besides next hooked happy too well nicely "
    "tonight there here just right i we beside close back is would could should may might can will your then "
    "along again still"
)
MINE = re.compile(r"(?:^| )you(?= |$)")
PICKED = r"(?:picked|chose|chosen|selected|know|knew)"
BYGONE = (
    r"\b(?:again|already|earlier|previously|still|once|(?<!dates )(?<!dated )back|returns?|returned|began"
    r"|(?:keeps?|kept|keeping|continues?|continued) (?:on )?\w+ing)\b"
)
UP_TO_THEM = r"still (?:in the mood|looking|want)|once you"
GOES_ON = (
    "and or so but because since if you i we it would could may might should will already earlier previously once "
    "also too is was suggests makes then try consider gives means leads led , . ; : ! ? ( ) & before"
)

FILLING = (
    "a an the that this it which is are was be been being has have may might will would could should can here there "
    "you your me i we well nicely naturally neatly easily gladly quite just simply perhaps maybe also both too then "
    "and but so as in on for down right higher worth good great nice fine lovely solid strong natural sensible easy "
    "obvious perfect ideal worthy pleasant useful handy promising interesting welcome comfortable enjoyable thing "
    "things something one choice pick option idea suggestion recommendation match fit companion partner pair step stop "
    "place spot look way evening night tonight weekend time moment mood next kind sort bit its of with what "
    "possible suitable suited likely happy glad popular some more film another seems seem feels feel sounds sound"
)
COMPANY = (
    "goes go going pairs pair paired pairing sits sit suits suit fits fit works work stands stand makes make matches "
)
COMPANY += (
    "match keeps stays stay follows follow following up watch watching see seeing view read reading try take turn "
)
COMPANY += "appeal please find enjoy like gives brings offers answers meets serve serves asked wanted named mentioned "
COMPANY += "comes dates rank ranks stands lower to shares share listed put consider there recommend suggest think"
BESIDE = r"(?:with|beside|alongside|along with|next to|together with|companion (?:to|for)|partner (?:to|for|of)"
BESIDE += r"|(?:pairing|combination|match|pair|fit) (?:to|for|with|of)|addition to|(?:complements?|accompan(?:y|ies)))"
AFTER = r"(?:after|follow up to|follow(?:s|ing)?(?: \w+)? from|follow|your kind of \w+ is)"
KIN = r"(?:(?:close|near|similar|akin|kin|alike)(?: in \w+)? to|near|of a kind with|close match for"
KIN += (
    r"|in the (?:vein|spirit|line) of|along the lines of|reminds \w+ of|like(?: both)?|as(?: in| with)?|both|between)"
)
SHARED = r"(?:(?:shares?|sharing|overlaps?)\b.* with|in common with|\bmeets|# (?:of|as in|with)|overlaps? with|is what)"
CAUSED = r"(?:because of|thanks to|due to|owing to|given|since|because|if|as|when|once|on account of)"
YOURS = r"your (?:\w+ )?(?:viewing|watching|watch|reading|history|past|liking|taste|love|wish|request|watchlist)"
YOURS += r"(?: (?:of|for|with))?"
PLAIN = r"(?:and|or|&|but|so|while|or else|watching|seeing|reading|having \w+|, and|, or|)"


def of_the_person(read: Reading) -> Iterator[str]:
    """`you ...` goes on with what claims nothing (`you may enjoy`) or with what is checked (`you watched`)."""
    line = read.line
    done = DONE.replace("{did}", re.escape(read.domain.did))
    checked = [match.span() for match in re.finditer(rf"{done}|{LIKED}|{ASKED}", line)]
    free = rf"{ADVERBS}*(?:{MODALS}) {ADVERBS}*(?:{'|'.join(NOTHING_CLAIMED.split())})\b"
    free += rf"|(?:{'|'.join(OBJECT.split())})\b|get\b|find\b|see\b|are\b|can\b|#\d|[^\w#]|$"
    for match in MINE.finditer(line):
        rest = line[match.end() :].lstrip()
        at = line.index("you", match.start())
        if claim := re.match(rf"{ADVERBS}*(?:(?:have|had) )?{ADVERBS}*{PICKED}\b", rest):
            yield from _of_the_past(read, at, at + 4 + claim.end(), claim.group())
        elif spoken := next((span for span in checked if span[0] == at), None):
            said = line[slice(*spoken)]
            allowed = rf"you (?:(?:have|had|would|{MODALS}|are|do) )*{ADVERBS}*(?:(?:have|had|{MODALS}) )?"
            allowed += rf"{ADVERBS}*(?:feel )?\S+(?: for)?"
            if not re.fullmatch(allowed, said):
                yield f"“{brief(said)}” is not known"
        elif not re.match(free, rest) and not re.search(r"\b(?:if|whenever|what|do|let) $", line[:at]):
            yield f"nothing is known of “{brief('you ' + ' '.join(rest.split()[:2]))}”"
    for match in re.finditer(r"\b(?:by|to) you\b(?! (?:after|because|since|as|if))", line):
        if re.search(r"\b(?:picked|chosen|selected|known?|made|taken|found|followed|kept) $", line[: match.start()]):
            yield f"nothing is known of what is done “{match.group()}”"
    for match in re.finditer(
        rf"\b(?:{done}|{LIKED})((?: (?:the|both|a|an|also|films?))* {LIST})?(?: , too)?(?: (\S+))?", line
    ):
        follows, named = match.groups()[-1], read.at(match.groups()[-2] or "")
        if named and named[-1].own and not named[-1].title:
            continue  # `you watched Alien, Aliens may suit you`: the item begins what is said of it
        modal = re.search(rf"\b(?:{MODALS}|if)\b", f"{line[: match.start()][-3:]} {match.group()}")
        if follows and not modal and not match.group().startswith(("your", "you like to")) and not _goes_on(follows):
            yield f"“{brief(follows)}” is not in what is known of the past"


def _goes_on(word: str) -> bool:
    return word.startswith("#") or word in GOES_ON.split()


def of_the_past(read: Reading) -> Iterator[str]:
    """`again`, `already` and their like say that something has been: what they stand with has to be of the history."""
    done = DONE.replace("{did}", re.escape(read.domain.did))
    claims = [match.span() for match in re.finditer(rf"{done}|{LIKED}|{ASKED}", read.line)]
    allowed = [match.span() for match in re.finditer(UP_TO_THEM, read.line)]
    for match in re.finditer(BYGONE, read.line):
        at, end = match.span()
        of_a_claim = any(a <= at < b or at == b + 1 for a, b in claims) and match.group() not in ("again", "still")
        if not of_a_claim and not any(a <= at < b for a, b in allowed):
            yield from _of_the_past(read, at, end, match.group())
    said = (
        r"\b(?:is|was|are|were|been|remains) (?:one of )?your (?:\w+ )?(?:picks?|choices?|watch|viewing)\b(?! for| of)"
    )
    for match in re.finditer(said, read.line):
        if "next" not in match.group().split():
            yield from _of_the_past(read, *match.span(), match.group().strip())
    yours = (
        rf"\byour (?:\w+ )?(?:picks?|choice|viewing|watch|watching|reading|selection)(?: of| with| for| :| ,)? ({LIST})"
    )
    for match in re.finditer(yours, read.line):
        for one in read.at(match.group(1)):
            if (one.title or one.own) and not read.holds(one, "history"):
                yield f"“{brief(match.group().split(' #')[0])}” says what nobody knows of {brief(one.name)}"


def _of_the_past(read: Reading, start: int, end: int, said: str) -> Iterator[str]:
    """What stands in the same clause is of the history."""
    cut = r" (?:[,;:.!?]|so|because|since|but)(?: |$)"
    before, after = re.split(cut, read.line[:start])[-1], re.split(cut, read.line[end:])[0]
    if re.search(r"(?:^| )(?:which|that)? ?$", before) and not read.at(before):  # `Alien, which you know`
        before = (re.findall(rf"{LIST}(?= ,? ?(?:which|that)? ?$)", read.line[:start]) or [before])[-1]
    meant = [one for one in read.at(f"{before} {after}") if one.title or one.own]
    if not meant or not all(read.holds(one, "history") for one in meant):
        of = f" of {brief(meant[0].name)}" if meant else ""
        yield f"“{brief(said.strip())}” says what nobody knows{of}"


def between(read: Reading) -> Iterator[str]:
    """Between the item and another stands a kinship or a company that there is evidence for, and nothing else."""
    # what is said in passing of a title is checked as a claim
    line = re.sub(r"(#\d+)(?: ,)? (?:which|that) (?:you|is)\b[^,#;.!?:]*(?:,|(?= [;.!?:]|$))", r"\1", read.line)
    line = re.sub(r"\bwhat (?:led|brought|took) (?:me|us|you) to (#\d+) is", r"because of", line)
    start, last = 0, None
    for match in re.finditer(r"#(\d+)|[,;:.!?](?= |$)", line):
        if match.group(1) is None:
            start, last = match.end(), None
            continue
        mention = read.mentions[int(match.group(1))]
        if not (mention.title or mention.own):
            continue
        stretch = re.sub(r"#\d+", "#", line[start : match.start()]).strip()
        start = match.end()
        if mention.title and not (mention.own and last is None):
            yield from _related(read, mention, stretch)
        elif last is not None and last.title and not last.own:
            yield from _related(read, last, stretch, turned=True)
        last = mention


def _related(read: Reading, other: Mention, stretch: str, turned: bool = False) -> Iterator[str]:
    """Whether what stands before the name of another, or between it and the item, is a relation that is known of it."""
    done = DONE.replace("{did}", re.escape(read.domain.did))
    if re.fullmatch(PLAIN, stretch) or re.search(
        rf"(?:{done}|{LIKED}|{ASKED}|\byou {ADVERBS}*(?:have |had )?{PICKED})(?: [a-z]+){{0,4}}$", stretch
    ):
        return  # a list, or a claim, which is checked as one
    words = set(FILLING.split()) | set(COMPANY.split()) | {"#", read.domain.noun, read.domain.plural, "common"}
    words |= set(re.findall(r"[a-z]+", f"{BESIDE} {AFTER} {KIN} {SHARED} {CAUSED} {YOURS} {done}".replace(r"\b", " ")))
    words |= _worded(read)
    ends: list[tuple[str, tuple[str, ...]]] = [
        (BESIDE, ("history", "liked", "likeness", "shared")),
        (rf"{AFTER}|{YOURS}|follows?(?: on)? from {YOURS}", ("history", "liked")),
        (rf"{KIN}|{SHARED}", ("likeness", "shared")),
        (CAUSED, ("history", "liked", "wish", "likeness", "shared")),
    ]
    for end, kinds in ends:
        if found := re.search(rf"(?:^|\b|(?=#))(?:{end})(?: (?:the|both|a|also))*$", stretch):
            strange = [
                word
                for word in re.split(r"(?:^| )and ", stretch[: found.start()])[-1].split()
                if not _common(word, words)
            ]
            if not strange and any(read.holds(other, kind) for kind in kinds):
                return
    if turned and re.search(r"\b(?:suggests?|recommends?|so|you|try|i|we|because|since|then)\b", stretch):
        return  # `Alien suggests Aliens`: what follows is about the item alone
    offered = r"sits|stands|stays|comes|(?:there|here) is|turn to|look at|try|consider|pick|choose|take|give"
    if turned and re.fullmatch(offered, stretch):
        return  # `close to Alien sits Aliens`
    yield f"“{brief(stretch or other.name)}” is not known of {brief(other.name)}"


def _worded(read: Reading) -> set[str]:
    """The words in which the domain speaks of company and kinship."""
    tables = (read.domain.phrases, read.domain.frames)
    said = " ".join(
        one for table in tables for kind in ("history", "liked", "likeness", "shared") for one in table.get(kind, ())
    )
    return set(plain(re.sub(r"{[a-z]*}", " ", said)).split())


def _common(word: str, words: set[str]) -> bool:
    return word in words or bool(re.fullmatch(r"[(),&]", word))


def brief(name: str) -> str:
    """The name, cut if it is too long for an objection."""
    return name if len(name) <= LONGEST else name[: LONGEST - 1] + "…"
