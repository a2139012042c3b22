"""What an item is about, in its own words: quoted as data, cleaned, and no longer than a glance."""

from __future__ import annotations

import re
import unicodedata

from chat.reasons.quoting import UNQUOTABLE
from retrieval.items import Item

LONGEST = 280  # characters
TOLD = ("description", "plot", "overview", "abstract", "summary", "synopsis")  # attributes, where there is no text
ASKED = re.compile(
    r"\b(?:what(?:['’]?s| is| are| was| were)\b[^?.!]* about|plots?|premise|synopsis|storyline|story|describe"
    r"|description|happens in)\b",
    re.IGNORECASE,
)
TELL = re.compile(
    r"\b(?:tell|show) me (?:a (?:bit|little) )?(?:more )?(?:about|on|of)\b|\bmore (?:about|on)\b", re.IGNORECASE
)


def plot(item: Item) -> str:
    """The item's first sentences in a sentence, or that they are not known."""
    text = item.text or next((item.attributes[name] for name in TOLD if item.attributes.get(name)), "")
    if said := shortened(text):
        return f"{item.title} is described in these words: “{said}”."
    return f"I do not know what {item.title} is about."


def shortened(text: str) -> str:
    """Whole sentences as long as they fit, else the beginning of the first; none with an address or markup in it, and
    no marks of quotation."""
    seen = "".join(one for one in text if not unicodedata.category(one).startswith("C") or one.isspace())
    sentences = re.split(r"(?<=[.!?…])\s+", " ".join(re.sub(r"[\"“”„«»]", "", seen).split()))
    said = ""
    for sentence in sentences:
        if UNQUOTABLE.search(sentence):
            continue
        if said and len(said) + len(sentence) >= LONGEST:
            break
        said = f"{said} {sentence}".strip()
    if len(said) > LONGEST:
        said = f"{said[:LONGEST].rsplit(' ', 1)[0].rstrip(' ,;:–-')}…"
    return said.rstrip(". ")
