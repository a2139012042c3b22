"""Film titles as people say them: The Birdcage, not Birdcage, The."""

import re

# moved only from the very end, after the last comma
ARTICLES = (
    *("The", "A", "An"),
    *("Le", "La", "Les", "L'", "Un", "Une"),
    *("Il", "Lo", "Gli", "I", "Una", "Uno"),
    *("Der", "Die", "Das", "Ein", "Eine"),
    *("El", "Los", "Las"),
    *("O", "Os", "As"),
    *("Det", "Den", "De", "Het", "En", "Ett"),
)
TRAILING = re.compile(rf"(?P<rest>[^()]*\S), (?P<article>{'|'.join(ARTICLES)})")
DATED = re.compile(r"\s*\(((?:1[89]|20)\d\d)\)\s*$")
ALTERNATIVE = re.compile(r"(?P<title>.+?) \((?P<other>[^()]+)\)")


def spoken(title: str) -> str:
    """The title with its article in front, and so the other title in brackets.

    `Horseman on the Roof, The (Hussard sur le toit, Le)` becomes `The Horseman on the Roof (Le Hussard sur le toit)`.
    """
    title = " ".join(title.split())
    two = ALTERNATIVE.fullmatch(title)
    return f"{_article_first(two['title'])} ({_article_first(two['other'])})" if two else _article_first(title)


def same_in_another(title: str, year: int | None) -> tuple[str, int | None]:
    """What a film has in common with itself in another catalogue: the title as people say it, in small letters and
    without its year, and the year, which may stand in the title."""
    dated = DATED.search(title)
    plain = spoken(DATED.sub("", title)).casefold()
    return plain, year or (int(dated[1]) if dated else None)


def _article_first(title: str) -> str:
    found = TRAILING.fullmatch(title)
    if not found:
        return title
    blank = "" if found["article"].endswith("'") else " "
    return f"{found['article']}{blank}{found['rest']}"
