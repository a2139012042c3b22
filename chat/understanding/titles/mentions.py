"""The items a message names, as written or nearly so."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from chat.understanding.text.words import FILLER, stance
from chat.understanding.titles.namesakes import with_namesakes
from chat.understanding.titles.opinions import opinions, runs_to, seen_by
from chat.understanding.titles.taking import END, TAKING
from retrieval.catalogue import Catalogue
from retrieval.domain import Domain, plain
from retrieval.words.titles import Link, Titles

CLOSE = 86  # of 100: a slip of the finger or two in a title
TALK = frozenset("awesome lol haha hmm nice theater theaters cinema actor actors actress bye hey".split())
EXACT = 100
LONG = 8  # letters of a title that is looked for with more than one slip
CUES = r"\b(?:like|similar to|loved|enjoyed|hated|watched|seen|suggest|recommend|why not|why)\s+"
STOP = r"\b(?:but|and|or|with|without|only|just|except|for|please|from|in|not|though|because|that|which)\b|[,.;:!?\"]"
SHORT = 6  # letters of a title in which a slip is looked for where it is all that is taken or finished
DONE = (
    r"(?:\b(?:i|we)(?:['’]?(?:m|re|ve)| am| are| have)?|^(?:(?:yes|no|ok|oh|sorry),? )*)"
    r" ?(?:already |just )?(?:(?:done|through) with|finished(?: with| watching| reading)?|completed)"
)
ALL_IT_SAYS = re.compile(rf"(?:{TAKING}|{DONE})\s+(?P<said>[^,.;:!?\"]+?)(?:{END}|(?= already\b))", re.IGNORECASE)
JOINED = re.compile(r"\s*(?:,|&|and|or|nor|, ?and|, ?or)\s*", re.IGNORECASE)
EXAMPLE = re.compile(
    r"\b(?:(?<!would )(?<!i'd )(?<!i’d )(?<!you )like|liked|similar|vein|spirit|style|mood of|feel of"
    r"|(?<!would )(?<!i'd )(?<!i’d )loved?|enjoy(?:ed)?|adored?|favou?rites?|as \w+ as|than"
    r"|more(?! (?:about|on|of)\b)|reminds?|reminiscent"
    r"|resembl\w+|such as|fan of|fond of|close to|near to|after|based on|goes? (?:well )?with|along the lines"
    r"|cross between|mix of)\b"
    r"[^,.;:!?]*$",
    re.IGNORECASE,
)
SEEN = re.compile(
    r"(?<!not )(?<!n't )(?<!n’t )(?<!nt )\b(?:(?:i|we|they)(?:['’]?ve| have)?|(?:he|she)(?:['’]s| has)?|already) "
    r"(?:already |just |both |recently )?(?:seen|watched|saw|owns?|owned|bought|read|got|(?<=already )ha(?:s|ve)"
    r"|had the (?:pleasure|joy) of(?: (?:seeing|watching))?)\s+(?:both |all |the )*$"
    r"|^(?:(?:yes|yeah|yep|no|oh|ok|also|already)[, ]+)*(?:seen|watched|saw)\s+(?:both |all |the )*$"
    r"|\bas (?:if|though) (?:i|we) (?:had|have|did)(?:n['’]?t| not| never) (?:already |just )?(?:seen|see|watched?)\s+"
    rf"(?:both |all |the )*$|{DONE}\s+$",
    re.IGNORECASE,
)
# `Heat I know by heart, and Casino too`
TOO, TOO_BEHIND = (
    re.compile(r"[^·.!?]*\b(?:and|but) (?:also )?", re.IGNORECASE),
    re.compile(r" (?:too|as well|also)\b", re.I),
)
GOES_ON = re.compile(r"[ -]?(?:vibes?|style|ish|esque|type|kind|but|meets|only|with|without)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Mention:
    """An item that was named, or those of which one was meant: `ids`. `sign` is the stance of the words there (`-`
    under a no); `example`: it says what the wish is to be like, and is not itself asked for or about; `seen`: they say
    that they have seen it; `start`: where its title begins.
    """

    ids: tuple[str, ...]
    sign: str
    example: bool
    seen: bool = False
    start: int = 0

    @property
    def bad(self) -> bool:
        return self.sign == "-"


def ids_of(meant: Iterable[Mention]) -> tuple[str, ...]:
    """The ids of what was named, each once."""
    return tuple(dict.fromkeys(id for one in meant for id in one.ids))


def with_sign(meant: Iterable[Mention], sign: str) -> tuple[str, ...]:
    """The ids of what was named in this stance."""
    return ids_of(one for one in meant if one.sign == sign)


def titles_in(catalogue: Catalogue, domain: Domain) -> Titles:
    """The titles of the catalogue, beside the words that mean something else in this domain."""
    return Titles.of(catalogue, (FILLER | TALK).union(*(words.split() for words in domain.words)))


def mentions(
    text: str, titles: Titles, names: Sequence[tuple[int, int]] = (), pointed: Sequence[Link] = ()
) -> tuple[list[Mention], str]:
    """The items named, in their order, and the text as long as it was with `·` for each sign of their titles. `names`:
    from where to where something else is named, of which a part is no title with a slip: the `Steven` of Spielberg.
    `pointed`: items that words tell apart otherwise, where no title stands."""
    found = [one for one in titles.linked(text) if not _of_a_kind(text, one) and not _within(one, names)]
    links = found or _misspelt(text, titles)
    links = with_namesakes(text, links, titles)
    free = [one for one in pointed if not any(one.start < other.end and other.start < one.end for other in links)]
    links = sorted([*links, *free], key=lambda one: one.start)
    rest = text
    for link in links:
        rest = rest[: link.start] + "·" * (link.end - link.start) + rest[link.end :]
    signs, named, last, seen = stance(rest), dict[tuple[str, ...], Mention](), (0, "+", False), False
    places = [(link.start, link.end) for link in links]
    thought, ends = opinions(rest, places, JOINED), runs_to(rest, places, JOINED)
    for link, opinion, end in zip(links, thought, ends, strict=True):
        sign = signs[link.start]
        seen_it = bool(SEEN.search(rest[: link.start])) or seen_by(rest, link.start, end)
        example = bool(EXAMPLE.search(rest[: link.start]) or (GOES_ON.match(rest, link.end) and not seen_it))
        shared = bool(named) and JOINED.fullmatch(rest[last[0] : link.start])
        if shared and not re.match(r" (?:is|was)\b", rest[link.end :]):
            sign, example = last[1], example or last[2]  # `I loved Heat, Casino`: what is joined shares the verb
        too = (
            bool(named) and TOO.fullmatch(rest[last[0] :][: link.start - last[0]]) and TOO_BEHIND.match(rest, link.end)
        )
        seen = seen_it or (seen and bool(shared or too))
        last = link.end, sign, example
        if opinion == "-" or (opinion and seen):
            sign, example = opinion, True
        named[link.ids] = Mention(link.ids, sign, example, seen, link.start)
    return list(named.values()), rest


def _of_a_kind(text: str, link: Link) -> bool:
    """Whether any thing of that kind is meant, and none by its name: `a chess set`."""
    any_of_it = re.search(r"(?<!like )\b(?:an?|some|any) $", text[: link.start], re.IGNORECASE)
    return text[link.start].islower() and bool(any_of_it)


def _within(link: Link, names: Sequence[tuple[int, int]]) -> bool:
    return any(start <= link.start and link.end <= end and link.end - link.start < end - start for start, end in names)


def _misspelt(text: str, titles: Titles) -> list[Link]:
    """What stands where a long title is expected, and is one but for some slips."""
    found = []
    for cue in re.finditer(CUES, text, re.IGNORECASE):
        said = re.split(STOP, text[cue.end() :], maxsplit=1, flags=re.IGNORECASE)[0].rstrip()
        if len(said) >= LONG and (ids := titles.closest(said, CLOSE)):
            found.append(Link(cue.end(), cue.end() + len(said), ids, 0.5))
    return found or list(_all_it_says(text, titles))


def _all_it_says(text: str, titles: Titles) -> Iterator[Link]:
    """What is taken or finished, and is nothing but a title, be it in small letters: `i'll take airplane`."""
    for cue in ALL_IT_SAYS.finditer(text):
        said = cue["said"]
        if set(plain(said).split()) <= FILLER:
            continue
        if ids := titles.closest(said, CLOSE if len(said) >= SHORT else EXACT):
            yield Link(cue.start("said"), cue.end("said"), ids, 0.5)
