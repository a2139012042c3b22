"""In which languages a model can say what is said of items: a small examination, held once, when it is chosen."""

from __future__ import annotations

from dataclasses import dataclass

from chat.llm import LLM, Unavailable
from chat.messages import Evidence, Said
from chat.policy.languages import NAMED
from chat.reasons.translating import translated
from retrieval.domain import Domain, read_domain
from retrieval.items import Item

MISSES = 1  # sentences that a language may fail on
TRIED = 3  # languages, the commonest; a model that knows none of them is asked for no more


@dataclass(frozen=True)
class Sentence:
    """What may be said of an item, and the facts that bear it out."""

    text: str
    item: Item
    facts: tuple[Evidence, ...]


def _past(title: str, liked: bool = False) -> Evidence:
    text = f"Without {title}, which you {'like' if liked else 'watched'}, it would stand lower."
    return Evidence("liked" if liked else "history", text, (title,), title)


def _wish(genre: str) -> Evidence:
    return Evidence("wish", f"You asked for {genre}.", (genre,), genre)


HEAT = Item("1", "Heat", 1995, {"genre": ("Crime",)})
ALIENS = Item("2", "Aliens", 1986, {"genre": ("Horror",)})
VERTIGO = Item("3", "Vertigo", 1958, {"genre": ("Thriller",)})
CLUE = Item("4", "Clue", 1985, {"genre": ("Comedy",)})
SENTENCES = (
    Sentence("Heat (1995) goes well with Fargo, which you watched.", HEAT, (_past("Fargo"),)),
    Sentence("You asked for Comedy, so I would try Clue (1985).", CLUE, (_wish("Comedy"),)),
    Sentence(
        "Aliens (1986) shares its Horror with Alien, which you named.",
        ALIENS,
        (
            Evidence(
                "shared", "It shares Horror with Alien, which you named.", ("Horror", "Alien"), "Horror with Alien"
            ),
        ),
    ),
    Sentence(
        "Vertigo is from 1958, within the years you asked for.",
        VERTIGO,
        (Evidence("years", "It is from 1958, within the years you asked for.", ("1958",), "1958"),),
    ),
    Sentence(
        "After Psycho, which you like, I would try Vertigo (1958); it has been chosen by many.",
        VERTIGO,
        (_past("Psycho", liked=True), Evidence("popular", "Many people chose it.")),
    ),
    Sentence(
        "Clue (1985) has the Comedy you asked for and is a good choice after Heat, which you watched.",
        CLUE,
        (_wish("Comedy"), _past("Heat")),
    ),
)


def tongues(llm: LLM) -> tuple[str, ...]:
    """The languages besides English in which the model says nearly all of the sentences so that every check holds; a
    failure is one of the sentences that it cannot say."""
    able, domain = list[str](), read_domain("movies")
    for at, language in enumerate(one for one in NAMED if one != "en"):
        if at == TRIED and not able:
            break
        if _speaks(llm, language, domain):
            able.append(language)
    return tuple(able)


def _speaks(llm: LLM, language: str, domain: Domain) -> bool:
    missed = 0
    for one in SENTENCES:
        missed += not _says(llm, one, language, domain)
        if missed > MISSES:
            return False
    return True


def _says(llm: LLM, one: Sentence, language: str, domain: Domain) -> bool:
    said, wrong = Said(one.text, "template"), list[str]()
    try:
        return translated(said, one.item, one.facts, domain, llm, language, wrong.append) != said
    except Unavailable:
        return False
