"""Questions about items: whether a sentence asks something of what it names, and what it names by a part of a title:
`does the fjell jacket keep the rain out?`, `gump is what, two and a half hours?`, `who is in casablanca again`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from chat.understanding.acts.cues import cued
from chat.understanding.references.nouns import OTHERS
from chat.understanding.text.words import FILLER, singular, singulars
from chat.understanding.values.known import Known
from retrieval.domain import plain
from retrieval.items import Item
from retrieval.words.titles import Link, Titles

TELLS = r"(?:remind|tell) (?:me|us)(?: again)?"
LEAD = (
    r"(?:(?:and|so|but|ok|okay|k|oh|ah|hm+|well|right|also|now|then|wait|hang on|hey|hi|hello|by the way|btw|actually"
    r"|no|yes|yeah|nice|great|cool|thanks|sorry|quick question|one more thing|i mean|(?:i )?wonder"
    rf"|(?:i was |im |just )*wondering|(?:do|d) (?:yo)?u know|(?:any|no) idea"
    rf"|(?:(?:can|could|will|would) (?:yo)?u )?{TELLS}"
    r"|if|whether|please) ?[,.:!–—-]* ?(?<![a-z]))*"
)
WHO = r"(?:who|whose|what|when|where|how|which)(?:s|re|d)?"
DOES = (
    r"(?:is|isnt|are|arent|was|wasnt|were|werent|does|doesnt|do|dont|did|didnt|has|hasnt|have|can|cant|could|will|wont"
    r"|would|should)"
)
QUESTION = re.compile(rf"{LEAD}(?!what an?\b)(?:{WHO}|{DOES})\b(?! about\b| else\b| if\b)")
# somebody wants another thing, or any thing of a kind: a request in the form of a question
REQUEST = re.compile(
    r"\b(?:anything|something|someone|somebody|another|else|others|other ones?|ones|alternatives?|similar|instead"
    r"|likes? (?:the )?[·\w]|there|here|what about|how about|show|recommend|suggest|find|give|get|got|see|buy"
    r"|watch(?! for)|try|want|wanna|need(?! to know)|fancy|looking|you|u|ya|your|we (?:have|do)"
    r"|one (?:that|with|for|by|in|of|like)|(?:an?|any|some|more) (?:\w+ )?(?:film|movie|one|item|product)s?"
    r"|(?:can|could|would) (?:it|that|they) be"
    r"|have to be|why)\b"
)
SOMETHING = re.compile(rf"\b(?:{WHO}|{DOES})\b")
WHAT_IT_IS = re.compile(rf"{LEAD}what(?:s| is| are| was)?(?: the| this| that| it)*\W*")
HOW = re.compile(rf"{LEAD}how (?!about\b|come\b)")
KNOW = re.compile(rf"\b(?:(?:do|d) (?:yo)?u know|(?:can|could|will|would) (?:yo)?u {TELLS}|{TELLS})\b")
POINTER = r"(?:its?|this|thats?|these|those|they|them|he|she)"
NAMED = r"(?:the |that |this )?·+(?:(?: ,)? (?:and|or|vs [.]?|versus|,) (?:the )?·+)*"
ASKING = rf"(?:(?!which|whose|what an?\b|when (?:i|we)\b|how (?!long|old|much|many|big|heavy)){WHO}|{DOES} {POINTER})\b"
AFTER_ITS_NAME = re.compile(rf"{LEAD}{NAMED} ?(?:[,:–—-] ?)?{LEAD}{ASKING}")
SAID_OF_IT = re.compile(rf"{LEAD}{NAMED}(?:s| ?(?:['’]s|is|are|was|were|has|does|can|will))\b[^?]*\?")
AGAINST = re.compile(rf"{LEAD}(?:the )?·+ (?:vs [.]?|versus) (?:the )?·+")
NAME_ALONE = re.compile(rf"{LEAD}{NAMED} ?[,.!:]?$")
POINTS = re.compile(rf"\b{POINTER}\b")
SENTENCE = re.compile(r"[^.!?\n]*(?:[.](?=\w)[^.!?\n]*)*[.!?\n]*")

WORDS = 4  # of a part of a title
MANY = 3  # of the list that may be called the same
LETTERS = 4  # of a word that stands for a title where no article says so
TOKEN = re.compile(r"[^\W_][\w'’-]*")
ARTICLES = frozenset("the that this those these".split())
# a word behind one of these names no item of the list: `good for camping`, `with a lens`
NO_NAME_BEHIND = frozenset("a an any some my your our his her their no for with by like as too so more less".split())
# words of any talk, which name no item that was not shown
OF_TALK = frozenset("list film movie price answer question shop store order site app chat time day world life".split())
NO_NAMES = FILLER | frozenset("who whose when where how which am has was come comes came go goes going".split())
ENDS = re.compile(r" ?\?| (?:again|vs|versus)\b|['’]s\b")  # a name may stand before it
SENTENCE_BEFORE = re.compile(r"\w(?!.*[,:])")  # something stands before it in its clause
VERBS = frozenset("is are was were does do did has have can will".split())
OPENS = re.compile(r"(?:^|[.,;:!?] ?)(?:(?:and|so|but|ok|okay|oh|hm+|well|right) ?,? )*$")
STATED = re.compile(r"(?:['’]?s| is| are| was| were| has)\b.*\?|\s*,? ?(?:vs|versus|or|and)\b|\s*[,:.!]| ?\?")
BESIDE = re.compile(r"\b(?:vs[.]?|versus)\s$", re.IGNORECASE)
JOINS = re.compile(r"\s*(?:,|&|and|or|,? ?vs[.]?|versus)\s*", re.IGNORECASE)
THEN_ASKS = re.compile(rf"\?|[,:–—-] ?{LEAD}{ASKING}")


def asks_of_named(text: str) -> bool:
    """Whether a sentence asks something of a title in it, or of the one that stands before it. Titles are `·` there."""
    before = ""
    for sentence in _sentences(text):
        if asking := _asks(sentence):
            if "·" in sentence or (NAME_ALONE.match(before) and POINTS.search(sentence)):
                return True
        elif "·" in sentence and not _wishes(sentence):
            if AFTER_ITS_NAME.match(sentence) or SAID_OF_IT.match(sentence) or AGAINST.match(sentence):
                return True
            _, _, behind = sentence.partition(",")
            if "·" in behind and _asks(behind.strip()):
                return True
        before = "" if asking else sentence
    return False


def asks(text: str) -> bool:
    """Whether the message is a question about what was shown, be it pointed at or not, and no request."""
    return any(_asks(one) and "off topic" not in cued(one) for one in _sentences(text))


def asks_how(text: str) -> bool:
    """Whether it asks how much there is to something, `how many litres go in?`, which is asked of no kind of thing."""
    return any(_asks(one) and HOW.match(one) for one in _sentences(text))


def asks_something(text: str) -> bool:
    """Whether something in particular is asked, and not only what a thing is; titles are blank in the text."""
    said = _small(text).strip()
    return bool(SOMETHING.search(said)) and not (_wishes(said) or WHAT_IT_IS.fullmatch(said))


def by_part(text: str, shown: Sequence[Item], titles: Titles, known: Known) -> list[Link]:
    """What questions name by a part of its title, with the place of the words: one of the list, or some of it that are
    called the same; behind an article also the one of the catalogue."""
    found = list[Link]()
    for sentence in SENTENCE.finditer(text):
        said = _small(sentence[0])
        if _wishes(said) or "off topic" in cued(said):
            continue
        asking = bool(QUESTION.match(said))
        last = -1
        for start, end, ids in _parts(sentence[0], shown, titles, known):
            before, behind = sentence[0][:start], sentence[0][end:]
            opens = OPENS.search(_small(before)) or (last >= 0 and JOINS.fullmatch(before[last:]))
            if asking or BESIDE.search(before) or (opens and STATED.match(behind) and _inquires(behind, text)):
                found.append(Link(sentence.start() + start, sentence.start() + end, ids, 1.0))
                last = end
    return found


def _inquires(behind: str, text: str) -> bool:
    """Whether a question follows, in the same sentence or, behind a name that stands alone, in the next."""
    return bool(THEN_ASKS.search(_small(behind)) or (not re.search(r"\w", behind) and "?" in text))


def _parts(
    sentence: str, shown: Sequence[Item], titles: Titles, known: Known
) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    tokens = list(TOKEN.finditer(sentence))
    words = [singular(plain(re.sub(r"['’]s$", "", one[0]))) for one in tokens]
    at = 0
    while at < len(tokens):
        before = plain(tokens[at - 1][0]) if at else ""
        article = before in ARTICLES
        for many in range(min(WORDS, len(tokens) - at), 0, -1):
            said = words[at : at + many]
            if {said[0], said[-1]} & NO_NAMES or not all(said):
                continue
            last = tokens[at + many - 1]
            if (article or many == 1) and OTHERS.match(sentence, last.end()):
                continue
            named = (
                before in VERBS
                or bool(ENDS.match(sentence, last.end()))
                or not SENTENCE_BEFORE.search(sentence[: tokens[at].start()])
            )
            if ids := _called(said, article, before, named, shown, titles, known):
                end = last.end() - len(re.search(r"(?:['’]s)?$", last[0])[0])  # type: ignore[index]
                yield tokens[at - article].start(), end, ids
                at += many - 1
                break
        at += 1


def _called(
    said: Sequence[str], article: bool, before: str, named: bool, shown: Sequence[Item], titles: Titles, known: Known
) -> tuple[str, ...]:
    """The ids of what has these words in its title. `named`: they stand where a name does."""
    if before in NO_NAME_BEHIND:
        return ()
    alone = len(said) == 1
    plainly = alone and (len(said[0]) < (LETTERS if before not in VERBS else 3) or _means(said[0], known))
    here = {item.id: None for item in shown if set(said) <= set(singulars(item.title))}
    if here and (article or not plainly):
        return tuple(here) if len(here) <= MANY else ()
    if plainly and not article:
        return titles.named(said) if shown and not _means(said[0], known) else ()
    ids = titles.having(said)
    if alone and (said[0] in OF_TALK or (not article and not shown)):
        return ()
    if alone and not article and not (named and len(ids) == 1 and _at_an_end(said[0], ids[0], titles)):
        return titles.named(said)
    return ids if len(ids) == 1 else ()


def _at_an_end(word: str, id: str, titles: Titles) -> bool:
    """Whether a title ends with the word, or begins with it and nobody says the word otherwise."""
    words = singulars(titles.catalogue[id].title)
    return words[-1] == word or (words[0] == word and word not in titles.ordinary)


def _means(word: str, known: Known) -> bool:
    """Whether a word is a value by itself: `comedy` names no film."""
    return word in known.values or f"{word}s" in known.values


def _asks(said: str) -> bool:
    return bool(QUESTION.match(said)) and not _wishes(said)


def _wishes(said: str) -> bool:
    return bool(REQUEST.search(KNOW.sub(" ", said)))


def _sentences(text: str) -> list[str]:
    return [one for match in SENTENCE.finditer(text) if (one := _small(match[0]).strip())]


def _small(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"['’]", "", text.casefold()))
