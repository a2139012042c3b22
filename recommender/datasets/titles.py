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
ALTERNATIVE = re.compile(r"(?P<title>.+?) \((?P<other>[^()]+)\)")


def spoken(title: str) -> str:
    """The title with its article in front, and so the other title in brackets.

    `Horseman on the Roof, The (Hussard sur le toit, Le)` becomes `The Horseman on the Roof (Le Hussard sur le toit)`.
    """
    title = " ".join(title.split())
    two = ALTERNATIVE.fullmatch(title)
    return f"{_article_first(two['title'])} ({_article_first(two['other'])})" if two else _article_first(title)


def _article_first(title: str) -> str:
    found = TRAILING.fullmatch(title)
    if not found:
        return title
    blank = "" if found["article"].endswith("'") else " "
    return f"{found['article']}{blank}{found['rest']}"
