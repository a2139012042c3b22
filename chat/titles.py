"""The items a message names, as written or nearly so."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from chat.words import FILLER, stance
from retrieval.catalogue import Catalogue
from retrieval.domain import plain

CLOSE = 86  # of 100: a slip of the finger or two in a title
SHORT = range(4, 8)  # letters of a title in which one slip is much
LEADS = re.compile(
    r"(?:\b(?:like|to|loved|enjoyed|liked|watched|seen|saw|hated|than|suggest|recommend|got|tell me about|why|why not)"
    r"|^(?:is|was)|\bwhat (?:year|genre) (?:is|was))$"
)
CUES = r"\b(?:like|similar to|loved|enjoyed|hated|watched|seen|suggest|recommend|why not|why)\s+"
STOP = r"\b(?:but|and|or|with|without|only|just|except|for|please|from|in|not|though|because|that|which)\b|[,.;:!?\"]"
JOINED = re.compile(r"\s*(?:,|&|and|or|nor|, ?and|, ?or)\s*", re.IGNORECASE)
EXAMPLE = re.compile(
    r"\b(?:(?<!would )(?<!i'd )(?<!i’d )(?<!you )like|liked|similar|vein|spirit|style|mood of|feel of"
    r"|(?<!would )(?<!i'd )(?<!i’d )loved?|enjoy(?:ed)?|adored?|favou?rites?|as \w+ as|more|than|reminds?|reminiscent"
    r"|resembl\w+|such as|fan of|fond of|close to|near to|after|based on|goes? (?:well )?with|along the lines"
    r"|cross between|mix of)\b"
    r"[^,.;:!?]*$",
    re.IGNORECASE,
)
GOES_ON = re.compile(r"[ -]?(?:vibes?|style|ish|esque|type|kind|but|meets|only|with|without)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Mention:
    """An item that was named. `sign` is the stance of the words there (`-` under a no); `example`: it says what the
    wish is to be like, and is not itself asked for or about.
    """

    id: str
    sign: str
    example: bool

    @property
    def bad(self) -> bool:
        return self.sign == "-"


def titles_of(catalogue: Catalogue) -> dict[str, list[str]]:
    """Every way a title may be written, plainly, with the ids it may mean; entries of one work count once."""
    titles: dict[str, list[str]] = defaultdict(list)
    for ids in catalogue.works.values():
        title = catalogue[ids[0]].title
        inside = re.findall(r"\(([^)]*)\)", title)
        outside = re.sub(r"\([^)]*\)", "", title)
        for form in {plain(f) for f in (title, outside, *inside, re.sub(r"^(?:The|A|An) ", "", outside))}:
            if form:
                titles[form].append(ids[0])
    return titles


def mentions(
    text: str, titles: Mapping[str, Sequence[str]], catalogue: Catalogue, known: Collection[str] = ()
) -> tuple[list[Mention], str]:
    """The items named, in their order, and the text as long as it was with `·` for each sign of their titles.

    `known`: words that mean something else and are no title with a slip in it.
    """
    words = list(re.finditer(r"[\w'’&.\-]*\w", text))
    found = _as_written(text, words, titles) or _misspelt(text, words, titles, known)
    spans = [(words[place[0]].start(), _year_after(text, words[place[-1]].end()), ids) for place, ids in found]
    rest = text
    for start, end, _ in spans:
        rest = rest[:start] + "·" * (end - start) + rest[end:]
    signs, named, last = stance(rest), dict[str, Mention](), (0, "+", False)
    for start, end, ids in spans:
        sign, example = signs[start], bool(EXAMPLE.search(rest[:start]) or GOES_ON.match(rest, end))
        if named and JOINED.fullmatch(rest[last[0] : start]) and not re.match(r" (?:is|was)\b", rest[end:]):
            sign, example = last[1], example or last[2]  # `I loved Heat, Casino`: what is joined shares the verb
        last = end, sign, example
        id = _meant(ids, text, catalogue)
        named[id] = Mention(id, sign, example)
    return list(named.values()), rest


Found = list[tuple[range, Sequence[str]]]  # the places of the words, and what they may mean


def _as_written(text: str, words: Sequence[re.Match[str]], titles: Mapping[str, Sequence[str]]) -> Found:
    """The longest first, so that a title inside another is not found."""
    found: Found = []
    taken: set[int] = set()
    for length in range(min(12, len(words)), 0, -1):
        for start in range(len(words) - length + 1):
            place = range(start, start + length)
            ids = titles.get(plain(text[words[start].start() : words[place[-1]].end()]))
            if ids and not taken & set(place) and _is_meant(text, words, place, taken):
                taken |= set(place)
                found.append((place, ids))
    return sorted(found, key=lambda one: one[0].start)


def _is_meant(text: str, words: Sequence[re.Match[str]], place: range, taken: Collection[int]) -> bool:
    """Common words are titles too (`Big`, `Speed`, `Heat`), so a short one needs a sign that it is meant."""
    start, first, last = place.start, words[place.start], words[place[-1]]
    if len(place) >= 4 or text[first.start() - 1 : first.start()] in ('"', "“", "'"):
        return True
    if all(word.group()[0].isupper() or word.group()[0].isdigit() for word in (first, last)):
        return start > 0 or len(place) > 1 or len(words) == 1 or _begins(text, last.end())
    before = words[start - 1].group().casefold() if start else ""
    if before in ("and", "or", "nor"):  # `like Heat and casino`: what is joined to a title is one
        return start - 2 in taken
    led = LEADS.search(" ".join(word.group().casefold() for word in words[max(0, start - 3) : start]))
    return bool(led) and (len(place) > 1 or first.group().casefold() not in FILLER)


def _begins(text: str, end: int) -> bool:
    """Whether the first word, with its capital that every sentence has, is set apart as a name is."""
    judged = (
        r"(?:is|was)(?:n['’]t| not)? (?:\w+ly |so |very )?(?:for me|my|great|good|lovely|boring|bad|awful|overrated)"
    )
    return bool(re.match(rf"\s*(?:[,?]|and [A-Z]|or [A-Z]|but\b|{judged}\b)", text[end:]))


def _misspelt(
    text: str, words: Sequence[re.Match[str]], titles: Mapping[str, Sequence[str]], known: Collection[str]
) -> Found:
    """What stands where a title is expected and is one but for a slip or two."""
    found: Found = []
    for cue in re.finditer(CUES, text, re.IGNORECASE):
        said = re.split(STOP, text[cue.end() :], maxsplit=1, flags=re.IGNORECASE)[0].strip()
        if len(said) >= 4 and plain(said) not in known and (near := _near(said, titles)):
            at = [n for n, word in enumerate(words) if cue.end() <= word.start() < cue.end() + len(said)]
            found.append((range(at[0], at[-1] + 1), titles[near]))
    return found


def _near(said: str, titles: Mapping[str, Sequence[str]]) -> str | None:
    """The title that was meant: by all its letters, or in a short one with a single slip.

    A short word that is not written as a name may only have two letters changed about: `form` is no slip in `Fork`.
    """
    word = plain(said)
    # `ghosts` is a word of its own and no slip in `Ghost`
    forms = [title for title in titles if title not in (f"{word}s", word.removesuffix("s")) or title == word]
    if len(word) not in SHORT:
        near = process.extractOne(word, forms, scorer=fuzz.ratio, score_cutoff=CLOSE)
        return str(near[0]) if near else None
    if word in FILLER:
        return None
    slips = [title for title in forms if len(title) in SHORT and OSA.distance(word, title, score_cutoff=1) == 1]
    return next((title for title in slips if said[0].isupper() or sorted(title) == sorted(word)), None)


def _year_after(text: str, end: int) -> int:
    """Where a title ends with the year that may stand behind it: `Alien (1979)`."""
    year = re.compile(r" ?\(\d{4}\)").match(text, end)
    return year.end() if year else end


def _meant(ids: Sequence[str], text: str, catalogue: Catalogue) -> str:
    """Of namesakes the one whose year is in the text, else the first."""
    return next((id for id in ids if str(catalogue[id].year) in text), ids[0])
