"""Short forms that people type, written out: `how much r they, do u hav smth cheaper`."""

from __future__ import annotations

import re

SHORT = {
    "ur": "your",
    "hav": "have",
    "pls": "please",
    "plz": "please",
    "thx": "thanks",
    "smth": "something",
    "sth": "something",
    "gimme": "give me",
    "lemme": "let me",
    "abt": "about",
    "tho": "though",
    "rly": "really",
    "aight": "alright",
}
WORDS = re.compile(rf"(?<![\w'’·.&/-])(?:{'|'.join(SHORT)})(?![\w'’&/-]|\.\w)")
# a single letter is one only beside the words that it stands with; else it may be a certificate, or part of a title
YOU = re.compile(
    r"\b(?P<before>do|did|can|could|would|will|have|are|thank|for|to|see|if|what) u\b"
    r"|\bu(?= (?:have|hav|got|know|guys|can|could|think|recommend|suggest|like|show|pick|choose|r|are|do"
    r"|did|want|sell)\b)"
)
ARE = re.compile(
    r"(?<=\bhow )(?P<how>much|long|old|heavy|many|big|scary) r\b|\br(?= (?:you|u|they|these|those|there)\b)"
)
THEM = re.compile(r"(?<=\bof )['’]?em\b")  # `which of em`


def written_out(text: str) -> str:
    """The text with its short forms in small letters written out."""
    text = THEM.sub("them", text)
    text = ARE.sub(lambda match: f"{match['how']} are" if match["how"] else "are", text)
    return WORDS.sub(lambda match: SHORT[match[0]], YOU.sub(_you, text))


def _you(match: re.Match[str]) -> str:
    return f"{match['before']} you" if match["before"] else "you"
