"""What can be said of an item by template: true by construction, and seldom twice in the same words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from zlib import crc32

from chat.grammar import listed
from chat.messages import Evidence
from chat.reasons.spoken import as_data, quoted
from retrieval.domain import Domain
from retrieval.items import Item

# what a domain may leave unsaid; {did} is what people do with its items
PHRASES: Mapping[str, tuple[str, ...]] = {
    "shared": ("shares {values} with {titles}, which you named",),
    "likeness": ("is close to {}, which you named",),
    "wish": ("has the {} you asked for",),
    "years": ("is from {}, within the years you asked for",),
    "history": ("goes well with {}, which you {did}",),
    "liked": ("goes well with {}, which you like",),
    "attribute": ("is {}",),
    "year": ("is from {}",),
    "popular": ("is one that many people chose",),
    "change": ("is here for a change",),
    "pinned": ("is one that we feature",),
    "passage": ("is described like this: {}",),
    "context": ("suits the moment ({})",),
}
FRAMES: Mapping[str, tuple[str, ...]] = {
    "history": ("Since you {did} {}, {item} is worth a look",),
    "wish": ("You asked for {}, and {item} has it",),
}
TOGETHER = ("wish", "history", "liked")  # several of a kind are said at once
NAMELESS = ("popular", "change", "pinned")  # kinds that are about nothing but the item
ON_THE_CARD = ("attribute", "year")  # kinds that stand beside the title already
OF_ITS_OWN = ("shared", "likeness", "passage", "history", "liked", "context")  # kinds that few of a list have alike
NEVER_SAID = ("stage",)  # for who supports the person, never in a sentence to them
TITLES = 3  # that may be named at once
MOST = 2  # facts in a sentence: more make one that nobody reads
NOTHING = "is worth a look"
ALTERNATIVES = re.compile(r"\[([^\[\]]*)\]")  # what one splits by it has a choice at every second place
PLACES = re.compile(r"{([a-z]*)}")
MARK = 4  # letters of a word by which a phrase is known again
AS_ASKED = ("as you asked", "as you wanted")  # how what was asked for may end
AS_NAMED = ("which you named", "which you mentioned")
AFTER = 5  # ways of saying the second fact that each way of saying the first is followed by


@dataclass(frozen=True)
class Wording:
    """One way of saying something. `marks`: the words by which it is known again when it was said of something else."""

    text: str
    marks: tuple[str, ...]


def card(item: Item, evidence: Sequence[Evidence], domain: Domain, seed: str = "", before: Sequence[str] = ()) -> str:
    """The line under a title: what speaks for it, without naming it again. `before`: the lines above it."""
    item, facts = _prepared(item, evidence)
    featured = [one for one in facts if one.kind == "pinned"]  # whatever else speaks for it, that is said too
    others = [one for one in facts if one.kind not in ("pinned", *ON_THE_CARD)][:MOST]
    # what everybody can see is better than next to nothing
    if not featured and all(one.kind in NAMELESS for one in others):
        others = [*others, *(one for one in facts if one.kind in ON_THE_CARD)][:MOST]
    each = (*others, *featured)
    clauses = list[str]()
    for one in each:
        ways_of = _once(phrases(one, domain, "; "), " ".join(clauses))
        clauses.append(_chosen(ways_of, f"{seed} {item.id} {one.kind}", before))
    said = "; ".join(re.sub("(^|; )(is|has been) ", r"\1", clause) for clause in clauses) or "worth a look"
    return ended(said[0].upper() + said[1:])


def chat(item: Item, evidence: Sequence[Evidence], domain: Domain, seed: str = "", before: Sequence[str] = ()) -> str:
    """A sentence that names the item and gives its two most telling facts. `before`: what was just said of others."""
    return _chosen(_sentences(item, evidence, domain), f"{seed} {item.id}", before)


def console(item: Item, evidence: Sequence[Evidence], domain: Domain) -> str:
    """Everything that is known of why the item stands where it stands, for who supports the person."""
    _, facts = as_data(item, evidence)
    return " ".join(one.text for one in facts) or f"The {domain.noun} has nothing to its credit but its score."


def sentences(item: Item, evidence: Sequence[Evidence], domain: Domain) -> tuple[str, ...]:
    """Every good sentence about the item from its two most telling facts; the same for the same arguments.

    The targets of a model that learns the wording, and what `chat` chooses from.
    """
    return tuple(dict.fromkeys(one.text for one in _sentences(item, evidence, domain)))


def phrases(one: Evidence, domain: Domain, join: str = " and ") -> tuple[Wording, ...]:
    """What may be said of the item by this fact, after its name: `goes well with Alien, which you watched`. `join`:
    what stands between several that are said as one."""
    if says_itself(one):
        return tuple(Wording(said, (said, *ending)) for said, ending in itself(one, join))
    return tuple(_filled(way, one) for phrase in fitting(one, domain) for way in ways(phrase))


def frames(item: Item, one: Evidence, domain: Domain) -> tuple[Wording, ...]:
    """Whole sentences of this fact, without their full stop: `Since you watched Alien, try Aliens`."""
    if says_itself(one):
        return ()
    return tuple(_filled(way, one, item.name) for frame in fitting(one, domain, whole=True) for way in ways(frame))


def table(kind: str, domain: Domain, whole: bool = False) -> tuple[str, ...]:
    """The phrases for facts of a kind, or the sentences if `whole`, with their places to fill."""
    own, common = (domain.frames, FRAMES) if whole else (domain.phrases, PHRASES)
    return tuple(phrase.replace("{did}", domain.did) for phrase in own.get(kind) or common.get(kind, ()))


def fitting(one: Evidence, domain: Domain, whole: bool = False) -> tuple[str, ...]:
    """Those of the table that suit the fact: what is someone's, as `Children's`, has to have a noun behind it."""
    phrases = table(one.kind, domain, whole)
    if not re.search("['’]s$", one.what):
        return phrases
    return tuple(each for each in phrases if re.search(rf"{{}} (?:{domain.noun}|{domain.plural})\b", each)) or phrases


def ways(phrase: str) -> list[str]:
    """The phrase with each choice made, `[a|b]`, in every way."""
    pieces = ALTERNATIVES.split(phrase)
    return ["".join(way) for way in product(*(_options(piece, at) for at, piece in enumerate(pieces)))]


def pattern(phrase: str, fill: Mapping[str, str], avoid: Sequence[str] = ()) -> str:
    """The regular expression of all its ways; `fill`: expressions for its places. Of each choice what stands in the
    sentences to avoid is left out, unless nothing would be left."""
    said = " ".join(avoid).casefold()
    found = []
    for at, piece in enumerate(ALTERNATIVES.split(phrase)):
        options = _options(piece, at)
        options = [one for one in options if not one.strip() or one.strip().casefold() not in said] or options
        found.append(f"({'|'.join(_escaped(one, fill) for one in options)})" if at % 2 else _escaped(piece, fill))
    return "".join(found)


def filling(one: Evidence, item: str = "") -> dict[str, str]:
    """What goes into the places of a phrase for this fact."""
    values, titles = one.names[:-1], one.names[-1:]
    what = quoted(one.what) if one.kind == "passage" else one.what
    return {"": what, "values": listed(values) or what, "titles": listed(titles) or what, "item": item}


def telling(evidence: Sequence[Evidence]) -> list[Evidence]:
    """The facts as they are said: those of a kind that can be said at once as one, what tells an item from the others
    of its list before what all of them have, and none twice of a kind before every kind has been heard."""
    found: dict[str, list[Evidence]] = {}
    for one in evidence:
        if one.kind in NEVER_SAID or not (one.text or one.what):
            continue
        if one.kind in ("history", "liked") and len(one.names) > 1:
            continue  # only together are they a cause, and a sentence would make each of them one
        found.setdefault(_said_with(one), []).append(one)
    facts = sorted((_together(some[:MOST]) for some in found.values()), key=lambda one: one.kind not in OF_ITS_OWN)
    heard = [one for at, one in enumerate(facts) if one.kind not in {other.kind for other in facts[:at]}]
    # the year that was asked for holds of every item of a list, so what holds of this one comes before
    heard = sorted(heard, key=lambda one: one.kind == "years" or one.kind in (*ON_THE_CARD, *NAMELESS))
    return [*heard, *(one for one in facts if one not in heard)]


def dated(facts: Sequence[Evidence]) -> bool:
    """Whether one of the facts is the year."""
    return any(one.kind in ("year", "years") for one in facts)


def ended(text: str) -> str:
    """With a full stop, unless it ends in a mark already."""
    return text if text.rstrip("”").endswith((".", "!", "?", "…")) else f"{text}."


def joint(phrase: str) -> str:
    """How a sentence goes on after the phrase: what ends in a clause of its own needs a comma."""
    return ", and it " if "," in phrase or "“" in phrase else " and "


def _sentences(item: Item, evidence: Sequence[Evidence], domain: Domain) -> list[Wording]:
    item, facts = _prepared(item, evidence)
    if not facts:
        return [Wording(ended(f"{item.name} {NOTHING}"), ())]
    after = [more for one in facts[1:MOST] for more in phrases(one, domain)]
    if dated(facts[:MOST]):  # the year is said anyway
        item = replace(item, year=None)
    begun = [(f"{item.name} {one.text}", joint(one.text), one) for one in phrases(facts[0], domain)]
    begun += [(one.text, "; it ", one) for one in frames(item, facts[0], domain)]
    said = list[Wording]()
    for at, (start, link, one) in enumerate(begun):
        # others each time, so that a few stand for them all
        then = _once(after, start)
        for more in {then[(at * AFTER + step) % len(then)] for step in range(AFTER)} if then else ():
            said.append(Wording(ended(f"{start}{link}{more.text}"), (*one.marks, *more.marks)))
        if not after:
            said.append(Wording(ended(start), one.marks))
    return sorted(said, key=lambda one: crc32(one.text.encode()))


def _prepared(item: Item, evidence: Sequence[Evidence]) -> tuple[Item, list[Evidence]]:
    item, facts = as_data(item, evidence)
    return item, telling(facts)


def says_itself(one: Evidence) -> bool:
    """What does not say what a thing is stands in its own text as it is best said, and so does what has no name."""
    return one.text.startswith("It ") and (one.kind == "wish" or (not one.what and one.kind not in NAMELESS))


def itself(one: Evidence, join: str = " and ") -> list[tuple[str, tuple[str, ...]]]:
    """The ways of saying such a fact, or several that were asked for at once, each with the words by which its end is
    known again: `is by Michael Mann and costs 20 EUR, as you asked`."""
    last = f", like {one.names[-1]}, {AS_NAMED[0]}" if one.kind == "shared" else f", {AS_ASKED[0]}"
    said = one.text[3:].rstrip(".").replace(f"{last}. It ", join)
    for ends in (AS_ASKED, AS_NAMED):
        if said.endswith(f", {ends[0]}"):
            return [(f"{said.removesuffix(ends[0])}{end}", (end,)) for end in ends]
    return [(said, ())]


def _together(some: Sequence[Evidence]) -> Evidence:
    last = some[0].names[-1:] if some[0].kind == "shared" else ()  # the title with which they are shared
    names = tuple(dict.fromkeys([name for one in some for name in one.names if name not in last] + [*last]))
    if len(some) == 1 or len(names) > TITLES + len(last):
        return some[0]
    what = listed(names if some[0].kind in ("history", "liked") else [*dict.fromkeys(one.what for one in some)])
    return replace(some[0], text=" ".join(one.text for one in some), names=names, what=what)


def _said_with(one: Evidence) -> str:
    """What is the same of facts that are said at once."""
    itself = says_itself(one)
    if one.kind == "wish" or (one.kind in TOGETHER and not itself):
        return f"{one.kind} {itself}"
    return f"{one.kind} of {one.names[-1]}" if one.kind == "shared" and itself else f"{one.kind} {one.text}"


def _options(piece: str, at: int) -> list[str]:
    return piece.split("|") if at % 2 else [piece]


def _escaped(text: str, fill: Mapping[str, str]) -> str:
    pieces = PLACES.split(text)
    return "".join(fill[piece] if at % 2 else re.escape(piece) for at, piece in enumerate(pieces))


def _filled(way: str, one: Evidence, item: str = "") -> Wording:
    fill = filling(one, item)
    pieces = PLACES.split(way)
    text = "".join(fill[piece] if at % 2 else piece for at, piece in enumerate(pieces))
    # neither the verb that a card leaves out nor the end that many phrases share
    marks = (re.sub(r"^(is|has been) |^which you [\w ]+,? ?", "", piece.strip(" ,:")) for piece in pieces[::2])
    return Wording(text, tuple(mark for mark in marks if len(mark) >= MARK))


def _once(options: Sequence[Wording], said: str) -> Sequence[Wording]:
    """Those that do not say once more that something is as they asked, unless nothing would be left."""
    if not any(end in said for end in AS_ASKED):
        return options
    return [one for one in options if not any(end in one.text for end in AS_ASKED)] or options


def _chosen(options: Sequence[Wording], seed: str, before: Sequence[str]) -> str:
    """The one by the seed among those that repeat least of what was said before."""
    said = [each.casefold() for each in before]
    repeats = [sum(mark.casefold() in each for mark in one.marks for each in said) for one in options]
    fresh = [one for one, times in zip(options, repeats, strict=True) if times == min(repeats)]
    return fresh[crc32(seed.encode()) % len(fresh)].text
