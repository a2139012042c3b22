"""What the language model reads: a history and a wish, then a title; all of it data, none of it markup."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from recommender.datasets.titles import spoken
from retrieval.catalogue import Catalogue
from retrieval.domain import Domain
from retrieval.items import Item
from retrieval.ranking import Query
from retrieval.space.passages import readable

VERSION = 1  # of the words below: scores and adapters made with others do not fit
TITLES = 10  # of the history, the newest
LONGEST = 1600  # characters before a title, some 400 tokens
TITLE = 120  # characters of one title
DATED = re.compile(r"\s*\((?:1[89]|20)\d\d\)$")
# what markup and the templates of chats are made of; a tokenizer finds no token with a meaning of its own without it
MARKS = re.compile(r"[<>|\[\]{}#`\\]+")


@dataclass(frozen=True)
class Prompt:
    """`text` stands before a title. `shortened`: what was left out so that it fits, in words."""

    text: str
    shortened: tuple[str, ...] = ()


def prompt(query: Query, catalogue: Catalogue, domain: Domain, titles: int = TITLES, longest: int = LONGEST) -> Prompt:
    """The history, its newest `titles` oldest first, and the wish. What is longer than `longest` characters loses the
    oldest titles first, then the end of the wish. Items that the catalogue lacks are left out."""
    known = [told(catalogue[id]) for id in query.history if id in catalogue]
    kept, wish = known[-titles:] if titles else [], wished(query, catalogue)
    shortened = []
    while kept and len(_text(kept, wish, domain)) > longest:
        kept = kept[1:]
    if gone := min(titles, len(known)) - len(kept):
        shortened.append(f"the prompt lacks the oldest {gone} of {min(titles, len(known))} titles")
    if (over := len(_text(kept, wish, domain)) - longest) > 0:
        wish = cut(wish, max(0, len(wish) - over))
        shortened.append("the prompt lacks the end of the wish")
    return Prompt(_text(kept, wish, domain), tuple(shortened))


def neutral(domain: Domain) -> str:
    """What stands before a title where nothing is known of anybody."""
    return _text([], "", domain)


def continuation(item: Item) -> str:
    """The item as it goes on after the prompt."""
    return f" {told(item)}"


def told(item: Item) -> str:
    """The title as people say it, without its year; the id where nothing of it can be read."""
    title = flat(item.title)
    return cut(spoken(DATED.sub("", title)) or title, TITLE) or flat(item.id) or "-"


def wished(query: Query, catalogue: Catalogue) -> str:
    """All that was asked for, in one line; empty without a wish."""
    likes = [f"something like {told(catalogue[id])}" for id in query.like if id in catalogue]
    return ", ".join(one for one in (*map(flat, query.where.words()), *likes, flat(query.text)) if one)


def flat(text: str) -> str:
    """One line without tags, control characters and whatever templates of chats are made of."""
    text = readable(unicodedata.normalize("NFKC", text))
    seen = "".join(" " if unicodedata.category(one).startswith(("C", "Z")) else one for one in text)
    return " ".join(MARKS.sub(" ", seen).split())


def cut(text: str, longest: int) -> str:
    """The beginning of the text, up to the end of a word where there is one."""
    if len(text) <= longest:
        return text
    head = text[:longest]
    return (head if text[longest].isspace() else head.rpartition(" ")[0] or head).rstrip(" ,;:-")


def _text(titles: list[str], wish: str, domain: Domain) -> str:
    history = domain.prompt.format(history=", ".join(titles)) if titles else ""
    return (history + (domain.wish.format(wish=wish) if wish else "") + domain.next).strip()
